/** The rule of LEAN's TimeInForceAlgorithm, without the orders that are good till a date and never fill. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';

/** Buy limits far below and above the market, for the day and lasting. */
export default class LeanTimesInForce extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

  private sent = false;

  override onBar(bar: Bar, ctx: Context): void {
    if (this.sent) return;
    this.sent = true;
    for (const [limit, timeInForce] of [
      [100, 'gtc'],
      [160, 'gtc'],
      [140, 'day'],
      [180, 'day'],
      [100, 'gtc'],
      [160, 'gtc'],
    ] as const) {
      ctx.order.limit(bar.symbol, 'buy', 10, limit, { reason: 'limit', timeInForce });
    }
  }
}
