/** A backtest tells on the terminal, in its report and in what is kept of it when its account was ruined. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { datesOf } from '../check/checkRig.js';
import { buildProgram, runPapertape } from '../support/runPapertape.js';

const RANGE = [
  '--symbols',
  'AAA',
  '--from',
  '2013-01-02',
  '--to',
  '2013-06-28',
  '--timeframe',
  '1d',
  '--adjust',
  'raw',
];
const RUINED =
  /The account was ruined on 2013-0\d-\d\d: its equity was 0 or below\. All was closed, \$[\d,.]+ that it owed /;

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-ruin-'));
  // Two cents a day at first, then a dollar.
  const rows = datesOf('2013-01-02', '2013-06-28').map((date, day) => {
    const close = (90 - 0.02 * day - Math.max(0, day - 40)).toFixed(2);
    return [date, close, close, close, close, 1_000_000].join(',');
  });
  writeFileSync(join(cwd, 'AAA.csv'), ['date,open,high,low,close,volume', ...rows].join('\n'));
  const imported = await runPapertape(['data', 'import', 'AAA.csv', '--timeframe', '1d'], { cwd });
  if (imported.code !== 0) throw new Error(imported.stderr);
}, 120_000);
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

it('with its date', async () => {
  const run = async (preset: string): Promise<string> => {
    const args = ['backtest', 'buy-and-hold', ...RANGE, '--preset', preset, '--report', 'report.html'];
    const { code, stdout, stderr } = await runPapertape(args, { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  expect(await run('backtesting.py+margin.1000bps')).toMatch(RUINED);
  expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toMatch(RUINED);
  expect((await runPapertape(['runs', 'show', '1'], { cwd })).stdout).toMatch(/was ruined on 2013-0\d-\d\d/);
  expect(await run('backtesting.py')).not.toContain('ruined');
});
