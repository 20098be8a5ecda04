/**
 * Figures of a series of simple returns, one per period, as fractions. Definitions are empyrical's (0.5 and
 * empyrical-reloaded 0.7.1, which agree on them), so that they can be compared; each says what it takes, and where
 * other packages take something else. A NaN among the returns stands for a period without one and is left out.
 * A figure that the sample cannot support is NaN, which writers show as "n/a"; a ratio to nothing is infinite.
 */
import { CoMoments, Moments } from './Moments.js';
import { definedOnly, deviationOf, meanOf, percentileOf, wealthOf, withoutRounding } from './samples.js';

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

/**
 * Compound growth per year − 1, a year being so many periods; NaN for no returns. Also called CAGR; ffn's and the CAGR
 * of a run's statistics go by calendar days.
 */
export function annualReturn(returns: ArrayLike<number>, periodsPerYear: number): number {
  return annualGrowth(wealthOf(returns), returns.length, periodsPerYear);
}

/**
 * What it comes to per year that 1 became `wealth` over `periods` periods; NaN for no periods. Not of the total return:
 * what 2,500 falling days leave of 1 is lost in the rounding of a return next to −1.
 */
export function annualGrowth(wealth: number, periods: number, periodsPerYear: number): number {
  return periods === 0 ? NaN : wealth ** (periodsPerYear / periods) - 1;
}

/** Sample standard deviation × √periods; NaN for fewer than two returns. */
export function annualVolatility(returns: ArrayLike<number>, periodsPerYear: number): number {
  return deviationOf(returns) * Math.sqrt(periodsPerYear);
}

/**
 * Mean excess return ÷ sample deviation × √periods (Sharpe 1994); freqtrade divides the squares by n. Infinite for
 * equal returns that are not 0 (QuantStats and ffn have none there); NaN for fewer than two returns, and where all are
 * 0.
 */
export function sharpeRatio(returns: ArrayLike<number>, riskFree: Rate, periodsPerYear: number): number {
  const over = excess(returns, riskFree);
  return sharpeOf(meanOf(over), deviationOf(over), periodsPerYear);
}

/** The Sharpe ratio of a sample of excess returns with this mean and sample deviation. */
export function sharpeOf(mean: number, deviation: number, periodsPerYear: number): number {
  return (mean / deviation) * Math.sqrt(periodsPerYear);
}

/** Root mean square of what lies below the required return, gains counted as 0, × √periods. */
export function downsideRisk(returns: ArrayLike<number>, required: Rate, periodsPerYear: number): number {
  const over = excess(returns, required);
  const squares = over.map((value) => (Number.isNaN(value) ? NaN : Math.min(value, 0) ** 2));
  return downsideRiskOf(meanOf(squares), periodsPerYear);
}

/** The downside risk of a sample with this mean square of what lies below the required return; 0 for rounding. */
export function downsideRiskOf(meanSquare: number, periodsPerYear: number): number {
  return withoutRounding(Math.sqrt(meanSquare)) * Math.sqrt(periodsPerYear);
}

/**
 * Mean excess over the required return, per year, ÷ downside risk over all returns (Sortino and Price 1994; QuantStats'
 * too). Infinite where nothing fell short and something gained; NaN for fewer than two returns.
 */
export function sortinoRatio(returns: ArrayLike<number>, required: Rate, periodsPerYear: number): number {
  if (returns.length < 2) return NaN;
  const risk = downsideRisk(returns, required, periodsPerYear);
  return sortinoOf(meanOf(excess(returns, required)), risk, periodsPerYear);
}

/** The Sortino ratio of two returns or more with this mean above the required one, and this downside risk. */
export function sortinoOf(mean: number, risk: number, periodsPerYear: number): number {
  return (mean * periodsPerYear) / risk;
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
  return calmarOf(annualReturn(returns, periodsPerYear), maxDrawdown(returns));
}

/** The Calmar ratio of a yearly return and a largest drawdown of 0 or below. */
export function calmarOf(yearly: number, fall: number): number {
  return fall < 0 ? yearly / -fall : NaN;
}

/**
 * Gains over a threshold ÷ losses below it (Keating and Shadwick 2002; `Omega(method = 'simple')` of R's
 * PerformanceAnalytics). `required` is a yearly return, turned into one per period; NaN without a loss, for fewer than
 * two returns, and where `required` loses everything.
 */
