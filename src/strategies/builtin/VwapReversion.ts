/** Intraday reversion: a price far from the day's volume-weighted average is expected to come back to it. */
import type { Bar } from '../Bar.js';
import type { Context } from '../Context.js';
import { param } from '../param.js';
import { Strategy } from '../Strategy.js';
import type { StrategySetup } from '../Strategy.js';
import { demand } from './parameterRules.js';
import { regularPlace } from './regularHours.js';

const params = {
  length: param.int({ default: 30, min: 5, max: 200, label: 'Deviation of', unit: 'bars' }),
  width: param.number({ default: 2, min: 0.5, max: 6, step: 0.25, label: 'Enter at', unit: 'standard deviations' }),
  stop: param.number({
    default: 4,
    min: 0,
    max: 12,
    step: 0.5,
    label: 'Give up at (0: never)',
    unit: 'standard deviations',
  }),
  notBefore: param.int({ default: 30, min: 0, max: 240, label: 'No entries before', unit: 'minutes after the open' }),
  notAfter: param.int({ default: 30, min: 1, max: 240, label: 'No entries after', unit: 'minutes before the close' }),
  flatBeforeClose: param.int({ default: 5, min: 1, max: 120, label: 'Flat before the close', unit: 'minutes' }),
  direction: param.choice(['long', 'longShort'], { default: 'longShort', label: 'Direction' }),
};

/**
 * Measures how many standard deviations of the last closes the price lies from the session's VWAP. Buys when it goes
 * below −`width`, sells at the VWAP, and gives up at −`stop`; with `longShort` the mirror image above. Trades in
 * regular hours, not in the first and last minutes, and is flat before the close.
 */
export default class VwapReversion extends Strategy.with(params) {
  static override readonly subscribe = { timeframe: '1m', warmUp: 'auto' };
  static override readonly description =
    "Trades back to the session's volume-weighted average price, flat at the close.";

  private readonly average = this.vwap();
  private readonly deviation = this.ta.deviation(this.p.length);
  /** Distance from the VWAP with the bar before, in standard deviations, by symbol; of the same session. */
  private readonly before = new Map<string, { readonly session: number; readonly distance: number }>();

  /** Throws `STRATEGY_PARAMETER_INVALID` for a stop that lies inside the entry, or a day without time for entries. */
  constructor(setup: StrategySetup) {
    super(setup);
    const { width, stop, notAfter, flatBeforeClose } = this.p;
    demand(
      stop === 0 || stop > width,
      `The parameter stop of vwap-reversion is ${stop}, and width is ${width}: it must lie further out than the entry.`,
      'Give a larger stop, or stop=0 for none.',
    );
    demand(
      notAfter >= flatBeforeClose,
      `The parameter notAfter of vwap-reversion is ${notAfter}, flatBeforeClose ${flatBeforeClose}: too late.`,
      'Give notAfter at least as many minutes as flatBeforeClose.',
    );
  }

  override onBar(bar: Bar, ctx: Context): void {
    const place = regularPlace(bar);
    if (place === undefined) return;
    const { symbol, close } = bar;
    const { quantity } = ctx.position(symbol);
    if (place.minutesLeft <= this.p.flatBeforeClose) {
      if (quantity !== 0) ctx.exit(symbol, { reason: 'flat before the close' });
      return;
    }
    const deviation = this.deviation.value;
    if (!this.average.ready || !(deviation > 0)) return;
    const distance = (close - this.average.value) / deviation;
    const last = this.before.get(symbol);
    this.before.set(symbol, { session: place.open, distance });
    if (quantity !== 0) this.leave(symbol, Math.sign(quantity) * distance, ctx);
    else if (place.minutesIn > this.p.notBefore && place.minutesLeft > this.p.notAfter) {
      this.enter(symbol, last?.session === place.open ? last.distance : 0, distance, ctx);
    }
  }

  /** `distance` counts towards the side of the position. */
  private leave(symbol: string, distance: number, ctx: Context): void {
    if (distance >= 0) ctx.exit(symbol, { reason: 'back at the VWAP' });
    else if (this.p.stop > 0 && distance <= -this.p.stop) ctx.exit(symbol, { reason: 'too far from the VWAP' });
  }

  private enter(symbol: string, last: number, distance: number, ctx: Context): void {
    const { width, direction } = this.p;
    if (distance < -width && last >= -width) ctx.enterLong(symbol, { reason: 'far below the VWAP' });
    else if (direction === 'longShort' && distance > width && last <= width) {
      ctx.enterShort(symbol, { reason: 'far above the VWAP' });
    }
  }
}
