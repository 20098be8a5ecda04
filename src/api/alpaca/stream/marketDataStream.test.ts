import { decode, ExtensionCodec } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/support/ManualClock.js';
import { alpacaHarness } from '../../../../test/support/alpacaHarness.js';
import type { AlpacaHarness } from '../../../../test/support/alpacaHarness.js';
import { SocketProbe } from '../../../../test/support/SocketProbe.js';
import type { MarketRow } from '../PaperVenue.js';

let h: AlpacaHarness;
let clock: ManualClock;
let base: string;
const probes: SocketProbe[] = [];
beforeEach(async () => {
  clock = new ManualClock();
  h = await alpacaHarness({ clock, dataLimits: { symbolLimit: 3, connectionLimit: 2, maxWaitingBytes: 100_000 } });
  base = (await h.server.listen('127.0.0.1', 0)).replace('http', 'ws');
});
afterEach(async () => {
  for (const probe of probes.splice(0)) probe.close();
  await h.close();
});

async function open(headers: Record<string, string> = {}, feed = 'iex'): Promise<SocketProbe> {
  const probe = await SocketProbe.open(`${base}/v2/${feed}`, headers);
  probes.push(probe);
  return probe;
}
async function ready(): Promise<SocketProbe> {
  const probe = await open();
  probe.send({ action: 'auth', key: h.keyId, secret: h.secret });
  await probe.take(2);
  return probe;
}
const TIME = Date.UTC(2026, 7, 3, 14, 30) * 1000 + 123_456;
const print = (symbolId = 0): MarketRow => ({
  kind: 'print',
  symbolId,
  time: TIME,
  price: 200_500_000,
  size: 7,
  flags: 0,
  exchange: 'V',
  id: 9,
});
const EMPTY = { trades: [], quotes: [], bars: [], updatedBars: [], dailyBars: [], statuses: [], lulds: [] };

describe('connecting', () => {
  test('first connected, then the answer to auth, which may be sent before it is read', async () => {
    const probe = await open();
    probe.send({ action: 'auth', key: h.keyId, secret: h.secret });
    expect((await probe.take(2)).map((frame) => frame.json())).toEqual([
      [{ T: 'success', msg: 'connected' }],
      [{ T: 'success', msg: 'authenticated' }],
    ]);
  });

  test('by the headers of the handshake', async () => {
    const probe = await open(h.headers);
    expect((await probe.take(2))[1]?.json()).toEqual([{ T: 'success', msg: 'authenticated' }]);
  });

  test('errors 400, 401, 402, 403', async () => {
    const probe = await open();
    probe.socket.send('{');
    probe.send({ action: 'dance' });
    probe.send({ action: 'subscribe', trades: ['AAPL'] });
    probe.send({ action: 'auth', key: h.keyId, secret: 'x' });
    probe.send({ action: 'auth', key: h.keyId, secret: h.secret });
    probe.send({ action: 'auth', key: h.keyId, secret: h.secret });
    const codes = (await probe.take(7)).map((frame) => frame.json()[0].code ?? frame.json()[0].msg);
    expect(codes).toEqual(['connected', 400, 400, 401, 402, 'authenticated', 403]);
  });

  test('404 and the close when nothing comes in ten seconds', async () => {
    const probe = await open();
    await probe.take(1);
    clock.advance(10_000);
    expect((await probe.take(1))[0]?.json()).toEqual([{ T: 'error', code: 404, msg: 'auth timeout' }]);
    await probe.closed;
  });

  test('406 for one connection too many', async () => {
    await ready();
    await ready();
    const third = await open();
    third.send({ action: 'auth', key: h.keyId, secret: h.secret });
    expect((await third.take(2))[1]?.json()).toEqual([{ T: 'error', code: 406, msg: 'connection limit exceeded' }]);
    await third.closed;
  });

  test('every feed, and none that is not there', async () => {
    for (const feed of ['iex', 'sip', 'delayed_sip']) await (await open({}, feed)).take(1);
    await expect(open({}, 'crypto')).rejects.toThrow('404');
  });
});

