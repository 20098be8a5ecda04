/** The faults that a client can be tested with: each is what it says, seen by a plain client. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Json } from '../../support/alpacaHarness.js';
import { FaultProxy, startsWith } from '../../support/FaultProxy.js';
import { SocketProbe } from '../../support/SocketProbe.js';
import { HANDSHAKES, REST_FAULTS, STREAM_FAULTS } from '../../support/twelvedataFaults.js';
import { print, twelvedataHarness } from '../../support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../support/twelvedataHarness.js';
import { fillMarket, MORNING } from '../../support/twelvedataMarket.js';
import { TwelvedataStreamFaults } from '../../support/TwelvedataStreamFaults.js';

let h: TwelvedataHarness;
beforeEach(async () => {
  h = await twelvedataHarness();
  fillMarket(h.venue);
});
afterEach(() => h.close());

describe('the stream', () => {
  let faults: TwelvedataStreamFaults;
  beforeEach(async () => {
    faults = await TwelvedataStreamFaults.start((await h.listen()).stream);
  });
  afterEach(() => faults.close());

  const open = (): Promise<SocketProbe> => SocketProbe.open(`${faults.url}?apikey=${h.apikey}`, {});
  const subscribe = { action: 'subscribe', params: { symbols: 'AAPL' } };
  const tell = (count: number): void => {
    h.venue.tellMarket(
      Array.from({ length: count }, (_, i) => print(41 + i, MORNING + i * 1_000_000, 200 + i / 100, 10)),
    );
  };
  /** The answer to a subscription and the prices after it, as text. */
  const heard = async (count: number): Promise<string[]> => {
    const probe = await open();
    probe.send(subscribe);
    await expect.poll(() => h.venue.watchers).toBe(1);
    // A round trip to the server: the answer has been sent.
    await probe.ping();
    probe.send({ action: 'heartbeat' });
    await expect.poll(() => probe.received.some((frame) => frame.data.includes('heartbeat'))).toBe(true);
    tell(count);
    probe.send({ action: 'heartbeat' });
    const beats = (): number => probe.received.filter((frame) => frame.data.includes('"heartbeat"')).length;
    const wanted = faults.edit('{"event":"heartbeat"}').filter((text) => text.includes('heartbeat')).length * 2;
    await expect.poll(beats).toBe(wanted);
    probe.close();
    return probe.received.map((frame) => frame.data.toString()).filter((text) => !text.includes('"heartbeat"'));
  };
  const json = (texts: readonly string[]): Json[] => texts.map((text) => JSON.parse(text));

  test.each(Object.entries(HANDSHAKES))('handshake: %s', async (_name, answer) => {
    faults.handshake = answer;
    const socket = new WebSocket(`${faults.url}?apikey=${h.apikey}`);
    socket.on('error', () => undefined);
    const [status, body] = await new Promise<[number, string]>((resolve) => {
      socket.on('unexpected-response', (_request, response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString()));
        response.on('end', () => resolve([response.statusCode ?? 0, text]));
      });
    });
    expect([status, body]).toEqual([answer.status, 'body' in answer ? answer.body : '']);
  });

  test('the server’s own refusal passes', async () => {
    await expect(SocketProbe.open(`${faults.url}?apikey=wrong`, {})).rejects.toThrow('401');
  });

  test('refused connections, a TCP reset, a clean close', async () => {
    faults.refusing = true;
    await expect(open()).rejects.toThrow(/ECONNRESET|hang up/);
    expect(faults.attempts).toBe(1);
    faults.refusing = false;
    const first = await open();
    first.socket.on('error', () => undefined);
    faults.reset();
    expect(await first.closed).toBe(1006);
    for (const code of [1000, 1001, 1012]) {
      const probe = await open();
      faults.closeAll(code);
      expect(await probe.closed).toBe(code);
    }
    await expect.poll(() => faults.open).toBe(0);
  });

  test('no pong; no answer to heartbeats; no prices', async () => {
    const probe = await open();
    probe.send(subscribe);
    await probe.take(1);
    for (const part of ['pong', 'heartbeat', 'price'] as const) faults.silent.add(part);
    let pongs = 0;
    probe.socket.on('pong', () => {
      pongs += 1;
    });
    probe.socket.ping();
    probe.send({ action: 'heartbeat' });
    tell(3);
    await expect.poll(() => faults.swallowed).toBe(5);
    faults.silent.delete('heartbeat');
    probe.send({ action: 'heartbeat' });
    expect((await probe.take(1))[0]?.json()).toEqual({ event: 'heartbeat', status: 'ok' });
    expect(pongs).toBe(0);
    faults.silent.delete('pong');
    await probe.ping();
    expect(probe.received).toEqual([]);
    probe.close();
  });

  test('a burst of 10,000 prices', async () => {
    const probe = await open();
    probe.send(subscribe);
    await probe.take(1);
    tell(10_000);
    const seen = await probe.take(10_000);
    expect(seen.at(-1)?.json().day_volume).toBe(3_300 + 100_000);
    probe.close();
  });

  const expected: Readonly<Record<string, (texts: readonly string[]) => unknown>> = {
    'a warning with some fails': (texts) => {
      const [status] = json(texts);
      return [status.status, status.success.length, status.fails[0].symbol].join() === 'warning,1,1211';
    },
    'no list of successes': (texts) => !('success' in json(texts)[0]),
    'null for fails': (texts) => json(texts)[0].fails === null,
    'messages in place of lists': (texts) => json(texts)[0].messages[0] === 'Cant parse message',
    'a message without an event': (texts) => !('event' in json(texts)[1]) && json(texts)[1].symbol === 'AAPL',
    'a frame that is no JSON': (texts) => texts.filter((text) => text === 'Internal Server Error').length >= 4,
    'a price as text': (texts) => json(texts)[1].price === '200',
    'fields that nobody knows': (texts) => json(texts)[1].exchange_v2.x === 1,
    'each message twice': (texts) => texts.length === 10 && texts[2] === texts[3],
    'two by two in the wrong order': (texts) => json(texts)[1].timestamp - json(texts)[2].timestamp === 1,
    'two minutes ahead': (texts) => json(texts)[1].timestamp === MORNING / 1e6 + 120,
    'two days old': (texts) => json(texts)[1].timestamp === MORNING / 1e6 - 172_800,
    'no volume': (texts) => json(texts).every((one) => !('day_volume' in one)),
    'a volume that falls': (texts) => json(texts)[2].day_volume < json(texts)[1].day_volume,
    'a volume that jumps': (texts) => json(texts)[3].day_volume - json(texts)[2].day_volume === 1_000_010,
    'several prices of one second': (texts) => new Set(json(texts.slice(1)).map((one) => one.timestamp)).size === 1,
    'an old price on subscribing': (texts) => json(texts)[1].timestamp === 1_600_000_000,
  };
  test.each(Object.entries(STREAM_FAULTS))('%s', async (name, make) => {
    faults.edit = make();
    const seen = (await heard(4)).filter((text) => name.includes('JSON') || text.startsWith('{'));
    expect([name, expected[name]?.(seen)]).toEqual([name, true]);
  });
});

