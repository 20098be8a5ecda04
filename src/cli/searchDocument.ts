/** A search as one JSON document: numbers as they are, null where there is none. */
import { finiteFigures } from '../analytics/finiteFigures.js';
import { constraintText } from '../analytics/optimise/objective.js';
import type { Objective } from '../analytics/optimise/objective.js';
import type { SearchPlan, TriedTrial } from '../analytics/optimise/searchPlan.js';
import { unsupportedOf } from '../analytics/optimise/unsupportedOf.js';
import { DOLLAR, formatDecimal } from '../domain/units.js';

/** How it was searched. */
export function planDocument(plan: SearchPlan): Readonly<Record<string, unknown>> {
  const { space, sampler, trials, seed, objective, constraints, pruning } = plan;
  return {
    space: { dimensions: space.dimensions, fixed: space.fixed },
    search: sampler,
    trials: sampler === 'grid' ? null : trials,
    seed,
    objective,
    constraints: constraints.map(constraintText),
    prune: pruning,
  };
}

/** One trial of a search after an objective; `hasBenchmark` where trials are measured against one. */
export function trialDocument(
  trial: TriedTrial,
  objective: Objective,
  hasBenchmark: boolean,
): Readonly<Record<string, unknown>> {
  const { number, params, status } = trial;
  switch (trial.status) {
    case 'complete': {
      const { score, broken, outcome } = trial;
      const statistics = finiteFigures(outcome.statistics);
      return {
        number,
        params,
        status,
        score: score ?? null,
        brokenConstraint: broken === undefined ? null : constraintText(broken),
        statistics,
        unsupported: unsupportedOf(objective, outcome, hasBenchmark),
        finalEquity: formatDecimal(outcome.finalEquity, DOLLAR),
        ledgerHash: outcome.ledgerHash,
      };
    }
    case 'pruned':
      return { number, params, status, rung: trial.rung };
    case 'refused':
      return { number, params, status, code: trial.code, reason: trial.reason };
  }
}
