/** Trend following with Appel's convergence/divergence of two exponential averages. */
import type { Bar } from '../Bar.js';
import type { Context } from '../Context.js';
import { param } from '../param.js';
import { Strategy } from '../Strategy.js';
import type { StrategySetup } from '../Strategy.js';
import { demandShorter } from './parameterRules.js';
import { crossOf, RegularCrosses } from './regularHours.js';

const params = {
  fast: param.int({ default: 12, min: 2, max: 200, label: 'Fast average', unit: 'bars' }),
  slow: param.int({ default: 26, min: 3, max: 400, label: 'Slow average', unit: 'bars' }),
  signal: param.int({ default: 9, min: 1, max: 100, label: 'Signal average', unit: 'bars' }),
  zeroLine: param.bool({ default: false, label: 'Only on the trend side of zero' }),
  direction: param.choice(['long', 'longShort'], { default: 'long', label: 'Direction' }),
};

/**
 * Buys when MACD crosses above its signal line; exits (or reverses) on the cross back. With `zeroLine` it buys only
 * while MACD is above zero and sells short only while it is below: pullbacks within a trend. A cross outside regular
 * hours is acted on with the first bar inside, unless they have crossed back.
 */
export default class MacdTrend extends Strategy.with(params) {
  static override readonly subscribe = { timeframe: '1d', warmUp: 'auto' };
  static override readonly description =
    'Buys when MACD crosses above its signal line; exits or reverses on the cross back.';

  private readonly macd = this.ta.macd(this.p);
  private readonly both = this.p.direction === 'longShort';
  private readonly crosses = new RegularCrosses();

  /** Throws `STRATEGY_PARAMETER_INVALID` for averages the wrong way round. */
  constructor(setup: StrategySetup) {
    super(setup);
    demandShorter('macd-trend', this.p, params);
  }

  override onBar(bar: Bar, ctx: Context): void {
    const cross = this.crosses.take(bar, crossOf(this.macd.difference, this.macd.signal));
    if (cross === undefined) return;
    const { symbol } = bar;
    const { quantity } = ctx.position(symbol);
    const level = this.macd.difference.value;
    if (cross === 'above') {
      if (!this.p.zeroLine || level > 0) ctx.enterLong(symbol, { reason: 'MACD crossed above its signal line' });
      else if (quantity < 0) ctx.exit(symbol, { reason: 'MACD crossed above its signal line' });
    } else if (this.both && (!this.p.zeroLine || level < 0)) {
      ctx.enterShort(symbol, { reason: 'MACD crossed below its signal line' });
    } else if (quantity > 0) {
      ctx.exit(symbol, { reason: 'MACD crossed below its signal line' });
    }
  }
}
