/** Why the score and figures of a trial have no number, or one that says nothing, as JSON tells it. */
import { missingFigures } from '../missingFigures.js';
import type { MissingFigures } from '../missingFigures.js';
import { RUINED, wasRuined } from '../statistics.js';
import type { Statistics } from '../statistics.js';
import { runDaysOf, whyUnsupported } from '../yearlyFigures.js';
import { scoreOf } from './objective.js';
import type { Objective } from './objective.js';

/** See the module header. */
export interface Unsupported {
  /** Why the score says nothing or is none; null where it does. A score of few days keeps its number. */
  readonly score: string | null;
  /** Figures that are null, and why. */
  readonly statistics: MissingFigures;
}

/** Tells it; `hasBenchmark` where the run is measured against one. */
export function unsupportedOf(
  objective: Objective,
  run: { readonly statistics: Statistics; readonly dailyReturns: { readonly length: number } },
  hasBenchmark: boolean,
): Unsupported {
  const { statistics } = run;
  const missing = missingFigures(statistics, hasBenchmark);
  const isNone = scoreOf(objective, statistics) === undefined;
  const none = isNone ? (missing[objective.figure] ?? (wasRuined(statistics) ? RUINED : undefined)) : undefined;
  return { score: none ?? whyUnsupported(objective.figure, runDaysOf(run)) ?? null, statistics: missing };
}
