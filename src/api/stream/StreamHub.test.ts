import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import fc from 'fast-check';
import { gatewayHarness } from '../../../test/support/gatewayHarness.js';
import type { GatewayHarness } from '../../../test/support/gatewayHarness.js';
import type { ManualClock } from '../../../test/support/ManualClock.js';
import { TOPIC_SCHEMAS } from '../../contracts/index.js';
import type { DataMessage, ServerMessage, Topic, TopicUpdate } from '../../contracts/index.js';
import { randomIds } from '../../utils/idGenerator.js';
import { required } from '../../utils/assert.js';
import type { Principal } from '../microservices/AuthService.js';
import type { ClientStream } from './ClientStream.js';
import { mergeUpdates } from './mergeUpdates.js';
import { StreamHub } from './StreamHub.js';

/** A socket that records; `bufferedAmount` is set by the test. */
class RecordingSocket {
  bufferedAmount = 0;
  readonly messages: ServerMessage[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;

  send(text: string): void {
    this.messages.push(JSON.parse(text) as ServerMessage);
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }

  get data(): DataMessage[] {
    return this.messages.filter((message): message is DataMessage => 'seq' in message && 'topic' in message);
  }
}

/** What a client makes of its messages: the latest snapshot of each topic with every delta merged in. */
function stateOf(messages: readonly DataMessage[]): Map<Topic, TopicUpdate> {
  const state = new Map<Topic, TopicUpdate>();
  for (const message of messages) {
    const { type, seq: _seq, ...update } = message;
    const before = state.get(update.topic);
    state.set(update.topic, type === 'snapshot' || before === undefined ? update : mergeUpdates(before, update));
  }
  return state;
}

let harness: GatewayHarness<ManualClock>;
let hub: StreamHub;
let principal: Principal;

beforeEach(async () => {
  harness = await gatewayHarness();
  ({ principal } = await harness.signIn('trader'));
  hub = new StreamHub({
    session: harness.session,
    auth: harness.auth,
    clock: harness.clock,
    ids: randomIds,
    health: () => ({ state: 'up', version: 'test', startedAt: 0, dependencies: [] }),
  });
});
afterEach(async () => {
  hub.close('test');
  await harness.close();
});

function open(socket: RecordingSocket, resume?: { streamId: string; after: number }): ClientStream {
  return required(hub.open(socket, principal, resume), 'a stream');
}

/** Lets the session and the hub's timers run. */
function run(seconds: number): void {
  for (let step = 0; step < seconds * 4; step += 1) {
    harness.session.advance(250);
    harness.clock.advance(250);
  }
}

const ALL: readonly Topic[] = [
  'session',
  'quotes',
  'orders',
  'fills',
  'positions',
  'account',
  'equity',
  'scenarios',
  'strategies',
  'signals',
  'logs',
  'health',
  'bars:ALTA:1m',
];

describe('I-29 snapshot + deltas = server state', () => {
  test('every topic fits its schema, is numbered without a gap, and ends at the server’s state', async () => {
    const socket = new RecordingSocket();
    const stream = open(socket);
    await hub.subscribe(stream, ALL);
    run(60);
    expect(socket.data.map((message) => message.seq)).toEqual(socket.data.map((_message, index) => index + 1));
    for (const message of socket.data) {
      const family = message.topic.startsWith('bars:') ? 'bars' : message.topic;
      expect(TOPIC_SCHEMAS[family as keyof typeof TOPIC_SCHEMAS].safeParse(message.data).success).toBe(true);
    }
    const state = stateOf(socket.data);
    const { session } = harness;
    expect(socket.data.some((message) => message.topic === 'fills' && message.type === 'delta')).toBe(true);
    expect(state.get('quotes')?.data).toEqual(session.quotes());
    expect(state.get('account')?.data).toEqual(session.account());
    expect(state.get('session')?.data).toEqual(session.info());
    expect(state.get('equity')?.data).toEqual(session.equity(5000));
    expect(state.get('scenarios')?.data).toEqual(session.scenarios({ orders: 5000, points: 5000 }));
    expect(sortById(state.get('orders'))).toEqual(sortById({ topic: 'orders', data: session.orders(WHOLE) }));
    expect(sortById(state.get('fills'))).toEqual(sortById({ topic: 'fills', data: session.fills(WHOLE) }));
  });

  test('a slow client gets merged deltas and the same state, without a gap in the numbers', async () => {
    const fast = new RecordingSocket();
    const slow = new RecordingSocket();
    await hub.subscribe(open(fast), ['quotes', 'orders', 'account', 'equity', 'scenarios', 'bars:ALTA:1m']);
    await hub.subscribe(open(slow), ['quotes', 'orders', 'account', 'equity', 'scenarios', 'bars:ALTA:1m']);
    slow.bufferedAmount = 1_000_000;
    run(15);
    expect(slow.data).toHaveLength(6);
    slow.bufferedAmount = 0;
    run(3);
    expect(slow.data.length).toBeLessThan(fast.data.length / 2);
    expect(slow.data.map((message) => message.seq)).toEqual(slow.data.map((_message, index) => index + 1));
    const [left, right] = [stateOf(slow.data), stateOf(fast.data)];
    for (const topic of right.keys()) expect(sortById(left.get(topic)), topic).toEqual(sortById(right.get(topic)));
  });

  test('the rows of another session take the place of the old ones, whose ids come again', async () => {
    const socket = new RecordingSocket();
    await hub.subscribe(open(socket), ALL);
    run(60);
    const idsNow = (): readonly string[] => {
      const update = stateOf(socket.data).get('orders');
      return update?.topic === 'orders' ? update.data.orders.map(({ id }) => id) : [];
    };
    expect(idsNow().length).toBeGreaterThan(1);
    const { session } = harness;
    const [order] = session.orders(WHOLE).orders;
    const next = { orders: [required(order, 'an order')] };
    vi.spyOn(session, 'info').mockReturnValue({ ...session.info(), sessionId: 'demo-2026-03-03' });
    vi.spyOn(session, 'orders').mockReturnValue(next);
    await session.control({ action: 'pause' });
    harness.clock.advance(250);
    await expect.poll(idsNow).toEqual(next.orders.map(({ id }) => id));
    expect(socket.data.filter(({ type }) => type === 'snapshot')).toHaveLength(2 * ALL.length);
    expect(socket.data.map(({ seq }) => seq)).toEqual(socket.data.map((_message, index) => index + 1));
  });

  test('F67 a client that takes nothing is closed with 1013, others go on', async () => {
    const stuck = new RecordingSocket();
    const fine = new RecordingSocket();
    await hub.subscribe(open(stuck), ['quotes']);
    await hub.subscribe(open(fine), ['quotes']);
    stuck.bufferedAmount = 1_000_000;
    run(30);
    expect(stuck.closed?.code).toBe(1013);
    expect(stuck.messages.at(-1)).toMatchObject({ type: 'bye' });
    expect(fine.closed).toBeUndefined();
    expect(fine.data.length).toBeGreaterThan(50);
    expect(hub.size).toBe(1);
  });

  test('F67 snapshots that nobody reads end the connection at 1 MiB', async () => {
    const socket = new RecordingSocket();
    const stream = open(socket);
    socket.bufferedAmount = 1024 * 1024;
    await hub.subscribe(stream, ['quotes']);
    expect(socket.closed).toBeUndefined();
    socket.bufferedAmount += 1;
    await hub.subscribe(stream, ['orders']);
    expect(socket.closed?.code).toBe(1013);
  });

  test('merging two updates has the effect of both in order', () => {
    const quote = fc.record({ symbol: fc.constantFrom('A', 'B', 'C'), last: fc.integer().map(String) });
    const updates = fc.array(fc.uniqueArray(quote, { selector: (one) => one.symbol, maxLength: 3 }), { minLength: 1 });
    fc.assert(
      fc.property(updates, (batches) => {
        const naive = new Map<string, string>();
        for (const one of batches.flat()) naive.set(one.symbol, one.last);
        const merged = batches
          .map((quotes) => ({ topic: 'quotes', data: { quotes } }) as unknown as TopicUpdate)
          .reduce(mergeUpdates);
        const found = merged.topic === 'quotes' ? merged.data.quotes : [];
        expect(new Map(found.map((one) => [String(one.symbol), String(one.last)]))).toEqual(naive);
        expect(found).toHaveLength(naive.size);
      }),
    );
  });

  test('merging curves keeps them in order of time, the newer value of a time winning', () => {
    const curve = fc
      .uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 })
      .map((times) => times.sort((a, b) => a - b));
    fc.assert(
      fc.property(curve, curve, (older, newer) => {
        const of = (time: number[], value: number): TopicUpdate => ({
          topic: 'equity',
          data: { time, equity: time.map(() => value), cash: time.map(() => value) },
        });
        const merged = mergeUpdates(of(older, 1), of(newer, 2));
        const { time, equity } = merged.topic === 'equity' ? merged.data : { time: [], equity: [] };
        const kept = older.filter((one) => one < (newer[0] ?? 0));
        expect(time).toEqual([...kept, ...newer]);
        expect(equity).toEqual([...kept.map(() => 1), ...newer.map(() => 2)]);
      }),
    );
  });
});

