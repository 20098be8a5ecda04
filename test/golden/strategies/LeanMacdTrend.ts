/** The rule of LEAN's MACDTrendAlgorithm. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';

const TOLERANCE = 0.0025;

/** Long while the MACD is above its signal by a part of the fast average, flat below. */
export default class LeanMacdTrend extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1d' };

  private readonly fast = this.ema(12);
  private readonly slow = this.ema(26);
  private signal = Number.NaN;
  private readonly seed: number[] = [];

  override onBar(bar: Bar, ctx: Context): void {
    const macd = this.fast.value - this.slow.value;
    if (this.seed.length < 9) {
      this.seed.push(macd);
      if (this.seed.length < 9) return;
      this.signal = this.seed.reduce((sum, one) => sum + one, 0) / 9;
    } else {
      this.signal += (macd - this.signal) * 0.2;
    }
    const delta = (macd - this.signal) / this.fast.value;
    const held = ctx.position(bar.symbol).quantity;
    if (held <= 0 && delta > TOLERANCE) ctx.enterLong(bar.symbol, { reason: 'macd above signal' });
    else if (held >= 0 && delta < -TOLERANCE) ctx.exit(bar.symbol, { reason: 'macd below signal' });
  }
}
