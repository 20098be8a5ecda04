/**
 * Figures of returns against those of a benchmark over the same periods: both series have one length, and a period in
 * which either has no return (NaN) is left out. Definitions are empyrical's (0.5).
 */
import { assert } from '../utils/assert.js';
import { CoMoments } from './Moments.js';
import { annualReturn, excess } from './returnMetrics.js';
import type { Rate } from './returnMetrics.js';
import { deviationOf, meanOf } from './samples.js';

/** Which periods count: all, or those in which the benchmark rose or fell. */
export type BenchmarkSide = 'all' | 'up' | 'down';

/** The line of least squares of excess returns against the benchmark's. */
export interface AlphaBeta {
  /** Intercept compounded to a year; NaN where beta is. */
  readonly alpha: number;
  /** Slope; NaN for fewer than two periods, or a benchmark that does not move. */
  readonly beta: number;
}

/** Below this variance a benchmark does not move. */
const STILL = 1e-30;

/** Alpha and beta, over the periods of a side. */
export function alphaBeta(
  returns: ArrayLike<number>,
  benchmark: ArrayLike<number>,
  options: { readonly riskFree?: Rate; readonly periodsPerYear: number; readonly side?: BenchmarkSide },
): AlphaBeta {
  const { riskFree = 0, periodsPerYear, side = 'all' } = options;
  const allOwn = ofSide(excess(returns, riskFree), benchmark, side);
  const allMarket = ofSide(excess(benchmark, riskFree), benchmark, side);
  const isThere = (_: number, index: number): boolean =>
    !Number.isNaN(allOwn[index] ?? NaN) && !Number.isNaN(allMarket[index] ?? NaN);
  const own = allOwn.filter(isThere);
  const market = allMarket.filter(isThere);
  const pairs = new CoMoments();
  for (const [index, value] of market.entries()) pairs.add(value, own[index] ?? 0);
  return alphaBetaOf(pairs, periodsPerYear);
}

/** Alpha and beta of pairs of excess returns, the benchmark's first. */
export function alphaBetaOf(pairs: CoMoments, periodsPerYear: number): AlphaBeta {
  if (pairs.count < 2 || pairs.varianceX / pairs.count < STILL) return { alpha: NaN, beta: NaN };
  const beta = pairs.covariance / pairs.varianceX;
  const intercept = pairs.meanY - beta * pairs.meanX;
  return { alpha: (1 + intercept) ** periodsPerYear - 1, beta };
}

/** Annual return ÷ that of the benchmark, over the periods of a side. */
export function captureRatio(
  returns: ArrayLike<number>,
  benchmark: ArrayLike<number>,
  periodsPerYear: number,
  side: BenchmarkSide = 'all',
): number {
  const own = annualReturn(ofSide(returns, benchmark, side), periodsPerYear);
  return own / annualReturn(ofSide(benchmark, benchmark, side), periodsPerYear);
}

/** Mean difference to the benchmark ÷ its sample deviation, per period (the information ratio); NaN without any. */
export function excessSharpe(returns: ArrayLike<number>, benchmark: Rate): number {
  const difference = excess(returns, benchmark);
  const deviation = deviationOf(difference);
  return deviation > 0 ? meanOf(difference) / deviation : NaN;
}

/** The values of the periods of a side, which the benchmark's own returns decide. */
function ofSide(values: ArrayLike<number>, benchmark: ArrayLike<number>, side: BenchmarkSide): Float64Array {
  assert(values.length === benchmark.length, 'returns and benchmark are of the same periods');
  return Float64Array.from(values).filter((_, index) => {
    const moved = benchmark[index] ?? NaN;
    return side === 'all' || (side === 'up' ? moved > 0 : moved < 0);
  });
}
