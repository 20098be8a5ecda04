/**
 * The probability that the best of many trials is best by overfitting: combinatorially symmetric cross-validation
 * (Bailey, Borwein, López de Prado and Zhu, "The probability of backtest overfitting", 2017), with the Sharpe ratio as
 * the measure.
 */
import { assert } from '../../utils/assert.js';
import { slope } from '../returns.js';
import { percentileOf } from '../samples.js';
import { BlockSums, indexOfLargest } from './BlockSums.js';
import { combinations } from './combinations.js';

/** What came of it. Sharpe ratios are per period. */
export interface Overfitting {
  /** Share of the splits in which the best of one half is at or below the median of the other half. */
  readonly probability: number;
  /** Share of the splits in which it lost money there. */
  readonly probabilityOfLoss: number;
  /** Slope of the Sharpe ratio of the chosen one in the other half against that in its own half. */
  readonly degradation: number;
  /** Median of the logits of its rank in the other half; below 0 it tends to be among the worse. */
  readonly medianLogit: number;
  readonly splits: number;
  /** Of each split, where the chosen one ended in the other half: near 0 the worst of all trials, near 1 the best. */
  readonly ranks: Float64Array;
}

/** Most blocks: 12,870 splits. */
const MOST_BLOCKS = 16;
/** A block of fewer periods has no Sharpe ratio to speak of. */
const FEWEST_PERIODS = 5;

/** The largest even number of blocks, up to 16, that a sample can be cut into; undefined if it is too short. */
export function overfittingBlocks(periods: number): number | undefined {
  const blocks = Math.min(MOST_BLOCKS, 2 * Math.floor(periods / FEWEST_PERIODS / 2));
  return blocks >= 4 ? blocks : undefined;
}

/**
 * Cuts the periods into `blocks` (even), takes every half of them for choosing and the rest for judging. `series` holds
 * the returns of each trial, two at least, of equal lengths. The blocks are of one length, as the paper asks; what is
 * left over are the oldest periods, which are left out (pypbo's choice too). Equally good trials share the mean of
 * their ranks, and a rank is divided by one more than the number of trials.
 */
export function probabilityOfOverfitting(series: readonly Float64Array[], blocks: number): Overfitting {
  assert(series.length >= 2 && blocks % 2 === 0, 'overfitting is measured among trials, over an even number of blocks');
  const rest = (series[0]?.length ?? 0) % blocks;
  const whole = series.map((returns) => returns.subarray(rest));
  const sums = new BlockSums(whole, blocks);
  const inside = new Float64Array(series.length);
  const outside = new Float64Array(series.length);
  const chosenInside: number[] = [];
  const chosenOutside: number[] = [];
  const logits: number[] = [];
  const ranks: number[] = [];
  const all = Array.from({ length: blocks }, (_, block) => block);
  for (const half of combinations(blocks, blocks / 2)) {
    const taken = new Set(half);
    sums.sharpes(half, inside);
    sums.sharpes(
      all.filter((block) => !taken.has(block)),
      outside,
    );
    const best = indexOfLargest(inside);
    chosenInside.push(inside[best] ?? 0);
    chosenOutside.push(outside[best] ?? 0);
    const share = rankOf(outside, best) / (series.length + 1);
    ranks.push(share);
    logits.push(Math.log(share / (1 - share)));
  }
  const splits = logits.length;
  return {
    probability: logits.filter((logit) => logit <= 0).length / splits,
    probabilityOfLoss: chosenOutside.filter((sharpe) => sharpe < 0).length / splits,
    degradation: slope(chosenInside, chosenOutside),
    medianLogit: percentileOf(logits, 0.5),
    splits,
    ranks: Float64Array.from(ranks),
  };
}

/** 1 for the smallest value; equal ones share the mean of their ranks. */
function rankOf(values: Float64Array, index: number): number {
  const value = values[index] ?? 0;
  let below = 0;
  let equal = 0;
  for (const other of values) {
    if (other < value) below += 1;
    else if (other === value) equal += 1;
  }
  return below + (equal + 1) / 2;
}
