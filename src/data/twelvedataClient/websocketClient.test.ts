import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  errorOf,
  KEY,
  price,
  SAMPLED,
  SIZED,
  START_MS,
  stateOf,
  StreamRig,
  until,
} from '../../../test/support/streamRig.js';
import type { ScriptedStream } from '../../../test/support/ScriptedStream.js';
import { PrintFlag } from '../../domain/marketTables.js';
import { WebsocketClient } from './websocketClient.js';
import type { WebsocketClientOptions } from './websocketClient.js';

const SECONDS = START_MS / 1_000;

let rig: StreamRig;
let server: ScriptedStream;

beforeEach(async () => {
  rig = await StreamRig.start();
  ({ server } = rig);
});
afterEach(() => rig.close());

const connect = (symbols: readonly string[], options: Partial<WebsocketClientOptions> = {}) =>
  rig.connect(symbols, options);

describe('the stream of Twelve Data', () => {
  it('subscribes, and turns prices into prints with the sizes that are known', async () => {
    const raw: unknown[] = [];
    const { client, heard } = connect(['AAPL', 'MSFT'], { onRaw: (at, link, text) => raw.push([at, link, text]) });
    await until(() => heard.symbols.length === 2);
    server.send(price('AAPL', -3, 242.5, 1_000), price('AAPL', -2, 235.029999, 1_300), price('MSFT', -2, 500.1));
    server.send(price('AAPL', -1, 242.55, 1_300), price('AAPL', 0, 242.6, 1_200), price('AAPL', 1, 242.6, 1_250));
    await until(() => heard.prints.length === 6);
    expect(heard.prints).toEqual([
      [0, -3, 242_500_000, 0, SAMPLED],
      [0, -2, 235_030_000, 300, SIZED],
      [1, -2, 500_100_000, 0, SAMPLED],
      [0, -1, 242_550_000, 0, SIZED],
      [0, 0, 242_600_000, 0, SAMPLED],
      [0, 1, 242_600_000, 50, SIZED],
    ]);
    expect(client.symbols).toEqual(['AAPL', 'MSFT']);
    expect(client.quality).toEqual({ source: 'twelvedata', coverage: 'sampled', delay: 0 });
    expect(client.counters()).toMatchObject({ prices: 6, decoded: 4, sizesUnknown: 3, dayVolumeFell: 1 });
    expect(heard.states.map(({ kind }) => kind)).toEqual(['connecting', 'live']);
    expect(heard.gaps).toEqual([]);
    // The key is in a header, not in the address; the recording has every message as it came.
    expect(server.last.headers['x-td-apikey']).toBe(KEY);
    expect(server.last.url).not.toContain(KEY);
    expect(raw).toHaveLength(7);
    expect(raw[1]).toEqual([START_MS * 1_000, 1, JSON.stringify(price('AAPL', -3, 242.5, 1_000))]);
  });

  it('marks prices outside regular hours', async () => {
    const { heard } = connect(['AAPL']);
    await until(() => heard.symbols.length === 1);
    server.send(price('AAPL', -3_600, 5), price('AAPL', -1_800, 6), price('AAPL', -1_801, 7));
    await until(() => heard.prints.length === 3);
    const extended = SAMPLED | PrintFlag.EXTENDED_HOURS;
    expect(heard.prints.map(([, , , , flags]) => flags)).toEqual([extended, SAMPLED, extended]);
  });

  it('takes messages of every other kind without harm', async () => {
    const { client, heard } = connect(['AAPL', 'EUR/USD']);
    await until(() => heard.symbols.length === 2);
    const forex = { event: 'price', symbol: 'EUR/USD', currency_base: 'Euro', currency_quote: 'US Dollar' };
    server.send({ ...forex, timestamp: SECONDS, price: 1.0925, bid: 1.09, ask: 1.1 });
    server.send('not json', '[]', '5', 'null', '{"status":"error","code":400,"message":"x"}');
    server.send('{"event":"error","code":"401","message":"y","status":"error"}', '{"event":"reconnect"}');
    server.send({ event: 'unsubscribe-status', status: 'ok', success: null }, { event: 'reset-status', status: 'ok' });
    server.send({ event: 'subscribe-status' }, price('ZZZZ', 0, 5), { ...price('AAPL', 0, 5), extra: { deep: [1] } });
    await until(() => heard.prints.length === 2);
    expect(client.counters()).toMatchObject({ notJson: 1, unknown: 4, errors: 2, unknownSymbols: 1, prices: 2 });
    expect(stateOf(heard)).toBe('live');
    expect(rig.lines.some((line) => line.includes('error 401'))).toBe(true);
  });

  it('F49: refuses malformed numbers of every kind, counts them by reason and changes nothing', async () => {
    const { client, heard } = connect(['AAPL']);
    await until(() => heard.symbols.length === 1);
    server.send(price('AAPL', 0, 242.5, 1_000), price('AAPL', 1, 242.5, 1_100));
    const usual = JSON.stringify(price('AAPL', 2, 0, 0));
    const bad = [
      ...['NaN', 'Infinity', '-Infinity', '12,5', '-0', '0', '-5', '1e309', '1e2', 'null', '""', '"12,5"', '"NaN"'],
      ...['9'.repeat(40), `1.${'3'.repeat(40)}`, 'true', '[1]', '{}', '"1e2"', '"Infinity"'],
    ];
    for (const text of bad) server.send(usual.replace('"price":0', `"price":${text}`));
    const badVolumes = ['NaN', '-1', '1e3', '"x"', '""', '12.5', '9'.repeat(40), 'true', '[1]', '"12,5"'];
    const traded = usual.replace('"price":0', '"price":9');
    for (const text of badVolumes) server.send(traded.replace('"day_volume":0', `"day_volume":${text}`));
    const badTimes = ['NaN', '-1', '1e9', '"x"', 'null', '1.5', '9'.repeat(40), 'true'];
    for (const text of badTimes) server.send(traded.replace(String(SECONDS + 2), text));
    server.send(price('AAPL', 62, 9), price('AAPL', -86_402, 9), { ...price('AAPL', 0, 9), symbol: 5 });
    server.send(price('AAPL', 3, 242.75, 1_150));
    await until(() => heard.prints.length === 3);
    // The last one continues where the second left off.
    expect(heard.prints.at(-1)).toEqual([0, 3, 242_750_000, 50, SIZED]);
    const counters = client.counters();
    const refused = Object.entries(counters).filter(([name, count]) => /^refused[.FS]/.test(name) && count > 0);
    expect(Object.fromEntries(refused)).toEqual({
      'refused.symbol.missing': 1,
      'refused.timestamp.missing': 1,
      'refused.timestamp.notANumber': 3,
      'refused.timestamp.notPositive': 1,
      'refused.timestamp.exponent': 1,
      'refused.timestamp.outOfRange': 1,
      'refused.price.missing': 2,
      'refused.price.notANumber': 6,
      'refused.price.exponent': 2,
      'refused.price.notPositive': 3,
      'refused.price.tooManyDigits': 1,
      'refused.price.outOfRange': 2,
      'refused.dayVolume.missing': 1,
      'refused.dayVolume.notANumber': 5,
      'refused.dayVolume.notPositive': 1,
      'refused.dayVolume.exponent': 1,
      'refused.dayVolume.outOfRange': 1,
      refusedFuture: 1,
      refusedStale: 1,
    });
    // Bare words and commas are no JSON.
    expect(counters['notJson']).toBe(4 + 1 + 1);
    expect(counters['messages']).toBe(bad.length + badVolumes.length + badTimes.length + 7);
  });

  it('follows what is wanted, within the limit of messages', async () => {
    const symbols = Array.from({ length: 250 }, (_, i) => `S${i}`);
    const { client, heard } = connect(symbols);
    await until(() => server.connections.length === 1 && server.last.messages.length === 1);
    for (const count of [2, 3]) {
      rig.clock.advance(250);
      await until(() => server.last.messages.length === count);
    }
    await until(() => heard.symbols.length === 250);
    expect([...server.last.subscribed]).toEqual(symbols);
    rig.clock.advance(250);
    client.want(symbols.slice(1).concat('NEW:TSX'));
    rig.clock.advance(250);
    await until(() => server.last.messages.length === 5);
    expect(server.last.messages.slice(3)).toEqual([
      { action: 'unsubscribe', params: { symbols: 'S0' } },
      { action: 'subscribe', params: { symbols: [{ symbol: 'NEW', exchange: 'TSX' }] } },
    ]);
    server.send(price('S0', 0, 5), price('S1', 0, 5), price('NEW', 0, 7, undefined, { exchange: 'TSX' }));
    await until(() => heard.prints.length === 2);
    expect(heard.prints.map(([id]) => client.symbols[id])).toEqual(['S1', 'NEW:TSX']);
    rig.clock.advance(250);
    client.want([]);
    await until(() => server.last.messages.length === 6);
    expect(server.last.messages.at(-1)).toEqual({ action: 'reset' });
    expect(server.last.subscribed.size).toBe(0);
    // Changes without end: the minute's limit holds.
    const { last } = server;
    for (let i = 0; i < 240; i += 1) {
      client.want([`X${i}`]);
      await rig.pass(client, heard, 250, 250);
    }
    await until(() => last.heartbeats >= 5);
    // Those that were sent before count, too.
    expect(last.messages.length + last.heartbeats).toBeLessThanOrEqual(100);
    expect(last.messages.length).toBeGreaterThan(80);
  });

  it('keeps to the symbols of the plan', async () => {
    const { heard } = connect(['A', 'B', 'C'], { streamSymbols: 2 });
    await until(() => heard.symbols.length === 3);
    expect(heard.symbols).toEqual(['C refused!', 'A subscribed', 'B subscribed']);
    expect([...server.last.subscribed]).toEqual(['A', 'B']);
  });

  it('asks once more for what got no answer, and then goes on', async () => {
    server.answers = false;
    const { client, heard } = connect(['A']);
    await until(() => server.connections.length === 1 && server.last.messages.length === 1);
    await rig.pass(client, heard, 30_000);
    await until(() => server.last.messages.length === 2);
    await rig.pass(client, heard, 30_000);
    expect(client.counters()).toMatchObject({ unanswered: 2 });
    expect(stateOf(heard)).toBe('live');
    server.send(price('A', 0, 5));
    await until(() => heard.prints.length === 1);
  });

  it('ends without a word after it was stopped, even before it is connected', async () => {
    server.upgrade = 'hang';
    const { client, heard } = connect(['A']);
    await until(() => server.upgrades === 1);
    await client.stop();
    client.want(['B']);
    client.start(heard);
    await client.stop();
    expect(heard.states.map(({ kind }) => kind)).toEqual(['connecting', 'stopped']);
    expect(rig.clock.pending).toBe(0);
  });

  it('refuses addresses that could hold a key, and keys that are none', () => {
    const options = {
      streamSymbols: 8,
      streamMessagesPerMinute: 100,
      clock: rig.clock,
      random: () => 0,
      log: () => undefined,
    };
    for (const streamUrl of ['http://x', 'ws://x/?apikey=k3y', 'nonsense k3y']) {
      const make = (): unknown => new WebsocketClient({ ...options, apiKey: KEY, streamUrl });
      expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
      expect(make).not.toThrow('k3y');
    }
    expect(() => new WebsocketClient({ ...options, apiKey: '' })).toThrow(
      expect.objectContaining({ code: 'SOURCE_KEY_REFUSED' }),
    );
  });
});

