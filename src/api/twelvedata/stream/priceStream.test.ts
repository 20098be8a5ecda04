import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { minuteBar, newYork, print, twelvedataHarness } from '../../../../test/support/twelvedataHarness.js';
import type { HarnessOptions, TwelvedataHarness } from '../../../../test/support/twelvedataHarness.js';
import type { SocketProbe } from '../../../../test/support/SocketProbe.js';
import type { Json } from '../../../../test/support/alpacaHarness.js';
import { ManualClock } from '../../../../test/support/ManualClock.js';
import { PrintFlag } from '../../../domain/marketTables.js';
import { MINUTE } from '../../../domain/timeframe.js';
import { PLANS } from '../plans.js';

const NOW = newYork('2026-08-03', '10:30:20');
let h: TwelvedataHarness;
const start = async (options: HarnessOptions = {}): Promise<void> => {
  h = await twelvedataHarness(options);
  h.venue.now = NOW;
};
beforeEach(() => start());
afterEach(() => h.close());

const restart = async (options: HarnessOptions): Promise<void> => {
  await h.close();
  await start(options);
};
const subscribe = (symbols: unknown): object => ({ action: 'subscribe', params: { symbols } });
const answer = async (probe: SocketProbe, message: object): Promise<Json> => {
  probe.send(message);
  return (await probe.take(1))[0]?.json();
};
/** The messages so far, once the server has sent everything. */
const flushed = async (probe: SocketProbe): Promise<Json[]> => {
  await probe.ping();
  return probe.received.splice(0).map((frame) => frame.json());
};
const AAPL = {
  symbol: 'AAPL',
  exchange: 'NASDAQ',
  mic_code: 'XNGS',
  country: 'United States',
  type: 'Common Stock',
};

describe('subscribing', () => {
  const forms: readonly [string, unknown, string[]][] = [
    ['a text', 'AAPL,MSFT', ['AAPL', 'MSFT']],
    ['a text with blanks and an exchange, in small letters', 'aapl:nasdaq, msft', ['AAPL', 'MSFT']],
    [
      'objects',
      [
        { symbol: 'AAPL', exchange: 'NASDAQ' },
        { symbol: 'MSFT', mic_code: 'XNAS' },
      ],
      ['AAPL', 'MSFT'],
    ],
    ['an object with a type', [{ symbol: 'AAPL', type: 'Common Stock' }], ['AAPL']],
    ['a mixture', ['AAPL', { symbol: 'MSFT', mic_code: 'XNGS' }], ['AAPL', 'MSFT']],
  ];
  test.each(forms)('%s', async (_name, symbols, expected) => {
    const probe = await h.open();
    const status = await answer(probe, subscribe(symbols));
    expect(status).toMatchObject({ event: 'subscribe-status', status: 'ok', fails: [] });
    expect(status.success.map((one: Json) => one.symbol)).toEqual(expected);
    expect(status.success[0]).toEqual(AAPL);
    probe.close();
  });

  test('ok, warning, error; twice is harmless; empty lists as arrays or null', async () => {
    const probe = await h.open();
    expect(await answer(probe, subscribe('AAPL,ZZZZ'))).toEqual({
      event: 'subscribe-status',
      status: 'warning',
      success: [AAPL],
      fails: [{ symbol: 'ZZZZ' }],
    });
    expect(await answer(probe, subscribe([{ symbol: 'AAPL', mic_code: 'XNYS' }]))).toEqual({
      event: 'subscribe-status',
      status: 'error',
      success: [],
      fails: [{ symbol: 'AAPL', mic_code: 'XNYS' }],
    });
    expect(await answer(probe, subscribe('AAPL'))).toMatchObject({ status: 'ok', success: [AAPL] });
    probe.close();
    await restart({ behaviour: { emptyLists: 'null' } });
    const other = await h.open();
    expect(await answer(other, subscribe('AAPL'))).toMatchObject({ fails: null });
    expect(await answer(other, subscribe('ZZZZ'))).toMatchObject({ success: null });
    other.close();
  });

  const misunderstood: readonly string[] = [
    'hello',
    '5',
    'null',
    '{}',
    '{"action":"dance"}',
    '{"action":"subscribe"}',
    '{"action":"subscribe","params":{"symbols":""}}',
    '{"action":"subscribe","params":{"symbols":[]}}',
    '{"action":"subscribe","params":{"symbols":[5]}}',
    '{"action":"subscribe","params":{"symbols":[{"symbol":""}]}}',
  ];
  test.each(misunderstood)('%s is not understood, and the connection stays', async (text) => {
    const probe = await h.open();
    probe.socket.send(text);
    const refusal = { event: 'subscribe-status', status: 'error', messages: ['Cant parse message'] };
    expect((await probe.take(1))[0]?.json()).toEqual(refusal);
    expect(await answer(probe, { action: 'heartbeat' })).toEqual({ event: 'heartbeat', status: 'ok' });
    probe.close();
  });

  test('unsubscribe and reset; their names', async () => {
    const probe = await h.open();
    await answer(probe, subscribe('AAPL,MSFT'));
    const leave = { action: 'unsubscribe', params: { symbols: 'AAPL,ZZZZ' } };
    expect(await answer(probe, leave)).toEqual({
      event: 'subscribe-status',
      status: 'warning',
      success: [AAPL],
      fails: [{ symbol: 'ZZZZ' }],
    });
    h.venue.tellMarket([print(1, NOW, 200, 5), print(1, NOW, 400, 5, { symbolId: 1 })]);
    expect((await flushed(probe)).map((one) => one.symbol)).toEqual(['MSFT']);
    expect(await answer(probe, { action: 'reset' })).toEqual({ event: 'reset-status', status: 'ok' });
    h.venue.tellMarket([print(2, NOW, 400, 5, { symbolId: 1 })]);
    expect(await flushed(probe)).toEqual([]);
    expect(h.venue.watchers).toBe(0);
    probe.close();
    await restart({ behaviour: { unsubscribeEvent: 'unsubscribe-status' } });
    const other = await h.open();
    await answer(other, subscribe('AAPL'));
    expect(await answer(other, leave)).toMatchObject({ event: 'unsubscribe-status' });
    other.close();
  });
});