describe('resuming', () => {
  test('a lost connection gets exactly what it missed', async () => {
    const first = new RecordingSocket();
    const stream = open(first);
    await hub.subscribe(stream, ['quotes', 'orders', 'fills', 'equity']);
    run(5);
    // The last messages were sent but never arrived.
    const received = first.data.slice(0, -3);
    hub.lost(stream);
    run(5);
    const second = new RecordingSocket();
    const after = required(received.at(-1), 'a message').seq;
    expect(open(second, { streamId: stream.id, after })).toBe(stream);
    run(5);
    expect(second.messages[0]).toMatchObject({ type: 'hello', resumed: true, streamId: stream.id });
    const all = [...received, ...second.data];
    expect(all.map((message) => message.seq)).toEqual(all.map((_message, index) => index + 1));
    expect(stateOf(all).get('quotes')?.data).toEqual(harness.session.quotes());
    expect(stateOf(all).get('equity')?.data).toEqual(harness.session.equity(5000));
  });

  test.each([
    ['a stream that is not known', () => ({ streamId: 'unknown', after: 3 })],
    ['a number from the future', (stream: ClientStream) => ({ streamId: stream.id, after: stream.seq + 1 })],
    ['a stream that is still connected', (stream: ClientStream) => ({ streamId: stream.id, after: stream.seq })],
  ])('%s starts anew and says so', async (name, resumeOf) => {
    const first = new RecordingSocket();
    const stream = open(first);
    await hub.subscribe(stream, ['quotes']);
    run(2);
    if (name !== 'a stream that is still connected') hub.lost(stream);
    const second = new RecordingSocket();
    const renewed = open(second, resumeOf(stream));
    expect(renewed).not.toBe(stream);
    expect(second.messages[0]).toMatchObject({ type: 'hello', resumed: false, seq: 0 });
    expect(second.messages[1]).toMatchObject({ type: 'resync' });
  });

  test('messages that are no longer kept cannot be resumed', async () => {
    const first = new RecordingSocket();
    const stream = open(first);
    await hub.subscribe(stream, ALL);
    run(60);
    hub.lost(stream);
    expect(open(new RecordingSocket(), { streamId: stream.id, after: 1 })).not.toBe(stream);
  });

  test('S31 another user cannot take a stream over', async () => {
    const stream = open(new RecordingSocket());
    hub.lost(stream);
    const other = await harness.signIn('viewer');
    const socket = new RecordingSocket();
    const taken = hub.open(socket, other.principal, { streamId: stream.id, after: 0 });
    expect(taken).not.toBe(stream);
    expect(socket.messages[1]).toMatchObject({ type: 'resync' });
  });

  test('a lost stream is forgotten after a while', () => {
    const stream = open(new RecordingSocket());
    hub.lost(stream);
    run(35);
    expect(hub.size).toBe(0);
  });
});

