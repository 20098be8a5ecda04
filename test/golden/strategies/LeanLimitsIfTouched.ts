/** The rule of LEAN's LimitIfTouchedRegressionAlgorithm. */
import { newYorkDate } from '../../../src/calendar/newYorkTime.js';
import { parseDate } from '../../../src/calendar/tradingDate.js';
import { Strategy } from '../../../src/index.js';
import type { Bar, Context, StrategyFill } from '../../../src/index.js';

const SHARES = 10;
const SALES_FROM = parseDate('2013-10-09');
const OPTIONS = { reason: 'touch', timeInForce: 'gtc' } as const;

/**
 * Limits a dollar away that work once the price has come a quarter of one nearer; a share less with each bar. Purchases
 * for two days, each given up at the last share; then sales, which keep their last share.
 */
export default class LeanLimitsIfTouched extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

  private open: { id: string; side: 'buy' | 'sell'; shares: number; trigger: number } | undefined;

  override onBar({ symbol, time, close }: Bar, { order }: Context): void {
    if (this.open === undefined) {
      const side = newYorkDate(time) < SALES_FROM ? 'buy' : 'sell';
      const sign = side === 'buy' ? 1 : -1;
      const trigger = close - 0.25 * sign;
      const id = order.limitIfTouched(symbol, side, SHARES, trigger, close - sign, OPTIONS);
      this.open = { id, side, shares: SHARES, trigger };
      return;
    }
    const { id, side, shares, trigger } = this.open;
    if (side === 'buy' && shares === 1) {
      order.cancel(id);
      this.open = undefined;
      return;
    }
    const next = { shares: Math.max(shares - 1, 1), trigger: Number(trigger.toPrecision(5)) };
    if (next.shares === shares && next.trigger === trigger) return;
    const replaced = order.replace(id, { shares: next.shares, stop: next.trigger });
    if (replaced !== undefined) this.open = { id: replaced, side, ...next };
  }

  override onFill({ orderId }: StrategyFill): void {
    if (this.open?.id === orderId) this.open = undefined;
  }
}
