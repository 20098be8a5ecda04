/** Errors of jobs as values and back: neither a clone nor text keeps a class. */
import { PapertapeError } from '../../domain/errors.js';
import type { JobFailure } from '../../domain/jobs.js';

/** What was thrown, as a value; what is no {@link PapertapeError} is a fault of the code, `INTERNAL`. */
export function failureOf(error: unknown): JobFailure {
  if (!(error instanceof PapertapeError)) {
    return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
  }
  const { code, message, remedy } = error;
  return { code, message, ...(remedy === undefined ? {} : { remedy }) };
}

/** The error that a failure stands for. */
export function errorOf({ code, message, remedy }: JobFailure): PapertapeError {
  return new PapertapeError(code, message, remedy === undefined ? {} : { remedy });
}

/** The failure of a job that ended two workers. */
export function lostFailure(what: string): JobFailure {
  return {
    code: 'JOB_WORKER_LOST',
    message: `${what} ended the worker that ran it, and another one when it was run again.`,
    remedy: 'Look for a strategy that needs more memory than there is; the log of the worker may say more.',
  };
}

/** The failure of a job of which two workers fell silent: from afar one that ended looks like one that was paused. */
export function silentFailure(what: string): JobFailure {
  return {
    code: 'JOB_WORKER_LOST',
    message:
      `${what} was lost with the worker that ran it, and with another one when it was run again: ` +
      'both ended or were silent for longer than their lease.',
    remedy:
      'Look for a strategy that needs more memory than there is, for machines that were paused, or give workers a ' +
      'longer --lease; their logs may say more.',
  };
}

/** What a batch rejects with that was cancelled. */
export function cancelled(): PapertapeError {
  return new PapertapeError('JOBS_CANCELLED', 'The jobs were cancelled before all of them were done.', {
    remedy: 'Start them again; what is known already is not computed twice where results are kept.',
  });
}
