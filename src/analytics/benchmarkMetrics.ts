/**
 * Figures of returns against those of a benchmark over the same periods: both series have one length, and a period in
 * which either has no return (NaN) is left out. Definitions are empyrical's, where it has them, as empyrical-reloaded
 * 0.7.1 keeps them; others say whose they are.
 */
import { assert } from '../utils/assert.js';
import { CoMoments } from './Moments.js';
import { annualReturn, excess } from './returnMetrics.js';
import type { Rate } from './returnMetrics.js';
import { deviationOf, meanOf, ROUNDING_DEVIATION } from './samples.js';

/** Which periods count: all, or those in which the benchmark rose or fell. */
export type BenchmarkSide = 'all' | 'up' | 'down';

/** The line of least squares of excess returns against the benchmark's. */
export interface AlphaBeta {
  /** Intercept compounded to a year; NaN where beta is. */
  readonly alpha: number;
  /** Slope; NaN for fewer than two periods, or a benchmark that does not move. */
  readonly beta: number;
}

/** Below this variance returns do not move, but by rounding. */
const STILL = ROUNDING_DEVIATION ** 2;

/** Alpha and beta, over the periods of a side. QuantStats adds alpha up over a year instead of compounding it. */
export function alphaBeta(
  returns: ArrayLike<number>,
  benchmark: ArrayLike<number>,
  options: { readonly riskFree?: Rate; readonly periodsPerYear: number; readonly side?: BenchmarkSide },
): AlphaBeta {
  const { riskFree = 0, periodsPerYear, side = 'all' } = options;
  return alphaBetaOf(pairsOf(returns, benchmark, riskFree, side), periodsPerYear);
}

/** Pairs of excess returns, the benchmark's first, of the periods of a side in which both have one. */
function pairsOf(
  returns: ArrayLike<number>,
  benchmark: ArrayLike<number>,
  riskFree: Rate,
  side: BenchmarkSide,
): CoMoments {
  const allOwn = ofSide(excess(returns, riskFree), benchmark, side);
  const allMarket = ofSide(excess(benchmark, riskFree), benchmark, side);
  const isThere = (_: number, index: number): boolean =>
    !Number.isNaN(allOwn[index] ?? NaN) && !Number.isNaN(allMarket[index] ?? NaN);
  const own = allOwn.filter(isThere);
  const market = allMarket.filter(isThere);
  const pairs = new CoMoments();
  for (const [index, value] of market.entries()) pairs.add(value, own[index] ?? 0);
  return pairs;
}

/** Alpha and beta of pairs of excess returns, the benchmark's first. */
export function alphaBetaOf(pairs: CoMoments, periodsPerYear: number): AlphaBeta {
  if (pairs.count < 2 || pairs.varianceX / pairs.count < STILL) return { alpha: NaN, beta: NaN };
  const beta = pairs.covariance / pairs.varianceX;
  const intercept = pairs.meanY - beta * pairs.meanX;
  return { alpha: (1 + intercept) ** periodsPerYear - 1, beta };
}

/**
 * Pearson's correlation with the benchmark's returns; its square is R², the share of their variance that a line
 * explains. NaN where either does not move, and for fewer than two periods.
 */
export function correlation(returns: ArrayLike<number>, benchmark: ArrayLike<number>): number {
  const { count, covariance, varianceX, varianceY } = pairsOf(returns, benchmark, 0, 'all');
  const isStill = !(Math.min(varianceX, varianceY) / count > STILL);
  return count < 2 || isStill ? NaN : covariance / Math.sqrt(varianceX * varianceY);
}

/**
 * Annual return ÷ that of the benchmark, over the periods of a side in which both have a return. Over all periods it is
 * the plain ratio of the two annual returns, each of what its own series has. Infinite or NaN where the benchmark came
 * to 0.
 */
