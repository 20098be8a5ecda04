/** What a search is told, and what it makes of every point it tried. */
import type { Micros } from '../../domain/units.js';
import type { ParamValue } from '../../strategies/param.js';
import type { Constraint, Objective } from './objective.js';
import type { SamplerName } from './sampler.js';
import type { Point, SearchSpace } from './searchSpace.js';
import type { TrialOutcome } from './trial.js';

/** How trials are given up early. */
export const PRUNING_NAMES = ['none', 'median', 'halving'] as const;
/**
 * `median`: below the median of all that reached the same part of the window; `halving`: not among the better half of
 * their batch (successive halving, Jamieson and Talwalkar 2016).
 */
export type PruningName = (typeof PRUNING_NAMES)[number];

/** See the module header. */
export interface SearchPlan {
  readonly space: SearchSpace;
  readonly sampler: SamplerName;
  /** How many points are tried, pruned ones included; a grid tries all there are. */
  readonly trials: number;
  readonly seed: number;
  readonly objective: Objective;
  readonly constraints: readonly Constraint[];
  readonly pruning: PruningName;
  /**
   * Ends of the growing parts of the window after which trials may be pruned, ascending, the window's own end not among
   * them; none with `pruning: 'none'`.
   */
  readonly rungs: readonly Micros[];
  /** The window: rows at or after `from` and before `to`. */
  readonly from: Micros;
  readonly to: Micros;
}

interface Tried {
  /** In the order in which points were chosen, from 0. */
  readonly number: number;
  readonly point: Point;
  readonly params: Readonly<Record<string, ParamValue>>;
}

/** A point that was tried, and what became of it. */
export type TriedTrial =
  /** Ran to the end; `score` is undefined where it has no figure, or a constraint is broken. More is better. */
  | (Tried & {
      readonly status: 'complete';
      readonly outcome: TrialOutcome;
      readonly score: number | undefined;
      readonly broken: Constraint | undefined;
    })
  /** Given up at the rung of this index. */
  | (Tried & { readonly status: 'pruned'; readonly rung: number })
  /** Could not run. */
  | (Tried & { readonly status: 'refused'; readonly code: string; readonly reason: string });

/** A trial that ran to its end. */
export type CompleteTrial = Extract<TriedTrial, { readonly status: 'complete' }>;

/** What a search came to. */
export interface SearchResult {
  /** By number. */
  readonly trials: readonly TriedTrial[];
  /** The best of those with a score that kept the constraints, the first of equals; undefined if there is none. */
  readonly best: CompleteTrial | undefined;
  /** Backtests that were run, those on parts of the window included. */
  readonly runs: number;
}

/** The trials that ran to their end. */
export function completeTrials(trials: readonly TriedTrial[]): readonly CompleteTrial[] {
  return trials.filter((trial) => trial.status === 'complete');
}

/** The best first; those without a score last, in the order in which they were tried. */
export function ranked(trials: readonly TriedTrial[]): readonly CompleteTrial[] {
  const worth = (trial: CompleteTrial): number => trial.score ?? -Infinity;
  return completeTrials(trials).toSorted((a, b) => (worth(b) === worth(a) ? a.number - b.number : worth(b) - worth(a)));
}
