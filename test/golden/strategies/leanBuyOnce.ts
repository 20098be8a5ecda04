/** The rules of LEAN's HourSplit and CustomBuyingPowerModel algorithms: one purchase. */
import { newYorkDate } from '../../../src/calendar/newYorkTime.js';
import { parseDate } from '../../../src/calendar/tradingDate.js';
import { Strategy } from '../../../src/index.js';
import type { Bar, Context, StrategyClass } from '../../../src/index.js';

/** Buys so many shares on the first bar of a New York date; the number may depend on the price. */
export function leanBuyOnce(symbol: string, date: string, sharesAt: (close: number) => number): StrategyClass {
  return class extends Strategy.with({}) {
    static override readonly subscribe = { symbols: [symbol], timeframe: '1h' };

    private isSent = false;

    override onBar({ time, close }: Bar, { order }: Context): void {
      if (this.isSent || newYorkDate(time) < parseDate(date)) return;
      this.isSent = true;
      order.market(symbol, 'buy', sharesAt(close), { reason: 'once' });
    }
  };
}
