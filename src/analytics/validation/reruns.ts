/** The trials that run a configuration again with something changed, and what they say together. */
import type { Micros } from '../../domain/units.js';
import type { ParamValue } from '../../strategies/param.js';
import type { Perturbation, Trial, TrialOutcome, TrialResult } from '../optimise/trial.js';
import { runFigures, summarise } from './monteCarlo.js';
import type { MonteCarlo, RunFigures } from './monteCarlo.js';

/** What is run again, and how. */
export interface RerunPlan {
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly from: Micros;
  readonly to: Micros;
  /** How often with other prices, and how often with missed entries. */
  readonly runs: number;
  readonly deviationBps: number;
  /** Of the entries that are missed, 0 to 1. */
  readonly skippedFraction: number;
  readonly seed: number;
}

/** A run that pays more for taking. */
export interface DearerRun {
  readonly bps: number;
  /** Undefined where it could not run. */
  readonly figures: RunFigures | undefined;
}

/** What came of them; distributions are undefined where no run came to its end. */
export interface Reruns {
  readonly prices: MonteCarlo | undefined;
  readonly skippedEntries: MonteCarlo | undefined;
  /** By rising cost. */
  readonly slippage: readonly DearerRun[];
}

/** What taking costs in the dearer runs, basis points of the price. */
const SLIPPAGE_BPS = [1, 2, 5, 10, 20];

/** The trials: dearer taking, then other prices, then missed entries; each random one with a seed of its own. */
export function rerunTrials({ params, from, to, ...plan }: RerunPlan): readonly Trial[] {
  const { runs, seed, deviationBps, skippedFraction } = plan;
  const seeds = Array.from({ length: runs }, (_, run) => seed + run);
  const perturbations: readonly Perturbation[] = [
    ...SLIPPAGE_BPS.map((bps) => ({ kind: 'slippage', bps }) as const),
    ...seeds.map((own) => ({ kind: 'prices', seed: own, deviationBps }) as const),
    ...seeds.map((own) => ({ kind: 'skippedEntries', seed: own, fraction: skippedFraction }) as const),
  ];
  return perturbations.map((perturbation, id) => ({ id, params, from, to, perturbation }));
}

/** What the results of {@link rerunTrials} say; results come in any order. */
export function summariseReruns(trials: readonly Trial[], results: readonly TrialResult[]): Reruns {
  const outcomes = new Map<number, TrialOutcome>();
  for (const result of results) if (result.kind === 'outcome') outcomes.set(result.trialId, result);
  const figuresOf = ({ id }: Trial): RunFigures | undefined => {
    const outcome = outcomes.get(id);
    return outcome === undefined ? undefined : runFigures(outcome.dailyReturns);
  };
  const together = (kind: Perturbation['kind']): MonteCarlo | undefined => {
    const figures = trials
      .filter(({ perturbation }) => perturbation?.kind === kind)
      .map(figuresOf)
      .filter((one) => one !== undefined);
    return figures.length === 0 ? undefined : summarise(figures);
  };
  return {
    prices: together('prices'),
    skippedEntries: together('skippedEntries'),
    slippage: trials.flatMap((trial) =>
      trial.perturbation?.kind === 'slippage' ? [{ bps: trial.perturbation.bps, figures: figuresOf(trial) }] : [],
    ),
  };
}
