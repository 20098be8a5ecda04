/** Reversion to a moving average: a close outside Bollinger's bands is taken for an exaggeration. */
import type { Bar } from '../Bar.js';
import type { Context } from '../Context.js';
import { param } from '../param.js';
import { Strategy } from '../Strategy.js';
import { isRegular } from './regularHours.js';

const params = {
  length: param.int({ default: 20, min: 2, max: 200, label: 'Average', unit: 'bars' }),
  width: param.number({ default: 2, min: 0.5, max: 5, step: 0.25, label: 'Width', unit: 'standard deviations' }),
  stop: param.number({ default: 0, min: 0, max: 50, step: 0.5, label: 'Stop loss (0: none)', unit: '%' }),
  direction: param.choice(['long', 'longShort'], { default: 'long', label: 'Direction' }),
};

/**
 * Buys when a bar closes below the lower band after one that did not, and sells when one closes at or above the
 * average; with `longShort` the mirror image at the upper band. It acts in regular hours.
 */
export default class BollingerReversion extends Strategy.with(params) {
  static override readonly subscribe = { timeframe: '1d', warmUp: 'auto' };
  static override readonly description = 'Buys closes below the lower Bollinger band, sells back at the average.';

  private readonly bands = this.ta.bollinger(this.p.length, this.p.width);
  private readonly closes = this.sma(1);
  private readonly both = this.p.direction === 'longShort';
  private readonly exits = this.p.stop > 0 ? { stop: { percent: this.p.stop } } : {};

  override onBar(bar: Bar, ctx: Context): void {
    if (!isRegular(bar)) return;
    const { symbol, close } = bar;
    const { quantity } = ctx.position(symbol);
    const { upper, middle, lower } = this.bands;
    if (quantity > 0) {
      if (close >= middle.value) ctx.exit(symbol, { reason: 'back at the average' });
    } else if (quantity < 0) {
      if (close <= middle.value) ctx.exit(symbol, { reason: 'back at the average' });
    } else if (this.closes.crossedBelow(lower)) {
      ctx.enterLong(symbol, { reason: 'closed below the lower band', ...this.exits });
    } else if (this.both && this.closes.crossedAbove(upper)) {
      ctx.enterShort(symbol, { reason: 'closed above the upper band', ...this.exits });
    }
  }
}
