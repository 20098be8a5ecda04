/** A search as one JSON document: numbers as they are, null where there is none. */
import { finiteFigures } from '../analytics/finiteFigures.js';
import { constraintText } from '../analytics/optimise/objective.js';
import type { SearchPlan, TriedTrial } from '../analytics/optimise/searchPlan.js';
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

/** One trial. */
export function trialDocument(trial: TriedTrial): Readonly<Record<string, unknown>> {
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
