/**
 * Wilder's parabolic stop and reverse (1978; SAR), and its form with limits for each direction (SAREXT): the factor
 * starts at `initial`, gains `step` with each new extreme, up to `most`. The first direction is short if the second
 * bar's low fell by more than its high rose, unless `start` says otherwise. TA-Lib tells a short stop of SAREXT as a
 * negative number; here the direction is a line of its own.
 */
import type { BarTable } from '../../domain/marketTables.js';
import type { Study } from '../Study.js';

/** How the factor of one direction grows. */
export interface SarFactor {
  readonly initial: number;
  readonly step: number;
  readonly most: number;
}

/** See the module header; `long` and `short` are the factors of the two directions. */
export interface SarOptions {
  readonly long: SarFactor;
  readonly short: SarFactor;
  /** First stop in raw units: above 0 begins long, below 0 short at its distance from 0; else by the first bars. */
  readonly start?: number;
  /** Share of itself by which the stop moves away from the price at a reversal. */
  readonly offset?: number;
}

/** See the module header. Lines: the stop; 1 while long (the stop below the price), -1 while short. */
export class ParabolicSar implements Study {
  readonly warmUpBars = 2;
  readonly out = new Float64Array(2);
  private readonly longFactor: SarFactor;
  private readonly shortFactor: SarFactor;
  private readonly start: number;
  private readonly offset: number;
  private bars = 0;
  private isLong = true;
  private stop = 0;
  private extreme = 0;
  private factor = 0;
  private highBefore = 0;
  private lowBefore = 0;

  constructor({ long, short, start = 0, offset = 0 }: SarOptions) {
    this.longFactor = limited(long);
    this.shortFactor = limited(short);
    this.start = start;
    this.offset = offset;
  }

  next(table: BarTable, row: number): boolean {
    const high = table.high[row] ?? 0;
    const low = table.low[row] ?? 0;
    this.bars += 1;
    if (this.bars === 1) {
      this.highBefore = high;
      this.lowBefore = low;
      return false;
    }
    // The first bars are looked at once more as the bar before and the bar itself.
    if (this.bars === 2) this.begin(high, low);
    if (this.isLong) this.long(high, low);
    else this.short(high, low);
    this.out[1] = this.isLong ? 1 : -1;
    this.highBefore = high;
    this.lowBefore = low;
    return true;
  }

  private begin(high: number, low: number): void {
    const rise = high - this.highBefore;
    const fall = this.lowBefore - low;
    this.isLong = this.start === 0 ? !(fall > 0 && rise < fall) : this.start > 0;
    this.extreme = this.isLong ? high : low;
    this.stop = this.isLong ? this.lowBefore : this.highBefore;
    if (this.start !== 0) this.stop = Math.abs(this.start);
    this.factor = (this.isLong ? this.longFactor : this.shortFactor).initial;
    this.highBefore = high;
    this.lowBefore = low;
  }

  private long(high: number, low: number): void {
    if (low <= this.stop) {
      this.isLong = false;
      this.turn(Math.max(this.extreme, this.highBefore, high) * (1 + this.offset), low, this.shortFactor);
      this.stop = Math.max(this.stop, this.highBefore, high);
      return;
    }
    this.out[0] = this.stop;
    if (high > this.extreme) this.gain(high, this.longFactor);
    this.stop = Math.min(this.stop + this.factor * (this.extreme - this.stop), this.lowBefore, low);
  }

  private short(high: number, low: number): void {
    if (high >= this.stop) {
      this.isLong = true;
      this.turn(Math.min(this.extreme, this.lowBefore, low) * (1 - this.offset), high, this.longFactor);
      this.stop = Math.min(this.stop, this.lowBefore, low);
      return;
    }
    this.out[0] = this.stop;
    if (low < this.extreme) this.gain(low, this.shortFactor);
    this.stop = Math.max(this.stop + this.factor * (this.extreme - this.stop), this.highBefore, high);
  }

  /** The stop is hit: the other direction begins at `stop`, with `extreme` as its first extreme. */
  private turn(stop: number, extreme: number, { initial }: SarFactor): void {
    this.out[0] = stop;
    this.factor = initial;
    this.extreme = extreme;
    this.stop = stop + this.factor * (extreme - stop);
  }

  private gain(extreme: number, { step, most }: SarFactor): void {
    this.extreme = extreme;
    this.factor = Math.min(most, this.factor + step);
  }
}

function limited({ initial, step, most }: SarFactor): SarFactor {
  return { initial: Math.min(initial, most), step: Math.min(step, most), most };
}
