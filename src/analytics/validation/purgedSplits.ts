/**
 * Splits for combinatorial purged cross-validation (López de Prado, "Advances in Financial Machine Learning", 2018,
 * chapters 7 and 12): the samples are cut into groups in order of time, and every choice of some groups is a test.
 */
import { combinations } from './combinations.js';
import { blockBounds } from './BlockSums.js';

/** Where an observation begins and where what it depends on ends, in any one unit of time; end not before start. */
export interface SampleSpan {
  readonly start: number;
  readonly end: number;
}

/** How samples are split. */
export interface SplitOptions {
  readonly groups: number;
  /** Groups that are the test of a split; fewer than `groups`. */
  readonly testGroups: number;
  /** Training samples that begin up to this long after the end of a test sample are left out; 0 for none. */
  readonly embargo: number;
}

/** One split; indices into the samples, ascending. */
export interface PurgedSplit {
  /** The groups tested. */
  readonly groups: readonly number[];
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/**
 * All splits, in lexicographic order of their test groups. `samples` are in order of their start. A training sample is
 * purged where its span touches that of a test sample, and embargoed where it begins soon after one has ended.
 */
export function* purgedSplits(samples: readonly SampleSpan[], options: SplitOptions): Generator<PurgedSplit> {
  const bounds = blockBounds(samples.length, options.groups);
  for (const groups of combinations(options.groups, options.testGroups)) {
    const test = groups.flatMap((group) => range(bounds[group] ?? 0, bounds[group + 1] ?? 0));
    const isTest = new Set(test);
    const blocks = groups.map((group) => spanOf(samples.slice(bounds[group], bounds[group + 1])));
    const train = range(0, samples.length).filter((index) => {
      const sample = samples[index];
      if (sample === undefined || isTest.has(index)) return false;
      return blocks.every(({ start, end }) => sample.end < start || sample.start > end + options.embargo);
    });
    yield { groups, train, test };
  }
}

/** From the first start to the last end. */
function spanOf(samples: readonly SampleSpan[]): SampleSpan {
  return {
    start: samples[0]?.start ?? Infinity,
    end: samples.reduce((latest, { end }) => Math.max(latest, end), -Infinity),
  };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
