/**
 * Figures of a series of simple returns, one per period, as fractions. Definitions are empyrical's (0.5), so that they
 * can be compared; each says what it takes. A NaN among the returns stands for a period without one and is left out.
 * A figure that the sample cannot support is NaN, which writers show as "n/a"; a ratio to nothing is infinite.
 */
import { cumulativeReturn, definedOnly, deviationOf, meanOf, percentileOf } from './samples.js';

/** Trading periods in a year. */
export const PERIODS_PER_YEAR = { daily: 252, weekly: 52, monthly: 12 } as const;

/** What is taken off each return: one rate per period, or a series of the same length. */
export type Rate = number | ArrayLike<number>;

/** Returns above a rate. */
export function excess(returns: ArrayLike<number>, rate: Rate): Float64Array {
  const over = new Float64Array(returns.length);
  for (let index = 0; index < over.length; index += 1) {
    over[index] = (returns[index] ?? NaN) - (typeof rate === 'number' ? rate : (rate[index] ?? NaN));
  }
  return over;
}

/** Compound growth per year − 1; NaN for no returns. Also called CAGR. */
export function annualReturn(returns: ArrayLike<number>, periodsPerYear: number): number {
  if (returns.length === 0) return NaN;
  return (1 + cumulativeReturn(returns)) ** (periodsPerYear / returns.length) - 1;
}

/** Sample standard deviation × √periods; NaN for fewer than two returns. */
export function annualVolatility(returns: ArrayLike<number>, periodsPerYear: number): number {
  return deviationOf(returns) * Math.sqrt(periodsPerYear);
}

/** Mean excess return ÷ sample deviation × √periods (Sharpe 1994). */
export function sharpeRatio(returns: ArrayLike<number>, riskFree: Rate, periodsPerYear: number): number {
  const over = excess(returns, riskFree);
  return (meanOf(over) / deviationOf(over)) * Math.sqrt(periodsPerYear);
}

/** Root mean square of what lies below the required return, gains counted as 0, × √periods. */
export function downsideRisk(returns: ArrayLike<number>, required: Rate, periodsPerYear: number): number {
  const over = excess(returns, required);
  const squares = over.map((value) => (Number.isNaN(value) ? NaN : Math.min(value, 0) ** 2));
  return Math.sqrt(meanOf(squares)) * Math.sqrt(periodsPerYear);
}

/** Mean excess over the required return, per year, ÷ downside risk (Sortino); NaN for fewer than two returns. */
export function sortinoRatio(returns: ArrayLike<number>, required: Rate, periodsPerYear: number): number {
  if (returns.length < 2) return NaN;
  return (meanOf(excess(returns, required)) * periodsPerYear) / downsideRisk(returns, required, periodsPerYear);
}

/** The largest fall from a peak, 0 or below, the start counting as a peak; NaN for no returns. */
export function maxDrawdown(returns: ArrayLike<number>): number {
  if (returns.length === 0) return NaN;
  let wealth = 1;
  let peak = 1;
  let worst = 0;
  for (let index = 0; index < returns.length; index += 1) {
    const value = returns[index] ?? NaN;
    if (!Number.isNaN(value)) wealth *= 1 + value;
    if (wealth > peak) peak = wealth;
    worst = Math.min(worst, (wealth - peak) / peak);
  }
  return worst;
}

/** Annual return ÷ size of the largest drawdown; NaN without one. */
export function calmarRatio(returns: ArrayLike<number>, periodsPerYear: number): number {
  const fall = maxDrawdown(returns);
  return fall < 0 ? annualReturn(returns, periodsPerYear) / -fall : NaN;
}

/**
 * Gains over a threshold ÷ losses below it (Keating and Shadwick 2002). `required` is a yearly return, turned into one
 * per period; NaN without a loss, for fewer than two returns, and where `required` loses everything.
 */
export function omegaRatio(
  returns: ArrayLike<number>,
  riskFree: Rate,
  required: number,
  periodsPerYear: number,
): number {
  if (returns.length < 2 || required <= -1) return NaN;
  const threshold = (1 + required) ** (1 / periodsPerYear) - 1;
  let gains = 0;
  let losses = 0;
  for (const value of excess(returns, riskFree)) {
    const over = value - threshold;
    if (over > 0) gains += over;
    else if (over < 0) losses -= over;
  }
  return losses > 0 ? gains / losses : NaN;
}

/** Size of the 95th percentile ÷ size of the 5th. */
export function tailRatio(returns: ArrayLike<number>): number {
  const values = definedOnly(returns);
  return Math.abs(percentileOf(values, 0.95)) / Math.abs(percentileOf(values, 0.05));
}

/** The return that is not reached in a share `cutoff` of the periods: a percentile, by linear interpolation. */
export function valueAtRisk(returns: ArrayLike<number>, cutoff: number): number {
  return percentileOf(definedOnly(returns), cutoff);
}

/** The mean of the worst share `cutoff` of the periods, one at least; NaN for no returns. */
export function conditionalValueAtRisk(returns: ArrayLike<number>, cutoff: number): number {
  const values = definedOnly(returns).sort();
  return meanOf(values.subarray(0, Math.floor((values.length - 1) * cutoff) + 1));
}

/** R² of a straight line through the cumulative log returns; NaN for fewer than two returns. */
export function stability(returns: ArrayLike<number>): number {
  const values = definedOnly(returns);
  if (values.length < 2) return NaN;
  const last = values.length - 1;
  let height = 0;
  const heights = values.map((value) => (height += Math.log1p(value)));
  const middle = last / 2;
  const meanHeight = meanOf(heights);
  let together = 0;
  let across = 0;
  let along = 0;
  heights.forEach((value, index) => {
    together += (index - middle) * (value - meanHeight);
    across += (index - middle) ** 2;
    along += (value - meanHeight) ** 2;
  });
  return (together * together) / (across * along);
}

/** Skewness with the small-sample correction (adjusted Fisher–Pearson); NaN for fewer than three returns. */
export function skewness(returns: ArrayLike<number>): number {
  const values = definedOnly(returns);
  const count = values.length;
  if (count < 3) return NaN;
  const { second, third } = momentsOf(values);
  return ((Math.sqrt(count * (count - 1)) / (count - 2)) * third) / second ** 1.5;
}

/** Excess kurtosis with the small-sample correction; NaN for fewer than four returns. */
export function excessKurtosis(returns: ArrayLike<number>): number {
  const values = definedOnly(returns);
  const count = values.length;
  if (count < 4) return NaN;
  const { second, fourth } = momentsOf(values);
  const plain = fourth / (second * second) - 3;
  return ((count - 1) / ((count - 2) * (count - 3))) * ((count + 1) * plain + 6);
}

/** A figure of every `window` returns in a row, oldest first; empty if there are fewer. */
export function rolling(
  returns: ArrayLike<number>,
  window: number,
  figure: (part: Float64Array) => number,
): Float64Array {
  const all = Float64Array.from(returns);
  const count = Math.max(0, all.length - window + 1);
  return Float64Array.from({ length: count }, (_, from) => figure(all.subarray(from, from + window)));
}

function momentsOf(values: Float64Array): { second: number; third: number; fourth: number } {
  const mean = meanOf(values);
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (const value of values) {
    const distance = value - mean;
    second += distance ** 2;
    third += distance ** 3;
    fourth += distance ** 4;
  }
  const count = values.length;
  return { second: second / count, third: third / count, fourth: fourth / count };
}
