/** Equity curves as return series, and what their moments say. Dollars and fractions in float64. */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { assert } from '../utils/assert.js';
import type { StatisticsConvention } from './conventions.js';
import { ROUNDING_DEVIATION, withoutRounding } from './samples.js';

/** An equity curve: columns of equal length, times (Micros) ascending, equity in dollars above zero. */
export interface EquityCurve {
  readonly time: Float64Array;
  readonly equity: Float64Array;
}

/** The equity samples that a convention looks at, oldest first. */
export function sampleEquity(curve: EquityCurve, sampling: StatisticsConvention['sampling']): Float64Array {
  assert(curve.time.length === curve.equity.length, 'an equity curve has columns of equal length');
  return valuesAt(curve.equity, samplePoints(curve.time, sampling));
}

/** Indices of the points that a convention samples, ascending; undefined where it takes every one. Times ascend. */
export function samplePoints(
  time: Float64Array,
  sampling: StatisticsConvention['sampling'],
): readonly number[] | undefined {
  if (sampling === 'points') return undefined;
  const points: number[] = [];
  let lastDate = Number.NaN;
  let length = 0;
  for (let from = 0; from < time.length; from += length) {
    const date = newYorkDate(time[from] ?? 0);
    const last = points[points.length - 1];
    if (sampling === 'calendarDay' && last !== undefined) {
      for (let day = lastDate + 1; day < date; day += 1) points.push(last);
    }
    // Most days have as many points as the one before.
    const end = firstAtOrAfter(time, fromNewYork(date + 1, 0), from, from + length);
    points.push(end - 1);
    length = end - from;
    lastDate = date;
  }
  return points;
}

/**
 * Indices of points that are more than `apart` micros behind the one before, the first point, and the last of each New
 * York date; ascending. Times ascend.
 */
export function spacedPoints(time: Float64Array, apart: DurationMicros): readonly number[] {
  const points: number[] = [];
  let next = -Infinity;
  let midnight = -Infinity;
  for (let i = 0; i < time.length; i += 1) {
    const at = time[i] ?? 0;
    if (at >= midnight) {
      if (i > 0 && points[points.length - 1] !== i - 1) points.push(i - 1);
      midnight = fromNewYork(newYorkDate(at) + 1, 0);
    }
    if (at <= next) continue;
    points.push(i);
    next = at + apart;
  }
  if (time.length > 0 && points[points.length - 1] !== time.length - 1) points.push(time.length - 1);
  return points;
}

/**
 * Indices of the points that falls are measured on by a convention, ascending; undefined where they are all. The run
 * began at `since`, or with its first point. Times ascend.
 */
export function fallPoints(
  time: Float64Array,
  since: Micros | undefined,
  { drawdowns: choice }: Pick<StatisticsConvention, 'drawdowns'>,
): readonly number[] | undefined {
  if (choice === 'points') return undefined;
  const first = since ?? time[0] ?? 0;
  const end = fromNewYork(newYorkDate(time[time.length - 1] ?? 0) + 1, 0);
  return spacedPoints(time, Math.max(choice.least, (end - first) * choice.part));
}

/** The values of some points of a column; the column itself where they are all. */
export function valuesAt(column: Float64Array, points: readonly number[] | undefined): Float64Array {
  if (points === undefined) return column;
  // In one loop: `Float64Array.from` with a function takes many times as long.
  const values = new Float64Array(points.length);
  for (let i = 0; i < values.length; i += 1) values[i] = column[points[i] ?? -1] ?? Number.NaN;
  return values;
}

/** Points that are looked at as one, as many as the memory gives at a time, and after how many steps these grow. */
const STRIDE = 8;
const STRIDES = 32;

/**
 * The first point from `from` on, of an ascending column, at a time or later; its length if there is none. The one that
 * is `likely` is looked at first.
 */
export function firstAtOrAfter(times: Float64Array, time: Micros, from: number, likely = from): number {
  const isLikely = likely > from && likely <= times.length && (times[likely - 1] ?? 0) < time;
  if (isLikely && (likely === times.length || (times[likely] ?? 0) >= time)) return likely;
  let low = from;
  let step = STRIDE;
  // Most stretches are short: on in steps that grow with the way, back by halves, and point by point at last.
  while (low + step <= times.length && (times[low + step - 1] ?? 0) < time) {
    low += step;
    if (low - from >= step * STRIDES) step *= 2;
  }
  let high = Math.min(times.length, low + step - 1);
  while (high - low > STRIDE) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  while (low < high && (times[low] ?? 0) < time) low += 1;
  return low;
}