describe('prices', () => {
  test('the form: numbers, whole seconds, the volume of the day', async () => {
    const probe = await h.open();
    await answer(probe, subscribe('AAPL'));
    h.venue.tellMarket([print(1, NOW + 999_999, 342.0157, 100)]);
    const [frame] = await probe.take(1);
    expect(frame?.data.toString()).toBe(
      '{"event":"price","symbol":"AAPL","currency":"USD","exchange":"NASDAQ","mic_code":"XNGS",' +
        `"type":"Common Stock","timestamp":${NOW / 1e6},"price":342.0157,"day_volume":100}`,
    );
    probe.close();
  });

  test('none before the answer, and none of others', async () => {
    // Whoever begins to watch is told something at once.
    h.venue.onWatch = () => h.venue.tellMarket([print(1, NOW, 200, 5), print(1, NOW, 400, 5, { symbolId: 1 })]);
    const probe = await h.open();
    probe.send(subscribe('AAPL'));
    const [status] = await probe.take(1);
    expect(status?.json()).toMatchObject({ event: 'subscribe-status' });
    h.venue.tellMarket([print(2, NOW, 201, 5), print(2, NOW, 401, 5, { symbolId: 1 })]);
    expect((await flushed(probe)).map((one) => [one.symbol, one.price])).toEqual([['AAPL', 201]]);
    probe.close();
  });

  test('the volume counts what was traded before anybody listened, once', async () => {
    h.venue.minuteBars.push(
      minuteBar(newYork('2026-08-03', '08:00'), [1, 1, 1, 1], 70),
      minuteBar(newYork('2026-08-03', '10:29'), [1, 1, 1, 1], 500),
      // The running minute: its prints are counted one by one.
      minuteBar(newYork('2026-08-03', '10:30'), [1, 1, 1, 1], 25),
    );
    h.venue.printRows.push(print(8, NOW - MINUTE, 1, 10), print(9, NOW - 2, 1, 20), print(10, NOW - 1, 1, 5));
    const probe = await h.open();
    await answer(probe, subscribe('AAPL'));
    // The market had read print 10 when it was asked, but told of it afterwards.
    h.venue.tellMarket([print(10, NOW - 1, 1, 5), print(11, NOW, 1, 7)]);
    expect((await flushed(probe)).map((one) => one.day_volume)).toEqual([595, 602]);
    probe.close();
  });

  test('a trade that does not set the last price is told by its volume, once its minute has begun', async () => {
    const probe = await h.open();
    await answer(probe, subscribe('AAPL'));
    const odd = PrintFlag.VOLUME | PrintFlag.ODD_LOT;
    h.venue.tellMarket([
      // Bars leave out what comes before the first trade that may set high and low.
      print(0, NOW - 1, 190, 5, { flags: odd }),
      print(1, NOW, 200, 10),
      print(2, NOW, 199, 30, { flags: odd }),
      print(3, NOW, 201, 9, { flags: PrintFlag.LAST }),
      print(4, NOW, 202, 10),
    ]);
    expect((await flushed(probe)).map((one) => [one.price, one.day_volume])).toEqual([
      [200, 10],
      [200, 40],
      [201, 40],
      [202, 50],
    ]);
    probe.close();
  });

  test('a sampled price without a size has no volume at all', async () => {
    const probe = await h.open();
    await answer(probe, subscribe('AAPL'));
    h.venue.tellMarket([print(1, NOW, 200, 0, { flags: PrintFlag.LAST | PrintFlag.SAMPLED })]);
    expect(Object.keys((await flushed(probe))[0])).not.toContain('day_volume');
    probe.close();
  });

  test('a new date begins at none', async () => {
    const probe = await h.open();
    await answer(probe, subscribe('AAPL'));
    h.venue.tellMarket([print(1, NOW, 200, 10)]);
    h.venue.tellMarket([print(2, newYork('2026-08-04', '04:00:01'), 201, 3)]);
    expect((await flushed(probe)).map((one) => one.day_volume)).toEqual([10, 3]);
    probe.close();
  });

  test('another session: the symbols that it has go on, by its own ids', async () => {
    const probe = await h.open();
    await answer(probe, subscribe('AAPL,MSFT'));
    h.venue.tellMarket([print(1, NOW, 200, 10)]);
    await flushed(probe);
    h.venue.beginSession('fake-0002', { instruments: h.venue.session.instruments.slice(1) });
    h.venue.tellMarket([print(1, NOW + MINUTE, 400, 4), print(1, NOW + MINUTE, 9, 4, { symbolId: 1 })]);
    expect((await flushed(probe)).map((one) => [one.symbol, one.price, one.day_volume])).toEqual([['MSFT', 400, 4]]);
    probe.close();
  });

  test('every client hears of it once, in order', async () => {
    const probes = await Promise.all([h.open(), h.open(), h.open()]);
    for (const probe of probes) await answer(probe, subscribe('AAPL'));
    h.venue.tellMarket(Array.from({ length: 500 }, (_, i) => print(i + 1, NOW + i, 200 + i / 100, 1)));
    for (const probe of probes) {
      const volumes = (await flushed(probe)).map((one) => one.day_volume);
      expect(volumes).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
      probe.close();
    }
  });

  test('if the volume before cannot be read, prices come all the same', async () => {
    h.venue.bars = () => Promise.reject(new Error('no disk'));
    const probe = await h.open();
    await answer(probe, subscribe('AAPL'));
    h.venue.tellMarket([print(1, NOW, 200, 10)]);
    expect((await flushed(probe)).map((one) => one.day_volume)).toEqual([10]);
    probe.close();
  });
});

