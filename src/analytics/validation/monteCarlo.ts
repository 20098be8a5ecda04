/**
 * What a run might as well have been: its trades in another order, its days drawn anew, or run again with something
 * changed. Each answers with distributions, because one number would only be another lucky one.
 */
import { SeededRandom } from '../../utils/random.js';
import { maxDrawdown } from '../returnMetrics.js';
import { cumulativeReturn } from '../samples.js';
import { FanRecorder } from './Fan.js';
import type { Fan } from './Fan.js';
import { periodSharpe } from './sharpeSignificance.js';
import { spreadOf } from './spread.js';
import type { Spread } from './spread.js';
import { drawBlocks, resample } from './stationaryBootstrap.js';

/** Many runs. Returns and drawdowns are fractions (drawdowns above 0), Sharpe ratios per period. */
export interface MonteCarlo {
  readonly runs: number;
  readonly totalReturn: Spread;
  readonly maxDrawdown: Spread;
  readonly sharpe: Spread;
  /** Share of the runs that ended below their start. */
  readonly lossShare: number;
}

/** Runs drawn from what there was, with the figures of each and the courses that they took. */
export interface DrawnRuns extends MonteCarlo {
  /** Of each run, in the order in which they were drawn. */
  readonly totalReturns: Float64Array;
  readonly maxDrawdowns: Float64Array;
  readonly fan: Fan;
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
    totalReturn: returns.length === 0 ? 0 : cumulativeReturn(returns),
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

/** Profits in order of time as fractions of the equity that each met; NaN where that was 0 or below. */
export function profitsAsReturns(profits: Float64Array, startEquity: number): Float64Array {
  let equity = startEquity;
  return profits.map((profit) => {
    const before = equity;
    equity += profit;
    return before > 0 ? profit / before : Number.NaN;
  });
}

/**
 * The trades in random orders, each keeping what it made of the equity it met, compounded: the end is the same, the way
 * there is not, and with it the drawdown that luck spared us. Profits are in order of time, in the unit of the equity.
 */
export function reshuffleTrades(
  tradeProfits: Float64Array,
  options: { readonly startEquity: number; readonly runs: number; readonly seed: number },
): DrawnRuns {
  const random = new SeededRandom(options.seed);
  const order = profitsAsReturns(tradeProfits, options.startEquity);
  return draw(order.length, options.runs, () => {
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = random.below(last + 1);
      const value = order[last] ?? 0;
      order[last] = order[other] ?? 0;
      order[other] = value;
    }
    return order;
  });
}

/** The days drawn anew in blocks by the stationary bootstrap. */
export function bootstrapDays(
  dailyReturns: Float64Array,
  options: { readonly runs: number; readonly meanBlock: number; readonly seed: number },
): DrawnRuns {
  const random = new SeededRandom(options.seed);
  return draw(dailyReturns.length, options.runs, () =>
    resample(dailyReturns, drawBlocks(dailyReturns.length, options.meanBlock, random)),
  );
}

/** Draws so many runs of `length` returns each; `next` may give the same array again with other values. */
function draw(length: number, runs: number, next: () => Float64Array): DrawnRuns {
  const fan = new FanRecorder(length);
  const figures = Array.from({ length: runs }, () => {
    const returns = next();
    fan.add(returns);
    return runFigures(returns);
  });
  return {
    ...summarise(figures),
    totalReturns: Float64Array.from(figures, ({ totalReturn }) => totalReturn),
    maxDrawdowns: Float64Array.from(figures, ({ maxDrawdown: depth }) => depth),
    fan: fan.read(),
  };
}
