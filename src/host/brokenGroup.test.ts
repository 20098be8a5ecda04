/** A broken assumption in a group of commands: what its step decided is told once, and only when it is durable. */
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedDisk } from '../../test/simulation/simulatedDisk.js';
import { ManualClock } from '../../test/support/ManualClock.js';
import { BARE_DAY, order, strategy } from '../../test/support/sessionPlans.js';
import type { Command } from '../domain/commands.js';
import { DOLLAR } from '../domain/units.js';
import type { SessionMessage, SessionReply, SessionRequest } from './protocol.js';
import { readTape } from './readTape.js';
import { SessionWorker } from './SessionWorker.js';
import { sessionNames, tapeDirectory } from './tapeNames.js';
import type { TapeRecord } from './tapeRecords.js';

/** Fast enough that a step of some milliseconds sees minutes pass, and the strategies decide. */
const SPEED = 20_000;
const WAIT_MS = 13;
const PLAN = { ...BARE_DAY, strategies: [strategy('hold', 'buy-and-hold', ['VEGA'])], speed: SPEED };

/** No session without a broker may be given one: the kernel asserts that there is one. */
const BROKEN: Command = {
  type: 'brokerReport',
  user: 'nobody',
  report: { kind: 'alert', code: 'NONE', message: 'there is no broker' },
};
const buy = (): Command => order('VEGA', 'buy', { orderType: 'limit', limitPrice: 40 * DOLLAR });

/** A worker without a thread on a disk that outlives it, and everything that it posts. */
class Recorder {
  readonly clock = new ManualClock();
  readonly posted: SessionMessage[] = [];
  readonly worker: SessionWorker;
  readonly #deferred: (() => void)[] = [];
  #id = 0;

  constructor(disk: SimulatedDisk) {
    this.worker = new SessionWorker(PLAN, {
      clock: this.clock,
      tools: {
        fs: disk,
        history: () => {
          throw new Error('a simulated market needs no history');
        },
      },
      post: (message) => this.posted.push(message),
      beat: () => undefined,
      defer: (callback) => this.#deferred.push(callback),
    });
  }

  async ask<Method extends SessionRequest['method']>(
    method: Method,
    args: Extract<SessionRequest, { readonly method: Method }>['args'],
  ): Promise<void> {
    this.#id += 1;
    // The union of requests cannot follow the method through its arguments.
    await this.worker.handle({ id: this.#id, method, args } as SessionRequest);
  }

  /** Opens the session, with the market on its way. */
  async goOn(): Promise<this> {
    await this.worker.start();
    this.clock.advance(1);
    this.posted.length = 0;
    return this;
  }

  /** Hands commands over that take the next step along. */
  async stepWith(...commands: readonly Command[]): Promise<void> {
    for (const command of commands) await this.ask('command', command);
    this.clock.advance(WAIT_MS);
    for (const callback of this.#deferred.splice(0)) callback();
  }

  get replies(): readonly SessionReply[] {
    return this.posted.flatMap((message) => (message.type === 'durable' ? message.replies : []));
  }

  /** Ids of the orders in everything that was told. */
  get ordersTold(): ReadonlySet<string> {
    const orders = this.posted.flatMap((message) =>
      message.type === 'updates' || message.type === 'ready'
        ? message.updates.flatMap((update) => (update.topic === 'orders' ? update.data.orders : []))
        : [],
    );
    return new Set(orders.map(({ id }) => id));
  }
}

function tapeOf(disk: SimulatedDisk): readonly TapeRecord[] {
  const [name = ''] = sessionNames(disk, PLAN.dataDir);
  return readTape(disk, tapeDirectory(PLAN.dataDir, name)).records.map(({ record }) => record);
}

function ordersOn(tape: readonly TapeRecord[]): ReadonlySet<string> {
  return new Set(tape.flatMap((record) => (record.type === 'order' ? [record.order.id] : [])));
}

describe('a group of commands that breaks an assumption of the kernel', () => {
  let disk: SimulatedDisk;
  let session: Recorder;
  beforeEach(async () => {
    disk = new SimulatedDisk();
    session = await new Recorder(disk).goOn();
  }, 120_000);

  it('decides in its step as this test wants it: the same group without that command trades', async () => {
    await session.stepWith(buy());
    expect(session.replies).toMatchObject([{ ok: true }]);
    await session.ask('control', { action: 'pause' });
    const orders = ordersOn(tapeOf(disk));
    // That of the strategy in the step, and the one by hand.
    expect(orders.size).toBeGreaterThanOrEqual(2);
    expect(session.ordersTold).toEqual(orders);
  });

  it('ends the session: nothing of the group and of its step is told, or becomes durable later', async () => {
    const before = tapeOf(disk);
    await session.stepWith(buy(), BROKEN, buy());
    expect(session.replies).toMatchObject([{ ok: false }, { ok: false }, { ok: false }]);
    expect(session.posted.map(({ type }) => type)).toEqual(['durable', 'fatal']);
    session.clock.advance(1_000);
    await session.ask('command', buy());
    session.clock.advance(1_000);
    // What the kernel holds now is not to be run again, so a stop must not write it either.
    await session.ask('stop', null);
    expect(session.ordersTold).toEqual(new Set());
    expect(session.posted.filter(({ type }) => type === 'fatal')).toHaveLength(1);
    expect(tapeOf(disk)).toEqual(before);
  });

  it('leaves a session that goes on from its tape, where the step decides again and is told once', async () => {
    await session.stepWith(buy(), BROKEN);
    await session.ask('stop', null);
    const next = new Recorder(disk);
    await next.worker.start();
    expect(next.posted.map(({ type }) => type)).toEqual(['ready']);
    expect(next.ordersTold).toEqual(ordersOn(tapeOf(disk)));
    await next.stepWith(buy());
    expect(next.replies).toMatchObject([{ ok: true }]);
    await next.ask('control', { action: 'pause' });
    const told = next.posted.flatMap((message) => (message.type === 'updates' ? message.updates : []));
    const entries = told.flatMap((update) =>
      update.topic === 'orders' ? update.data.orders.filter(({ status }) => status === 'filled') : [],
    );
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(next.ordersTold).toEqual(ordersOn(tapeOf(disk)));
    const ofStrategy = tapeOf(disk).filter((record) => record.type === 'signal');
    expect(ofStrategy).toHaveLength(1);
  });
});
