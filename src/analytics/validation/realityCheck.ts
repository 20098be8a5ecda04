/**
 * White's reality check ("A reality check for data snooping", Econometrica 2000): whether the best of all trials beats
 * a benchmark by more than the best of as many lucky ones would, by the stationary bootstrap.
 */
import { assert } from '../../utils/assert.js';
import { SeededRandom } from '../../utils/random.js';
import { meanOf } from '../samples.js';
import { drawBlocks, resampledMean, wrappedSums } from './stationaryBootstrap.js';

/** How it is done. */
export interface RealityCheckOptions {
  readonly draws: number;
  /** Mean length of blocks in periods, at least 1. */
  readonly meanBlock: number;
  readonly seed: number;
}

/** What came of it. */
export interface RealityCheck {
  /**
   * Probability of a best trial at least this good if none beat the benchmark: (exceeding draws + 1) ÷ (draws + 1), so
   * that it is never 0.
   */
  readonly pValue: number;
  /** Index of the trial with the best mean. */
  readonly best: number;
  /** Its mean return above the benchmark, per period. */
  readonly bestMean: number;
}

/** `series` holds, for every trial that was made, its returns above the benchmark; equal lengths. */
export function realityCheck(series: readonly Float64Array[], options: RealityCheckOptions): RealityCheck {
  const length = series[0]?.length ?? 0;
  assert(length > 0, 'a reality check needs returns');
  const means = series.map((values) => meanOf(values));
  const sums = series.map(wrappedSums);
  let best = 0;
  for (const [trial, mean] of means.entries()) if (mean > (means[best] ?? 0)) best = trial;
  const bestMean = means[best] ?? 0;
  const random = new SeededRandom(options.seed);
  let exceeding = 0;
  for (let draw = 0; draw < options.draws; draw += 1) {
    const blocks = drawBlocks(length, options.meanBlock, random);
    // The root of the length is a factor on both sides of the comparison.
    const exceeds = sums.some((trial, index) => resampledMean(trial, blocks) - (means[index] ?? 0) >= bestMean);
    if (exceeds) exceeding += 1;
  }
  return { pValue: (exceeding + 1) / (options.draws + 1), best, bestMean };
}
