/** The job queue on a real Redis, with a worker in this process. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisJobQueue } from '../../src/storage/jobs/RedisJobQueue.js';
import { RedisJobWorker } from '../../src/storage/jobs/RedisJobWorker.js';
import { systemClock } from '../../src/utils/clock.js';
import { bundleEntry } from '../support/bundleEntry.js';
import { REDIS_SERVER, RedisServer } from '../support/RedisServer.js';
import { TEST_LOADERS, TEST_TELLERS } from '../support/testJobs.js';
import { describeJobQueue } from './jobQueue.js';

const LEASE_MS = 1_000;
const onError = (error: Error): void => {
  throw error;
};

describe.skipIf(REDIS_SERVER === undefined)('with redis-server', () => {
  let entry = '';
  let server: RedisServer | undefined;
  let builds = 0;
  beforeAll(async () => {
    entry = await bundleEntry('testJobsThread');
    server = await RedisServer.start();
  });
  afterAll(() => server?.close());

  describeJobQueue('Redis', async (threads) => {
    builds += 1;
    const place = { url: server?.url ?? '', build: `test-${builds}` };
    const worker = await RedisJobWorker.start({
      place,
      entry,
      threads,
      loaders: TEST_LOADERS,
      tellers: TEST_TELLERS,
      leaseMs: LEASE_MS,
      clock: systemClock,
      onError,
    });
    const queue = await RedisJobQueue.open(place, systemClock, onError);
    return {
      queue,
      close: async () => {
        await queue.close();
        await worker.stop(true);
      },
    };
  });
});

describe('a Redis that is not there', () => {
  it('is an error that says so, without the password', async () => {
    const place = { url: 'redis://user:secret@127.0.0.1:1/2', build: 'test' };
    const error: unknown = await RedisJobQueue.open(place, systemClock, () => undefined).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: 'JOB_QUEUE_UNAVAILABLE' });
    expect(String(error)).toContain('redis://127.0.0.1:1/2');
    expect(String(error)).not.toContain('secret');
  });
});
