/** Runs the trials of a search on a job queue: on threads of this machine, or on workers anywhere. */
import type { Trial, TrialResult, EvaluateTrials } from '../analytics/optimise/trial.js';
import type { JobOutcome } from '../domain/jobs.js';
import type { JobQueue } from '../domain/ports.js';
import { required } from '../utils/assert.js';
import { errorOf } from '../storage/jobs/jobFailures.js';
import { TRIAL_JOBS } from './trialJobs.js';
import type { TrialSetup } from './trialJobs.js';

/** A search, for a queue. */
export interface QueuedSearch {
  readonly setup: TrialSetup;
  /** Code of the strategy by its hash, for workers elsewhere; empty for a built-in one. */
  readonly texts: ReadonlyMap<string, string>;
  /** Market rows of the whole range. */
  readonly rows: number;
  readonly signal?: AbortSignal;
  readonly onWorkers?: (count: number) => void;
}

/** Rows that a worker takes at a time, at least: some tens of milliseconds of work. */
const ROWS_PER_CHUNK = 1_000_000;
const MOST_TRIALS_PER_CHUNK = 64;

/** See the module header. A trial that ended two workers is a refusal; other failures reject. */
export function evaluateOnQueue(queue: JobQueue, search: QueuedSearch): EvaluateTrials {
  const { setup, texts, rows, signal, onWorkers } = search;
  const chunk = Math.min(MOST_TRIALS_PER_CHUNK, Math.max(1, Math.ceil(ROWS_PER_CHUNK / Math.max(1, rows))));
  return async (trials, onResult) => {
    const failed = new AbortController();
    const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
    let failure: Error | undefined;
    const onOutcome = (index: number, outcome: JobOutcome): void => {
      if (failure !== undefined) return;
      const trial = required(trials[index], 'the trial of an outcome');
      if (outcome.ok || outcome.failure.code === 'JOB_WORKER_LOST') onResult(resultOf(trial, outcome));
      else {
        failure = errorOf(outcome.failure);
        failed.abort();
      }
    };
    try {
      const listener = onWorkers === undefined ? { onOutcome } : { onOutcome, onWorkers };
      await queue.run({ kind: TRIAL_JOBS, setup, texts, jobs: trials, chunk }, listener, stop);
    } catch (error) {
      throw failure ?? error;
    }
    if (failure !== undefined) throw failure;
  };
}

function resultOf(trial: Trial, outcome: JobOutcome): TrialResult {
  // The opener of trial jobs gives these.
  if (outcome.ok) return outcome.value as TrialResult;
  const { code, message } = outcome.failure;
  return { kind: 'refusal', trialId: trial.id, code, reason: message };
}