export function omegaRatio(
  returns: ArrayLike<number>,
  riskFree: Rate,
  required: number,
  periodsPerYear: number,
): number {
  if (returns.length < 2) return NaN;
  const threshold = omegaThreshold(required, periodsPerYear);
  let gains = 0;
  let losses = 0;
  for (const value of excess(returns, riskFree)) {
    const over = value - threshold;
    if (over > 0) gains += over;
    else if (over < 0) losses -= over;
  }
  return omegaOf(gains, losses);
}

/** What omega measures from: a yearly return per period; NaN where it loses everything. */
export function omegaThreshold(required: number, periodsPerYear: number): number {
  return required <= -1 ? NaN : (1 + required) ** (1 / periodsPerYear) - 1;
}

/** Omega of what lies above and below the threshold in sum, both positive; NaN without a loss. */
export function omegaOf(gains: number, losses: number): number {
  return losses > 0 ? gains / losses : NaN;
}

/** Size of the 95th percentile ÷ size of the 5th, both by linear interpolation; infinite where the latter is 0. */
export function tailRatio(returns: ArrayLike<number>): number {
  const values = definedOnly(returns);
  return Math.abs(percentileOf(values, 0.95)) / Math.abs(percentileOf(values, 0.05));
}

/**
 * The return that is not reached in a share `cutoff` of the periods: a percentile, by linear interpolation. Historical,
 * where QuantStats takes the quantile of a normal distribution.
 */
export function valueAtRisk(returns: ArrayLike<number>, cutoff: number): number {
  return percentileOf(definedOnly(returns), cutoff);
}

/**
 * The mean of the worst share `cutoff` of the periods, the ⌊(n − 1) × cutoff⌋ + 1 lowest; NaN for no returns.
 * Historical, where QuantStats takes the tail of a normal distribution.
 */
export function conditionalValueAtRisk(returns: ArrayLike<number>, cutoff: number): number {
  const values = definedOnly(returns).sort();
  return meanOf(values.subarray(0, Math.floor((values.length - 1) * cutoff) + 1));
}

/** R² of a straight line through the cumulative log returns; NaN for fewer than two returns. */
export function stability(returns: ArrayLike<number>): number {
  const values = definedOnly(returns);
  if (values.length < 2) return NaN;
  let height = 0;
  const line = new CoMoments();
  for (const [index, value] of values.entries()) line.add(index, (height += Math.log1p(value)));
  return stabilityOf(line);
}

/** R² of the line through these points. */
export function stabilityOf({ covariance, varianceX, varianceY }: CoMoments): number {
  return (covariance * covariance) / (varianceX * varianceY);
}

/**
 * Skewness with the small-sample correction (adjusted Fisher–Pearson G1, as pandas and Excel have it); NaN for fewer
 * than three returns, and where all are equal.
 */
export function skewness(returns: ArrayLike<number>): number {
  return skewnessOf(momentsOf(returns));
}

/** The corrected skewness of a sample with these moments; NaN for fewer than three values. */
export function skewnessOf({ count, m2, m3 }: Pick<Moments, 'count' | 'm2' | 'm3'>): number {
  if (count < 3) return NaN;
  return ((Math.sqrt(count * (count - 1)) / (count - 2)) * (m3 / count)) / (m2 / count) ** 1.5;
}

/**
 * Excess kurtosis with the small-sample correction (G2, as pandas and Excel have it); NaN for fewer than four returns,
 * and where all are equal.
 */
export function excessKurtosis(returns: ArrayLike<number>): number {
  return excessKurtosisOf(momentsOf(returns));
}

/** The corrected excess kurtosis of a sample with these moments; NaN for fewer than four values. */
export function excessKurtosisOf({ count, m2, m4 }: Pick<Moments, 'count' | 'm2' | 'm4'>): number {
  if (count < 4) return NaN;
  const plain = (m4 * count) / (m2 * m2) - 3;
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

/** The moments of the values that are there. */
function momentsOf(values: ArrayLike<number>): Moments {
  const moments = new Moments();
  for (const value of definedOnly(values)) moments.add(value);
  return moments;
}