describe('connections', () => {
  /** The HTTP answer in place of a connection. */
  const refusal = async (query: string, headers: Record<string, string> = {}): Promise<[number, Json]> => {
    const { stream } = await h.listen();
    const socket = new WebSocket(`${stream}${query}`, { headers });
    return new Promise((resolve, reject) => {
      socket.on('unexpected-response', (_request, response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          resolve([response.statusCode ?? 0, JSON.parse(Buffer.concat(parts).toString())]);
        });
      });
      socket.on('open', () => reject(new Error('it opened')));
      socket.on('error', () => undefined);
    });
  };

  test('the key in the query or in X-TD-APIKEY; without one an answer in place of a connection', async () => {
    const { stream } = await h.listen();
    const { SocketProbe: Probe } = await import('../../../../test/support/SocketProbe.js');
    const probe = await Probe.open(stream, { 'x-td-apikey': h.apikey });
    expect(await answer(probe, { action: 'heartbeat' })).toEqual({ event: 'heartbeat', status: 'ok' });
    probe.close();
    for (const [query, headers] of [
      ['', {}],
      ['?apikey=wrong', {}],
      ['', { 'x-td-apikey': 'wrong' }],
    ] as const) {
      expect(await refusal(query, headers)).toMatchObject([401, { code: 401, status: 'error' }]);
    }
    await expect(Probe.open(stream.replace('price', 'prices'), {})).rejects.toThrow('404');
    await restart({ behaviour: { errors: 'legacy200' } });
    expect(await refusal('')).toMatchObject([200, { code: 401, status: 'error' }]);
  });

  test('one more than the plan allows closes the oldest', async () => {
    await restart({ plan: PLANS.pro });
    const probes: SocketProbe[] = [];
    for (let i = 0; i < 3; i += 1) probes.push(await h.open());
    const other = await h.open(await h.key());
    const fourth = await h.open();
    expect(await probes[0]?.closed).toBe(1008);
    for (const probe of [...probes.slice(1), fourth, other]) {
      expect(await answer(probe, { action: 'heartbeat' })).toMatchObject({ status: 'ok' });
      probe.close();
    }
  });

  test('symbols beyond the plan fail, over all connections of a key; others of the key make room', async () => {
    await restart({ plan: { ...PLANS.pro, socketSymbols: 2, symbols: new Set(['AAPL', 'MSFT', 'BRK.B']) } });
    const [one, two] = [await h.open(), await h.open()];
    await answer(one, subscribe('AAPL'));
    const status = await answer(two, subscribe('MSFT,BRK.B'));
    expect([status.status, status.fails[0].symbol]).toEqual(['warning', 'BRK.B']);
    expect(status.fails[0].message).toContain('allows 2 symbols');
    one.close();
    await one.closed;
    await expect.poll(async () => (await answer(two, subscribe('BRK.B'))).status).toBe('ok');
    two.close();
    await restart({ plan: { ...PLANS.pro, symbols: new Set(['MSFT']) } });
    const third = await h.open();
    expect((await answer(third, subscribe('AAPL'))).fails).toEqual([
      { symbol: 'AAPL', message: 'You are not authorized to access AAPL data.' },
    ]);
    third.close();
  });

  test('a key that is revoked hears nothing any more', async () => {
    const clock = new ManualClock();
    await restart({ clock });
    const probe = await h.open();
    await h.store.revokeApiKey(h.apikey.split('.')[0] ?? '', NOW);
    clock.advance(10_000);
    expect(await probe.closed).toBe(1008);
  });

  test('a client that does not read gets the newest of each symbol, and the queue stays short', async () => {
    await restart({ maxWaitingBytes: 20_000 });
    const probe = await h.open();
    await answer(probe, subscribe('AAPL,MSFT'));
    probe.socket.pause();
    const count = 60_000;
    for (let i = 0; i < count; i += 1) {
      h.venue.tellMarket([print(i + 1, NOW + i, 200 + i / 100, 1), print(i + 1, NOW + i, 1, 1, { symbolId: 1 })]);
      // Let the socket write what it can: the kernel's buffers take a part.
      if (i % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    probe.socket.resume();
    const seen: Json[] = [];
    for (;;) {
      seen.push(...(await flushed(probe)));
      const done = seen.filter((one) => one.day_volume === count);
      if (done.length === 2) break;
    }
    expect(seen.length).toBeLessThan(count);
    for (const symbol of ['AAPL', 'MSFT']) {
      const volumes = seen.filter((one) => one.symbol === symbol).map((one) => one.day_volume);
      expect(volumes).toEqual([...new Set(volumes)].sort((a, b) => a - b));
    }
    probe.close();
  });

  test('a client that asks and never reads is closed', async () => {
    await restart({ maxWaitingBytes: 1_000 });
    const probe = await h.open();
    const wide = subscribe(Array.from({ length: 300 }, (_, i) => ({ symbol: `Z${i}`, exchange: 'X'.repeat(2_000) })));
    probe.socket.pause();
    for (let i = 0; i < 40; i += 1) {
      probe.send(wide);
      await new Promise((resolve) => setImmediate(resolve));
    }
    probe.socket.resume();
    expect([1006, 1008]).toContain(await probe.closed);
  });

  test('the market is watched only while somebody listens', async () => {
    const probe = await h.open();
    expect(h.venue.watchers).toBe(0);
    await answer(probe, subscribe('AAPL'));
    expect(h.venue.watchers).toBe(1);
    probe.close();
    await expect.poll(() => h.venue.watchers).toBe(0);
  });
});
