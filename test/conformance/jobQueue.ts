/** What every {@link JobQueue} must do: one suite for all, with the jobs of test/support/testJobs.ts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JobBatch, JobListener, JobOutcome } from '../../src/domain/jobs.js';
import type { JobQueue } from '../../src/domain/ports.js';
import { textHash } from '../support/testJobs.js';
import type { TestJob, TestSetup } from '../support/testJobs.js';
import { waitForFile } from '../support/waitForFile.js';

/** A queue under test with whatever works for it. */
export interface QueueUnderTest {
  readonly queue: JobQueue;
  /** Ends the queue and its workers. */
  readonly close: () => Promise<void>;
}

/** A batch of test jobs. */
export function testBatch(jobs: readonly TestJob[], options: { setup?: TestSetup; chunk?: number } = {}): JobBatch {
  return { kind: 'test', setup: options.setup ?? { column: [2, 3] }, jobs, chunk: options.chunk ?? 1 };
}

/** Runs a batch to its end; outcomes by index. Fails if one is told twice or not at all. */
export async function outcomesOf(
  queue: JobQueue,
  batch: JobBatch,
  listener: Partial<JobListener> = {},
): Promise<readonly JobOutcome[]> {
  const outcomes: JobOutcome[] = [];
  await queue.run(batch, {
    onOutcome: (index, outcome) => {
      expect(outcomes[index], `job ${index} is told once`).toBeUndefined();
      outcomes[index] = outcome;
      listener.onOutcome?.(index, outcome);
    },
    onWorkers: (count) => listener.onWorkers?.(count),
  });
  expect(Object.keys(outcomes)).toHaveLength(batch.jobs.length);
  return outcomes;
}

