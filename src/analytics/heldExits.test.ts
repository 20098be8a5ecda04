/** Exits of an entry that fills in parts, where another order closes it in the instant that armed them. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { DOLLAR, SHARE } from '../domain/units.js';
import { OPEN, minuteBars } from '../engine/testKit.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import { runBacktest } from './Backtester.js';

class Crossing extends Strategy.with({}) {
  private bars = 0;

  override onBar(_bar: unknown, { order }: Context): void {
    this.bars += 1;
    if (this.bars !== 2) return;
    order.market('SPY', 'buy', 50, { reason: 'uses the volume' });
    order.limit('SPY', 'sell', 100, 100.2, { reason: 'rests', timeInForce: 'gtc' });
    order.bracket('SPY', 'buy', 1000, { stop: 99.8, target: 120 }, { reason: 'entry', timeInForce: 'gtc' });
  }
}

it.each(['lean+strict', 'lean+strict.participation'])('are held until it fills again, under %s', (preset) => {
  const flat = [100, 100.5, 99.5, 100] as const;
  const market = minuteBars([flat, [100, 100.1, 99.95, 100], [100, 101, 99.5, 100], flat, flat, flat]);
  market.volume[2] = 20_000;
  const { fills, orders } = runBacktest(market, {
    strategies: [{ name: 's', strategyClass: Crossing, hash: 's', timeframe: '1m' }],
    symbols: ['SPY'],
    priceScale: DOLLAR,
    startTime: OPEN,
    preset,
    startingCash: 1_000_000 * DOLLAR,
    engineVersion: '1',
    createHash: () => createHash('sha256'),
  });
  expect(orders.filter(({ reason }) => reason === 'entry').length).toBeGreaterThan(0);
  const position = fills.reduce((sum, { side, quantity }) => sum + (side === 'buy' ? quantity : -quantity), 0);
  expect(position / SHARE).toBeGreaterThanOrEqual(0);
});
