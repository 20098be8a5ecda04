/** The live source of Alpaca data against a script that does what the Alpaca server here does not. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { DataRig, ScriptedAlpaca, alpacaScript, say } from './support/dataRig.js';
import type { Script } from './support/dataRig.js';

const AT = '2026-01-05T15:00:00Z';
const rigs: DataRig[] = [];
let server: ScriptedAlpaca;

afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.source.stop();
  await server.close();
});

async function rigOn(script: Script, coding: 'json' | 'msgpack' = 'json'): Promise<DataRig> {
  server = await ScriptedAlpaca.start(script);
  const rig = new DataRig({ url: server.url, coding });
  rigs.push(rig);
  return rig;
}

it.each(['json', 'msgpack'] as const)('a stream in %s is spoken in it both ways', async (coding) => {
  const rig = await rigOn(alpacaScript(), coding);
  rig.source.want(['AAPL']);
  await rig.live();
  expect(server.received.map(({ action }) => action)).toEqual(['auth', 'subscribe']);
  expect(server.codings).toEqual([coding, coding]);
  expect(rig.told.symbols).toEqual(['AAPL subscribed']);
});

describe('errors of the sign-in', () => {
  it.each([
    [402, 'failed', 'SOURCE_KEY_REFUSED'],
    [404, 'waiting', 'SOURCE_UNAVAILABLE'],
    [406, 'waiting', 'SOURCE_UNAVAILABLE'],
    [408, 'failed', 'SOURCE_PLAN_REFUSED'],
    [409, 'failed', 'SOURCE_PLAN_REFUSED'],
    [500, 'waiting', 'SOURCE_UNAVAILABLE'],
    [599, 'waiting', 'SOURCE_UNAVAILABLE'],
  ])('%i: %s, %s', async (code, kind, errorCode) => {
    const rig = await rigOn((_message, socket) => say(socket, { T: 'error', code, msg: 'said so' }));
    await rig.until(() => rig.state === kind);
    expect(rig.told.states.at(-1)).toMatchObject({ kind, error: { code: errorCode } });
    expect(rig.told.states.at(-1)).toHaveProperty('error.message', expect.stringContaining('said so'));
  });
});

describe('errors of a connection that is live', () => {
  it('407, and another connection with a gap', async () => {
    const rig = await rigOn(alpacaScript());
    rig.source.want(['AAPL']);
    await rig.live();
    const [socket] = server.open;
    if (socket !== undefined) say(socket, { T: 'error', code: 407, msg: 'slow client' });
    await rig.until(() => rig.state === 'waiting');
    await rig.live(50);
    expect(rig.told.gaps).toHaveLength(1);
  });

  it('410: a feed without statuses and bands is used without them', async () => {
    const rig = await rigOn(
      alpacaScript((message, socket) => {
        if (!('lulds' in message)) return false;
        say(socket, { T: 'error', code: 410, msg: 'invalid subscribe action for this feed' });
        return true;
      }),
    );
    rig.source.want(['AAPL']);
    await rig.live();
    expect(rig.told.symbols).toEqual(['AAPL subscribed']);
    expect(server.received.at(-1)).toEqual({ action: 'subscribe', trades: ['AAPL'], quotes: ['AAPL'], bars: ['AAPL'] });
  });

  it('400 for one symbol among many refuses that one alone', async () => {
    const rig = await rigOn(
      alpacaScript((message, socket) => {
        const trades = message['trades'];
        if (!Array.isArray(trades) || !trades.includes('BAD')) return false;
        say(socket, { T: 'error', code: 400, msg: 'invalid syntax' });
        return true;
      }),
    );
    rig.source.want(['AAPL', 'MSFT', 'BAD', 'IBM', 'AMD']);
    await rig.live();
    expect([...rig.told.symbols].sort()).toEqual([
      'AAPL subscribed',
      'AMD subscribed',
      'BAD refused: invalid syntax',
      'IBM subscribed',
      'MSFT subscribed',
    ]);
  });

  it('a symbol that the list never names is refused after some tries', async () => {
    const rig = await rigOn(
      alpacaScript((message, socket) => {
        if (message['action'] !== 'subscribe') return false;
        say(socket, { T: 'subscription', trades: [], quotes: [] });
        return true;
      }),
    );
    rig.source.want(['AAPL']);
    await rig.live();
    expect(rig.told.symbols).toEqual(['AAPL refused: the stream does not list it after it was asked for']);
    expect(server.received.filter(({ action }) => action === 'subscribe')).toHaveLength(3);
  });

  it('symbols that it sends unasked are unsubscribed', async () => {
    const rig = await rigOn(alpacaScript());
    rig.source.want(['AAPL']);
    await rig.live();
    const [socket] = server.open;
    if (socket !== undefined) say(socket, { T: 'subscription', trades: ['AAPL', 'IBM'], quotes: ['AAPL'] });
    await rig.until(() => server.received.some(({ action }) => action === 'unsubscribe'));
    expect(server.received.find(({ action }) => action === 'unsubscribe')).toMatchObject({ trades: ['IBM'] });
  });

  it('corrections and cancels come after the rows of their frame', async () => {
    const rig = await rigOn(alpacaScript());
    rig.source.want(['AAPL']);
    await rig.live();
    const trade = { T: 't', S: 'AAPL', i: 5, x: 'Q', p: 10, s: 100, c: ['@'], t: AT, z: 'C' };
    const cancel = { T: 'x', S: 'AAPL', i: 5, x: 'Q', p: 10, s: 100, a: 'C', t: AT, z: 'C' };
    const [socket] = server.open;
    if (socket !== undefined) say(socket, cancel, trade);
    await rig.until(() => rig.told.corrections.length === 1);
    expect([rig.told.rows.length, rig.told.corrections[0]]).toEqual([
      1,
      { kind: 'cancel', symbolId: 0, time: Date.UTC(2026, 0, 5, 15) * 1000, printId: 5, price: 10_000_000, size: 100 },
    ]);
    expect(rig.source.counters()).toMatchObject({ cancels: 1, corrections: 0, trades: 1 });
  });

  it('a trade that is refused leaves a gap, a quote does not (F49)', async () => {
    const rig = await rigOn(alpacaScript());
    rig.source.want(['AAPL']);
    await rig.live();
    const [socket] = server.open;
    const quote = { T: 'q', S: 'AAPL', bp: -1, bs: 1, ap: 2, as: 1, c: ['R'], t: AT, z: 'C' };
    const trade = { T: 't', S: 'AAPL', i: 5, x: 'Q', p: 0, s: 100, c: ['@'], t: AT, z: 'C' };
    if (socket !== undefined) say(socket, quote);
    await rig.until(() => rig.source.counters()['refused.priceNotPositive'] === 1);
    expect(rig.told.gaps).toEqual([]);
    if (socket !== undefined) say(socket, trade);
    await rig.until(() => rig.source.counters()['refused.priceNotPositive'] === 2);
    expect([rig.told.gaps.length, rig.told.rows]).toEqual([1, []]);
  });
});

describe('a storm of reconnects (F45)', () => {
  it('waits longer and longer up to half a minute, and begins anew after a connection that held', async () => {
    const rig = await rigOn(
      alpacaScript((message, socket) => {
        if (message['action'] !== 'auth') return false;
        socket.close();
        return true;
      }),
    );
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await rig.until(() => rig.state === 'waiting');
      const state = rig.told.states.at(-1);
      if (state?.kind !== 'waiting') throw new Error('it waits');
      expect(state.attempt).toBe(attempt);
      waits.push((state.retryAt - rig.clock.now()) / 1000);
      rig.clock.advance((state.retryAt - rig.clock.now()) / 1000);
    }
    expect(waits.slice(0, 3)).toEqual([188, 375, 750]);
    expect(waits.slice(-2)).toEqual([22_500, 22_500]);
  });

  it('500 times: the same symbols each time, one connection at a time, no timers or memory left', async () => {
    const symbols = Array.from({ length: 40 }, (_, at) => `S${at}`);
    let most = 0;
    const rig = await rigOn(
      alpacaScript((message, socket) => {
        most = Math.max(most, server.open.length);
        if (message['action'] === 'subscribe') setImmediate(() => socket.terminate());
        return false;
      }),
    );
    rig.source.want(symbols);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const sizes: number[] = [];
    const timers: number[] = [];
    for (let cycle = 1; cycle <= 500; cycle += 1) {
      await soon(() => rig.state === 'waiting' && server.connections === cycle);
      timers.push(rig.clock.pending);
      if (cycle % 100 === 0) {
        collect();
        sizes.push(process.memoryUsage().heapUsed);
      }
      const state = rig.told.states.at(-1);
      const waitMs = state?.kind === 'waiting' ? (state.retryAt - rig.clock.now()) / 1000 : 0;
      for (const list of [rig.told.states, rig.told.symbols, rig.told.gaps]) list.length = 0;
      rig.clock.advance(waitMs);
    }
    const subscribes = server.received.filter(({ action }) => action === 'subscribe');
    expect(subscribes).toHaveLength(500);
    for (const { trades, lulds } of subscribes) expect([trades, lulds]).toEqual([symbols, symbols]);
    expect(new Set(timers)).toEqual(new Set([1]));
    expect(most).toBe(1);
    // What the script keeps is some hundred kilobytes.
    expect((sizes.at(-1) ?? 0) - (sizes[0] ?? 0)).toBeLessThan(6_000_000);
  });
});

/** As the rig's `until`, without a millisecond for each turn. */
async function soon(holds: () => boolean): Promise<void> {
  const startedMs = performance.now();
  while (!holds()) {
    if (performance.now() - startedMs > 10_000) throw new Error(`never: ${holds.toString()}`);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