describe('subscriptions', () => {
  test('add up, are idempotent, and are told whole', async () => {
    const probe = await ready();
    probe.send({ action: 'subscribe', trades: ['AAPL'], quotes: ['MSFT'] });
    probe.send({ action: 'subscribe', trades: ['AAPL'], bars: ['*'] });
    probe.send({ action: 'unsubscribe', quotes: ['MSFT'] });
    const answers = (await probe.take(3)).map((frame) => frame.json()[0]);
    const trades = { trades: ['AAPL'], corrections: ['AAPL'], cancelErrors: ['AAPL'] };
    expect(answers).toEqual([
      { T: 'subscription', ...EMPTY, ...trades, quotes: ['MSFT'] },
      { T: 'subscription', ...EMPTY, ...trades, quotes: ['MSFT'], bars: ['*'] },
      { T: 'subscription', ...EMPTY, ...trades, bars: ['*'] },
    ]);
    h.venue.tellMarket([print()]);
    expect((await probe.take(1))[0]?.json()).toHaveLength(1);
  });

  test('errors change nothing: 400 for no symbol, 405 for too many, 410 for another feed’s channel', async () => {
    const probe = await ready();
    probe.send({ action: 'subscribe', trades: ['a b'] });
    probe.send({ action: 'subscribe', trades: ['A', 'B', 'C', 'D'] });
    probe.send({ action: 'subscribe', news: ['*'] });
    probe.send({ action: 'subscribe', corrections: ['A'] });
    probe.send({ action: 'subscribe' });
    const answers = (await probe.take(5)).map((frame) => frame.json()[0]);
    expect(answers.map(({ code }) => code)).toEqual([400, 405, 410, 400, undefined]);
    expect(answers[4]).toEqual({ T: 'subscription', ...EMPTY, corrections: [], cancelErrors: [] });
  });

  test('a subscribe in fragments is one', async () => {
    const probe = await ready();
    const text = JSON.stringify({ action: 'subscribe', trades: ['AAPL'] });
    probe.socket.send(text.slice(0, 10), { fin: false });
    probe.socket.send(text.slice(10, 20), { fin: false });
    probe.socket.send(text.slice(20), { fin: true });
    expect((await probe.take(1))[0]?.json()[0]).toMatchObject({ T: 'subscription', trades: ['AAPL'] });
  });

  test('the market is watched only while somebody listens', async () => {
    const probe = await ready();
    expect(h.venue.watchers).toBe(0);
    probe.send({ action: 'subscribe', trades: ['*'] });
    await probe.take(1);
    expect(h.venue.watchers).toBe(1);
    probe.send({ action: 'unsubscribe', trades: ['*'] });
    await probe.take(1);
    expect(h.venue.watchers).toBe(0);
  });
});

