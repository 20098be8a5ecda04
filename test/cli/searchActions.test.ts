/** Searches and checks over prices as they were traded know the split that `papertape backtest` knows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithReferenceData, referenceData } from '../referenceData.js';
import { buildProgram, runPapertape } from '../support/runPapertape.js';

/** Around the 7:1 split of AAPL of 2014-06-09. */
const MARKET = [
  '--symbols',
  'AAPL',
  '--from',
  '2014-03-03',
  '--to',
  '2014-07-31',
  '--adjust',
  'raw',
  '--timeframe',
  '1d',
];

describeWithReferenceData('a split', () => {
  let cwd = '';
  beforeAll(async () => {
    await buildProgram();
    cwd = mkdtempSync(join(tmpdir(), 'papertape-split-'));
    for (const file of ['lean/factor_files.csv', 'lean/daily/aapl.csv.gz']) {
      const imported = await runPapertape(['data', 'import', referenceData(file)], { cwd });
      if (imported.code !== 0) throw new Error(imported.stderr);
    }
  }, 120_000);
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  async function json<T>(...args: readonly string[]): Promise<T> {
    const run = await runPapertape([...args, '--json'], { cwd });
    expect(run).toMatchObject({ code: 0 });
    return JSON.parse(run.stdout) as T;
  }

  interface Trial {
    readonly params: { readonly fast: number };
    readonly ledgerHash: string;
    readonly statistics: { readonly maxDrawdown: number };
  }

  it('is in every trial of optimize as it is in a backtest', async () => {
    const fixed = ['--param', 'slow=10', '--param', 'direction=long'];
    const { trials } = await json<{ trials: readonly Trial[] }>(
      ...['optimize', 'sma-cross', ...MARKET, '--param', 'fast=2:6:4', ...fixed],
    );
    expect(trials).toHaveLength(2);
    for (const { params, ledgerHash, statistics } of trials) {
      const { run } = await json<{ run: { ledgerHash: string } }>(
        ...['backtest', 'sma-cross', ...MARKET, '--param', `fast=${params.fast}`, ...fixed],
      );
      expect(ledgerHash).toBe(run.ledgerHash);
      // Without the split the position would have lost six sevenths overnight.
      expect(statistics.maxDrawdown).toBeLessThan(0.2);
    }
  });

  it('is in the runs of check', async () => {
    const { run } = await json<{ run: { ledgerHash: string } }>('backtest', 'buy-and-hold', ...MARKET);
    const checked = await runPapertape(['check', 'buy-and-hold', ...MARKET, '--digest'], { cwd });
    expect(checked).toMatchObject({ code: 0 });
    expect(JSON.parse(checked.stdout)).toMatchObject({ ledgerHash: run.ledgerHash });
  });
});
