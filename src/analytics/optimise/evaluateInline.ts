/** Evaluates trials one after the other in this thread. */
import { runTrial } from './runTrial.js';
import type { TrialData } from './runTrial.js';
import type { EvaluateTrials } from './trial.js';

/** `pause` is awaited after each trial, so that others get their turn: signals, a progress bar. */
export function evaluateInline(data: TrialData, pause: () => Promise<void>): EvaluateTrials {
  return async (trials, onResult) => {
    for (const trial of trials) {
      onResult(runTrial(data, trial));
      await pause();
    }
  };
}
