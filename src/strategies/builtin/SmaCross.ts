/** Trend following with two averages: the smallest strategy that trades both ways. */
import type { Bar } from '../Bar.js';
import type { Context } from '../Context.js';
import { param } from '../param.js';
import { Strategy } from '../Strategy.js';
import type { StrategySetup } from '../Strategy.js';
import { demandShorter } from './parameterRules.js';
import { crossOf, RegularCrosses } from './regularHours.js';

const params = {
  fast: param.int({ default: 10, min: 1, max: 400, label: 'Fast average', unit: 'bars' }),
  slow: param.int({ default: 50, min: 2, max: 1000, label: 'Slow average', unit: 'bars' }),
  direction: param.choice(['long', 'longShort'], { default: 'long', label: 'Direction' }),
};

/**
 * Buys when the fast average crosses above the slow one; exits (or reverses) on the cross back. It acts on bars of
 * regular hours: orders from other hours could only wait. A cross outside them is acted on with the first bar inside,
 * unless the averages have crossed back.
 */
export default class SmaCross extends Strategy.with(params) {
  static override readonly subscribe = { timeframe: '1m', warmUp: 'auto' };
  static override readonly description =
    'Buys when a fast average of closes crosses above a slow one; exits or reverses on the cross back.';

  private readonly fast = this.sma(this.p.fast);
  private readonly slow = this.sma(this.p.slow);
  private readonly both = this.p.direction === 'longShort';
  private readonly crosses = new RegularCrosses();

  /** Throws `STRATEGY_PARAMETER_INVALID` for averages that cannot cross as they are meant to. */
  constructor(setup: StrategySetup) {
    super(setup);
    demandShorter('sma-cross', this.p, params);
  }

  override onBar(bar: Bar, ctx: Context): void {
    const cross = this.crosses.take(bar, crossOf(this.fast, this.slow));
    if (cross === undefined) return;
    const { symbol } = bar;
    if (cross === 'above') ctx.enterLong(symbol, { reason: 'fast average crossed above slow' });
    else if (this.both) ctx.enterShort(symbol, { reason: 'fast average crossed below slow' });
    else ctx.exit(symbol, { reason: 'fast average crossed below slow' });
  }
}
