/** Sweeps over several processes and a real Redis, of which any is killed at any time. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobOutcome } from '../../src/domain/jobs.js';
import { KEY_PREFIX, queueName } from '../../src/storage/jobs/redisQueue.js';
import { bundleEntry } from '../support/bundleEntry.js';
import { REDIS_SERVER, RedisServer } from '../support/RedisServer.js';
import { childEnvironment } from '../support/runPapertape.js';
import type { TestJob } from '../support/testJobs.js';

const LEASE_MS = 1_000;
const LOOK_EVERY_MS = 10;

describe.skipIf(REDIS_SERVER === undefined)('workers in processes (needs redis-server)', () => {
  let entry = '';
  let program = '';
  let folder = '';
  let server: RedisServer;
  /** By workers. */
  let said: string[] = [];
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    entry = await bundleEntry('testJobsThread');
    program = await bundleEntry('jobsProcess');
  });
  beforeEach(async () => {
    said = [];
    folder = mkdtempSync(join(tmpdir(), 'papertape-workers-'));
    server = await RedisServer.start();
  });
  afterEach(async () => {
    for (const child of children) await kill(child);
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterAll(() => children.clear());

  const start = (...args: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [program, ...args], {
      env: childEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.add(child);
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const startWorker = async (): Promise<ChildProcess> => {
    const child = start('worker', server.url, entry, String(LEASE_MS));
    const ready = once(child.stdout ?? expect.fail('it has an output'), 'data');
    child.stdout?.on('data', (text: Buffer) => said.push(text.toString()));
    await ready;
    return child;
  };
  /** A coordinator of a batch; `outcomes` grows while it runs. */
  const coordinate = (jobs: readonly TestJob[], chunk: number) => {
    const file = join(folder, 'batch.json');
    writeFileSync(file, JSON.stringify({ kind: 'test', setup: { column: [1] }, jobs, chunk }));
    const child = start('coordinator', server.url, file);
    const outcomes: (JobOutcome | undefined)[] = [];
    let rest = '';
    child.stdout?.on('data', (text: Buffer) => {
      const lines = (rest + text.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { index, outcome } = JSON.parse(line) as { index: number; outcome: JobOutcome };
        expect(outcomes[index]).toBeUndefined();
        outcomes[index] = outcome;
      }
    });
    return { child, outcomes, done: once(child, 'close') };
  };
  /** The ids of the processes that hold, once there are that many. */
  const holders = async (count: number): Promise<readonly number[]> => {
    for (;;) {
      const pids = readdirSync(folder).flatMap((name) => (name.startsWith('held-') ? [Number(name.slice(5))] : []));
      if (pids.length >= count) return pids;
      await delay(LOOK_EVERY_MS);
    }
  };
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await delay(LOOK_EVERY_MS);
  };

  it('runs the job of a killed worker again, and tells each outcome once', async () => {
    const workers = await Promise.all([startWorker(), startWorker(), startWorker()]);
    const jobs: TestJob[] = [
      { op: 'hold', folder, value: 100 },
      ...Array.from({ length: 30 }, (_, i): TestJob => ({ op: 'count', log: join(folder, 'log'), value: i })),
    ];
    const { outcomes, done } = coordinate(jobs, 1);
    const [pid] = await holders(1);
    // Progress is live: the others are told while one is held.
    await until(() => outcomes.filter((outcome) => outcome !== undefined).length === 30);
    await kill(workers.find((worker) => worker.pid === pid) ?? expect.fail('the holder is one of the workers'));
    const pids = await holders(2);
    expect(new Set(pids).size).toBe(2);
    writeFileSync(join(folder, 'go'), '');
    await done;
    expect(outcomes).toStrictEqual(
      [100, ...Array.from({ length: 30 }, (_, i) => i)].map((value) => ({ ok: true, value })),
    );
    expect(linesOf('log')).toHaveLength(30);
  });

  it('makes a named failure of a job that two workers were lost with, and goes on with the others', async () => {
    const workers = await Promise.all([startWorker(), startWorker(), startWorker()]);
    const { outcomes, done } = coordinate(
      [
        { op: 'hold', folder, value: 1 },
        { op: 'count', log: join(folder, 'log'), value: 2 },
      ],
      1,
    );
    for (const count of [1, 2]) {
      const pids = await holders(count);
      for (const worker of workers) if (pids.includes(worker.pid ?? 0)) await kill(worker);
    }
    await done;
    expect(outcomes).toMatchObject([
      { ok: false, failure: { code: 'JOB_WORKER_LOST', message: expect.stringContaining('Job 1 (test)') as string } },
      { ok: true, value: 2 },
    ]);
  });

  it('takes what workers that were paused still finish, as long as it waits for other jobs', async () => {
    const workers = await Promise.all([startWorker(), startWorker(), startWorker(), startWorker()]);
    const marker = join(folder, 'marker');
    const { outcomes, done } = coordinate(
      [
        { op: 'hold', folder, value: 1 },
        { op: 'await', marker },
      ],
      1,
    );
    const signal = (pids: readonly number[], name: NodeJS.Signals): void => {
      for (const worker of workers) if (pids.includes(worker.pid ?? 0)) worker.kill(name);
    };
    for (const count of [1, 2]) signal(await holders(count), 'SIGSTOP');
    // Both count as lost now.
    const queue = new Queue(queueName({ url: server.url, build: 'processes' }), {
      connection: { url: server.url },
      prefix: KEY_PREFIX,
    });
    while ((await queue.getFailedCount()) === 0) await delay(LOOK_EVERY_MS);
    await queue.close();
    writeFileSync(join(folder, 'go'), '');
    signal(await holders(2), 'SIGCONT');
    await until(() => outcomes[0] !== undefined);
    expect(outcomes[0]).toStrictEqual({ ok: true, value: 1 });
    writeFileSync(marker, '');
    await done;
    expect(outcomes[1]).toStrictEqual({ ok: true, value: 'there' });
    expect(said.join('')).toContain('lease lost');
  });

  it('goes on where it was after Redis, the workers and the coordinator were killed', async () => {
    const log = join(folder, 'log');
    const jobs = [
      ...Array.from({ length: 20 }, (_, i): TestJob => ({ op: 'count', log, value: i })),
      { op: 'hold', folder, value: 20 } as const,
      ...Array.from({ length: 20 }, (_, i): TestJob => ({ op: 'count', log, value: 21 + i })),
    ];
    const worker = await startWorker();
    const before = coordinate(jobs, 1);
    await holders(1);
    await until(() => before.outcomes.filter((outcome) => outcome !== undefined).length === 20);
    await Promise.all([server.kill(), kill(before.child), kill(worker)]);

    writeFileSync(join(folder, 'go'), '');
    await server.start();
    await startWorker();
    const after = coordinate(jobs, 1);
    await after.done;
    expect(after.outcomes).toStrictEqual(jobs.map((_, value) => ({ ok: true, value })));
    // What was done before the restart was not done again.
    expect(linesOf('log').map(Number)).toStrictEqual([
      ...Array(20).keys(),
      ...Array.from({ length: 20 }, (_, i) => 21 + i),
    ]);
  });

  it('goes on when Redis alone was killed in the middle', async () => {
    await startWorker();
    const jobs: TestJob[] = [
      { op: 'hold', folder, value: 0 },
      { op: 'count', log: join(folder, 'log'), value: 1 },
    ];
    const { outcomes, done } = coordinate(jobs, 1);
    await holders(1);
    await server.kill();
    await server.start();
    writeFileSync(join(folder, 'go'), '');
    await done;
    expect(outcomes).toStrictEqual([0, 1].map((value) => ({ ok: true, value })));
  });

  function linesOf(name: string): readonly string[] {
    return readFileSync(join(folder, name), 'utf8').trim().split('\n');
  }
});
