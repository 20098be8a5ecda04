/** The rule of LEAN's TrailingStopOrderRegressionAlgorithm. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context, StrategyFill } from '../../../src/index.js';

/** A trailing stop to buy, 2 dollars away; on the first bar after its fill one to sell, 50 cents away. */
export default class LeanTrailingStops extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

  private bought: 'no' | 'asked' | 'yes' | 'selling' = 'no';

  override onBar(bar: Bar, ctx: Context): void {
    const options = { reason: 'trailing', timeInForce: 'gtc' } as const;
    if (this.bought === 'no') {
      ctx.order.trailingStop(bar.symbol, 'buy', 100, { distance: 2 }, options);
      this.bought = 'asked';
    } else if (this.bought === 'yes') {
      ctx.order.trailingStop(bar.symbol, 'sell', 100, { distance: 0.5 }, options);
      this.bought = 'selling';
    }
  }

  override onFill(fill: StrategyFill): void {
    if (fill.side === 'buy') this.bought = 'yes';
  }
}
