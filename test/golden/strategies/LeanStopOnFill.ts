/** The rule of LEAN's StopLossOnOrderEventRegressionAlgorithm. */
import { Strategy } from '../../../src/index.js';
import type { Context, StrategyFill } from '../../../src/index.js';

/** Sells short on the first bar; the fill itself asks for a stop to buy back, two dollars below the market. */
export default class LeanStopOnFill extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

  private isSent = false;

  override onBar(_bar: unknown, { order }: Context): void {
    if (!this.isSent) order.market('SPY', 'sell', 100, { reason: 'entry' });
    this.isSent = true;
  }

  override onFill({ side, price }: StrategyFill, { order }: Context): void {
    if (side === 'sell') order.stop('SPY', 'buy', 100, price - 2, { reason: 'stop', timeInForce: 'gtc' });
  }
}
