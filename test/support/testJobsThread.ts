/** A thread of a job queue that knows the jobs of tests. */
import { parentPort } from 'node:worker_threads';
import { serveJobThread } from '../../src/storage/jobs/jobThread.js';
import { required } from '../../src/utils/assert.js';
import { TEST_OPENERS } from './testJobs.js';

serveJobThread(required(parentPort, 'the port of the parent thread'), TEST_OPENERS);
