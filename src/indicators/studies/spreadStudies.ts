/** Studies of how wide bars and changes are, and where a value ranks; conventions are those of TA-Lib 0.8.1. */
import type { BarTable } from '../../domain/marketTables.js';
import { SimpleAverage } from '../averages.js';
import { ExponentialAverage } from '../exponentialAverages.js';
import { RollingSum, Window } from '../rolling.js';
import { RollingMoments } from '../RollingMoments.js';
import type { Study } from '../Study.js';
import { priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';

function rangeOf(table: BarTable, row: number): number {
  return (table.high[row] ?? 0) - (table.low[row] ?? 0);
}

/** The simple average of high − low (ADR), which unlike a true range leaves gaps out. */
export class AverageRange implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly average: SimpleAverage;

  constructor(length: number) {
    this.warmUpBars = length;
    this.average = new SimpleAverage(length);
  }

  next(table: BarTable, row: number): boolean {
    const average = this.average.push(rangeOf(table, row));
    this.out[0] = average;
    return !Number.isNaN(average);
  }
}

/** Chaikin's volatility (CVI): the change in percent over `change` bars of an exponential average of high − low. */
export class ChaikinVolatility implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly average: ExponentialAverage;
  private readonly past: Window;

  constructor(length: number, change: number) {
    this.warmUpBars = length + change;
    this.average = new ExponentialAverage(length);
    this.past = new Window(change);
  }

  next(table: BarTable, row: number): boolean {
    const { past, out } = this;
    const average = this.average.push(rangeOf(table, row));
    if (Number.isNaN(average)) return false;
    const isReady = past.full;
    const before = past.leaving;
    past.push(average);
    out[0] = before === 0 ? 0 : (100 * (average - before)) / before;
    return isReady;
  }
}

/**
 * Dorsey's mass index (1992; MASSI): the sum over `sum` bars of an exponential average of high − low ÷ the average of
 * that average. A bar counts 1 while both are 0.
 */
export class MassIndex implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly once: ExponentialAverage;
  private readonly twice: ExponentialAverage;
  private readonly ratios: RollingSum;

  constructor(length: number, sum: number) {
    this.warmUpBars = 2 * length + sum - 2;
    this.once = new ExponentialAverage(length);
    this.twice = new ExponentialAverage(length);
    this.ratios = new RollingSum(sum);
  }

  next(table: BarTable, row: number): boolean {
    const once = this.once.push(rangeOf(table, row));
    if (Number.isNaN(once)) return false;
    const twice = this.twice.push(once);
    if (Number.isNaN(twice)) return false;
    this.out[0] = this.ratios.push(twice === 0 ? 1 : once / twice);
    return this.ratios.full;
  }
}

/**
 * Dorsey's relative volatility index (1993; RVI): Wilder's index of relative strength with the standard deviation of
 * the last `deviation` prices in place of the changes' sizes. 0 to 100; 50 where nothing moved.
 */
export class RelativeVolatility implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly moments: RollingMoments;
  private readonly ups: ExponentialAverage;
  private readonly downs: ExponentialAverage;
  private readonly kind: PriceKind;
  private before = NaN;

  constructor(length: number, deviation: number, kind: PriceKind) {
    this.warmUpBars = Math.max(deviation, 2) + length - 1;
    this.moments = new RollingMoments(deviation);
    this.ups = new ExponentialAverage(length, 1 / length);
    this.downs = new ExponentialAverage(length, 1 / length);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { moments, out } = this;
    const value = priceOf(this.kind, table, row);
    const change = value - this.before;
    this.before = value;
    moments.push(value);
    if (!moments.full || Number.isNaN(change)) return false;
    const deviation = Math.sqrt(moments.variance);
    const up = this.ups.push(change > 0 ? deviation : 0);
    const down = this.downs.push(change < 0 ? deviation : 0);
    out[0] = up + down === 0 ? 50 : (100 * up) / (up + down);
    return !Number.isNaN(up);
  }
}

/** The last `length` values in ascending order. A value costs moving those between the old place and the new one. */
class SortedWindow {
  readonly sorted: Float64Array;
  private readonly window: Window;

  constructor(length: number) {
    this.window = new Window(length);
    this.sorted = new Float64Array(length);
  }

  get full(): boolean {
    return this.window.full;
  }

  push(value: number): void {
    const { sorted, window } = this;
    let count = window.filled;
    if (window.full) {
      const gone = this.below(window.leaving);
      sorted.copyWithin(gone, gone + 1, count);
      count -= 1;
    }
    const place = this.below(value, count);
    sorted.copyWithin(place + 1, place, count);
    sorted[place] = value;
    window.push(value);
  }

  /** How many of the first `count` values are less than a value. */
  below(value: number, count = this.window.filled): number {
    let from = 0;
    let to = count;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.sorted[middle] ?? 0) < value) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** The value of the last `length` that `percent` of them do not exceed (PERCENTILE, nearest rank): one of them. */
export class Percentile implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly values: SortedWindow;
  private readonly rank: number;
  private readonly kind: PriceKind;

  constructor(length: number, percent: number, kind: PriceKind) {
    this.warmUpBars = length;
    this.values = new SortedWindow(length);
    this.rank = Math.max(0, Math.ceil((percent / 100) * length) - 1);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { values, out } = this;
    values.push(priceOf(this.kind, table, row));
    out[0] = values.sorted[this.rank] ?? NaN;
    return values.full;
  }
}

/** How many percent of the `length` values before are less than the newest one (PERCENTRANK). */
export class PercentRank implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly values: SortedWindow;
  private readonly length: number;
  private readonly kind: PriceKind;

  constructor(length: number, kind: PriceKind) {
    this.warmUpBars = length + 1;
    this.values = new SortedWindow(length);
    this.length = length;
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { values, out, length } = this;
    const value = priceOf(this.kind, table, row);
    const isReady = values.full;
    out[0] = (100 * values.below(value)) / length;
    values.push(value);
    return isReady;
  }
}
