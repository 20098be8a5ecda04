/**
 * Jobs: pieces of work that run apart from each other, in threads of this process or on other machines, with the same
 * code. A job is plain data in and plain data out, and equal data give equal results wherever and however often it is
 * run: running one again is always allowed.
 *
 * Plain data are what both a structured clone and `storage/jobs/jobData.ts` keep: objects, arrays, texts, booleans,
 * null, every number (NaN and infinities too), and arrays of 64-bit floats and 32-bit integers.
 */
import type { ErrorCode } from './errors.js';

/** Jobs of one kind that share what they work on. */
export interface JobBatch {
  /** Which {@link JobLoader} and {@link JobOpener} serve them. */
  readonly kind: string;
  /** What all of them work on, as plain data: data and code are referred to by hash, not held. */
  readonly setup: unknown;
  /** Texts that `setup` refers to, by their SHA-256: workers on other machines have no other way to them. */
  readonly texts?: ReadonlyMap<string, string>;
  /** One payload a job. */
  readonly jobs: readonly unknown[];
  /** Jobs that a worker takes at a time, at least 1: some ten milliseconds of work or more. */
  readonly chunk: number;
}

/** Why a job has no result. */
export interface JobFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy?: string;
}

/** What became of a job. */
export type JobOutcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: JobFailure };

/** Hears of a batch while it runs. */
export interface JobListener {
  /** Called once for each job, in any order; `index` is that of its payload. */
  onOutcome(index: number, outcome: JobOutcome): void;
  /** How many workers there are, whenever that changes; 0 means that jobs wait until one is started. */
  onWorkers?(count: number): void;
}

/** Gives the text of a SHA-256 that a setup refers to; undefined if nobody has it. */
export type TextSource = (hash: string) => Promise<string | undefined>;

/** Runs one job. What it throws is the job's failure. */
export type JobRunner = (payload: unknown) => unknown;

/**
 * Called once per process and setup: gives what its threads share, such as market data in shared memory. The answer is
 * cloned into each thread, so that memory must be shared to be one.
 */
export type JobLoader = (setup: unknown, texts: TextSource) => Promise<unknown>;

/** Called once per thread and setup, with what the loader gave: gives the code that runs its jobs. */
export type JobOpener = (setup: unknown, shared: unknown) => Promise<JobRunner>;

/**
 * Says why a job was ended that did not return from a hook of a strategy. `probe` is what its thread noted there, see
 * `hookProbe.ts`; `payload` is undefined where the thread was at what all jobs of the setup begin with.
 */
export type StuckTeller = (setup: unknown, payload: unknown, probe: Int32Array) => JobFailure;

/** The teller of every kind of job in which strategies run. */
export type StuckTellers = Readonly<Record<string, StuckTeller>>;

/** The loader of every kind of job that a process can run. */
export type JobLoaders = Readonly<Record<string, JobLoader>>;

/** The opener of every kind of job that a thread can run. */
export type JobOpeners = Readonly<Record<string, JobOpener>>;
