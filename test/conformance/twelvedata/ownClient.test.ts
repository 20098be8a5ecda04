/** This program's own Twelve Data client against its own server over loopback sockets, with and without faults. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTwelveData } from '../../../src/data/twelvedataClient/twelvedata.js';
import type { TwelveData } from '../../../src/data/twelvedataClient/twelvedata.js';
import type { SourceListener } from '../../../src/domain/marketSource.js';
import { MINUTE } from '../../../src/domain/timeframe.js';
import { FaultProxy, startsWith } from '../../support/FaultProxy.js';
import { ManualClock } from '../../support/ManualClock.js';
import { HANDSHAKES, REST_FAULTS, STREAM_FAULTS } from '../../support/twelvedataFaults.js';
import { print, twelvedataHarness } from '../../support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../support/twelvedataHarness.js';
import { fillMarket, MORNING } from '../../support/twelvedataMarket.js';
import { TwelvedataStreamFaults } from '../../support/TwelvedataStreamFaults.js';

const options = { priority: 'live', wait: false, signal: new AbortController().signal } as const;
const minutes = { timeframe: '1m', rows: 3, extendedHours: false } as const;

let h: TwelvedataHarness;
let faults: TwelvedataStreamFaults;
let proxy: FaultProxy;
let clock: ManualClock;
let twelve: TwelveData;
let states: string[];
let symbols: string[];
let gaps: number;
/** Symbol id, dollars, size. */
let prints: [number, number, number][];
const listener: SourceListener = {
  onRows: ({ prints: table }) => {
    prints.push([table.symbolId[0] ?? -1, (table.price[0] ?? 0) / 1e6, table.size[0] ?? -1]);
  },
  onCorrection: () => expect.unreachable('the stream has no corrections'),
  onState: ({ kind }) => states.push(kind),
  onSymbol: (symbol, state) => symbols.push(`${symbol} ${state}`),
  onGap: () => {
    gaps += 1;
  },
};

beforeEach(async () => {
  [states, symbols, prints, gaps] = [[], [], [], 0];
  h = await twelvedataHarness();
  fillMarket(h.venue);
  clock = new ManualClock(MORNING / 1000);
  const { rest, stream } = await h.listen();
  [faults, proxy] = [await TwelvedataStreamFaults.start(stream), await FaultProxy.start(rest)];
  twelve = createTwelveData({
    apiKey: h.apikey,
    restUrl: proxy.url,
    streamUrl: faults.url,
    plan: 'pro',
    clock,
    random: () => 0.5,
    log: () => undefined,
  });
});
afterEach(async () => {
  await twelve.live.stop();
  await faults.close();
  await proxy.close();
  await h.close();
});

describe('REST', () => {
  test('bars without the unfinished one, quotes and prices with an error of their own each', async () => {
    const { rest } = twelve;
    const bars = await rest.timeSeries('AAPL', minutes, options);
    const starts = Array.from(bars?.table.start.slice(0, bars.table.length) ?? []);
    const current = Math.floor(MORNING / MINUTE) * MINUTE;
    expect(starts).toEqual([current - 2 * MINUTE, current - MINUTE]);
    expect(bars?.table.close[1]).toBe(200_310_000);
    const quotes = await rest.quotes(['AAPL', 'ZZZZ'], options);
    expect(quotes.get('AAPL')).toMatchObject({ value: { close: 200_320_000, symbol: 'AAPL' } });
    expect(quotes.get('ZZZZ')).toMatchObject({ error: { kind: 'notFoundOrPlan' } });
    expect((await rest.prices(['MSFT'], options)).get('MSFT')).toEqual({ value: 400_320_000 });
  });

  test('lists, actions, the oldest bar, the use of credits', async () => {
    const { rest, budget } = twelve;
    expect(await rest.stocks({ micCode: 'XNAS' }, options)).toHaveLength(3);
    expect(await rest.symbolSearch('msf', 5, options)).toMatchObject([{ symbol: 'MSFT' }]);
    expect(await rest.splits('AAPL', options)).toEqual([{ date: '2020-08-31', from: 1, to: 4 }]);
    expect(await rest.dividends('AAPL', options)).toEqual([{ exDate: '2026-05-08', amount: '0.26' }]);
    expect(await rest.earliestTimestamp('AAPL', '1m', options)).toBe(MORNING - (MORNING % MINUTE) - 32 * MINUTE);
    expect(await rest.apiUsage(options)).toMatchObject({ minute: 44, minuteLimit: 1_000_000, plan: 'local' });
    expect(budget.left().minute).toBe(1_000_000 - 44);
  });

  test('history in pages, also when rows come twice and a page of a proxy comes between', async () => {
    const request = { symbol: 'AAPL', kind: 'bar', timeframe: '1m', priority: 'live' } as const;
    const read = async (): Promise<number> => {
      let count = 0;
      const range = { from: MORNING - 40 * MINUTE, to: MORNING };
      for await (const page of twelve.history.read({ ...request, ...range }, options.signal))
        count += page.table.length;
      return count;
    };
    expect(await read()).toBe(32);
    proxy.fail(startsWith('GET'), REST_FAULTS['a page of a proxy']);
    proxy.fail(startsWith('GET'), REST_FAULTS['rows that come twice']);
    const reading = read();
    let isDone = false;
    void reading.finally(() => {
      isDone = true;
    });
    // Time passes until it has been tried again.
    await expect.poll(() => (clock.advance(500), isDone)).toBe(true);
    expect(await reading).toBe(32);
  });
});

describe('the stream', () => {
  const start = async (wanted: readonly string[]): Promise<void> => {
    twelve.live.want(wanted);
    twelve.live.start(listener);
    await expect.poll(() => h.venue.watchers).toBe(1);
  };

  test('symbols taken and refused, sizes from the volume of the day, a reset and the same symbols again', async () => {
    await start(['AAPL', 'MSFT', 'NOPE']);
    await expect.poll(() => symbols).toEqual(['AAPL subscribed', 'MSFT subscribed', 'NOPE refused']);
    h.venue.tellMarket([print(41, MORNING, 200.5, 50), print(42, MORNING, 200.6, 70)]);
    await expect.poll(() => prints.length).toBe(2);
    expect(prints).toEqual([
      [0, 200.5, 0],
      [0, 200.6, 70],
    ]);
    faults.reset();
    await expect.poll(() => states.at(-1)).toBe('waiting');
    clock.advance(2_000);
    await expect.poll(() => symbols.slice(3)).toEqual(['AAPL subscribed', 'MSFT subscribed']);
    expect([gaps, faults.attempts]).toEqual([1, 2]);
  });

  test('a refused key is final; a page of a proxy is not', async () => {
    faults.handshake = HANDSHAKES['a page of a proxy'];
    twelve.live.want(['AAPL']);
    twelve.live.start(listener);
    await expect.poll(() => states.at(-1)).toBe('waiting');
    faults.handshake = HANDSHAKES['the key refused with the status 200'];
    clock.advance(2_000);
    await expect.poll(() => states.at(-1)).toBe('failed');
  });

  test.each(Object.entries(STREAM_FAULTS))('%s: the connection stays', async (_name, make) => {
    faults.edit = make();
    await start(['AAPL']);
    await expect.poll(() => twelve.live.counters()['messages']).toBeGreaterThan(0);
    h.venue.tellMarket(Array.from({ length: 4 }, (_, i) => print(41 + i, MORNING, 200.5, 50)));
    await expect.poll(() => twelve.live.counters()['messages']).toBeGreaterThanOrEqual(5);
    expect([states, faults.attempts]).toEqual([['connecting', 'live'], 1]);
  });
});
