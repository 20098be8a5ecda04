/** The rule of LEAN's StopLimitOrderRegressionAlgorithm. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context, StrategyFill } from '../../../src/index.js';

/** A stop-limit to buy 10 % above the high in a rising trend, then one to sell 1 % below the low in a falling one. */
export default class LeanStopLimits extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1d' };

  private readonly fast = this.ema(30);
  private readonly slow = this.ema(60);
  private state: 'none' | 'buying' | 'long' | 'selling' = 'none';

  override onBar(bar: Bar, ctx: Context): void {
    const options = { reason: 'trend', timeInForce: 'gtc' } as const;
    const trend = this.fast.value - this.slow.value * 1.001;
    if (this.state === 'none' && trend > 0) {
      ctx.order.stopLimit(bar.symbol, 'buy', 100, bar.high * 1.1, bar.high * 1.11, options);
      this.state = 'buying';
    } else if (this.state === 'long' && trend < 0) {
      ctx.order.stopLimit(bar.symbol, 'sell', 100, bar.low * 0.99, bar.low * 0.98, options);
      this.state = 'selling';
    }
  }

  override onFill(fill: StrategyFill): void {
    if (fill.side === 'buy') this.state = 'long';
  }
}
