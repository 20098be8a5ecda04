/** Which lots exits close where a preset lets them close those of their own entry, in the run and in its trade log. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { DOLLAR, SHARE } from '../domain/units.js';
import { minuteBars, OPEN } from '../engine/testKit.js';
import type { Ohlc } from '../engine/testKit.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { runBacktest } from './Backtester.js';

const GIVEN = { reason: 'test' };
const AT_100: Ohlc = [100, 100.5, 99.5, 100];
const AT_90: Ohlc = [90, 90.5, 89.5, 90];
const UP: Ohlc = [105, 111, 105, 110];

/** Buys 100, then 200 with exits; on its bar `replaceAt` it asks for what has not filled at another price. */
function replacing(replaceAt: number): StrategyClass {
  return class extends Strategy.with({}) {
    private bars = 0;
    private order = '';
    override onBar(_bar: unknown, ctx: Context): void {
      this.bars += 1;
      if (this.bars === 1) ctx.order.market('SPY', 'buy', 100, GIVEN);
      if (this.bars === 2) {
        this.order = ctx.order.bracket('SPY', 'buy', 200, { stop: 50, target: 110 }, { ...GIVEN, limit: 91 });
      }
      if (this.bars === replaceAt) ctx.order.replace(this.order, { limit: 92 });
    }
  };
}

type Bars = readonly (readonly [prices: Ohlc, volume: number])[];
const BEGINNING: Bars = [
  [AT_100, 1000],
  [AT_100, 1000],
  [AT_100, 1000],
  [AT_90, 1000],
];
const cases: readonly [when: string, replaceAt: number, bars: Bars, closed: readonly number[]][] = [
  [
    'after the rest filled too',
    4,
    [
      [AT_90, 1000],
      [AT_90, 1000],
      [UP, 10_000],
    ],
    [100, 100],
  ],
  ['before the rest fills', 4, [[UP, 10_000]], [100]],
  [
    'in part before it was replaced',
    5,
    [
      [UP, 500],
      [UP, 500],
    ],
    [50, 50],
  ],
];
it.each(cases)('an exit closes the lots of its replaced entry, %s', (_, replaceAt, more, closed) => {
  const bars = [...BEGINNING, ...more];
  const table = minuteBars(bars.map(([prices]) => prices));
  // A tenth of each is for us.
  table.volume.set(bars.map(([, volume]) => volume));
  const run = runBacktest(table, {
    strategies: [{ name: 's', strategyClass: replacing(replaceAt), hash: 's', timeframe: '1m' }],
    symbols: ['SPY'],
    priceScale: DOLLAR,
    startTime: OPEN,
    preset: 'backtesting.py+papertape.participation',
    engineVersion: '1',
    createHash: () => createHash('sha256'),
  });
  const expected = closed.map((shares) => [shares, 90]);
  const told = run.roundTrips.map(({ quantity, entryPrice }) => [quantity / SHARE, entryPrice / DOLLAR]);
  expect(told).toEqual(expected);
  const logged = run.analysis.log.trades.flatMap(({ roundTrips }) => roundTrips);
  expect(logged).toEqual(run.roundTrips);
});
