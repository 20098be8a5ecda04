/** What the two ends of the job queue on Redis have in common: where things are, and how the server is reached. */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { PapertapeError } from '../../domain/errors.js';
import type { JobBatch } from '../../domain/jobs.js';
import { encodeJobData } from './jobData.js';

/** Before every key of Papertape in Redis. */
export const KEY_PREFIX = 'papertape';
/** How long what is not needed any more is kept: a sweep that was interrupted goes on within this time. */
export const KEPT_SECONDS = 24 * 60 * 60;

const CONNECT_TIMEOUT_MS = 5_000;
const LONGEST_RETRY_MS = 5_000;

/** A place in Redis where jobs are, for programs of one build. */
export interface RedisPlace {
  /** `redis://` or, encrypted, `rediss://`; may hold a password, which no message shows. */
  readonly url: string;
  /** Programs of different builds may decide differently, so they do not see each other's jobs. */
  readonly build: string;
}

/** What the queue keeps of a chunk of jobs. */
export interface ChunkData {
  /** {@link encodeJobData} of the batch's setup. */
  readonly setup: string;
  /** {@link encodeJobData} of the payloads. */
  readonly jobs: string;
  /** Index of the first job in its batch, for messages. */
  readonly from: number;
}

/** Name of the queue. */
export function queueName({ build }: RedisPlace): string {
  return `jobs-${build}`;
}

/** Keys beside BullMQ's own. */
export const keys = {
  result: (chunkId: string) => `${KEY_PREFIX}:result:${chunkId}`,
  text: (hash: string) => `${KEY_PREFIX}:text:${hash}`,
  cancelled: (chunkId: string) => `${KEY_PREFIX}:cancelled:${chunkId}`,
};

/** Jobs that are taken together. Equal contents have equal ids, so that what is asked for twice is done once. */
export interface Chunk {
  readonly id: string;
  /** Indices of the first job within the batch, more than one where the batch repeats itself. */
  readonly starts: number[];
  readonly length: number;
  readonly data: ChunkData;
}

/** The chunks of a batch by their ids. */
export function chunksOf({ kind, setup, jobs, chunk }: JobBatch): Map<string, Chunk> {
  const setupText = encodeJobData(setup);
  const chunks = new Map<string, Chunk>();
  for (let from = 0; from < jobs.length; from += chunk) {
    const payloads = jobs.slice(from, from + chunk);
    const text = encodeJobData(payloads);
    const id = createHash('sha256')
      .update(JSON.stringify([kind, setupText, text]))
      .digest('hex');
    const known = chunks.get(id);
    if (known === undefined) {
      chunks.set(id, { id, starts: [from], length: payloads.length, data: { setup: setupText, jobs: text, from } });
    } else known.starts.push(from);
  }
  return chunks;
}

/** Connects, and from then on connects again whenever the server goes away. Throws `JOB_QUEUE_UNAVAILABLE`. */
export async function connectRedis(url: string, onError: (error: Error) => void): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // BullMQ's condition: what is under way while the server is away waits for it.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(LONGEST_RETRY_MS, 50 * 2 ** Math.min(times, 10)),
  });
  let first: Error | undefined;
  redis.on('error', (error: Error) => {
    first ??= error;
    onError(error);
  });
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    const why = first?.message ?? (error instanceof Error ? error.message : String(error));
    throw new PapertapeError('JOB_QUEUE_UNAVAILABLE', `Redis at ${shownUrl(url)} cannot be used: ${why}.`, {
      remedy: 'Start it, correct PAPERTAPE_REDIS_URL, or unset it to work with threads of this machine alone.',
      cause: error,
    });
  }
}

/** The address without user and password. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
