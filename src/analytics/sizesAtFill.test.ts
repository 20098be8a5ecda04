/** Sizes that the fill decides, of accounts that can hardly pay for a share: as backtesting.py 0.6.6 has them. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { DOLLAR, SHARE } from '../domain/units.js';
import { minuteBars, OPEN } from '../engine/testKit.js';
import type { Ohlc } from '../engine/testKit.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import { runBacktest } from './Backtester.js';

class AllIn extends Strategy.with({}) {
  private bars = 0;
  override onBar(_bar: unknown, ctx: Context): void {
    this.bars += 1;
    if (this.bars === 2) ctx.enterLong('SPY', { reason: 'all' });
  }
}

const FLAT: Ohlc = [100, 100.5, 99.5, 100];
it.each([
  ['a tenth of margin buys ten times the equity', 'backtesting.py+margin.1000bps', 50, FLAT, ['4 @ 100']],
  ['the next open is what counts', 'backtesting.py', 99, [90, 90.5, 89.5, 90], ['1 @ 90']],
  ['nothing that ten times the equity does not pay for', 'backtesting.py+margin.1000bps', 9, FLAT, []],
] as const)('%s', (_, preset, cash, next, expected) => {
  const run = runBacktest(minuteBars([FLAT, FLAT, next, FLAT]), {
    strategies: [{ name: 's', strategyClass: AllIn, hash: 's', timeframe: '1m' }],
    symbols: ['SPY'],
    priceScale: DOLLAR,
    startingCash: cash * DOLLAR,
    startTime: OPEN,
    preset,
    engineVersion: '1',
    createHash: () => createHash('sha256'),
  });
  expect(run.fills.map(({ quantity, price }) => `${quantity / SHARE} @ ${price / DOLLAR}`)).toEqual(expected);
});