describe('data', () => {
  test('each kind, to those who asked for it', async () => {
    const probe = await ready();
    const channels = { trades: ['AAPL'], quotes: ['*'], bars: ['AAPL'], dailyBars: ['AAPL'], statuses: ['*'] };
    probe.send({ action: 'subscribe', ...channels });
    await probe.take(1);
    const bar = {
      kind: 'bar',
      symbolId: 0,
      start: TIME,
      time: TIME,
      open: 2e8,
      high: 2e8,
      low: 2e8,
      close: 2e8,
      volume: 5,
      count: 2,
      turnover: 1e9,
    } as const;
    h.venue.dayBars.push({ ...bar, volume: 50 });
    h.venue.tellMarket([
      print(),
      print(1),
      { kind: 'quote', symbolId: 1, time: TIME, bid: 4e8, bidSize: 1, ask: 0, askSize: 0 },
      bar,
      { kind: 'status', symbolId: 0, time: TIME, halted: true },
    ]);
    const [rows, days] = (await probe.take(2)).map((frame) => frame.json());
    const t = '2026-08-03T14:30:00.123456Z';
    expect(rows).toEqual([
      { T: 't', S: 'AAPL', t, x: 'V', p: 200.5, s: 7, c: ['@'], i: 9, z: 'C' },
      { T: 'q', S: 'MSFT', t, ax: ' ', ap: 0, as: 0, bx: 'Q', bp: 400, bs: 1, c: ['R'], z: 'C' },
      { T: 'b', S: 'AAPL', t, o: 200, h: 200, l: 200, c: 200, v: 5, n: 2, vw: 200 },
      { T: 's', S: 'AAPL', t, sc: 'H', sm: 'Trading Halt', rc: 'T12', rm: 'Trading Halted', z: 'C' },
    ]);
    expect(days).toEqual([{ T: 'd', S: 'AAPL', t, o: 200, h: 200, l: 200, c: 200, v: 50, n: 2, vw: 20 }]);
  });

  test('price bands and bars that were restated, in JSON and MessagePack', async () => {
    const bands = { kind: 'bands', symbolId: 0, time: TIME, lower: 190_000_000, upper: 210_500_000 } as const;
    const bar = {
      kind: 'bar',
      symbolId: 0,
      start: TIME,
      time: TIME,
      open: 2e8,
      high: 2.1e8,
      low: 2e8,
      close: 2e8,
      volume: 5,
      count: 2,
      turnover: 1e9,
      restated: true,
    } as const;
    const rows: readonly MarketRow[] = [
      { ...bands, cause: 'opening' },
      bar,
      { ...bands, lower: 0, upper: 0, cause: 'paused' },
      { kind: 'status', symbolId: 0, time: TIME, halted: true, halt: 'volatilityPause' },
    ];
    const t = '2026-08-03T14:30:00.123456Z';
    const wanted = [
      { T: 'l', S: 'AAPL', u: 210.5, d: 190, i: 'A', t, z: 'C' },
      { T: 'u', S: 'AAPL', t, o: 200, h: 210, l: 200, c: 200, v: 5, n: 2, vw: 200 },
      { T: 'l', S: 'AAPL', u: 0, d: 0, i: 'D', t, z: 'C' },
      {
        T: 's',
        S: 'AAPL',
        t,
        sc: 'P',
        sm: 'Volatility Trading Pause',
        rc: 'LUDP',
        rm: 'Volatility Trading Pause',
        z: 'C',
      },
    ];
    const channels = { lulds: ['AAPL'], updatedBars: ['AAPL'], statuses: ['AAPL'] };
    const json = await ready();
    json.send({ action: 'subscribe', ...channels });
    await json.take(1);
    const packed = await open({ 'content-type': 'application/msgpack', ...h.headers });
    await packed.take(2);
    packed.send({ action: 'subscribe', ...channels });
    await packed.take(1);
    h.venue.tellMarket(rows);
    expect((await json.take(1))[0]?.json()).toEqual(wanted);
    const [frame] = await packed.take(1);
    const messages = decode(frame?.data ?? new Uint8Array()) as { t: Date }[];
    // The decoder makes dates of the extension, which keep milliseconds.
    expect(messages.map((message) => ({ ...message, t: message.t.toISOString() }))).toEqual(
      wanted.map((message) => ({ ...message, t: '2026-08-03T14:30:00.123Z' })),
    );
  });

  test('an injected halt is told to the streams of its account alone', async () => {
    const probe = await ready();
    const other = await open(await h.key('bot-2', 'viewer'));
    await other.take(2);
    for (const one of [probe, other]) {
      one.send({ action: 'subscribe', statuses: ['AAPL'] });
      await one.take(1);
    }
    await h.call('GET', '/v2/account');
    for (const halted of [true, false]) {
      const injection = { kind: 'halt', symbolId: 0, halted } as const;
      h.venue.emit({ type: 'injected', accountId: 'bot-1', time: TIME, injection });
    }
    h.venue.tellMarket([{ kind: 'status', symbolId: 0, time: TIME, halted: true, halt: 'marketWide2' }]);
    expect((await probe.take(3)).map((frame) => frame.json()[0].rc)).toEqual(['T12', 'C11', 'MWC2']);
    expect((await other.take(1))[0]?.json()[0].rc).toBe('MWC2');
  });

  test('MessagePack: times are the timestamp extension, to the nanosecond', async () => {
    const probe = await open({ 'content-type': 'application/msgpack', ...h.headers });
    await probe.take(2);
    probe.send({ action: 'subscribe', trades: ['AAPL'] });
    await probe.take(1);
    h.venue.tellMarket([print()]);
    const [frame] = await probe.take(1);
    const raw = new ExtensionCodec();
    raw.register({ type: -1, encode: () => null, decode: (data) => Buffer.from(data).toString('hex') });
    const [message] = decode(frame?.data ?? new Uint8Array(), { extensionCodec: raw }) as [{ t: string; S: string }];
    // 64-bit form: 30 bits of nanoseconds (123,456,000), 34 bits of seconds.
    const wanted = (123_456_000n << 34n) | BigInt(Math.floor(TIME / 1_000_000));
    expect([frame?.binary, message.S, BigInt(`0x${message.t}`)]).toEqual([true, 'AAPL', wanted]);
  });

  test('407 and the close for a client that does not read', async () => {
    const probe = await ready();
    probe.send({ action: 'subscribe', trades: ['AAPL'] });
    await probe.take(1);
    probe.socket.pause();
    const rows = Array.from({ length: 1_000 }, () => print());
    // Kernel buffers take some megabytes before anything waits here.
    for (let i = 0; i < 200; i += 1) h.venue.tellMarket(rows);
    probe.socket.resume();
    expect(await probe.closed).toBe(1008);
    expect(probe.received.at(-1)?.json()).toEqual([{ T: 'error', code: 407, msg: 'slow client' }]);
  });
});