test('S39 streams end when the sign-in ends', async () => {
  const socket = new RecordingSocket();
  await hub.subscribe(open(socket), ['quotes']);
  await harness.auth.signOutEverywhere(principal);
  await expect.poll(() => socket.closed?.code).toBe(4401);
  const count = socket.messages.length;
  expect(socket.messages.at(-1)).toMatchObject({ type: 'bye' });
  run(2);
  expect(socket.messages).toHaveLength(count);
});

test('S40 an unknown symbol is an error on the stream, and streams per user are limited', async () => {
  const socket = new RecordingSocket();
  await hub.subscribe(open(socket), ['bars:NOPE:1m', 'quotes']);
  expect(socket.messages[1]).toMatchObject({ type: 'error', code: 'SYMBOL_UNKNOWN' });
  expect(socket.messages[2]).toMatchObject({ type: 'snapshot', topic: 'quotes', seq: 1 });
  for (let index = 1; index < 16; index += 1) open(new RecordingSocket());
  const last = new RecordingSocket();
  expect(hub.open(last, principal)).toBeUndefined();
  expect(last.closed?.code).toBe(4429);
});

test('a page that is loaded again and again is not locked out by its lost streams', () => {
  for (let index = 0; index < 40; index += 1) hub.lost(open(new RecordingSocket()));
  expect(hub.size).toBe(16);
});

const WHOLE = { openOnly: false, limit: 10_000 };

/** Lists of an update in one order, so that states compare by content. */
function sortById(update: TopicUpdate | undefined): unknown {
  if (update?.topic === 'orders') return [...update.data.orders].sort((a, b) => a.id.localeCompare(b.id));
  if (update?.topic === 'fills') return [...update.data.fills].sort((a, b) => a.id.localeCompare(b.id));
  if (update?.topic === 'quotes') return [...update.data.quotes].sort((a, b) => a.symbol.localeCompare(b.symbol));
  return update?.data;
}