describe('REST', () => {
  let proxy: FaultProxy;
  beforeEach(async () => {
    proxy = await FaultProxy.start((await h.listen()).rest);
  });
  afterEach(() => proxy.close());

  const SERIES = '/time_series?symbol=AAPL&interval=1min&outputsize=2';
  const get = async (path = SERIES): Promise<{ status: number; headers: Headers; text: string }> => {
    const answer = await fetch(`${proxy.url}${path}`, { headers: { authorization: `apikey ${h.apikey}` } });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  const expected: Readonly<Record<string, unknown>> = {
    'a fault of the server': [500, 500],
    'no credits in this minute': [429, 429],
    'no credits today': [429, 429],
    'no credits in this minute, with the status 200': [200, 429],
    'no credits today, with the status 200': [200, 429],
    'an empty range': [400, 400],
    'a symbol that the plan lacks': [404, 404],
  };
  test.each(Object.entries(expected))('%s', async (name, codes) => {
    proxy.fail(startsWith('GET /time_series'), REST_FAULTS[name as keyof typeof REST_FAULTS]);
    const { status, text } = await get();
    expect([status, JSON.parse(text).code]).toEqual(codes);
    // Once is enough.
    expect((await get()).status).toBe(200);
  });

  const changed: readonly [keyof typeof REST_FAULTS, (values: Json[]) => unknown][] = [
    ['rows without a volume', ([row]) => 'volume' in row],
    ['fields that are null', ([row]) => row.open !== null || row.volume !== null],
    ['rows that come twice', (values) => values.length !== 4 || values[0].datetime !== values[1].datetime],
    ['a high below the close', ([row]) => row.high >= row.close],
    ['bars that were restated', ([row]) => row.close !== '200.32007'],
    ['a compressed answer', ([row]) => row.close !== '200.32000'],
    ['no headers of credits', ([row]) => row.close !== '200.32000'],
  ];
  test.each(changed)('%s', async (name, isWrong) => {
    proxy.fail(startsWith('GET /time_series'), REST_FAULTS[name]);
    const { headers, text } = await get();
    expect(isWrong(JSON.parse(text).values)).toBe(false);
    expect(headers.get('api-credits-used')).toBeNull();
    expect(headers.get('content-encoding')).toBe(name === 'a compressed answer' ? 'gzip' : null);
  });

  test('a quote that is a shell, a page of a proxy', async () => {
    proxy.fail(startsWith('GET /quote'), REST_FAULTS['a quote that is a shell']);
    proxy.fail(startsWith('GET /quote'), REST_FAULTS['a page of a proxy']);
    expect(JSON.parse((await get('/quote?symbol=AAPL')).text)).toEqual({
      extended_timestamp: 0,
      is_market_open: false,
      timestamp: 0,
    });
    expect(await get('/quote?symbol=AAPL')).toMatchObject({ status: 502, text: expect.stringContaining('<html>') });
  });

  test('no answer, a closed connection, an answer that ends in its middle', async () => {
    proxy.fail(startsWith('GET'), REST_FAULTS['the connection closed']);
    await expect(get()).rejects.toThrow('fetch failed');
    proxy.fail(startsWith('GET'), REST_FAULTS['an answer that ends in its middle']);
    await expect(get()).rejects.toThrow(/terminated|fetch failed/);
    proxy.fail(startsWith('GET'), REST_FAULTS['no answer']);
    const control = new AbortController();
    const silent = fetch(`${proxy.url}${SERIES}`, { signal: control.signal });
    await expect.poll(() => proxy.received.length).toBe(3);
    control.abort();
    await expect(silent).rejects.toThrow('aborted');
  });
});
