/** Studies of one bar's prices, of averages, and of simple figures of the last bars. */
import type { BarTable } from '../../domain/marketTables.js';
import { DEGREES_PER_RADIAN, exactAtan } from '../../utils/exactTrigonometry.js';
import type { Average } from '../averages.js';
import { extremeOf } from '../equalExtremes.js';
import type { EqualExtremes } from '../equalExtremes.js';
import type { RollingExtreme } from '../rolling.js';
import { RollingSum, RollingTrend, Window } from '../rolling.js';
import { RollingMoments } from '../RollingMoments.js';
import type { Study } from '../Study.js';

/** What a study reads of a bar; the last four are averages of its prices, as TA-Lib has them. */
export type PriceKind =
  'open' | 'high' | 'low' | 'close' | 'volume' | 'median' | 'typical' | 'weightedClose' | 'average';

/** The value of a kind: median (high + low) / 2, typical with the close, weighted with the close twice, or all four. */
export function priceOf(kind: PriceKind, table: BarTable, row: number): number {
  const high = table.high[row] ?? 0;
  const low = table.low[row] ?? 0;
  const close = table.close[row] ?? 0;
  switch (kind) {
    case 'open':
      return table.open[row] ?? 0;
    case 'high':
      return high;
    case 'low':
      return low;
    case 'close':
      return close;
    case 'volume':
      return table.volume[row] ?? 0;
    case 'median':
      return (high + low) / 2;
    case 'typical':
      return (high + low + close) / 3;
    case 'weightedClose':
      return (high + low + 2 * close) / 4;
    case 'average':
      return ((table.open[row] ?? 0) + high + low + close) / 4;
  }
}

/** The column that has the values of a kind as they are; undefined for an average of prices. */
export function plainColumn(kind: PriceKind, table: BarTable): Float64Array | undefined {
  const isAverage = kind === 'median' || kind === 'typical' || kind === 'weightedClose' || kind === 'average';
  return isAverage ? undefined : table[kind];
}

/** The price itself (AVGPRICE, MEDPRICE, TYPPRICE, WCLPRICE). */
export class Price implements Study {
  readonly warmUpBars = 1;
  readonly out = new Float64Array(1);
  private readonly kind: PriceKind;

  constructor(kind: PriceKind) {
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    this.out[0] = priceOf(this.kind, table, row);
    return true;
  }
}

/** Any average of a price (MA, WMA, DEMA, TEMA, TRIMA, KAMA, T3 …). */
export class AverageOf implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly average: Average;
  private readonly kind: PriceKind;

  constructor(average: Average, kind: PriceKind) {
    this.warmUpBars = average.warmUp;
    this.average = average;
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const value = this.average.push(priceOf(this.kind, table, row));
    this.out[0] = value;
    return !Number.isNaN(value);
  }
}

/** The sum of the last `length` values (SUM). */
export class Sum implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly sum: RollingSum;
  private readonly kind: PriceKind;

  constructor(length: number, kind: PriceKind) {
    this.warmUpBars = length;
    this.sum = new RollingSum(length);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    this.out[0] = this.sum.push(priceOf(this.kind, table, row));
    return this.sum.full;
  }
}

/** How a change of price is told: the difference, a fraction, a percent, or a ratio. */
export type ChangeKind = 'difference' | 'fraction' | 'percent' | 'ratio';

/** The change against the value `length` bars ago (MOM, ROCP, ROC, ROCR); 0 where that value was 0. */
export class Change implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly window: Window;
  private readonly how: ChangeKind;
  private readonly kind: PriceKind;

  constructor(length: number, how: ChangeKind, kind: PriceKind) {
    this.warmUpBars = length + 1;
    this.window = new Window(length);
    this.how = how;
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { window } = this;
    const isReady = window.full;
    const before = window.leaving;
    const value = priceOf(this.kind, table, row);
    window.push(value);
    if (isReady) this.out[0] = changeOf(this.how, value, before);
    return isReady;
  }
}

function changeOf(how: ChangeKind, value: number, before: number): number {
  if (how === 'difference') return value - before;
  if (before === 0) return 0;
  if (how === 'ratio') return value / before;
  return ((value - before) / before) * (how === 'percent' ? 100 : 1);
}

