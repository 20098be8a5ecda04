/** The rules of LEAN's MarketOnCloseOrderBuffer algorithms, without the orders that come too late and are invalid. */
import { fromNewYork } from '../../../src/calendar/newYorkTime.js';
import { parseDate } from '../../../src/calendar/tradingDate.js';
import { Strategy } from '../../../src/index.js';
import type { Context, StrategyClass } from '../../../src/index.js';

const MINUTE = 60_000_000;

/** Buys two shares at the next close at each of these times: a New York date, hours and minutes. */
export function leanAtClose(
  ...times: readonly (readonly [date: string, hour: number, minute: number])[]
): StrategyClass {
  return class extends Strategy.with({}) {
    static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

    override onStart(ctx: Context): void {
      for (const [date, hour, minute] of times) {
        ctx.setTimer('buy', fromNewYork(parseDate(date), (hour * 60 + minute) * MINUTE));
      }
    }

    override onTimer(_name: string, { order }: Context): void {
      order.market('SPY', 'buy', 2, { reason: 'at the close', timeInForce: 'cls' });
    }
  };
}