export function captureRatio(
  returns: ArrayLike<number>,
  benchmark: ArrayLike<number>,
  periodsPerYear: number,
  side: BenchmarkSide = 'all',
): number {
  const isLost = (index: number): boolean => side !== 'all' && Number.isNaN(returns[index] ?? NaN);
  const market = Float64Array.from(benchmark, (value, index) => (isLost(index) ? NaN : value));
  const own = annualReturn(ofSide(returns, market, side), periodsPerYear);
  return own / annualReturn(ofSide(market, market, side), periodsPerYear);
}

/**
 * Mean difference to the benchmark ÷ its sample deviation: the {@link informationRatio} of one period, which is also
 * what QuantStats calls information ratio.
 */
export function excessSharpe(returns: ArrayLike<number>, benchmark: Rate): number {
  const difference = excess(returns, benchmark);
  return informationRatioOf(meanOf(difference), deviationOf(difference), 1);
}

/**
 * How far returns stray from the benchmark's: the sample deviation (n − 1) of the differences × √periods, which is
 * ex-post active risk (Grinold and Kahn, Active Portfolio Management, 2000; LEAN's too). Differences of simple returns,
 * not residuals of a regression. NaN for fewer than two periods.
 */
export function trackingError(returns: ArrayLike<number>, benchmark: Rate, periodsPerYear: number): number {
  return deviationOf(excess(returns, benchmark)) * Math.sqrt(periodsPerYear);
}

/**
 * Mean difference to the benchmark ÷ the sample deviation of the differences × √periods: the arithmetic variant
 * (Goodwin, The Information Ratio, Financial Analysts Journal 54, 1998), empyrical's excess Sharpe of a year. Infinite
 * where nothing differs but by a constant; NaN for fewer than two periods and where nothing differs.
 */
export function informationRatio(returns: ArrayLike<number>, benchmark: Rate, periodsPerYear: number): number {
  return excessSharpe(returns, benchmark) * Math.sqrt(periodsPerYear);
}

/** The information ratio of differences with this mean and sample deviation. */
export function informationRatioOf(mean: number, deviation: number, periodsPerYear: number): number {
  return (mean / deviation) * Math.sqrt(periodsPerYear);
}

/**
 * Mean excess return × periods ÷ beta: what a year gave above the risk-free rate for each unit of the benchmark's risk
 * (Treynor, How to Rate Management of Investment Funds, Harvard Business Review 43, 1965), with an arithmetic mean as
 * the Sharpe ratio has it, and the beta of {@link alphaBeta}. A fraction. NaN where beta is NaN or {@link isNoBeta}, as
 * where the returns do not move. QuantStats divides the compounded return of the whole time instead.
 */
export function treynorRatio(
  returns: ArrayLike<number>,
  benchmark: ArrayLike<number>,
  options: { readonly riskFree?: Rate; readonly periodsPerYear: number },
): number {
  return treynorRatioOf(pairsOf(returns, benchmark, options.riskFree ?? 0, 'all'), options.periodsPerYear);
}

/** The Treynor ratio of pairs of excess returns, the benchmark's first. */
export function treynorRatioOf(pairs: CoMoments, periodsPerYear: number): number {
  const { beta } = alphaBetaOf(pairs, periodsPerYear);
  const isNone = isNoBeta(beta, Math.sqrt(pairs.varianceX / pairs.count));
  return isNone ? NaN : (pairs.meanY * periodsPerYear) / beta;
}

/**
 * Whether a beta is 0, or of rounding: what it lets returns move with a benchmark of this deviation is no more than
 * what rounding moves them. False for NaN.
 */
export function isNoBeta(beta: number, benchmarkDeviation: number): boolean {
  return Math.abs(beta) * benchmarkDeviation <= ROUNDING_DEVIATION;
}

/** The values of the periods of a side, which the benchmark's own returns decide. */
function ofSide(values: ArrayLike<number>, benchmark: ArrayLike<number>, side: BenchmarkSide): Float64Array {
  assert(values.length === benchmark.length, 'returns and benchmark are of the same periods');
  const all = Float64Array.from(values);
  if (side === 'all') return all;
  return all.filter((_, index) => {
    const moved = benchmark[index] ?? NaN;
    return side === 'up' ? moved > 0 : moved < 0;
  });
}
