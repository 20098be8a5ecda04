/** How much of what some days gave may be luck: the significance of their Sharpe ratio, and the days drawn anew. */
import { bootstrapDays } from '../validation/monteCarlo.js';
import type { DrawnRuns } from '../validation/monteCarlo.js';
import { probabilisticSharpe, sharpeSample } from '../validation/sharpeSignificance.js';
import { usualBlockLength } from '../validation/stationaryBootstrap.js';
import { untilRuin } from '../validation/untilRuin.js';

/** See the module header. */
export interface LuckOfDays {
  /** Probability that the true Sharpe ratio is above 0; undefined where the days are too few or never differ. */
  readonly probabilistic: number | undefined;
  /** Undefined for fewer than 20 days, and where nothing was traded on any. */
  readonly drawn: DrawnRuns | undefined;
  /** Why none were drawn; undefined if they were. */
  readonly missing: string | undefined;
}

const FEWEST_DAYS = 20;
const RUNS = 1_000;

/** Judges daily returns, {@link untilRuin}. */
export function luckOfDays(given: Float64Array, seed: number): LuckOfDays {
  const dailyReturns = untilRuin(given);
  const sample = sharpeSample(dailyReturns);
  const missing = whyNotDrawn(dailyReturns);
  return {
    probabilistic: sample === undefined ? undefined : probabilisticSharpe(sample, 0),
    missing,
    drawn:
      missing !== undefined
        ? undefined
        : bootstrapDays(dailyReturns, { runs: RUNS, meanBlock: usualBlockLength(dailyReturns.length), seed }),
  };
}

/** Days on which nothing was held would come out as days without a loss, however they are drawn. */
function whyNotDrawn(dailyReturns: Float64Array): string | undefined {
  if (dailyReturns.every((value) => value === 0)) return 'nothing traded';
  return dailyReturns.length < FEWEST_DAYS ? `fewer than ${FEWEST_DAYS} days` : undefined;
}
