/** A thread of a job queue that knows the jobs of tests. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveJobThread } from '../../src/storage/jobs/jobThread.js';
import type { ThreadData } from '../../src/storage/jobs/threadProtocol.js';
import { required } from '../../src/utils/assert.js';
import { testOpeners } from './testJobs.js';

// The queue gives it.
const { probe } = workerData as ThreadData;
serveJobThread(required(parentPort, 'the port of the parent thread'), testOpeners(probe));
