/**
 * The dominant cycle of a price (Ehlers, Rocket Science for Traders, 2001) by his Hilbert transform, with the
 * smoothing, limits and start of TA-Lib 0.4: four bars are weighted 4, 3, 2, 1 into a smoothed price; the transform's
 * filters begin at zero, after the first `skipped` bars. Everything downstream remembers that start, so it is part of
 * the variant.
 */
import { DEGREES_PER_RADIAN, exactAtan } from '../utils/exactTrigonometry.js';

/** Bars that a filter looks back over, its newest included. */
const TAPS = 7;
const SHORTEST = 6;
const LONGEST = 50;

/** Bars that TA-Lib leaves out before the filters of the cycle alone start, and until its first values. */
export const SKIPPED = 12;
export const CYCLE_WARM_UP = 33;

/** A filter that shifts a series by a quarter of a cycle: 0.0962, 0, 0.5769, 0, −0.5769, 0, −0.0962. */
class QuarterShift {
  private readonly inputs = new Float64Array(TAPS);
  private head = 0;

  push(value: number, gain: number): number {
    const { inputs, head } = this;
    inputs[head] = value;
    const two = inputs[(head + 5) % TAPS] ?? 0;
    const four = inputs[(head + 3) % TAPS] ?? 0;
    const six = inputs[(head + 1) % TAPS] ?? 0;
    this.head = (head + 1) % TAPS;
    // In this order, TA-Lib's, a series that stands still gives 0, not leftovers whose ratios would be read as phases.
    return (0.0962 * value - 0.0962 * six - 0.5769 * four + 0.5769 * two) * gain;
  }
}

/** See the module header. Constant time per bar. */
export class HilbertCycle {
  /** The newest weighted price. */
  smoothed = 0;
  inPhase = 0;
  quadrature = 0;
  /** Bars of the cycle as TA-Lib limits it, and smoothed once more, which is what HT_DCPERIOD tells. */
  smoothPeriod = 0;
  private period = 0;
  /** The prices of the last three bars, newest first. */
  private price1 = 0;
  private price2 = 0;
  private price3 = 0;
  private readonly detrend = new QuarterShift();
  private readonly quarter = new QuarterShift();
  private readonly inPhaseAhead = new QuarterShift();
  private readonly quadratureAhead = new QuarterShift();
  /** Detrended prices of the last three bars, newest first. */
  private before1 = 0;
  private before2 = 0;
  private before3 = 0;
  private i2 = 0;
  private q2 = 0;
  private real = 0;
  private imaginary = 0;
  private toSkip: number;

  constructor(skipped: number) {
    this.toSkip = skipped;
  }

  /** Takes a price in; whether it was past the skipped ones. */
  push(price: number): boolean {
    const smoothed = (4 * price + 3 * this.price1 + 2 * this.price2 + this.price3) * 0.1;
    this.price3 = this.price2;
    this.price2 = this.price1;
    this.price1 = price;
    if (this.toSkip > 0) {
      this.toSkip -= 1;
      return false;
    }
    this.smoothed = smoothed;
    const gain = 0.075 * this.period + 0.54;
    const detrended = this.detrend.push(smoothed, gain);
    this.quadrature = this.quarter.push(detrended, gain);
    this.inPhase = this.before3;
    const aheadI = this.inPhaseAhead.push(this.inPhase, gain);
    const aheadQ = this.quadratureAhead.push(this.quadrature, gain);
    this.before3 = this.before2;
    this.before2 = this.before1;
    this.before1 = detrended;
    const q2 = 0.2 * (this.quadrature + aheadI) + 0.8 * this.q2;
    const i2 = 0.2 * (this.inPhase - aheadQ) + 0.8 * this.i2;
    this.real = 0.2 * (i2 * this.i2 + q2 * this.q2) + 0.8 * this.real;
    this.imaginary = 0.2 * (i2 * this.q2 - q2 * this.i2) + 0.8 * this.imaginary;
    this.q2 = q2;
    this.i2 = i2;
    this.takePeriod();
    return true;
  }

  private takePeriod(): void {
    const before = this.period;
    let period = before;
    if (this.imaginary !== 0 && this.real !== 0) {
      period = 360 / (exactAtan(this.imaginary / this.real) * DEGREES_PER_RADIAN);
    }
    period = Math.max(Math.min(period, 1.5 * before), 0.67 * before);
    period = Math.min(Math.max(period, SHORTEST), LONGEST);
    this.period = 0.2 * period + 0.8 * before;
    this.smoothPeriod = 0.33 * this.period + 0.67 * this.smoothPeriod;
  }
}
