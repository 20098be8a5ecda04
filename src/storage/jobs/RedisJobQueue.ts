/**
 * {@link JobQueue} over BullMQ on Redis, for workers in other processes and on other machines (`RedisJobWorker`). What
 * is asked for is in Redis before anything else happens, and what was computed stays there for a day: a batch that is
 * given again after any of the three was restarted goes on where it was.
 *
 * The unit that workers take, and that is run again once if its worker is lost, is a chunk of the batch. A result that
 * is there is its answer however its job stands: equal chunks have equal results, and a worker that was paused may
 * deliver its own after it has lost the chunk.
 */
import { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { PapertapeError } from '../../domain/errors.js';
import type { JobBatch, JobFailure, JobListener, JobOutcome } from '../../domain/jobs.js';
import type { JobQueue } from '../../domain/ports.js';
import type { Clock } from '../../utils/clock.js';
import { keepAlive } from '../../utils/clock.js';
import { decodeJobData } from './jobData.js';
import { cancelled, errorOf, silentFailure } from './jobFailures.js';
import { chunksOf, connectRedis, KEPT_SECONDS, KEY_PREFIX, keys, queueName } from './redisQueue.js';
import type { Chunk, ChunkData, RedisPlace } from './redisQueue.js';
import { readFault } from './redisFault.js';

/** Chunks looked at or added at a time. */
const PORTION = 500;
/** Events tell what is done at once; what they do not tell, because a connection was lost, is looked for. */
const LOOK_EVERY_MS = 2_000;
/** A cancelled batch is taken out of Redis, but nobody waits longer for a server that does not answer. */
const CANCEL_WITHIN_MS = 2_000;
/** What BullMQ says of a job whose worker was lost twice. */
const LOST = 'job stalled more than allowable limit';

/** See the module header. */
export class RedisJobQueue implements JobQueue {
  readonly #redis: Redis;
  /** The events' own connection, which waits for them; BullMQ does not close what it was given. */
  readonly #waiting: Redis;
  readonly #queue: Queue<ChunkData>;
  readonly #events: QueueEvents;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #before: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(redis: Redis, place: RedisPlace, clock: Clock, onError: (error: Error) => void) {
    this.#redis = redis;
    this.#clock = clock;
    this.#queue = new Queue(queueName(place), { connection: redis, prefix: KEY_PREFIX });
    this.#waiting = redis.duplicate();
    this.#waiting.on('error', onError);
    this.#events = new QueueEvents(queueName(place), { connection: this.#waiting, prefix: KEY_PREFIX });
    this.#queue.on('error', onError);
    this.#events.on('error', onError);
  }

  /** Connects. `onError` hears of every failure of the connection, which is then tried again. */
  static async open(place: RedisPlace, clock: Clock, onError: (error: Error) => void): Promise<RedisJobQueue> {
    const redis = await connectRedis(place.url, onError);
    const queue = new RedisJobQueue(redis, place, clock, onError);
    await queue.#events.waitUntilReady();
    return queue;
  }

  async run(batch: JobBatch, listener: JobListener, signal?: AbortSignal): Promise<void> {
    const turn = this.#before.then(() => this.#run(batch, listener, signal));
    this.#before = turn.catch(() => undefined);
    await turn;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closing.abort();
    await this.#before;
    await this.#events.close();
    await this.#queue.close();
    this.#waiting.disconnect();
    this.#redis.disconnect();
  }

  async #run(batch: JobBatch, listener: JobListener, signal: AbortSignal | undefined): Promise<void> {
    const stop = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    if (stop.aborted) throw cancelled();
    const waiting = chunksOf(batch);
    const release = keepAlive();
    const wakeUps = new WakeUps(this.#events, stop, this.#clock);
    try {
      await this.#give(batch, waiting, listener);
      await this.#collect(batch, waiting, listener, wakeUps, stop);
    } catch (error) {
      // What else there is of a strategy that does not return would keep each worker for as long as it is given.
      const isStuck = error instanceof PapertapeError && error.code === 'STRATEGY_STUCK';
      if (stop.aborted || isStuck) await this.#cancel(waiting);
      throw error;
    } finally {
      wakeUps.end();
      release();
    }
  }

  /** Puts into Redis what is not there yet; what is done there already is told at once. */
  async #give({ kind, texts }: JobBatch, waiting: Map<string, Chunk>, listener: JobListener): Promise<void> {
    for (const [hash, text] of texts ?? []) await this.#redis.set(keys.text(hash), text, 'EX', KEPT_SECONDS);
    for (const chunks of portions([...waiting.values()])) {
      const [states, results] = await Promise.all([
        Promise.all(chunks.map(({ id }) => this.#queue.getJobState(id))),
        Promise.all(chunks.map(({ id }) => this.#redis.exists(keys.result(id)))),
      ]);
      const missing: Chunk[] = [];
      for (const [place, chunk] of chunks.entries()) {
        const state = states[place];
        const isTold = results[place] === 1 && (await this.#tell(chunk, waiting, listener));
        if (isTold || state === 'active' || state === 'waiting') continue;
        // A failure of an earlier time does not bind this one.
        if (state !== 'unknown') await this.#queue.remove(chunk.id);
        missing.push(chunk);
      }
      if (missing.length === 0) continue;
      await this.#redis.del(missing.map(({ id }) => keys.cancelled(id)));
      const kept = { age: KEPT_SECONDS };
      await this.#queue.addBulk(
        missing.map(({ id, data }) => ({
          name: kind,
          data,
          opts: { jobId: id, attempts: 1, removeOnComplete: kept, removeOnFail: kept },
        })),
      );
    }
  }

  async #collect(
    batch: JobBatch,
    waiting: Map<string, Chunk>,
    listener: JobListener,
    wakeUps: WakeUps,
    stop: AbortSignal,
  ): Promise<void> {
    let workers = -1;
    const lost = new Set<string>();
    while (waiting.size > 0) {
      if (stop.aborted) throw cancelled();
      const told = wakeUps.take();
      // Without news of one in particular, all that is missing is looked at.
      const ids = told ?? [...waiting.keys()];
      for (const chunks of portions(ids.flatMap((id) => waiting.get(id) ?? []))) {
        await Promise.all(chunks.map((chunk) => this.#look(batch, chunk, waiting, listener, lost)));
      }
      // As long as others are waited for anyway, a worker that is taken for lost can deliver what it has.
      if (lost.size === waiting.size) await this.#tellLost(batch, waiting, listener);
      if (told === undefined) {
        const count = await this.#queue.getWorkersCount();
        if (count !== workers) listener.onWorkers?.(count);
        workers = count;
      }
      if (waiting.size > 0) await wakeUps.next(LOOK_EVERY_MS);
    }
  }

  /**
   * Tells what became of a chunk, if it is known, or notes that it is lost. Throws if its setup cannot be worked on.
   */
  async #look(
    batch: JobBatch,
    chunk: Chunk,
    waiting: Map<string, Chunk>,
    listener: JobListener,
    lost: Set<string>,
  ): Promise<void> {
    // First how its job stands: a result is there before its job is completed.
    const state = await this.#queue.getJobState(chunk.id);
    lost.delete(chunk.id);
    if (await this.#tell(chunk, waiting, listener)) return;
    if (state === 'failed') {
      const reason = (await this.#queue.getJob(chunk.id))?.failedReason ?? '';
      const fault = readFault(reason);
      // Nobody has cancelled this batch: an equal one was, a moment before or beside it, or its worker was told to end.
      if (fault?.code === 'JOBS_CANCELLED') {
        await this.#give(batch, new Map([[chunk.id, chunk]]), listener);
        return;
      }
      if (fault !== undefined) throw errorOf(fault);
      if (reason === LOST) lost.add(chunk.id);
      else this.#tellAll(chunk, failed(chunk, { code: 'INTERNAL', message: reason }), waiting, listener);
    } else if (state === 'unknown' || state === 'completed') {
      // Somebody emptied the server, or it lost its last second: what is missing is given again.
      await this.#give(batch, new Map([[chunk.id, chunk]]), listener);
    }
  }

  /** Tells of chunks that two workers were lost with, which alone are waited for; a result that came late is told. */
  async #tellLost({ kind }: JobBatch, waiting: Map<string, Chunk>, listener: JobListener): Promise<void> {
    for (const chunk of [...waiting.values()]) {
      // What is delivered late makes no event.
      if (await this.#tell(chunk, waiting, listener)) continue;
      const { from } = chunk.data;
      const which = chunk.length === 1 ? `Job ${from + 1}` : `One of the jobs ${from + 1} to ${from + chunk.length}`;
      this.#tellAll(chunk, failed(chunk, silentFailure(`${which} (${kind})`)), waiting, listener);
    }
  }

  /** Tells a result; false if it is not there. */
  async #tell(chunk: Chunk, waiting: Map<string, Chunk>, listener: JobListener): Promise<boolean> {
    const text = await this.#redis.get(keys.result(chunk.id));
    if (text === null) return false;
    // Workers of this build wrote it.
    this.#tellAll(chunk, decodeJobData(text) as readonly JobOutcome[], waiting, listener);
    return true;
  }

  #tellAll(
    { id, starts }: Chunk,
    outcomes: readonly JobOutcome[],
    waiting: Map<string, Chunk>,
    listener: JobListener,
  ): void {
    // Two looks may have met.
    if (!waiting.delete(id)) return;
    for (const from of starts) outcomes.forEach((outcome, place) => listener.onOutcome(from + place, outcome));
  }

  async #cancel(waiting: Map<string, Chunk>): Promise<void> {
    const removal = (async () => {
      for (const chunks of portions([...waiting.keys()])) {
        await Promise.all(chunks.map((id) => this.#redis.set(keys.cancelled(id), '1', 'EX', KEPT_SECONDS)));
        // A job that is being worked on cannot be removed; its worker sees that it is cancelled.
        await Promise.all(chunks.map((id) => this.#queue.remove(id)));
      }
    })();
    await Promise.race([removal, new Promise<void>((resolve) => this.#clock.setTimer(CANCEL_WITHIN_MS, resolve))]);
  }
}

/** The same failure for every job of a chunk. */
function failed({ length }: Chunk, failure: JobFailure): readonly JobOutcome[] {
  return Array.from({ length }, () => ({ ok: false, failure }));
}

/** Wakes a collector when a job ends, when it is to stop, and now and then. */
class WakeUps {
  readonly #events: QueueEvents;
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  readonly #ended = new Set<string>();
  #wake: () => void = () => undefined;
  /** The first look is at everything. */
  #isDue = true;

  constructor(events: QueueEvents, stop: AbortSignal, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
    this.#stop = stop;
    events.on('completed', this.#onEnded);
    events.on('failed', this.#onEnded);
    stop.addEventListener('abort', this.#onStop);
  }

  /** The ids of jobs that have ended since the last call; undefined if it is time to look at all. */
  take(): readonly string[] | undefined {
    const ids = this.#isDue ? undefined : [...this.#ended];
    this.#isDue = false;
    this.#ended.clear();
    return ids;
  }

  /** Resolves with the next event, or after `withinMs`. */
  async next(withinMs: number): Promise<void> {
    if (this.#ended.size > 0 || this.#stop.aborted) return;
    let cancelTimer = (): void => undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      cancelTimer = this.#clock.setTimer(withinMs, () => {
        this.#isDue = true;
        resolve();
      });
    });
    cancelTimer();
  }

  end(): void {
    this.#events.off('completed', this.#onEnded);
    this.#events.off('failed', this.#onEnded);
    this.#stop.removeEventListener('abort', this.#onStop);
  }

  readonly #onEnded = ({ jobId }: { readonly jobId: string }): void => {
    this.#ended.add(jobId);
    this.#wake();
  };

  readonly #onStop = (): void => this.#wake();
}

function* portions<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += PORTION) yield items.slice(from, from + PORTION);
}
