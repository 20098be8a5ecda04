/** What limits say of an entry that is sent together with an exit at the market: what leaves by that counts as gone. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { RiskLimits } from '../domain/risk.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { minuteBars, OPEN } from '../engine/testKit.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import { runBacktest } from './Backtester.js';

const SIZE = { shares: 100 };

/** Long on its first bar; on the third out of that, and at once in again on a side. */
function again(side: 'long' | 'short', asks: boolean) {
  return class extends Strategy.with({}) {
    private bars = 0;
    override onBar(_bar: unknown, ctx: Context): void {
      this.bars += 1;
      if (this.bars === 1) ctx.enterLong('SPY', { reason: 'first', size: SIZE });
      if (this.bars !== 3) return;
      if (asks) ctx.exit('SPY', { reason: 'out' });
      if (side === 'long') ctx.enterLong('SPY', { reason: 'again', size: SIZE });
      else ctx.enterShort('SPY', { reason: 'turn', size: SIZE });
    }
  };
}

const cases: readonly [RiskLimits, 'long' | 'short', asks: boolean, string[]][] = [
  [{ maxPositionShares: 100 * SHARE }, 'long', true, ['buy', 'sell', 'buy']],
  [{ maxPositionNotional: 10_500 * DOLLAR }, 'long', true, ['buy', 'sell', 'buy']],
  [{ maxGrossExposureFraction: 1.1 }, 'long', true, ['buy', 'sell', 'buy']],
  [{ maxGrossExposureFraction: 1.1 }, 'short', true, ['buy', 'sell', 'sell']],
  [{ maxGrossExposureFraction: 1.1 }, 'short', false, ['buy', 'sell', 'sell']],
  [{ maxPositionShares: 99 * SHARE }, 'long', true, []],
];
it.each(cases)('with %j an entry %s, after an exit %s, is judged by what is left', (limits, side, asks, expected) => {
  const table = minuteBars(Array.from({ length: 6 }, () => [100, 100.5, 99.5, 100] as const));
  const run = runBacktest(table, {
    strategies: [{ name: 's', strategyClass: again(side, asks), hash: 's', timeframe: '1m' }],
    symbols: ['SPY'],
    priceScale: DOLLAR,
    startingCash: 10_100 * DOLLAR,
    startTime: OPEN,
    preset: 'backtesting.py',
    limits,
    engineVersion: '1',
    createHash: () => createHash('sha256'),
  });
  expect(run.fills.map((fill) => fill.side)).toEqual(expected);
  expect(run.fills.every(({ quantity }) => quantity === 100 * SHARE)).toBe(true);
});

/** Long on its first bar; on the third a bracket that waits far below, and out. */
class WaitsAndLeaves extends Strategy.with({}) {
  private bars = 0;
  override onBar(_bar: unknown, ctx: Context): void {
    this.bars += 1;
    const terms = { reason: 'dip', timeInForce: 'gtc', limit: 90 } as const;
    if (this.bars === 1) ctx.order.bracket('SPY', 'buy', 100, { stop: 80 }, { reason: 'first', timeInForce: 'gtc' });
    if (this.bars !== 3) return;
    ctx.order.bracket('SPY', 'buy', 100, { stop: 80, target: 99 }, terms);
    ctx.exit('SPY', { reason: 'out' });
  }
}

it.each(['backtesting.py', 'optimistic'])(
  'an exit takes exits off the market, not a bracket that waits: %s',
  (preset) => {
    const flat = Array.from({ length: 5 }, () => [100, 100.5, 99.5, 100] as const);
    const bars = [...flat, [92, 92.5, 89, 91] as const, [91, 91.5, 90.5, 91] as const];
    const run = runBacktest(minuteBars(bars), {
      strategies: [{ name: 's', strategyClass: WaitsAndLeaves, hash: 's', timeframe: '1m' }],
      symbols: ['SPY'],
      priceScale: DOLLAR,
      startTime: OPEN,
      preset,
      engineVersion: '1',
      createHash: () => createHash('sha256'),
    });
    expect(run.fills.map(({ side, price }) => [side, price / DOLLAR])).toEqual([
      ['buy', 100],
      ['sell', 100],
      ['buy', 90],
    ]);
  },
);
