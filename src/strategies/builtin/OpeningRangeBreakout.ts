/** Momentum out of the first minutes of the day, after the idea that the open sets the day's direction. */
import type { Bar } from '../Bar.js';
import type { Context } from '../Context.js';
import { param } from '../param.js';
import { Strategy } from '../Strategy.js';
import { regularPlace } from './regularHours.js';

const params = {
  minutes: param.int({ default: 15, min: 1, max: 120, label: 'Opening range', unit: 'minutes' }),
  direction: param.choice(['long', 'longShort'], { default: 'long', label: 'Direction' }),
  flatBeforeClose: param.int({ default: 5, min: 1, max: 120, label: 'Flat before the close', unit: 'minutes' }),
};

/**
 * Enters when a bar closes outside the opening range, once per symbol, side and day; exits when a bar closes on
 * the other side of the range, and in any case before the close.
 */
export default class OpeningRangeBreakout extends Strategy.with(params) {
  static override readonly subscribe = { timeframe: '1m', warmUp: 'auto' };
  static override readonly description = "Trades the break of the first minutes' range, and is flat at the close.";

  private readonly range = this.openingRange(this.p.minutes);
  /** Start of regular trading of the day that a symbol's entries below belong to. */
  private readonly day = new Map<string, number>();
  private readonly entered = new Set<string>();

  override onBar(bar: Bar, ctx: Context): void {
    const place = regularPlace(bar);
    if (place === undefined) return;
    const symbol = bar.symbol;
    if (this.day.get(symbol) !== place.open) {
      this.day.set(symbol, place.open);
      this.entered.delete(`${symbol} long`);
      this.entered.delete(`${symbol} short`);
    }
    const quantity = ctx.position(symbol).quantity;
    if (place.minutesLeft <= this.p.flatBeforeClose) {
      if (quantity !== 0) ctx.exit(symbol, { reason: 'flat before the close' });
      return;
    }
    const { high, low } = this.range;
    if (!high.ready) return;
    const close = bar.close;
    if (close > high.value) this.onBreakout(symbol, quantity, 'long', ctx);
    else if (close < low.value) this.onBreakout(symbol, quantity, 'short', ctx);
  }

  private onBreakout(symbol: string, quantity: number, side: 'long' | 'short', ctx: Context): void {
    const word = side === 'long' ? 'above' : 'below';
    if (side === 'short' && this.p.direction === 'long') {
      if (quantity > 0) ctx.exit(symbol, { reason: 'closed below the opening range' });
      return;
    }
    const key = `${symbol} ${side}`;
    if (this.entered.has(key)) return;
    this.entered.add(key);
    const options = { reason: `closed ${word} the opening range` };
    if (side === 'long') ctx.enterLong(symbol, options);
    else ctx.enterShort(symbol, options);
  }
}
