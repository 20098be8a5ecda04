/**
 * A run on daily bars of GOOG under `papertape`, whose reports take 40 ms: what a bar decides is in the equity of that
 * bar, as without any latency.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import type { BacktestRun } from '../../src/analytics/BacktestRun.js';
import { DOLLAR } from '../../src/domain/units.js';
import { builtInStrategy } from '../../src/strategies/registry.js';
import { assert } from '../../src/utils/assert.js';
import { describeWithReferenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';

describeWithReferenceData('sma-cross on GOOG, 2005 to 2012', () => {
  let history: GoldenHistory;
  beforeAll(async () => {
    history = await importGoldenHistory(['goog/GOOG.csv']);
  }, 120_000);
  afterAll(() => history.close());

  async function run(preset: string): Promise<BacktestRun> {
    const strategyClass = builtInStrategy('sma-cross');
    assert(strategyClass !== undefined, 'sma-cross is built in');
    const result = await backtestFromStore(history.store, {
      strategies: [{ name: 'sma-cross', strategyClass, hash: '', params: {}, timeframe: '1d' }],
      symbols: ['GOOG'],
      from: '2005-01-01',
      to: '2012-12-31',
      preset,
      startingCash: 100_000 * DOLLAR,
      engineVersion: 'test',
      createHash: () => createHash('sha256'),
    });
    return result.run;
  }

  it('has the equity and the Sharpe ratio of the same run without latency', async () => {
    const late = await run('papertape');
    const prompt = await run('papertape+optimistic.latency');
    expect(late.statistics.sharpe).toBeCloseTo(0.787, 3);
    expect([...late.curve.equity]).toEqual([...prompt.curve.equity]);
    expect(late.statistics).toEqual(prompt.statistics);
  });
});
