/** The rule of LEAN's ExtendedMarketTradingRegressionAlgorithm. */
import { newYorkDate } from '../../../src/calendar/newYorkTime.js';
import { Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';

/** On the first bar of each day, which is before the open, a limit at the bar's low. */
export default class LeanOutsideHours extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

  private date = 0;

  override onBar({ symbol, time, low }: Bar, { order }: Context): void {
    const date = newYorkDate(time);
    if (date === this.date) return;
    this.date = date;
    order.limit(symbol, 'buy', 10, low, { reason: 'early', timeInForce: 'gtc', extendedHours: true });
  }
}
