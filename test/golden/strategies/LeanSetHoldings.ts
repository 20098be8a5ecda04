/** The rule of LEAN's SetHoldingsRegressionAlgorithm. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';

/** Raises the holding in four steps within one bar. */
export default class LeanSetHoldings extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

  private done = false;

  override onBar(bar: Bar, ctx: Context): void {
    if (this.done) return;
    this.done = true;
    for (const weight of [0.1, 0.2, 0.3, 1]) ctx.target(bar.symbol, { weight }, { reason: 'set holdings' });
  }
}
