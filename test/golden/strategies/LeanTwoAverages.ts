/** The rule of LEAN's ParameterizedAlgorithm with the parameters that its launcher gives. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';

/** All in while the fast average is a tenth of a percent above the slow one; out when it is as far below. */
export default class LeanTwoAverages extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

  private readonly fast = this.ema(10);
  private readonly slow = this.ema(20);

  override onBar({ symbol }: Bar, ctx: Context): void {
    if (this.fast.value > this.slow.value * 1.001) ctx.target(symbol, { weight: 1 }, { reason: 'above' });
    else if (this.fast.value < this.slow.value * 0.999) ctx.exit(symbol, { reason: 'below' });
  }
}
