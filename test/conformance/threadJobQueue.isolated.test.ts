/** The job queue on threads of this process. */
import { beforeAll, expect, it } from 'vitest';
import { ThreadJobQueue } from '../../src/storage/jobs/ThreadJobQueue.js';
import { systemClock } from '../../src/utils/clock.js';
import { bundleEntry } from '../support/bundleEntry.js';
import { TEST_LOADERS, TEST_TELLERS } from '../support/testJobs.js';
import { describeJobQueue, testBatch } from './jobQueue.js';

let entry = '';
beforeAll(async () => {
  entry = await bundleEntry('testJobsThread');
});

const KNOWN = { tellers: TEST_TELLERS, clock: systemClock };

describeJobQueue('threads', (threads) => {
  const queue = new ThreadJobQueue({ ...KNOWN, entry, threads, loaders: TEST_LOADERS });
  return Promise.resolve({ queue, close: () => queue.close() });
});

it.each(['its signal', 'the end of the queue'])('does not begin what %s cancels while it is loaded', async (by) => {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const load = async (): Promise<void> => {
    begin();
    await finished;
  };
  const queue = new ThreadJobQueue({ ...KNOWN, entry, threads: 1, loaders: { test: load } });
  const abort = new AbortController();
  const heard: number[] = [];
  const onOutcome = (index: number): void => void heard.push(index);
  const running = queue.run(testBatch([{ op: 'odd' }]), { onOutcome }, abort.signal);
  const ending = running.catch((error: unknown) => error);
  await begun;
  const closing = by === 'its signal' ? undefined : queue.close();
  abort.abort();
  finish();
  expect(await ending).toMatchObject({ code: 'JOBS_CANCELLED' });
  expect(heard).toStrictEqual([]);
  await (closing ?? queue.close());
});
