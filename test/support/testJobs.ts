/** The code of jobs for tests of job queues: arithmetic on a shared column, and every way to go wrong. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PapertapeError } from '../../src/domain/errors.js';
import type { JobLoaders, JobOpeners, StuckTellers } from '../../src/domain/jobs.js';

/** What all jobs of a test share. */
export interface TestSetup {
  /** Numbers of the shared column. */
  readonly column: readonly number[];
  /** SHA-256 of a text that `load` fetches, if any. */
  readonly text?: string;
  /** Whether `load` fails, `open` fails, or `open` ends its thread. */
  readonly fails?: 'load' | 'open' | 'thread';
}

/** One job of a test. */
export type TestJob =
  /** Answers the product with the shared column's number at `row`. */
  | { readonly op: 'times'; readonly row: number; readonly value: number }
  /** Answers what JSON does not know. */
  | { readonly op: 'odd' }
  /** Answers the fetched text. */
  | { readonly op: 'text' }
  | { readonly op: 'fail' }
  /** Ends the thread, the first time only: `marker` is a file that says that there was one. */
  | { readonly op: 'endOnce'; readonly marker: string }
  | { readonly op: 'end' }
  /** Never answers. */
  | { readonly op: 'hang'; readonly marker: string }
  /** Never answers, from within a hook of a strategy; adds a line to the file first. */
  | { readonly op: 'stuck'; readonly log: string }
  /** Answers once the file is there. */
  | { readonly op: 'await'; readonly marker: string }
  /** Leaves a file `held-PID` in the folder, then answers its value once there is a file `go` in it. */
  | { readonly op: 'hold'; readonly folder: string; readonly value: number }
  /** Answers its value after it has added a line to the file. */
  | { readonly op: 'count'; readonly log: string; readonly value: number };

interface Shared {
  readonly column: Float64Array;
  readonly text: string | undefined;
}

const refused = (what: string): PapertapeError =>
  new PapertapeError('REQUEST_INVALID', `The test lets ${what} fail.`, { remedy: 'Nothing to do.' });

/** What a process of a test loads. */
export const TEST_LOADERS: JobLoaders = {
  test: async (setup, texts): Promise<Shared> => {
    const { column, text, fails } = setup as TestSetup;
    if (fails === 'load') throw refused('loading');
    const memory = new Float64Array(new SharedArrayBuffer(column.length * Float64Array.BYTES_PER_ELEMENT));
    memory.set(column);
    return { column: memory, text: text === undefined ? undefined : await texts(text) };
  },
};

/** What is said of a test job that stands still in a hook. */
export const TEST_TELLERS: StuckTellers = {
  test: (_, payload, probe) => ({
    code: 'STRATEGY_STUCK',
    message: `${(payload as TestJob).op} in the hook of ${probe[0] ?? 0}`,
  }),
};

/** What a thread of a test runs, with its probe. */
export const testOpeners = (probe: Int32Array): JobOpeners => ({
  test: async (setup, shared) => {
    const { fails } = setup as TestSetup;
    if (fails === 'open') throw refused('opening');
    if (fails === 'thread') process.exit(1);
    return await Promise.resolve((payload: unknown) => runTestJob(payload as TestJob, shared as Shared, probe));
  },
});

function runTestJob(job: TestJob, { column, text }: Shared, probe: Int32Array): unknown {
  switch (job.op) {
    case 'times':
      return job.value * (column[job.row] ?? Number.NaN);
    case 'odd':
      return { nan: Number.NaN, floats: Float64Array.of(0.1, -0), whole: Int32Array.of(7) };
    case 'text':
      return text;
    case 'fail':
      throw refused('this job');
    case 'endOnce':
      if (existsSync(job.marker)) return 'again';
      writeFileSync(job.marker, '');
      return process.exit(1);
    case 'end':
      return process.exit(1);
    case 'hang':
      writeFileSync(job.marker, '');
      return pause(Infinity);
    case 'stuck':
      appendFileSync(job.log, 'begun\n');
      probe[0] = 3;
      return pause(Infinity);
    case 'await':
      while (!existsSync(job.marker)) pause(10);
      return 'there';
    case 'hold':
      writeFileSync(join(job.folder, `held-${process.pid}`), '');
      while (!existsSync(join(job.folder, 'go'))) pause(10);
      return job.value;
    case 'count':
      appendFileSync(job.log, `${job.value}\n`);
      return job.value;
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** SHA-256 of a text, hexadecimal. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
