/** Runs a walk-forward analysis step by step: a search on each training window, one trial on the days after it. */
import { assert } from '../../utils/assert.js';
import type { CompleteTrial, SearchPlan } from './searchPlan.js';
import { search } from './search.js';
import type { SearchParts } from './search.js';
import { pruningRungs, windowOfDates } from './tradingDates.js';
import type { EvaluateTrials, TrialOutcome, TrialResult } from './trial.js';
import { planFor } from './walkForward.js';
import type { WalkForwardStep, WalkForwardWindow } from './walkForward.js';

/** What hears of it besides the search. */
export interface WalkForwardParts extends SearchParts {
  /** After each step. */
  readonly onStep?: (step: WalkForwardStep) => void | Promise<void>;
}

/** Runs all steps in order. `plan` says how to search; its window is taken from each step. */
export async function runWalkForward(
  plan: SearchPlan,
  windows: readonly WalkForwardWindow[],
  parts: WalkForwardParts,
): Promise<readonly WalkForwardStep[]> {
  const steps: WalkForwardStep[] = [];
  /** Backtests of the steps before: ids are unique within the whole analysis. */
  let before = 0;
  for (const [index, window] of windows.entries()) {
    const rungs = plan.pruning === 'none' ? [] : pruningRungs(window.train);
    const evaluate = numberedFrom(before, parts.evaluate);
    const found = await search(planFor(plan, window, rungs), {
      ...parts,
      evaluate,
      onProgress: (done, total) => parts.onProgress?.(index + done / total, windows.length),
    });
    const chosen = found.best;
    const test = chosen === undefined ? undefined : await judge(chosen, window, found.runs, evaluate);
    before += found.runs + 1;
    if (chosen !== undefined) parts.onBatch?.([], 1);
    const step: WalkForwardStep = { window, search: found, chosen, test };
    steps.push(step);
    await parts.onStep?.(step);
  }
  return steps;
}

/** What the chosen parameters do on the days after their training; undefined if they cannot run there. */
async function judge(
  chosen: CompleteTrial,
  window: WalkForwardWindow,
  id: number,
  evaluate: EvaluateTrials,
): Promise<TrialOutcome | undefined> {
  const results: TrialResult[] = [];
  await evaluate([{ id, params: chosen.params, ...windowOfDates(window.test) }], (result) => {
    results.push(result);
  });
  const [result] = results;
  assert(result !== undefined, 'an evaluator tells of every trial');
  return result.kind === 'outcome' ? result : undefined;
}

/** The same evaluator, with ids that begin at `first`. */
function numberedFrom(first: number, evaluate: EvaluateTrials): EvaluateTrials {
  return (trials, onResult) =>
    evaluate(
      trials.map((trial) => ({ ...trial, id: first + trial.id })),
      (result) => {
        onResult({ ...result, trialId: result.trialId - first });
      },
    );
}
