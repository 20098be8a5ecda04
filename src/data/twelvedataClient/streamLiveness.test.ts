import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  errorOf,
  price,
  SAMPLED,
  SIZED,
  START_MS,
  stateOf,
  StreamRig,
  until,
} from '../../../test/support/streamRig.js';
import type { ScriptedStream } from '../../../test/support/ScriptedStream.js';
import type { Heard } from '../../../test/support/streamRig.js';
import { SeededRandom } from '../../utils/random.js';
import { HOUR } from '../../domain/timeframe.js';

let rig: StreamRig;
let server: ScriptedStream;

beforeEach(async () => {
  rig = await StreamRig.start();
  ({ server } = rig);
});
afterEach(() => rig.close());

const kinds = (heard: Heard): string[] => heard.states.map(({ kind }) => kind);

/** Goes to the moment of the next try, and not beyond. */
function retry(heard: Heard): void {
  const state = heard.states.at(-1);
  if (state?.kind !== 'waiting') throw new Error(`it is ${stateOf(heard)}, not waiting`);
  rig.clock.advance((state.retryAt - rig.clock.now()) / 1_000);
}

describe('the life of a connection', () => {
  it('beats every 10 seconds and pings every 30', async () => {
    const { client, heard } = rig.connect(['AAPL']);
    await until(() => heard.symbols.length === 1);
    await rig.pass(client, heard, 60_000);
    await until(() => server.last.heartbeats === 6);
    expect(server.last.pings).toBe(2);
    expect(client.counters()['heartbeats']).toBeGreaterThanOrEqual(5);
    expect(stateOf(heard)).toBe('live');
  });

  it('F44: a silent half-open socket is found by its ping within 10 seconds, and the gap is told', async () => {
    const { client, heard } = rig.connect(['AAPL']);
    await until(() => heard.symbols.length === 1);
    await rig.pass(client, heard, 20_000);
    server.send(price('AAPL', 20, 5, 100));
    await until(() => heard.prints.length === 1);
    server.pongs = false;
    server.answers = false;
    const silent = server.last;
    rig.clock.advance(10_000);
    await until(() => silent.pings === 1);
    rig.clock.advance(9_999);
    expect(stateOf(heard)).toBe('live');
    rig.clock.advance(1);
    expect(stateOf(heard)).toBe('waiting');
    expect(client.counters()['pongsMissed']).toBe(1);
    server.pongs = true;
    server.answers = true;
    rig.clock.advance(1_500);
    await until(() => heard.gaps.length === 1);
    // Heard last when the price came (and the clock stood still until then).
    expect(heard.gaps).toEqual([[20, 41.5]]);
    expect([...server.last.subscribed]).toEqual(['AAPL']);
    // What traded in between is in no size.
    server.send(price('AAPL', 41, 5, 900), price('AAPL', 42, 5, 950));
    await until(() => heard.prints.length === 3);
    expect(heard.prints.slice(1).map(([, , , size, flags]) => [size, flags])).toEqual([
      [0, SAMPLED],
      [50, SIZED],
    ]);
  });

  it('F44: pings answered and no prices while the market is open: stalled, and connected anew', async () => {
    const { client, heard } = rig.connect(['AAPL']);
    await until(() => heard.symbols.length === 1);
    server.send(price('AAPL', 0, 5));
    await until(() => heard.prints.length === 1);
    await rig.pass(client, heard, 85_000);
    expect(stateOf(heard)).toBe('live');
    rig.clock.advance(5_000);
    expect(kinds(heard)).toEqual(['connecting', 'live', 'stalled', 'waiting']);
    expect(heard.states.at(-2)).toEqual({ kind: 'stalled', since: START_MS * 1_000 });
    rig.clock.advance(1_500);
    await until(() => heard.gaps.length === 1);
    // Since the last price, not since the last pong.
    expect(heard.gaps).toEqual([[0, 91.5]]);
    expect(client.counters()['stalls']).toBe(1);
    // The next limit is twice as long.
    await rig.pass(client, heard, 175_000);
    expect(stateOf(heard)).toBe('live');
    rig.clock.advance(5_000);
    expect(stateOf(heard)).toBe('waiting');
  });

  it('F44: no stall outside regular hours, without symbols, or before any is confirmed', async () => {
    const { client, heard } = rig.connect([]);
    await until(() => stateOf(heard) === 'live');
    await rig.pass(client, heard, 300_000, 10_000);
    client.want(['AAPL']);
    await until(() => heard.symbols.length === 1);
    await rig.pass(client, heard, 80_000, 10_000);
    expect(client.counters()['stalls']).toBe(0);
    rig.clock.advance(10_000);
    expect(client.counters()['stalls']).toBe(1);
  });

  it('a price after a quiet evening finds the connection as it was', async () => {
    const evening = rig.connect(['AAPL']);
    await until(() => evening.heard.symbols.length === 1);
    await evening.client.stop();
    rig.clock.advance((10 * HOUR) / 1_000);
    const { client, heard } = rig.connect(['AAPL']);
    await until(() => heard.symbols.length === 1);
    await rig.pass(client, heard, 600_000, 10_000);
    expect(client.counters()['stalls']).toBe(0);
    expect(kinds(heard)).toEqual(['connecting', 'live']);
  });
});

