/**
 * What a queue and its threads say to each other. Which job is next is no message: threads count it up in shared
 * memory, so that a short job costs no round trip.
 */
import type { Worker } from 'node:worker_threads';
import type { JobFailure, JobOutcome } from '../../domain/jobs.js';

/** Place of the next job that nobody has taken, in the control words. */
export const NEXT = 0;
/** Place of what the first thread is at, those of the others behind it; see {@link IDLE} and {@link OPENING}. */
export const FIRST_SLOT = 1;
/** A thread is at no job. */
export const IDLE = -1;
/** A thread is loading its setup. */
export const OPENING = -2;

/** What a thread begins with. */
export interface ThreadData {
  /** Where it notes which hook of a strategy is running, see `domain/hookProbe.ts`. */
  readonly probe: Int32Array;
}

/** A thread as its queue has it. */
export interface JobThread extends ThreadData {
  readonly worker: Worker;
}

/** A batch, for a thread. It runs `again` first, then takes what is left of the batch. */
export interface ThreadBatch {
  /** Number of the batch; answers carry it. */
  readonly batch: number;
  readonly kind: string;
  /** Equal numbers stand for equal setups. */
  readonly setupId: number;
  readonly setup: unknown;
  readonly shared: unknown;
  readonly jobs: readonly unknown[];
  readonly chunk: number;
  /** Jobs whose worker was lost, or that were left by it. */
  readonly again: readonly number[];
  /** Control words in shared memory. */
  readonly control: Int32Array;
  /** Index of this thread's word in `control`. */
  readonly slot: number;
}

/** What a thread answers. `idle` is its last word on a batch. */
export type ThreadAnswer =
  | { readonly type: 'outcome'; readonly batch: number; readonly index: number; readonly outcome: JobOutcome }
  | { readonly type: 'idle'; readonly batch: number }
  /** The setup cannot be worked on. */
  | { readonly type: 'fault'; readonly batch: number; readonly failure: JobFailure };
