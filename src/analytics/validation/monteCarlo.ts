/**
 * What a run might as well have been: its trades in another order, its days drawn anew, or run again with something
 * changed. Each answers with distributions, because one number would only be another lucky one.
 */
import { SeededRandom } from '../../utils/random.js';
import { maxDrawdown } from '../returnMetrics.js';
import { cumulativeReturn, percentileOf } from '../samples.js';
import { periodSharpe } from './sharpeSignificance.js';
import { drawBlocks, resample } from './stationaryBootstrap.js';

/** A distribution: what 5, 25, 50, 75 and 95 % of the runs stay below. */
export interface Spread {
  readonly p5: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
}

/** Many runs. Returns and drawdowns are fractions (drawdowns above 0), Sharpe ratios per period. */
export interface MonteCarlo {
  readonly runs: number;
  readonly totalReturn: Spread;
  readonly maxDrawdown: Spread;
  readonly sharpe: Spread;
  /** Share of the runs that ended below their start. */
  readonly lossShare: number;
}

/** The figures of one run, of its returns in order. */
export interface RunFigures {
  readonly totalReturn: number;
  readonly maxDrawdown: number;
  readonly sharpe: number;
}

/** Figures of returns, compounded. */
export function runFigures(returns: Float64Array): RunFigures {
  return {
    totalReturn: cumulativeReturn(returns),
    maxDrawdown: returns.length === 0 ? 0 : -maxDrawdown(returns),
    sharpe: periodSharpe(returns) ?? 0,
  };
}

/** Distributions of the figures of some runs, one at least. */
export function summarise(runs: readonly RunFigures[]): MonteCarlo {
  return {
    runs: runs.length,
    totalReturn: spreadOf(runs.map(({ totalReturn }) => totalReturn)),
    maxDrawdown: spreadOf(runs.map(({ maxDrawdown: depth }) => depth)),
    sharpe: spreadOf(runs.map(({ sharpe }) => sharpe)),
    lossShare: runs.filter(({ totalReturn }) => totalReturn < 0).length / runs.length,
  };
}

/**
 * The trades in random orders, each keeping what it made of the equity it met, compounded: the end is the same, the way
 * there is not, and with it the drawdown that luck spared us. Profits are in order of time, in the unit of the equity.
 */
export function reshuffleTrades(
  tradeProfits: Float64Array,
  options: { readonly startEquity: number; readonly runs: number; readonly seed: number },
): MonteCarlo {
  const random = new SeededRandom(options.seed);
  let equity = options.startEquity;
  const order = tradeProfits.map((profit) => {
    const before = equity;
    equity += profit;
    return profit / before;
  });
  return summarise(
    Array.from({ length: options.runs }, () => {
      for (let last = order.length - 1; last > 0; last -= 1) {
        const other = random.below(last + 1);
        const value = order[last] ?? 0;
        order[last] = order[other] ?? 0;
        order[other] = value;
      }
      return runFigures(order);
    }),
  );
}

/** The days drawn anew in blocks by the stationary bootstrap. */
export function bootstrapDays(
  dailyReturns: Float64Array,
  options: { readonly runs: number; readonly meanBlock: number; readonly seed: number },
): MonteCarlo {
  const random = new SeededRandom(options.seed);
  return summarise(
    Array.from({ length: options.runs }, () =>
      runFigures(resample(dailyReturns, drawBlocks(dailyReturns.length, options.meanBlock, random))),
    ),
  );
}

function spreadOf(values: readonly number[]): Spread {
  const [p5 = NaN, p25 = NaN, median = NaN, p75 = NaN, p95 = NaN] = [0.05, 0.25, 0.5, 0.75, 0.95].map((share) =>
    percentileOf(values, share),
  );
  return { p5, p25, median, p75, p95 };
}
