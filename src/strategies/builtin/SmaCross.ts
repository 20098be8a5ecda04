/** Trend following with two averages: the smallest strategy that trades both ways. */
import type { Bar } from '../Bar.js';
import type { Context } from '../Context.js';
import { param } from '../param.js';
import { Strategy } from '../Strategy.js';

const params = {
  fast: param.int({ default: 10, min: 1, max: 400, label: 'Fast average', unit: 'bars' }),
  slow: param.int({ default: 50, min: 2, max: 1000, label: 'Slow average', unit: 'bars' }),
  direction: param.choice(['long', 'longShort'], { default: 'long', label: 'Direction' }),
};

/** Buys when the fast average crosses above the slow one; exits (or reverses) on the cross back. */
export default class SmaCross extends Strategy.with(params) {
  static override readonly subscribe = { timeframe: '1m', warmUp: 'auto' };
  static override readonly description =
    'Buys when a fast average of closes crosses above a slow one; exits or reverses on the cross back.';

  private readonly fast = this.sma(this.p.fast);
  private readonly slow = this.sma(this.p.slow);
  private readonly both = this.p.direction === 'longShort';

  override onBar(bar: Bar, ctx: Context): void {
    if (this.fast.crossedAbove(this.slow)) {
      ctx.enterLong(bar.symbol, { reason: 'fast average crossed above slow' });
    } else if (this.fast.crossedBelow(this.slow)) {
      if (this.both) ctx.enterShort(bar.symbol, { reason: 'fast average crossed below slow' });
      else ctx.exit(bar.symbol, { reason: 'fast average crossed below slow' });
    }
  }
}
