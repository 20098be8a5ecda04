import { beforeAll, describe, expect, it } from 'vitest';
import { SimulatedDisk } from '../../test/simulation/simulatedDisk.js';
import { ManualClock } from '../../test/support/ManualClock.js';
import { BARE_DAY, order } from '../../test/support/sessionPlans.js';
import type { Command } from '../domain/commands.js';
import { DOLLAR } from '../domain/units.js';
import type { SessionMessage, SessionReply } from './protocol.js';
import { readTape } from './readTape.js';
import type { SessionPlan } from './sessionPlan.js';
import { SessionWorker } from './SessionWorker.js';
import { sessionNames, tapeDirectory } from './tapeNames.js';
import type { TapeRecord } from './tapeRecords.js';

/** How often the worker steps. */
const STEP_MS = 15;
const PLAN: SessionPlan = { ...BARE_DAY, fresh: true };

/** A worker without a thread: what it posts, and its deferred calls by hand. */
class Rig {
  readonly disk = new SimulatedDisk();
  readonly clock = new ManualClock();
  readonly posted: SessionMessage[] = [];
  readonly worker: SessionWorker;
  readonly deferred: (() => void)[] = [];
  #id = 0;

  constructor() {
    this.worker = new SessionWorker(PLAN, {
      clock: this.clock,
      tools: {
        fs: this.disk,
        history: () => {
          throw new Error('a simulated market needs no history');
        },
      },
      post: (message) => this.posted.push(message),
      beat: () => undefined,
      defer: (callback) => this.deferred.push(callback),
    });
  }

  async start(): Promise<this> {
    await this.worker.start();
    await this.worker.handle({ id: 0, method: 'control', args: { action: 'pause' } });
    this.posted.length = 0;
    return this;
  }

  /** Hands commands over without letting the worker execute them yet; gives their ids. */
  async send(...commands: readonly Command[]): Promise<readonly number[]> {
    const ids = commands.map(() => (this.#id += 1));
    await Promise.all(
      commands.map((args, index) => this.worker.handle({ id: ids[index] ?? 0, method: 'command', args })),
    );
    return ids;
  }

  runDeferred(): void {
    for (const callback of this.deferred.splice(0)) callback();
  }

  /** All records on the tape. */
  tape(): readonly TapeRecord[] {
    const [name = ''] = sessionNames(this.disk, PLAN.dataDir);
    return readTape(this.disk, tapeDirectory(PLAN.dataDir, name)).records.map(({ record }) => record);
  }

  get replies(): readonly SessionReply[] {
    return this.posted.flatMap((message) => (message.type === 'durable' ? message.replies : []));
  }

  get answered(): readonly number[] {
    return this.replies.map(({ id }) => id);
  }
}

function timeOf(record: TapeRecord | undefined): number {
  return record !== undefined && 'time' in record ? record.time : Number.NaN;
}

const buy = (): Command => order('VEGA', 'buy', { orderType: 'limit', limitPrice: 40 * DOLLAR });

const OPEN_ACCOUNT: Command = {
  type: 'venue',
  user: 'robot',
  accountId: 'robot',
  request: { type: 'openAccount', terms: { kind: 'cash', startingCash: 1_000 * DOLLAR } },
};

describe('SessionWorker', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await new Rig().start();
  }, 120_000);

  it('K3: makes commands that arrive together durable as one group, and answers them after it', async () => {
    const syncs = rig.disk.count('sync');
    const ids = await rig.send(...Array.from({ length: 50 }, buy));
    expect(rig.answered).toEqual([]);
    rig.runDeferred();
    expect(rig.answered).toEqual(ids);
    // The group and its acknowledgement; fifty groups would be a hundred.
    expect(rig.disk.count('sync') - syncs).toBe(2);
    // One message, however many wait for it.
    expect(rig.posted.filter(({ type }) => type === 'durable')).toHaveLength(1);
  });

  it('K3: tells what the desk decided no later than the answer to it', async () => {
    rig.posted.length = 0;
    const ids = await rig.send(buy(), OPEN_ACCOUNT);
    expect(rig.posted).toEqual([]);
    rig.runDeferred();
    const [told] = rig.posted.filter((message) => message.type === 'durable');
    expect(told?.replies.map(({ id }) => id)).toEqual(ids);
    expect(told?.events.map(({ type }) => type)).toContain('accountOpened');
  });

