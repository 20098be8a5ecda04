/** Buying weakness: a fall that was too fast tends to be partly made good. Wilder's index says how fast it was. */
import type { Bar } from '../Bar.js';
import type { Context, EntryOptions } from '../Context.js';
import { param } from '../param.js';
import { Strategy } from '../Strategy.js';
import type { StrategySetup } from '../Strategy.js';
import { demand } from './parameterRules.js';
import { isRegular } from './regularHours.js';

const params = {
  length: param.int({ default: 14, min: 2, max: 100, label: 'RSI', unit: 'bars' }),
  oversold: param.number({ default: 30, min: 1, max: 49, step: 1, label: 'Oversold below' }),
  overbought: param.number({ default: 70, min: 51, max: 99, step: 1, label: 'Overbought above' }),
  exit: param.number({ default: 50, min: 2, max: 98, step: 1, label: 'Exit at' }),
  trend: param.int({ default: 0, min: 0, max: 400, label: 'Trend average (0: none)', unit: 'bars' }),
  stop: param.number({ default: 0, min: 0, max: 50, step: 0.5, label: 'Stop loss (0: none)', unit: '%' }),
  direction: param.choice(['long', 'longShort'], { default: 'long', label: 'Direction' }),
};

/**
 * Buys when the index falls below `oversold` and sells when it is back at `exit`; with `longShort` the mirror image
 * above `overbought`. With a trend average it buys only above it, and sells short only below it. It acts in regular
 * hours; a fall outside them is let go.
 */
export default class RsiReversion extends Strategy.with(params) {
  static override readonly subscribe = { timeframe: '1d', warmUp: 'auto' };
  static override readonly description = 'Buys when the relative strength index is oversold, sells when it recovers.';

  private readonly rsiLine = this.rsi(this.p.length);
  private readonly trend = this.p.trend > 0 ? this.sma(this.p.trend) : undefined;
  private readonly both = this.p.direction === 'longShort';
  private readonly exits = this.p.stop > 0 ? { stop: { percent: this.p.stop } } : {};

  /** Throws `STRATEGY_PARAMETER_INVALID` for an exit outside the two levels. */
  constructor(setup: StrategySetup) {
    super(setup);
    const { oversold, overbought, exit } = this.p;
    demand(
      oversold < exit && exit < overbought,
      `The parameter exit of rsi-reversion is ${exit}: it must lie between ${oversold} and ${overbought}.`,
      'Give an exit between oversold and overbought, such as exit=50.',
    );
  }

  override onBar(bar: Bar, ctx: Context): void {
    if (!isRegular(bar)) return;
    const { symbol } = bar;
    const { value } = this.rsiLine;
    const { quantity } = ctx.position(symbol);
    if (quantity > 0 && value >= this.p.exit) ctx.exit(symbol, { reason: 'RSI recovered' });
    else if (quantity < 0 && value <= this.p.exit) ctx.exit(symbol, { reason: 'RSI came back down' });
    else if (quantity === 0) this.enter(bar, ctx);
  }

  private enter(bar: Bar, ctx: Context): void {
    const { close, symbol } = bar;
    const options = (reason: string): EntryOptions => ({ reason, ...this.exits });
    if (this.rsiLine.crossedBelow(this.p.oversold)) {
      if (this.trend === undefined || close > this.trend.value) ctx.enterLong(symbol, options('RSI oversold'));
    } else if (this.both && this.rsiLine.crossedAbove(this.p.overbought)) {
      if (this.trend === undefined || close < this.trend.value) ctx.enterShort(symbol, options('RSI overbought'));
    }
  }
}