/** Simple returns of consecutive samples: one fewer than samples. */
export function simpleReturns(samples: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, samples.length - 1));
  for (let i = 0; i < returns.length; i += 1) returns[i] = (samples[i + 1] ?? 0) / (samples[i] ?? 0) - 1;
  return returns;
}

/** Log returns of consecutive samples: one fewer than samples. Equal neighbours cost nothing. */
export function logReturns(samples: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, samples.length - 1));
  for (let i = 0; i < returns.length; i += 1) {
    const before = samples[i] ?? 0;
    const after = samples[i + 1] ?? 0;
    if (after !== before || before === 0) returns[i] = Math.log(after / before);
  }
  return returns;
}

/** How far from 1 a ratio may be that {@link logOf} takes for near. */
const NEAR = 2 ** -20;

/**
 * `Math.log`. Near 1 the first three terms of its series are exact to the last bit, which is what `Math.log` has there
 * too, and cost a fraction of the call: an account seldom moves by as much in a minute.
 */
export function logOf(ratio: number): number {
  const growth = ratio - 1;
  if (!(growth >= -NEAR && growth < NEAR)) return Math.log(ratio);
  return growth - growth * growth * (0.5 - (1 / 3) * growth);
}

/** Returns that others are measured against, with what every slope against them takes: reckoned once for many. */
export interface MarketReturns {
  readonly values: Float64Array;
  /** See {@link mean}. */
  readonly mean: number;
  /** Sum of the squares of what the values differ from their mean. */
  readonly squares: number;
}

/** Reckons that of returns, which are not copied. */
export function marketReturns(values: Float64Array): MarketReturns {
  const centre = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    const x = (values[i] ?? 0) - centre;
    squares += x * x;
  }
  return { values, mean: centre, squares };
}

/**
 * {@link slope} of the {@link logReturns} of samples, one more than there are returns of the market, without keeping
 * them. The sum of what the latter differ from their mean is 0, so that the mean of the former does not matter. NaN
 * where the slope is not finite, as where a sample is 0.
 */
export function logReturnSlope(market: MarketReturns, samples: Float64Array): number {
  const { values, mean: centre, squares } = market;
  const count = values.length;
  assert(count === Math.max(0, samples.length - 1), 'a slope takes series of equal length');
  let covariance = 0;
  let before = samples[0] ?? 0;
  for (let i = 0; i < count; i += 1) {
    const after = samples[i + 1] ?? 0;
    // Without a question for points that stand still: it would be answered wrongly too often, and they cost little.
    covariance += ((values[i] ?? 0) - centre) * logOf(after / before);
    before = after;
  }
  const isTold = squares > count * ROUNDING_DEVIATION ** 2 && Number.isFinite(covariance);
  return isTold ? covariance / squares : Number.NaN;
}

/** Arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0;
  return sum / values.length;
}

/** Sample variance (n − 1) of returns, 0 where they differ by rounding only; NaN for fewer than two. */
export function sampleVariance(returns: ArrayLike<number>): number {
  const centre = mean(returns);
  let sum = 0;
  for (let i = 0; i < returns.length; i += 1) sum += ((returns[i] ?? 0) - centre) ** 2;
  if (returns.length < 2) return Number.NaN;
  const variance = sum / (returns.length - 1);
  return variance > ROUNDING_DEVIATION ** 2 ? variance : 0;
}

/** Geometric mean of the growth less 1; 0 when a return loses everything, NaN for no values. */
export function geometricMean(returns: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < returns.length; i += 1) {
    const growth = 1 + (returns[i] ?? 0);
    if (growth <= 0) return 0;
    sum += Math.log(growth);
  }
  return Math.exp(sum / returns.length) - 1;
}

/** Root mean square of the losses, gains counted as 0; 0 where what is lost is rounding only. */
export function downsideDeviation(returns: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < returns.length; i += 1) sum += Math.min(returns[i] ?? 0, 0) ** 2;
  return withoutRounding(Math.sqrt(sum / returns.length));
}

/**
 * Slope of `ys` against `xs` (covariance ÷ variance of `xs`, both with n − 1); equal lengths. NaN where the `xs` differ
 * by rounding only, and for fewer than two pairs.
 */
export function slope(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  assert(xs.length === ys.length, 'slope takes series of equal length');
  const meanX = mean(xs);
  const meanY = mean(ys);
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < xs.length; i += 1) {
    const x = (xs[i] ?? 0) - meanX;
    covariance += x * ((ys[i] ?? 0) - meanY);
    variance += x * x;
  }
  return variance > xs.length * ROUNDING_DEVIATION ** 2 ? covariance / variance : Number.NaN;
}
