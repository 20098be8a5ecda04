/**
 * {@link JobQueue} on threads of this process. Threads live as long as the queue, so that code which has become fast
 * stays so from batch to batch; what a setup loads is loaded once and reaches them as shared memory, without a copy.
 */
import { Worker } from 'node:worker_threads';
import { PROBE_WORDS } from '../../domain/hookProbe.js';
import type { JobBatch, JobLoaders, JobListener, StuckTellers, TextSource } from '../../domain/jobs.js';
import type { JobQueue } from '../../domain/ports.js';
import { assert, required } from '../../utils/assert.js';
import type { Clock } from '../../utils/clock.js';
import { encodeJobData } from './jobData.js';
import { cancelled } from './jobFailures.js';
import { ThreadBatchRun } from './ThreadBatchRun.js';
import type { JobThread, ThreadData } from './threadProtocol.js';

/** What a queue of threads is made of. */
export interface ThreadJobOptions {
  /** The module that each thread runs; it calls `serveJobThread`. */
  readonly entry: string;
  /** How many, at least 1. */
  readonly threads: number;
  readonly loaders: JobLoaders;
  readonly tellers: StuckTellers;
  readonly clock: Clock;
  /** Where texts of a batch are that the batch does not hold itself. */
  readonly texts?: TextSource;
}

/** See the module header. */
export class ThreadJobQueue implements JobQueue {
  readonly #options: ThreadJobOptions;
  readonly #threads: (JobThread | undefined)[];
  readonly #closing = new AbortController();
  /** The batch before, done or failed. */
  #before: Promise<void> = Promise.resolve();
  #setup: { readonly key: string; readonly id: number; readonly shared: Promise<unknown> } | undefined;
  #batches = 0;

  constructor(options: ThreadJobOptions) {
    assert(options.threads >= 1, 'there is a thread at least');
    this.#options = options;
    this.#threads = Array.from({ length: options.threads }, () => undefined);
  }

  async run(batch: JobBatch, listener: JobListener, signal?: AbortSignal): Promise<void> {
    const turn = this.#before.then(() => this.#run(batch, listener, signal));
    this.#before = turn.catch(() => undefined);
    await turn;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#before;
    await Promise.all(this.#threads.map(async (thread) => thread?.worker.terminate()));
    this.#threads.fill(undefined);
  }

  async #run(batch: JobBatch, listener: JobListener, signal: AbortSignal | undefined): Promise<void> {
    const stop = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    if (stop.aborted) throw cancelled();
    if (batch.jobs.length === 0) return;
    listener.onWorkers?.(this.#threads.length);
    const { id, shared } = this.#load(batch);
    const loaded = await shared;
    // Loading may have taken long; a signal tells nobody who comes to listen afterwards.
    if (stop.aborted) throw cancelled();
    this.#batches += 1;
    await new ThreadBatchRun({
      number: this.#batches,
      batch,
      setupId: id,
      shared: loaded,
      listener,
      stop,
      threads: this.#threads,
      tellers: this.#options.tellers,
      clock: this.#options.clock,
      start: (slot) => this.#start(slot),
    }).done;
  }

  /** What the setup's threads share; that of the last setup is kept. */
  #load({ kind, setup, texts }: JobBatch): { readonly id: number; readonly shared: Promise<unknown> } {
    const key = `${kind} ${encodeJobData(setup)}`;
    if (this.#setup?.key === key) return this.#setup;
    const load = required(this.#options.loaders[kind], `the loader of ${kind} jobs`);
    const shared = load(setup, async (hash) => texts?.get(hash) ?? (await this.#options.texts?.(hash)));
    const loading = { key, id: (this.#setup?.id ?? 0) + 1, shared };
    this.#setup = loading;
    // What could not be loaded may be there the next time; the run that waits for it hears of the failure.
    shared.catch(() => {
      if (this.#setup === loading) this.#setup = { ...loading, key: '' };
    });
    return loading;
  }

  #start(slot: number): JobThread {
    const probe = new Int32Array(new SharedArrayBuffer(PROBE_WORDS * Int32Array.BYTES_PER_ELEMENT));
    const worker = new Worker(this.#options.entry, { workerData: { probe } satisfies ThreadData });
    const thread = { worker, probe };
    this.#threads[slot] = thread;
    worker.on('exit', () => {
      if (this.#threads[slot] === thread) this.#threads[slot] = undefined;
    });
    // `exit` follows, and says all that is wanted; without a listener an error of the thread would end the process.
    worker.on('error', () => undefined);
    return thread;
  }
}
