/** What a worker delivers after it was taken for lost, with a real Redis and a worker that is played by hand. */
import { UnrecoverableError, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import type { JobOutcome } from '../../src/domain/jobs.js';
import { encodeJobData } from '../../src/storage/jobs/jobData.js';
import { RedisJobQueue } from '../../src/storage/jobs/RedisJobQueue.js';
import { KEY_PREFIX, keys, queueName } from '../../src/storage/jobs/redisQueue.js';
import { systemClock } from '../../src/utils/clock.js';
import { REDIS_SERVER, RedisServer } from '../support/RedisServer.js';

const JOBS = 4;

it.skipIf(REDIS_SERVER === undefined)('takes a late result in place of a loss, without a look in between', async () => {
  const server = await RedisServer.start();
  const place = { url: server.url, build: 'b' };
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const queue = await RedisJobQueue.open(place, systemClock, () => undefined);
  const worker = new Worker(queueName(place), undefined, { connection: redis, prefix: KEY_PREFIX });
  try {
    const told = new Map<number, JobOutcome>();
    const batch = { kind: 'test', setup: {}, jobs: Array.from({ length: JOBS }, (_, job) => job), chunk: 1 };
    const run = queue.run(batch, { onOutcome: (job, outcome) => void told.set(job, outcome) });
    const next = async (token: string): Promise<Job> => {
      for (;;) {
        const job = await worker.getNextJob(token);
        if (job !== undefined) return job;
      }
    };
    const lost = await next('lost');
    await lost.moveToFailed(new UnrecoverableError('job stalled more than allowable limit'), 'lost');
    await redis.set(keys.result(String(lost.id)), encodeJobData([{ ok: true, value: 'late' }]));
    for (let left = JOBS - 1; left > 0; left -= 1) {
      const job = await next('well');
      await redis.set(keys.result(String(job.id)), encodeJobData([{ ok: true, value: 'in time' }]));
      await job.moveToCompleted(1, 'well', false);
    }
    await run;
    const values = [...told.values()].map((outcome) => (outcome.ok ? outcome.value : outcome.failure.code));
    expect(values.toSorted()).toEqual(['in time', 'in time', 'in time', 'late']);
  } finally {
    await Promise.all([queue.close(), worker.close()]);
    redis.disconnect();
    await server.close();
  }
});
