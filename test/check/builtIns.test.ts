/** Every built-in strategy over real data: no check accuses an honest strategy. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkStrategy } from '../../src/analytics/check/checkStrategy.js';
import { seriesFacts } from '../../src/host/seriesFacts.js';
import { BUILT_IN_STRATEGIES } from '../../src/strategies/registry.js';
import { systemClock } from '../../src/utils/clock.js';
import { importGoldenHistory } from '../golden/goldenHistory.js';
import type { GoldenHistory } from '../golden/goldenHistory.js';
import { describeWithReferenceData } from '../referenceData.js';
import { complaintsOf, resultOf } from './checkRig.js';

const MINUTES = { symbols: ['SPY', 'IBM'], from: '2013-10-07', to: '2013-10-11' };
const DAYS = { symbols: ['SPY', 'AAPL', 'IBM'], from: '2011-01-03', to: '2012-12-31' };

describeWithReferenceData('built-in strategies', () => {
  let history: GoldenHistory;
  beforeAll(async () => {
    const days = DAYS.symbols.map((symbol) => `lean/daily/${symbol.toLowerCase()}.csv.gz`);
    const minutes = MINUTES.symbols.map((symbol) => `lean/minute/${symbol.toLowerCase()}_trade.csv.gz`);
    history = await importGoldenHistory([...days, ...minutes]);
  });
  afterAll(async () => {
    await history.close();
  });

  it.each(Object.entries(BUILT_IN_STRATEGIES))('%s is not accused', async (name, strategyClass) => {
    const isDaily = (strategyClass.subscribe.timeframe ?? '1d') === '1d';
    const { symbols: all, from, to } = isDaily ? DAYS : MINUTES;
    const symbols = name === 'pairs' ? all.slice(0, 2) : all;
    const outcome = await checkStrategy({
      setup: {
        store: history.store,
        backtest: { symbols, from, to, engineVersion: 'test', createHash: () => createHash('sha256') },
        strategy: { name, hash: name },
        freshClass: () => Promise.resolve(strategyClass),
      },
      failureOf: () => undefined,
      cuts: 6,
      facts: (named, warmUpSessions, timeframe) =>
        seriesFacts(history.store, {
          symbols: named,
          timeframe,
          feed: undefined,
          from,
          to,
          warmUpSessions,
          now: systemClock.now(),
        }),
    });
    // What its profit depends on, and that it computes something of its own since its first bar, is no accusation.
    expect(complaintsOf(outcome).filter((complaint) => !/^(fills|capacity|start) warn$/.test(complaint))).toEqual([]);
    expect(resultOf(outcome, 'look-ahead').verdict).toBe('pass');
    expect(resultOf(outcome, 'data')).toMatchObject({
      verdict: 'pass',
      sentence: expect.stringMatching(/^All [\d,]+ sess/),
    });
  });
});
