/** The job queue on threads of this process. */
import { beforeAll } from 'vitest';
import { ThreadJobQueue } from '../../src/storage/jobs/ThreadJobQueue.js';
import { bundleEntry } from '../support/bundleEntry.js';
import { TEST_LOADERS } from '../support/testJobs.js';
import { describeJobQueue } from './jobQueue.js';

let entry = '';
beforeAll(async () => {
  entry = await bundleEntry('testJobsThread');
});

describeJobQueue('threads', (threads) => {
  const queue = new ThreadJobQueue({ entry, threads, loaders: TEST_LOADERS });
  return Promise.resolve({ queue, close: () => queue.close() });
});
