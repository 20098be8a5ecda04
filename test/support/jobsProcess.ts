/**
 * A process of a test of the job queue on Redis: `worker URL ENTRY LEASE_MS`, which says `ready`, and `lease lost`, and
 * works until it is ended, or `coordinator URL BATCH.json`, which tells each outcome as a line of JSON and ends.
 */
import { readFileSync } from 'node:fs';
import type { JobBatch } from '../../src/domain/jobs.js';
import { RedisJobQueue } from '../../src/storage/jobs/RedisJobQueue.js';
import { RedisJobWorker } from '../../src/storage/jobs/RedisJobWorker.js';
import { required } from '../../src/utils/assert.js';
import { keepAlive, systemClock } from '../../src/utils/clock.js';
import { TEST_LOADERS, TEST_TELLERS } from './testJobs.js';

const [role, url, file, lease] = process.argv.slice(2);
const place = { url: required(url, 'the address'), build: 'processes' };
// Whether the server is away is what the tests are about.
const onError = (): void => undefined;

if (role === 'worker') {
  keepAlive();
  await RedisJobWorker.start({
    place,
    entry: required(file, 'the entry of threads'),
    threads: 1,
    loaders: TEST_LOADERS,
    tellers: TEST_TELLERS,
    leaseMs: Number(lease),
    clock: systemClock,
    onError,
    onLeaseLost: () => console.log('lease lost'),
  });
  console.log('ready');
} else {
  const batch = JSON.parse(readFileSync(required(file, 'the batch'), 'utf8')) as JobBatch;
  const queue = await RedisJobQueue.open(place, systemClock, onError);
  await queue.run(batch, { onOutcome: (index, outcome) => console.log(JSON.stringify({ index, outcome })) });
  await queue.close();
}