  it('K4: tells of a strategy that is started before its first hook can run', async () => {
    rig.posted.length = 0;
    const config = {
      instanceId: 'late',
      strategy: 'buy-and-hold',
      symbols: ['VEGA'],
      timeframe: '1m',
      params: {},
    } as const;
    const ids = await rig.send({ type: 'startStrategy', user: 'owner', config: { ...config, allocation: 1 } });
    rig.runDeferred();
    expect(rig.answered).toEqual(ids);
    const told = JSON.stringify(rig.posted.filter(({ type }) => type === 'updates'));
    expect(told).toContain('"instanceId":"late"');
  });

  it('executes in order of arrival, also across groups', async () => {
    rig.posted.length = 0;
    const ids = await rig.send(...Array.from({ length: 300 }, buy));
    while (rig.deferred.length > 0) rig.runDeferred();
    expect(rig.answered).toEqual(ids);
    const orderIds = rig.replies.flatMap((reply) =>
      reply.ok ? [Number((reply.value as { orderId: string }).orderId.slice(2))] : [],
    );
    expect(orderIds).toEqual([...orderIds].sort((a, b) => a - b));
    expect(orderIds).toHaveLength(300);
  });

  it('a refused command does not hold up the others of its group', async () => {
    rig.posted.length = 0;
    const ids = await rig.send(buy(), order('NOSUCH', 'buy', {}), buy());
    rig.runDeferred();
    expect(rig.answered).toEqual(ids);
    const results = rig.replies.flatMap((reply) => (reply.ok ? [reply.value] : []));
    expect(results).toMatchObject([{ ok: true }, { ok: false, reason: 'SYMBOL_UNKNOWN' }, { ok: true }]);
  });

  it('answers in the order in which it was asked, commands or not', async () => {
    rig.posted.length = 0;
    const ids = await rig.send(buy(), buy());
    await rig.worker.handle({ id: 999, method: 'deskAccounts', args: null });
    expect(rig.answered).toEqual([...ids, 999]);
    rig.runDeferred();
    expect(rig.answered).toEqual([...ids, 999]);
  });

  it('K3: a step that is due becomes durable with the commands that come, and is told after', async () => {
    const { worker, clock, posted } = rig;
    await worker.handle({ id: 1_000, method: 'control', args: { action: 'resume' } });
    clock.advance(STEP_MS);
    const before = rig.tape();
    posted.length = 0;
    const ids = await rig.send(buy());
    clock.advance(STEP_MS - 1);
    expect(posted).toEqual([]);
    rig.runDeferred();
    expect(rig.answered).toEqual(ids);
    const after = rig.tape().slice(before.length);
    // One group, at the market time of now: since the pause there was a step that had nothing to say, and this one.
    expect(after.filter(({ type }) => type === 'position')).toHaveLength(1);
    expect(timeOf(after.find(({ type }) => type === 'command')) - timeOf(before.at(-1))).toBe(
      (2 * STEP_MS - 1) * 1_000,
    );
    // The timer goes on from here: nothing is due where it was, and steps follow.
    clock.advance(1);
    expect(rig.tape()).toHaveLength(before.length + after.length);
    clock.advance(1_000);
    expect(rig.tape().length).toBeGreaterThan(before.length + after.length);
    await worker.handle({ id: 1_001, method: 'control', args: { action: 'pause' } });
  });

  it('F19, K3: answers of a group that finds the disk full wait until it is durable', async () => {
    rig.posted.length = 0;
    // Not a byte more than there is, and the reserve shut too: not even what is kept ahead can be synced.
    rig.disk.onCall = (call) => {
      if (call === 'sync' || call === 'write') throw SimulatedDisk.error('ENOSPC');
    };
    const ids = await rig.send(buy());
    rig.runDeferred();
    rig.clock.advance(100);
    expect(rig.posted.filter(({ type }) => type === 'durable')).toEqual([]);
    rig.disk.onCall = undefined;
    rig.clock.advance(2_000);
    expect(rig.answered).toEqual(ids);
  });

  it('K3, F21: tells nothing of a step and of commands whose group the disk has lost', async () => {
    rig.posted.length = 0;
    await rig.worker.handle({ id: 1_002, method: 'control', args: { action: 'resume' } });
    rig.clock.advance(STEP_MS);
    rig.posted.length = 0;
    rig.disk.onCall = (call) => {
      if (call === 'sync') throw SimulatedDisk.error('EIO');
    };
    await rig.send(buy());
    rig.clock.advance(STEP_MS - 1);
    rig.runDeferred();
    rig.clock.advance(1_000);
    expect(rig.replies).toMatchObject([{ ok: false, error: { code: 'JOURNAL_SYNC_FAILED' } }]);
    expect(rig.posted.map(({ type }) => type)).toEqual(['durable', 'fatal']);
  });
});
