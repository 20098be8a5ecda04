/** `papertape backtest … --report` as a user runs it. */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, runPapertape } from '../support/runPapertape.js';

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-report-'));
  // Four rising days: buy-and-hold decides on the first close and has its shares from the second open on.
  const rows = [
    '2013-10-07,10,11,9.5,10.5',
    '2013-10-08,10.5,12,10,11',
    '2013-10-09,11,13,11,12',
    '2013-10-10,12,14,12,14',
  ];
  writeFileSync(
    join(cwd, 'ACME.csv'),
    ['date,open,high,low,close,volume', ...rows.map((row) => `${row},1000000`)].join('\n'),
  );
  copyFileSync(join(cwd, 'ACME.csv'), join(cwd, 'OTHER.csv'));
  const imported = await runPapertape(['data', 'import', 'ACME.csv', 'OTHER.csv'], { cwd });
  if (imported.code !== 0) throw new Error(imported.stderr);
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

const BACKTEST = ['backtest', 'buy-and-hold', '--symbols', 'ACME', '--timeframe', '1d', '--from', '2013-10-07'];

describe('backtest --report', () => {
  it('writes one whole file with the figures of --json, over an older one, and leaves nothing beside it', async () => {
    writeFileSync(join(cwd, 'result.html'), 'an older report');
    const args = [...BACKTEST, '--to', '2013-10-10', '--report', 'result.html'];
    const asJson = await runPapertape([...args, '--json'], { cwd });
    expect(asJson).toMatchObject({ code: 0, stderr: '' });
    const page = readFileSync(join(cwd, 'result.html'), 'utf8');
    const { finalEquity, run } = JSON.parse(asJson.stdout) as { finalEquity: string; run: { identity: string } };
    const dollars = Number(finalEquity).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    expect(Number(finalEquity)).toBeGreaterThan(100_000);
    expect(page).toContain(`$${dollars}`);
    expect(page).toContain(run.identity);
    expect(page).toMatch(/<\/html>\s*$/);
    expect(readdirSync(cwd).filter((name) => name.includes('html'))).toEqual(['result.html']);

    const asText = await runPapertape(args, { cwd });
    expect(asText.stdout).toContain(join(cwd, 'result.html'));
    expect(readFileSync(join(cwd, 'result.html'), 'utf8')).toBe(page);
  });

  it('writes page and JSON of one run, measured against the symbol that --benchmark names', async () => {
    const both = ['--report', 'both.html', '--report', 'both.json', '--benchmark', 'OTHER'];
    const run = await runPapertape([...BACKTEST, '--to', '2013-10-10', ...both], { cwd });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('Holding OTHER');
    expect(run.stdout).toContain(join(cwd, 'both.json'));
    const page = readFileSync(join(cwd, 'both.html'), 'utf8');
    const report = JSON.parse(readFileSync(join(cwd, 'both.json'), 'utf8')) as {
      readonly version: number;
      readonly sections: { readonly identity: { readonly ledgerHash: string; readonly benchmark: object } };
    };
    expect(report.version).toBe(1);
    expect(page).toContain(report.sections.identity.ledgerHash);
    expect(report.sections.identity.benchmark).toMatchObject({ symbol: 'OTHER', rows: 4 });

    const missing = await runPapertape([...BACKTEST, '--to', '2013-10-10', '--benchmark', 'NONE'], { cwd });
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toContain('The cache has no 1d bars of the benchmark NONE');
    expect(missing.stderr).toContain('leave out --benchmark');
  });

  it('leaves an older report as it was when the run fails', async () => {
    writeFileSync(join(cwd, 'kept.html'), 'an older report');
    const run = await runPapertape(
      [...BACKTEST, '--to', '2013-10-10', '--report', 'kept.html', '--fees', 'none-such'],
      {
        cwd,
      },
    );
    expect(run.code).not.toBe(0);
    expect(readFileSync(join(cwd, 'kept.html'), 'utf8')).toBe('an older report');
    expect(readdirSync(cwd).filter((name) => name.includes('kept'))).toEqual(['kept.html']);
  });
});