describe('connections that end', () => {
  const ends: readonly [string, () => void, string][] = [
    ['a reset', () => server.reset(), 'cut without a close frame'],
    ['a clean close 1000', () => server.last.socket.close(1000), 'closed it (1000)'],
    ['a restart 1012', () => server.last.socket.close(1012, 'back soon'), 'closed it (1012, back soon)'],
    ['a code of their own', () => server.last.socket.close(4321), 'closed it (4321)'],
  ];
  it.each(ends)('%s: connected anew, with the same subscriptions and the gap told', async (_, end, reason) => {
    const { client, heard } = rig.connect(['AAPL', 'MSFT']);
    await until(() => heard.symbols.length === 2);
    await rig.pass(client, heard, 10_000);
    end();
    await until(() => stateOf(heard) === 'waiting');
    expect(errorOf(heard)?.message).toContain(reason);
    expect(heard.states.at(-1)).toMatchObject({ attempt: 1, retryAt: (START_MS + 11_500) * 1_000 });
    expect(rig.clock.pending).toBe(1);
    rig.clock.advance(1_500);
    await until(() => heard.gaps.length === 1);
    expect(heard.gaps).toEqual([[10, 11.5]]);
    expect([...server.last.subscribed]).toEqual(['AAPL', 'MSFT']);
    expect(server.connections).toHaveLength(2);
  });

  it('pauses grow to 30 seconds, and are short again after a stable minute', async () => {
    const { client, heard } = rig.connect(['AAPL'], { random: () => 0.999_999 });
    server.upgrade = 'reset';
    const pauses: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      await until(() => stateOf(heard) === 'waiting');
      const state = heard.states.at(-1);
      const pause = state?.kind === 'waiting' ? (state.retryAt - rig.clock.now()) / 1e6 : NaN;
      pauses.push(Math.round(pause));
      if (i === 6) server.upgrade = undefined;
      rig.clock.advance(pause * 1_000);
    }
    expect(pauses).toEqual([2, 4, 8, 16, 30, 30, 30]);
    await until(() => heard.symbols.length === 1);
    await rig.pass(client, heard, 59_000, 1_000);
    server.reset();
    await until(() => stateOf(heard) === 'waiting');
    expect(heard.states.at(-1)).toMatchObject({ attempt: 8 });
    rig.clock.advance(30_000);
    await until(() => stateOf(heard) === 'live' && heard.symbols.length === 2);
    await rig.pass(client, heard, 60_000);
    server.reset();
    await until(() => stateOf(heard) === 'waiting');
    expect(heard.states.at(-1)).toMatchObject({ attempt: 1 });
  });

  it('stops after several quick evictions and says why', async () => {
    const { heard } = rig.connect(['AAPL']);
    for (let i = 1; i <= 5; i += 1) {
      await until(() => heard.symbols.length === i);
      server.last.socket.close(1008, 'too many connections');
      await until(() => stateOf(heard) !== 'live');
      if (i < 5) retry(heard);
    }
    expect(stateOf(heard)).toBe('failed');
    expect(errorOf(heard)).toMatchObject({ code: 'SOURCE_PLAN_REFUSED' });
    expect(errorOf(heard)?.remedy).toContain('other program');
    expect(rig.clock.pending).toBe(0);
  });

  it('F45: 500 cycles: exact subscriptions, one connection, no timer leak, a flat heap', async () => {
    const random = new SeededRandom(45);
    const symbols = Array.from({ length: 120 }, (_, i) => `S${i}`);
    const { client, heard } = rig.connect(symbols, { random: () => random.next() });
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heaps: number[] = [];
    const timers = new Set<number>();
    let refusals = 0;
    let lives = 0;
    for (let cycle = 0; cycle < 500; cycle += 1) {
      await until(() => stateOf(heard) === 'live' || stateOf(heard) === 'waiting');
      if (stateOf(heard) === 'live') {
        lives += 1;
        // A chunk, a pause, the rest; or later, if there were many messages within the minute.
        while (server.last.subscribed.size < symbols.length) {
          rig.clock.advance(250);
          await rig.settled(client);
        }
        if (lives > 1) await until(() => heard.gaps.length === 1);
        expect([...server.last.subscribed]).toEqual(symbols);
        timers.add(rig.clock.pending);
        rig.clock.advance(1_000 + random.below(2_000));
        if (cycle % 3 === 0) server.last.socket.close(1012);
        else server.reset();
        await until(() => stateOf(heard) === 'waiting');
      } else refusals += 1;
      expect(rig.clock.pending).toBe(1);
      server.upgrade = ([undefined, { status: 503, body: '' }, undefined, 'reset'] as const)[random.below(4)];
      retry(heard);
      // What was heard is the test's memory, not the client's.
      for (const list of [heard.symbols, heard.gaps, rig.lines]) list.splice(0);
      heard.states.splice(0, heard.states.length - 1);
      server.connections.splice(0, server.connections.length - 2);
      if (cycle % 50 !== 49) continue;
      collect();
      heaps.push(process.memoryUsage().heapUsed);
    }
    expect(refusals).toBeGreaterThan(100);
    expect(lives).toBeGreaterThan(100);
    expect(server.mostOpen).toBe(1);
    // At most: heartbeat, ping and its answer, silence, the pause between messages, the wait for a status.
    expect(Math.max(...timers)).toBeLessThanOrEqual(6);
    const [, first = 0] = heaps;
    const last = heaps.at(-1) ?? Infinity;
    expect((last - first) / first).toBeLessThan(0.1);
  });
});
