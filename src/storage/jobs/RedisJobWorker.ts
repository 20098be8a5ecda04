/**
 * A process that works for a {@link RedisJobQueue}. Jobs run in threads, so that this thread is free to renew the
 * lease on each chunk: a worker that does not, because it was killed or its machine is gone, loses its chunks to
 * another one. Results are written under the chunk's id, so that one which was computed twice is the same one, and one
 * that comes late, from a worker that was paused, is as good.
 */
import { hostname } from 'node:os';
import { UnrecoverableError, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { JobBatch, JobLoader, JobLoaders, JobOutcome, StuckTellers } from '../../domain/jobs.js';
import { required } from '../../utils/assert.js';
import type { Clock } from '../../utils/clock.js';
import { decodeJobData, encodeJobData } from './jobData.js';
import { failureOf } from './jobFailures.js';
import { writeFault } from './redisFault.js';
import { connectRedis, KEPT_SECONDS, KEY_PREFIX, keys, queueName } from './redisQueue.js';
import type { ChunkData, RedisPlace } from './redisQueue.js';
import { ThreadJobQueue } from './ThreadJobQueue.js';

/** What a worker is made of. */
export interface RedisWorkerOptions {
  readonly place: RedisPlace;
  /** The module that each thread runs. */
  readonly entry: string;
  readonly threads: number;
  readonly loaders: JobLoaders;
  readonly tellers: StuckTellers;
  /** How long this worker may be silent before its chunks are another one's; all workers should agree. */
  readonly leaseMs: number;
  readonly clock: Clock;
  /** Hears of every failure of the connection, which is then tried again. */
  readonly onError: (error: Error) => void;
  /** Hears that this worker was silent for longer than its lease, maybe more than once of one chunk. */
  readonly onLeaseLost?: () => void;
  /** Hears of each chunk that was done, with its number of jobs. */
  readonly onDone?: (jobs: number) => void;
}

/** How often a worker looks whether what it works on was cancelled. */
const CANCEL_LOOK_MS = 250;
/** What BullMQ says of a job that is another worker's by now, or failed, when its lease is renewed or it is ended. */
const LEASE_LOST = /^(?:Missing lock|Lock mismatch|could not renew lock) for job |^Job \S+ is not in the active state/;

/** See the module header. */
export class RedisJobWorker {
  readonly #options: RedisWorkerOptions;
  readonly #redis: Redis;
  /** The queue's own connection; BullMQ does not close what it was given. */
  readonly #queueRedis: Redis;
  readonly #worker: Worker<ChunkData, number>;
  /** One thread each. */
  readonly #free: ThreadJobQueue[];
  readonly #all: readonly ThreadJobQueue[];
  readonly #stopping = new AbortController();

  private constructor(options: RedisWorkerOptions, redis: Redis) {
    const { place, threads, entry, leaseMs, tellers, clock, onError } = options;
    this.#options = options;
    this.#redis = redis;
    const loaders = loadingOnce(options.loaders);
    const texts = async (hash: string): Promise<string | undefined> => (await redis.get(keys.text(hash))) ?? undefined;
    const one = { entry, threads: 1, loaders, tellers, clock, texts };
    this.#all = Array.from({ length: threads }, () => new ThreadJobQueue(one));
    this.#free = [...this.#all];
    this.#queueRedis = redis.duplicate();
    this.#queueRedis.on('error', onError);
    this.#worker = new Worker(queueName(place), (job) => this.#work(job), {
      connection: this.#queueRedis,
      prefix: KEY_PREFIX,
      concurrency: threads,
      lockDuration: leaseMs,
      stalledInterval: leaseMs / 2,
      // A chunk whose worker was lost is run again once.
      maxStalledCount: 1,
      name: `${hostname()}-${process.pid}`,
    });
    this.#worker.on('error', (error) => {
      if (LEASE_LOST.test(error.message)) options.onLeaseLost?.();
      else onError(error);
    });
  }

  /** Connects and begins to work. Throws `JOB_QUEUE_UNAVAILABLE`. */
  static async start(options: RedisWorkerOptions): Promise<RedisJobWorker> {
    const redis = await connectRedis(options.place.url, options.onError);
    const worker = new RedisJobWorker(options, redis);
    await worker.#worker.waitUntilReady();
    return worker;
  }

  /** Finishes what is being worked on and ends; with `now`, leaves what is being worked on to others. */
  async stop(now = false): Promise<void> {
    if (now) this.#stopping.abort();
    await this.#worker.close(now);
    await Promise.all(this.#all.map((queue) => queue.close()));
    this.#queueRedis.disconnect();
    this.#redis.disconnect();
  }

  async #work(job: Job<ChunkData, number>): Promise<number> {
    const id = required(job.id, 'the id of a job');
    const queue = required(this.#free.pop(), 'a free thread');
    const abort = new AbortController();
    const watch = this.#watchCancelled(id, abort);
    // A coordinator of this build wrote them.
    const jobs = decodeJobData(job.data.jobs) as readonly unknown[];
    const batch: JobBatch = { kind: job.name, setup: decodeJobData(job.data.setup), jobs, chunk: jobs.length };
    const outcomes: JobOutcome[] = [];
    try {
      await queue.run(
        batch,
        { onOutcome: (index, outcome) => (outcomes[index] = outcome) },
        AbortSignal.any([abort.signal, this.#stopping.signal]),
      );
    } catch (error) {
      throw new UnrecoverableError(writeFault(failureOf(error)));
    } finally {
      watch.end();
      this.#free.push(queue);
    }
    await this.#redis.set(keys.result(id), encodeJobData(outcomes), 'EX', KEPT_SECONDS);
    this.#options.onDone?.(jobs.length);
    return jobs.length;
  }

  /** Aborts when the chunk is cancelled, until it is ended. */
  #watchCancelled(id: string, abort: AbortController): { readonly end: () => void } {
    let isOver = false;
    let cancelTimer = (): void => undefined;
    const look = async (): Promise<void> => {
      try {
        if ((await this.#redis.exists(keys.cancelled(id))) === 1) abort.abort();
      } catch (error) {
        // The connection is gone for good: the worker is being stopped.
        if (!isOver) this.#options.onError(error instanceof Error ? error : new Error(String(error)));
      }
      if (!isOver && !abort.signal.aborted)
        cancelTimer = this.#options.clock.setTimer(CANCEL_LOOK_MS, () => void look());
    };
    void look();
    return {
      end: () => {
        isOver = true;
        cancelTimer();
      },
    };
  }
}

/** The same loaders, called once for all threads; what was loaded last is kept. */
function loadingOnce(loaders: JobLoaders): JobLoaders {
  return Object.fromEntries(
    Object.entries(loaders).map(([kind, load]): [string, JobLoader] => {
      let last: { readonly key: string; readonly loaded: Promise<unknown> } | undefined;
      const once: JobLoader = (setup, texts) => {
        const key = encodeJobData(setup);
        if (last?.key === key) return last.loaded;
        const loading = { key, loaded: load(setup, texts) };
        last = loading;
        // What could not be loaded may be there the next time.
        loading.loaded.catch(() => {
          if (last === loading) last = undefined;
        });
        return loading.loaded;
      };
      return [kind, once];
    }),
  );
}