describe('refused upgrades', () => {
  const body401 = JSON.stringify({
    code: 401,
    message: `**apikey** parameter is incorrect or not specified. You sent ${KEY}`,
    status: 'error',
  });
  const fatal: readonly [string, ScriptedStream['upgrade'], string][] = [
    ['401 with JSON', { status: 401, body: body401 }, 'SOURCE_KEY_REFUSED'],
    ['200 with 401 in the body', { status: 200, body: body401 }, 'SOURCE_KEY_REFUSED'],
    ['503 with 401 in the body', { status: 503, body: body401 }, 'SOURCE_KEY_REFUSED'],
    ['401 without a body', { status: 401, body: '' }, 'SOURCE_KEY_REFUSED'],
    ['403', { status: 403, body: '{"code":403,"message":"not in plan","status":"error"}' }, 'SOURCE_PLAN_REFUSED'],
    ['403 in HTML', { status: 403, body: '<html>', type: 'text/html' }, 'SOURCE_PLAN_REFUSED'],
  ];
  it.each(fatal)('%s: it fails for good', async (_, upgrade, code) => {
    server.upgrade = upgrade;
    const { heard } = connect(['A']);
    await until(() => stateOf(heard) === 'failed');
    expect(errorOf(heard)).toMatchObject({ code });
    expect(errorOf(heard)?.message).not.toContain(KEY);
    expect(rig.clock.pending).toBe(0);
  });

  const passing: readonly [string, ScriptedStream['upgrade']][] = [
    ['503', { status: 503, body: '' }],
    ['502 in HTML', { status: 502, body: '<html>bad gateway</html>', type: 'text/html' }],
    ['200 in HTML', { status: 200, body: '<html>welcome</html>', type: 'text/html' }],
    ['429', { status: 429, body: '{"code":429,"message":"too many","status":"error"}' }],
    ['404', { status: 404, body: '{"code":404,"message":"?","status":"error"}' }],
    ['302', { status: 302, body: '' }],
    ['a very long page', { status: 500, body: 'x'.repeat(200_000), type: 'text/html' }],
    ['a reset', 'reset'],
  ];
  it.each(passing)('%s: it tries again', async (_, upgrade) => {
    server.upgrade = upgrade;
    const { heard } = connect(['A']);
    await until(() => stateOf(heard) === 'waiting');
    expect(heard.states.at(-1)).toMatchObject({ attempt: 1, error: { code: 'SOURCE_UNAVAILABLE' } });
    server.upgrade = undefined;
    rig.clock.advance(2_000);
    await until(() => heard.symbols.length === 1);
    expect(stateOf(heard)).toBe('live');
    // Nothing came before it, so nothing is missing.
    expect(heard.gaps).toEqual([]);
  });

  it('no answer at all: it gives up after 15 seconds and tries again', async () => {
    server.upgrade = 'hang';
    const { heard } = connect(['A']);
    await until(() => server.upgrades === 1);
    rig.clock.advance(14_999);
    expect(stateOf(heard)).toBe('connecting');
    rig.clock.advance(1);
    expect(stateOf(heard)).toBe('waiting');
  });
});