/**
 * Highest, lowest, and the middle between them, of one price (MAX, MIN, MINMAX, MIDPOINT) or of highs and lows
 * (MIDPRICE, Donchian's channel), and how many bars ago the extremes were (what MAXINDEX, MININDEX and MINMAXINDEX tell
 * as places): lines upper, lower, middle, bars since the upper, bars since the lower. {@link EqualExtremes} says which
 * of equal ones counts.
 */
export class Channel implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(5);
  private readonly highest: RollingExtreme;
  private readonly lowest: RollingExtreme;
  private readonly upperKind: PriceKind;
  private readonly lowerKind: PriceKind;

  constructor(length: number, upperKind: PriceKind, lowerKind: PriceKind, equal: EqualExtremes = 'newest') {
    this.warmUpBars = length;
    this.highest = extremeOf(length, 1, equal);
    this.lowest = extremeOf(length, -1, equal);
    this.upperKind = upperKind;
    this.lowerKind = lowerKind;
  }

  next(table: BarTable, row: number): boolean {
    const { highest, lowest, out } = this;
    const upper = highest.push(priceOf(this.upperKind, table, row));
    const lower = lowest.push(priceOf(this.lowerKind, table, row));
    out[0] = upper;
    out[1] = lower;
    out[2] = (upper + lower) / 2;
    out[3] = highest.ago;
    out[4] = lowest.ago;
    return highest.full;
  }
}

/**
 * Population variance and standard deviation of the last `length` values (VAR, STDDEV): lines variance, and `times` the
 * deviation.
 */
export class Deviation implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(2);
  private readonly moments: RollingMoments;
  private readonly kind: PriceKind;
  private readonly times: number;

  constructor(length: number, kind: PriceKind, times = 1) {
    this.warmUpBars = length;
    this.moments = new RollingMoments(length);
    this.kind = kind;
    this.times = times;
  }

  next(table: BarTable, row: number): boolean {
    const { moments, out } = this;
    moments.push(priceOf(this.kind, table, row));
    if (!moments.full) return false;
    out[0] = moments.variance;
    out[1] = this.times * Math.sqrt(moments.variance);
    return true;
  }
}

/** Mean distance from the mean of the last `length` values (AVGDEV). Costs `length` per bar. */
export class MeanDeviation implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly window: Window;
  private readonly sum: RollingSum;
  private readonly kind: PriceKind;

  constructor(length: number, kind: PriceKind) {
    this.warmUpBars = length;
    this.window = new Window(length);
    this.sum = new RollingSum(length);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { window, sum } = this;
    const value = priceOf(this.kind, table, row);
    window.push(value);
    const mean = sum.push(value) / window.length;
    if (!window.full) return false;
    this.out[0] = meanDistance(window, mean);
    return true;
  }
}

/** Mean distance of a window's values from `mean`. */
export function meanDistance(window: Window, mean: number): number {
  let distances = 0;
  for (let index = 0; index < window.length; index += 1) distances += Math.abs((window.values[index] ?? 0) - mean);
  return distances / window.length;
}

/**
 * The line of least squares through the last `length` values: lines value at the newest bar (LINEARREG), slope per bar
 * (LINEARREG_SLOPE), height at the oldest bar (LINEARREG_INTERCEPT), forecast of the next bar (TSF), and the angle of
 * the slope in degrees (LINEARREG_ANGLE) with one bar as wide as one `unit` is high.
 */
export class LinearRegression implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(5);
  private readonly trend: RollingTrend;
  private readonly kind: PriceKind;
  private readonly unit: number;

  /** `unit`: raw units of the values in one that the angle is told by; a dollar, usually. */
  constructor(length: number, kind: PriceKind, unit: number) {
    this.warmUpBars = length;
    this.trend = new RollingTrend(length);
    this.kind = kind;
    this.unit = unit;
  }

  next(table: BarTable, row: number): boolean {
    const { trend, out, warmUpBars: length } = this;
    trend.push(priceOf(this.kind, table, row));
    if (!trend.full) return false;
    out[0] = trend.intercept + trend.slope * (length - 1);
    out[1] = trend.slope;
    out[2] = trend.intercept;
    out[3] = trend.intercept + trend.slope * length;
    out[4] = exactAtan(trend.slope / this.unit) * DEGREES_PER_RADIAN;
    return true;
  }
}
