import { beforeEach, describe, expect, it } from 'vitest';
import type { ClientMessage, TopicUpdate } from '../../../src/contracts/index.js';
import { LOST_AFTER_MS, PING_AFTER_MS, STALE_AFTER_MS, StreamClient, backoffMs } from './StreamClient.js';
import type { ConnectionState, Socket } from './StreamClient.js';

/** A clock and timers under the test's hand. */
class TestTime {
  now = 0;
  readonly #tasks = new Map<number, { at: number; task: () => void }>();
  #lastId = 0;

  after = (delayMs: number, task: () => void): (() => void) => {
    const id = (this.#lastId += 1);
    this.#tasks.set(id, { at: this.now + delayMs, task });
    return () => this.#tasks.delete(id);
  };

  /** Lets time pass, running what comes due in order. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.#tasks].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#tasks.delete(due[0]);
      this.now = due[1].at;
      due[1].task();
    }
    this.now = end;
  }
}

class TestSocket implements Socket {
  readonly sent: ClientMessage[] = [];
  closed = false;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientMessage);
  }
  close(): void {
    this.closed = true;
  }
  receive(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  hello(streamId = 'one', seq = 0, resumed = false): void {
    this.receive({ type: 'hello', streamId, resumed, seq, userName: 'owner', role: 'admin' });
  }
  logs(seq: number, type = 'delta'): void {
    this.receive({ type, seq, topic: 'logs', data: { lines: [] } });
  }
  drop(code = 1006): void {
    this.onclose?.({ code, reason: '' });
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

let time: TestTime;
let sockets: TestSocket[];
let events: string[];
let states: ConnectionState[];
let ticketFault: object | undefined;
let client: StreamClient;

const socket = (): TestSocket => {
  const last = sockets.at(-1);
  if (last === undefined) throw new Error('no socket was opened');
  return last;
};

const connect = async (): Promise<TestSocket> => {
  await settled();
  socket().onopen?.();
  return socket();
};

beforeEach(() => {
  time = new TestTime();
  sockets = [];
  events = [];
  states = [];
  ticketFault = undefined;
  client = new StreamClient({
    open: () => {
      sockets.push(new TestSocket());
      return socket();
    },
    // The test's fault stands for what a failed request throws.
    // oxlint-disable-next-line prefer-promise-reject-errors
    ticket: () => (ticketFault === undefined ? Promise.resolve('ticket') : Promise.reject(ticketFault)),
    now: () => time.now,
    after: time.after,
    random: () => 0,
    listener: {
      onUpdate: (kind: string, update: TopicUpdate) => events.push(`${kind} ${update.topic}`),
      onResync: () => events.push('resync'),
      onState: (state) => states.push(state),
    },
  });
});

const kinds = (): string[] => states.map(({ kind }) => kind);

describe('a connection', () => {
  it('authenticates, subscribes what was wanted before, and hands on data in order', async () => {
    client.subscribe('logs');
    client.start();
    const first = await connect();
    first.hello();
    first.logs(1, 'snapshot');
    first.logs(2);
    expect(first.sent).toEqual([
      { type: 'authenticate', ticket: 'ticket' },
      { type: 'subscribe', topics: ['logs'] },
    ]);
    expect(events).toEqual(['snapshot logs', 'delta logs']);
    expect(kinds()).toEqual(['connecting', 'live']);
  });

  it('subscribes a topic once for several users and unsubscribes with the last', async () => {
    client.start();
    const first = await connect();
    first.hello();
    const releases = [client.subscribe('bars:SPY:1m'), client.subscribe('bars:SPY:1m')];
    releases[0]?.();
    releases[0]?.();
    expect(first.sent.slice(1)).toEqual([{ type: 'subscribe', topics: ['bars:SPY:1m'] }]);
    releases[1]?.();
    expect(first.sent.at(-1)).toEqual({ type: 'unsubscribe', topics: ['bars:SPY:1m'] });
  });

  it('leaves out data that does not fit its schema, and messages of a newer server', async () => {
    client.start();
    const first = await connect();
    first.hello();
    first.receive({ type: 'delta', seq: 1, topic: 'logs', data: { lines: 'none' } });
    first.receive({ type: 'delta', seq: 2, topic: 'weather', data: {} });
    first.receive({ type: 'greeting' });
    first.logs(3);
    expect(events).toEqual(['delta logs']);
    expect(kinds().at(-1)).toBe('live');
  });
});

describe('a lost connection', () => {
  it('resumes after the last number it saw and keeps its subscriptions', async () => {
    client.subscribe('logs');
    client.start();
    const first = await connect();
    first.hello('one', 10);
    first.logs(11, 'snapshot');
    first.drop();
    expect(kinds().at(-1)).toBe('waiting');
    time.pass(1000);
    const second = await connect();
    expect(second).not.toBe(first);
    expect(second.sent[0]).toEqual({
      type: 'authenticate',
      ticket: 'ticket',
      resume: { streamId: 'one', after: 11 },
    });
    second.hello('one', 13, true);
    second.logs(12);
    second.logs(13);
    expect(second.sent).toHaveLength(1);
    expect(events).toEqual(['snapshot logs', 'delta logs', 'delta logs']);
    expect(kinds().at(-1)).toBe('live');
  });

  it('tells the server what changed while it was away', async () => {
    const release = client.subscribe('bars:SPY:1m');
    client.start();
    const first = await connect();
    first.hello();
    first.drop();
    release();
    client.subscribe('bars:IBM:1m');
    time.pass(1000);
    const second = await connect();
    second.hello('one', 0, true);
    expect(second.sent.slice(1)).toEqual([
      { type: 'unsubscribe', topics: ['bars:SPY:1m'] },
      { type: 'subscribe', topics: ['bars:IBM:1m'] },
    ]);
  });

  it('starts anew and subscribes again when the server cannot resume', async () => {
    client.subscribe('logs');
    client.start();
    const first = await connect();
    first.hello('one', 10);
    first.drop();
    time.pass(1000);
    const second = await connect();
    second.hello('two', 0, false);
    expect(events).toEqual(['resync']);
    expect(second.sent.at(-1)).toEqual({ type: 'subscribe', topics: ['logs'] });
    second.logs(1, 'snapshot');
    expect(events).toEqual(['resync', 'snapshot logs']);
  });

  it('takes a gap in the numbers for a loss, and never shows what follows it', async () => {
    client.subscribe('logs');
    client.start();
    const first = await connect();
    first.hello();
    first.logs(1, 'snapshot');
    first.logs(3);
    expect(events).toEqual(['snapshot logs', 'resync']);
    expect(first.closed).toBe(true);
    time.pass(1000);
    const second = await connect();
    expect(second.sent[0]).toEqual({ type: 'authenticate', ticket: 'ticket' });
  });

  it('waits longer after each failure, and not at all when told to retry', async () => {
    client.start();
    const delays: number[] = [];
    for (let round = 0; round < 7; round++) {
      await settled();
      socket().drop();
      const state = states.at(-1);
      if (state?.kind !== 'waiting') throw new Error('not waiting');
      delays.push(state.retryAt - time.now);
      if (round < 6) time.pass(state.retryAt - time.now);
    }
    expect(delays).toEqual([400, 800, 1600, 3200, 6400, 12_800, 15_000]);
    client.retryNow();
    expect(kinds().at(-1)).toBe('connecting');
  });

  it('is noticed when nothing is said: ping, stale, given up', async () => {
    client.start();
    const first = await connect();
    first.hello();
    time.pass(PING_AFTER_MS + 1000);
    expect(first.sent.at(-1)).toEqual({ type: 'ping' });
    first.receive({ type: 'pong' });
    time.pass(PING_AFTER_MS - 1);
    expect(kinds().at(-1)).toBe('live');
    time.pass(STALE_AFTER_MS - PING_AFTER_MS + 2000);
    expect(kinds().at(-1)).toBe('stale');
    first.receive({ type: 'pong' });
    expect(kinds().at(-1)).toBe('live');
    time.pass(LOST_AFTER_MS + 1000);
    expect(first.closed).toBe(true);
    expect(kinds()).toContain('waiting');
  });

  it('gives up a connection that never gets through', async () => {
    client.start();
    await settled();
    time.pass(10_000);
    expect(kinds().at(-1)).toBe('waiting');
    expect(sockets[0]?.closed).toBe(true);
  });
});

describe('the end', () => {
  it('is a sign-in that is over, and nothing is tried after it', async () => {
    ticketFault = { status: 401 };
    client.start();
    await settled();
    time.pass(60_000);
    await settled();
    expect(kinds()).toEqual(['connecting', 'ended']);
    expect(sockets).toHaveLength(0);
  });

  it('is not a gateway that is down', async () => {
    ticketFault = { status: 0 };
    client.start();
    await settled();
    expect(kinds()).toEqual(['connecting', 'waiting']);
  });

  it('by stop() ignores a ticket that comes late', async () => {
    client.start();
    client.stop();
    await settled();
    expect(sockets).toHaveLength(0);
    expect(kinds().at(-1)).toBe('idle');
  });
});

it('jitter takes away at most half of the delay', () => {
  expect([0, 0.5, 1].map((random) => backoffMs(1, random))).toEqual([400, 300, 200]);
});
