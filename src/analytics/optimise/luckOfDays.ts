/** How much of what some days gave may be luck: the significance of their Sharpe ratio, and the days drawn anew. */
import { bootstrapDays } from '../validation/monteCarlo.js';
import type { DrawnRuns } from '../validation/monteCarlo.js';
import { probabilisticSharpe, sharpeSample } from '../validation/sharpeSignificance.js';
import { usualBlockLength } from '../validation/stationaryBootstrap.js';

/** See the module header. */
export interface LuckOfDays {
  /** Probability that the true Sharpe ratio is above 0; undefined where the days are too few or never differ. */
  readonly probabilistic: number | undefined;
  /** Undefined for fewer than 20 days. */
  readonly drawn: DrawnRuns | undefined;
}

const FEWEST_DAYS = 20;
const RUNS = 1_000;

/** Judges daily returns. */
export function luckOfDays(dailyReturns: Float64Array, seed: number): LuckOfDays {
  const sample = sharpeSample(dailyReturns);
  return {
    probabilistic: sample === undefined ? undefined : probabilisticSharpe(sample, 0),
    drawn:
      dailyReturns.length < FEWEST_DAYS
        ? undefined
        : bootstrapDays(dailyReturns, { runs: RUNS, meanBlock: usualBlockLength(dailyReturns.length), seed }),
  };
}