/** Declares the suite for queues that `open` makes with a number of workers. */
export function describeJobQueue(name: string, open: (workers: number) => Promise<QueueUnderTest>): void {
  describe(name, () => {
    let folder = '';
    let opened: QueueUnderTest | undefined;
    const openQueue = async (workers: number): Promise<JobQueue> => {
      opened = await open(workers);
      return opened.queue;
    };
    const marker = (what: string): string => join(folder, what);
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'papertape-jobs-'));
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('gives the same outcomes for any number of workers and jobs at a time', async () => {
      const jobs = Array.from({ length: 50 }, (_, i): TestJob => ({ op: 'times', row: i % 2, value: i / 7 }));
      const expected = jobs.map((_, i): JobOutcome => ({ ok: true, value: (i / 7) * (i % 2 === 0 ? 2 : 3) }));
      for (const [workers, chunk] of [
        [1, 1],
        [2, 7],
        [3, 100],
      ] as const) {
        const queue = await openQueue(workers);
        expect(await outcomesOf(queue, testBatch(jobs, { chunk }))).toStrictEqual(expected);
        await opened?.close();
      }
    });

    it('runs batches one after the other, with setups that change', async () => {
      const queue = await openQueue(2);
      const batches = [5, 6, 5].map((number) =>
        outcomesOf(queue, testBatch([{ op: 'times', row: 0, value: 1 }], { setup: { column: [number] } })),
      );
      expect((await Promise.all(batches)).flat()).toStrictEqual([5, 6, 5].map((value) => ({ ok: true, value })));
    });

    it('takes an empty batch', async () => {
      expect(await outcomesOf(await openQueue(1), testBatch([]))).toStrictEqual([]);
    });

    it('keeps numbers and columns as they are', async () => {
      const [outcome] = await outcomesOf(await openQueue(1), testBatch([{ op: 'odd' }]));
      const value = { nan: Number.NaN, floats: Float64Array.of(0.1, -0), whole: Int32Array.of(7) };
      expect(outcome).toStrictEqual({ ok: true, value });
    });

    it('brings texts to whoever works', async () => {
      const text = 'export default class {}';
      const batch = testBatch([{ op: 'text' }], { setup: { column: [], text: textHash(text) } });
      const texts = new Map([[textHash(text), text]]);
      expect(await outcomesOf(await openQueue(1), { ...batch, texts })).toStrictEqual([{ ok: true, value: text }]);
    });

    it('makes a failure of a job that throws, and goes on with the others', async () => {
      const jobs: TestJob[] = [{ op: 'times', row: 1, value: 1 }, { op: 'fail' }, { op: 'times', row: 0, value: 1 }];
      expect(await outcomesOf(await openQueue(2), testBatch(jobs, { chunk: 2 }))).toStrictEqual([
        { ok: true, value: 3 },
        {
          ok: false,
          failure: { code: 'REQUEST_INVALID', message: 'The test lets this job fail.', remedy: 'Nothing to do.' },
        },
        { ok: true, value: 2 },
      ]);
    });

    it.each(['load', 'open'] as const)('rejects when the setup cannot be worked on: %s', async (fails) => {
      const queue = await openQueue(2);
      const batch = testBatch([{ op: 'times', row: 0, value: 1 }], { setup: { column: [1], fails } });
      await expect(outcomesOf(queue, batch)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
      // The queue is as good as before.
      expect(await outcomesOf(queue, testBatch([{ op: 'times', row: 0, value: 1 }]))).toHaveLength(1);
    });

    it('runs the job of a worker that ended again', async () => {
      const jobs: TestJob[] = [
        { op: 'times', row: 0, value: 1 },
        { op: 'endOnce', marker: marker('once') },
        { op: 'times', row: 1, value: 1 },
        { op: 'times', row: 1, value: 2 },
      ];
      const values = (await outcomesOf(await openQueue(2), testBatch(jobs, { chunk: 3 }))).map(
        (outcome) => outcome.ok && outcome.value,
      );
      expect(values).toStrictEqual([2, 'again', 3, 6]);
    });

    it('makes a failure of a job that ends its worker twice, and goes on with the others', async () => {
      const jobs: TestJob[] = [{ op: 'end' }, { op: 'times', row: 0, value: 1 }, { op: 'times', row: 0, value: 2 }];
      const outcomes = await outcomesOf(await openQueue(1), testBatch(jobs, { chunk: 3 }));
      expect(outcomes).toMatchObject([
        { ok: false, failure: { code: 'JOB_WORKER_LOST' } },
        { ok: true, value: 2 },
        { ok: true, value: 4 },
      ]);
    });

    it('rejects with what does not return from a hook, which it runs once, and works on afterwards', async () => {
      const queue = await openQueue(1);
      const log = marker('stuck');
      const jobs = Array.from({ length: 6 }, (): TestJob => ({ op: 'stuck', log }));
      await expect(outcomesOf(queue, testBatch(jobs))).rejects.toMatchObject({
        code: 'STRATEGY_STUCK',
        message: 'stuck in the hook of 3',
      });
      expect(await outcomesOf(queue, testBatch([{ op: 'times', row: 0, value: 1 }]))).toHaveLength(1);
      expect(readFileSync(log, 'utf8')).toBe('begun\n');
    });

    it('rejects when the setup ends every worker', async () => {
      const batch = testBatch([{ op: 'odd' }], { setup: { column: [], fails: 'thread' } });
      await expect(outcomesOf(await openQueue(2), batch)).rejects.toMatchObject({ code: 'JOB_WORKER_LOST' });
    });

    it('tells each outcome as soon as it is there, and how many workers there are', async () => {
      const file = marker('first');
      const heard: number[] = [];
      const workers: number[] = [];
      await outcomesOf(
        await openQueue(1),
        testBatch([
          { op: 'times', row: 0, value: 1 },
          { op: 'await', marker: file },
        ]),
        {
          onOutcome: (index) => {
            heard.push(index);
            writeFileSync(file, '');
          },
          onWorkers: (count) => workers.push(count),
        },
      );
      expect(heard).toStrictEqual([0, 1]);
      expect(workers.at(-1)).toBe(1);
    });

    it('is cancelled although its jobs would never end, and works on afterwards', async () => {
      const queue = await openQueue(2);
      const file = marker('hangs');
      const abort = new AbortController();
      const running = queue.run(
        testBatch([{ op: 'hang', marker: file }]),
        { onOutcome: () => undefined },
        abort.signal,
      );
      const ending = running.then(
        () => undefined,
        (error: unknown) => error,
      );
      await waitForFile(file);
      abort.abort();
      expect(await ending).toMatchObject({ code: 'JOBS_CANCELLED' });
      expect(await outcomesOf(queue, testBatch([{ op: 'times', row: 0, value: 1 }]))).toHaveLength(1);
    });

    it('runs what was cancelled a moment before', async () => {
      const queue = await openQueue(1);
      const holds = mkdtempSync(join(folder, 'holds-'));
      const held = join(holds, `held-${process.pid}`);
      const batch = testBatch([{ op: 'hold', folder: holds, value: 5 }]);
      const abort = new AbortController();
      const cancelled = queue.run(batch, { onOutcome: () => undefined }, abort.signal);
      const ending = cancelled.catch((error: unknown) => error);
      await waitForFile(held);
      abort.abort();
      expect(await ending).toMatchObject({ code: 'JOBS_CANCELLED' });
      rmSync(held, { force: true });
      const again = outcomesOf(queue, batch);
      await Promise.race([again, waitForFile(held)]);
      writeFileSync(join(holds, 'go'), '');
      expect(await again).toStrictEqual([{ ok: true, value: 5 }]);
    });

    it('does not begin what is cancelled already', async () => {
      const queue = await openQueue(1);
      const running = queue.run(testBatch([{ op: 'end' }]), { onOutcome: () => undefined }, AbortSignal.abort());
      await expect(running).rejects.toMatchObject({ code: 'JOBS_CANCELLED' });
    });

    it('cancels what runs when it is closed', async () => {
      const queue = await openQueue(1);
      const file = marker('closed');
      const running = queue.run(testBatch([{ op: 'hang', marker: file }]), { onOutcome: () => undefined });
      const ending = running.then(
        () => undefined,
        (error: unknown) => error,
      );
      await waitForFile(file);
      await queue.close();
      expect(await ending).toMatchObject({ code: 'JOBS_CANCELLED' });
    });
  });
}
