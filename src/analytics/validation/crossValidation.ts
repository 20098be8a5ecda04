/**
 * Combinatorial purged cross-validation of a search: in every split the trial that was best in training is judged on
 * the test, and the tests are joined to whole paths through time, each of them a history that nobody chose by (López de
 * Prado 2018, chapter 12).
 */
import { blockBounds, indexOfLargest, sharpeOfSums } from './BlockSums.js';
import { combinationCount } from './combinations.js';
import { purgedSplits } from './purgedSplits.js';
import type { SplitOptions } from './purgedSplits.js';
import { periodSharpe } from './sharpeSignificance.js';

/** What is cross-validated: `embargo` counts periods. */
export interface CrossValidationInput extends SplitOptions {
  /** Returns of each trial, of equal lengths. */
  readonly series: readonly Float64Array[];
  /** Periods that a position opened in one reaches into; these are purged. */
  readonly holding: number;
}

/** One path through the whole sample. */
export interface ValidationPath {
  /** One per period. */
  readonly returns: Float64Array;
  /** Per period; 0 where the returns never differ. */
  readonly sharpe: number;
}

/** What came of it. */
export interface CrossValidation {
  /** Choices × test groups ÷ groups of them. */
  readonly paths: readonly ValidationPath[];
  readonly splits: number;
  /** Training periods left over purging and embargo, the mean share of those of a split. */
  readonly keptShare: number;
  /** How often each trial was chosen, by its index. */
  readonly chosen: readonly number[];
}

/** Runs it; the choice is made by the Sharpe ratio in training. */
export function crossValidate(input: CrossValidationInput): CrossValidation {
  const { series, holding, ...options } = input;
  const length = series[0]?.length ?? 0;
  const samples = Array.from({ length }, (_, period) => ({ start: period, end: period + holding }));
  const bounds = blockBounds(length, options.groups);
  const pathCount = combinationCount(options.groups - 1, options.testGroups - 1);
  const paths = Array.from({ length: pathCount }, () => new Float64Array(length));
  /** How many splits have tested each group so far: the next one belongs to that path. */
  const tested = new Uint32Array(options.groups);
  const chosen = series.map(() => 0);
  let splits = 0;
  let kept = 0;
  for (const { groups, train, test } of purgedSplits(samples, options)) {
    const best = indexOfLargest(series.map((returns) => sharpeOf(returns, train)));
    chosen[best] = (chosen[best] ?? 0) + 1;
    splits += 1;
    kept += train.length / (length - test.length);
    for (const group of groups) {
      const from = bounds[group] ?? 0;
      const returns = series[best]?.subarray(from, bounds[group + 1]) ?? [];
      paths[tested[group] ?? 0]?.set(returns, from);
      tested[group] = (tested[group] ?? 0) + 1;
    }
  }
  return {
    paths: paths.map((returns) => ({ returns, sharpe: periodSharpe(returns) ?? 0 })),
    splits,
    keptShare: kept / splits,
    chosen,
  };
}

function sharpeOf(returns: Float64Array, periods: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  for (const period of periods) {
    const value = returns[period] ?? 0;
    sum += value;
    squares += value * value;
  }
  return sharpeOfSums(periods.length, sum, squares);
}
