import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness } from '../../../test/support/alpacaHarness.js';
import { flatMinute, smallPrint } from '../../../test/support/alpacaRows.js';
import { FaultProxy, startsWith } from '../../../test/support/FaultProxy.js';
import type { HttpFault } from '../../../test/support/FaultProxy.js';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { PapertapeError } from '../../domain/errors.js';
import type { HistoryPage, HistoryRequest } from '../../domain/marketSource.js';
import { PrintFlag, QuoteFlag } from '../../domain/marketTables.js';
import { HOUR, MINUTE } from '../../domain/timeframe.js';
import { AlpacaHistory } from './AlpacaHistory.js';
import type { AlpacaHistoryOptions } from './AlpacaHistory.js';

/** 09:30 New York on 2026-08-03; the venue's market time is an hour later. */
const OPEN = Date.UTC(2026, 7, 3, 13, 30) * 1000;
const NOW_MS = Date.UTC(2026, 7, 3, 14, 30);
const never = new AbortController().signal;

let h: AlpacaHarness;
let proxy: FaultProxy;
let clock: ManualClock;

beforeEach(async () => {
  h = await alpacaHarness();
  proxy = await FaultProxy.start(await h.server.listen('127.0.0.1', 0));
  clock = new ManualClock(NOW_MS);
});
afterEach(async () => {
  await proxy.close();
  await h.close();
});

function historyOf(options: Partial<AlpacaHistoryOptions> = {}): AlpacaHistory {
  const keys = { keyId: h.keyId, secretKey: h.secret };
  return new AlpacaHistory({ feed: 'sip', ...keys, url: proxy.url, clock, random: () => 0.5, fetch, ...options });
}

const request = (change: Partial<HistoryRequest> = {}): HistoryRequest => ({
  symbol: 'AAPL',
  kind: 'bar',
  timeframe: '1m',
  from: OPEN,
  to: OPEN + 2 * HOUR,
  priority: 'live',
  ...change,
});

async function pagesOf(history: AlpacaHistory, asked: HistoryRequest): Promise<HistoryPage[]> {
  const pages: HistoryPage[] = [];
  for await (const page of history.read(asked, never)) pages.push(page);
  return pages;
}

/** Values of one column over all pages. */
function column(pages: readonly HistoryPage[], name: string): number[] {
  return pages.flatMap(({ table }) => [...(Reflect.get(table, name) as Float64Array).subarray(0, table.length)]);
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'none';
  } catch (error) {
    return error instanceof PapertapeError ? error.code : String(error);
  }
}

/** Advances the client's clock until the promise is settled. */
async function withTime<T>(promise: Promise<T>, stepMs = 250): Promise<T> {
  let settled = false;
  const end = (): void => void (settled = true);
  promise.then(end, end);
  for (let idle = 0; !settled;) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    idle = proxy.busy > 0 ? 0 : idle + 1;
    if (idle < 8) continue;
    clock.advance(stepMs);
    idle = 0;
  }
  return promise;
}

/** Each request is answered with the next of these bodies. */
function answer(...bodies: readonly object[]): void {
  for (const body of bodies) {
    proxy.fail(startsWith('GET'), { kind: 'answer', status: 200, body: JSON.stringify(body) });
  }
}

describe('bars', () => {
  it('come raw, without the one that is not over', async () => {
    for (let minute = 0; minute <= 60; minute += 1)
      h.venue.minuteBars.push(flatMinute(0, OPEN + minute * MINUTE, 2e8 + minute));
    const pages = await pagesOf(historyOf(), request());
    expect(column(pages, 'close')).toHaveLength(60);
    expect(column(pages, 'start').at(-1)).toBe(OPEN + 59 * MINUTE);
    expect(column(pages, 'time').at(-1)).toBe(OPEN + 60 * MINUTE);
    expect(pages.at(-1)?.covered.to).toBe(OPEN + 60 * MINUTE);
    expect(proxy.received[0]?.path).toMatch(/^\/v2\/stocks\/AAPL\/bars\?.*adjustment=raw.*feed=sip&sort=asc$/);
  });

  it('of a backfill settle for a minute more, and of a delayed feed for its delay', async () => {
    const to = async (history: AlpacaHistory, priority: 'live' | 'backfill'): Promise<number | undefined> =>
      (await pagesOf(history, request({ priority }))).at(-1)?.covered.to;
    expect(await to(historyOf(), 'backfill')).toBe(OPEN + 59 * MINUTE);
    expect(await to(historyOf({ feed: 'delayed_sip' }), 'live')).toBe(OPEN + 45 * MINUTE);
    expect(await pagesOf(historyOf(), request({ from: OPEN + HOUR }))).toEqual([]);
  });

  it.each([
    ['5m', 12],
    ['30m', 2],
    ['1h', 1],
  ] as const)('of %s lie on the grid of 09:30', async (timeframe, count) => {
    for (let minute = -60; minute < 60; minute += 1)
      h.venue.minuteBars.push(flatMinute(0, OPEN + minute * MINUTE, 2e8));
    const pages = await pagesOf(historyOf(), request({ timeframe, from: OPEN - 1 }));
    expect(column(pages, 'start')).toEqual(Array.from({ length: count }, (_, at) => OPEN + (at * HOUR) / count));
    expect(new Set(column(pages, 'volume'))).toEqual(new Set([600 / count]));
    expect(pages[0]?.table).toMatchObject({ timeframe });
  });

  it('of days are regular sessions, finished in the evening', async () => {
    for (const day of [0, 1, 2, 3]) {
      const start = Date.UTC(2026, 6, 30 + day, 4) * 1000;
      h.venue.dayBars.push({ ...flatMinute(0, start, 2e8), time: start + 24 * HOUR });
    }
    const to = OPEN + 40 * HOUR;
    const asked = request({ timeframe: '1d', from: Date.UTC(2026, 6, 30) * 1000, to });
    const pages = await pagesOf(historyOf(), asked);
    // The weekend has no session, and Monday's is not over.
    expect(column(pages, 'start')).toEqual([30, 31].map((day) => Date.UTC(2026, 6, day, 13, 30) * 1000));
    expect(column(pages, 'time')).toEqual([30, 31].map((day) => Date.UTC(2026, 6, day, 20) * 1000));
    expect(pages.at(-1)?.covered.to).toBe(OPEN);
  });

  it('of seconds there are none', async () => {
    expect(await codeOf(pagesOf(historyOf(), request({ timeframe: '5s' })))).toBe('SOURCE_REQUEST_REFUSED');
  });
});

describe('prints and quotes', () => {
  it('come in pages, and rows of one time are never parted', async () => {
    const row = (ms: number, p: number): object => ({
      t: new Date(OPEN / 1000 + ms).toISOString(),
      x: 'D',
      p,
      s: 5,
      c: ['@'],
      i: 1,
      z: 'C',
    });
    answer(
      { trades: [row(1, 1), row(2, 2), row(3, 3)], next_page_token: 'a' },
      { trades: [row(3, 4), row(3, 5)], next_page_token: 'b' },
      { trades: [], next_page_token: 'c' },
      { trades: [row(4, 6)], next_page_token: null },
    );
    const pages = await pagesOf(historyOf(), request({ kind: 'print' }));
    expect(pages.map(({ table }) => table.length)).toEqual([2, 4]);
    expect(column(pages, 'price')).toEqual([1e6, 2e6, 3e6, 4e6, 5e6, 6e6]);
    expect(pages.map(({ covered }) => [covered.from, covered.to])).toEqual([
      [OPEN, OPEN + 3_000],
      [OPEN + 3_000, OPEN + HOUR - 2_000_000],
    ]);
    expect(column(pages, 'flags')[0]).toBe(
      PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME | PrintFlag.OFF_EXCHANGE,
    );
  });

  it('over the server’s own pages', async () => {
    for (let at = 0; at < 2_500; at += 1) h.venue.printRows.push(smallPrint(0, OPEN + (at >> 2), 2e8 + at, 0, at + 1));
    const onePage = await pagesOf(historyOf(), request({ kind: 'print' }));
    expect(column(onePage, 'price')).toHaveLength(2_500);
    const small: typeof fetch = (url, init) => {
      if (!(url instanceof URL)) throw new Error('the client asks by URL');
      return fetch(url.href.replace('limit=10000', 'limit=7'), init);
    };
    const history = historyOf({ fetch: small, requestsPerMinute: 1_000_000 });
    const pages = await pagesOf(history, request({ kind: 'print', to: OPEN + 100 }));
    expect(pages.length).toBeGreaterThan(50);
    expect(column(pages, 'price')).toEqual(column(onePage, 'price').slice(0, 400));
    const ends = pages.map(({ covered }) => covered.to);
    expect(pages.map(({ covered }) => covered.from)).toEqual([OPEN, ...ends.slice(0, -1)]);
    expect(ends.at(-1)).toBe(OPEN + 100);
  });

  it('trades that were taken back are left out', async () => {
    const row = { t: '2026-08-03T13:31:00Z', x: 'Q', p: 5, s: 5, c: ['@'], i: 1, z: 'C' };
    const others = [
      { ...row, u: 'canceled' },
      { ...row, u: 'incorrect' },
      { ...row, p: 6, u: 'corrected' },
    ];
    answer({ trades: [row, ...others], next_page_token: null });
    expect(column(await pagesOf(historyOf(), request({ kind: 'print' })), 'price')).toEqual([5e6, 6e6]);
  });

  it('sizes of quotes were round lots before November 2025', async () => {
    const row = { ax: 'Q', ap: 10.1, as: 3, bx: 'Q', bp: 0, bs: 9, c: ['A'], z: 'C' };
    answer({
      quotes: [
        { ...row, t: '2025-10-31T14:00:00Z' },
        { ...row, t: '2025-11-03T15:00:00Z' },
      ],
      next_page_token: null,
    });
    const pages = await pagesOf(historyOf(), request({ kind: 'quote', from: OPEN - 8_000 * HOUR }));
    expect(column(pages, 'askSize')).toEqual([300, 3]);
    expect(column(pages, 'bidSize')).toEqual([0, 0]);
    expect(column(pages, 'flags')).toEqual([QuoteFlag.NOT_FIRM, QuoteFlag.NOT_FIRM]);
  });

  it('malformed rows leave a hole in what is covered, and the call says so (F49)', async () => {
    const row = (second: number, p: unknown): object => ({
      t: `2026-08-03T13:30:0${second}Z`,
      x: 'Q',
      p,
      s: 5,
      c: ['@'],
      i: 1,
      z: 'C',
    });
    answer({ trades: [row(1, 1), row(2, null), row(3, 3), row(4, -1), row(5, 5)], next_page_token: null });
    const history = historyOf();
    const pages: HistoryPage[] = [];
    const read = async (): Promise<void> => {
      for await (const page of history.read(request({ kind: 'print' }), never)) pages.push(page);
    };
    expect(await codeOf(read())).toBe('SOURCE_MESSAGE_INVALID');
    expect(column(pages, 'price')).toEqual([1e6, 3e6, 5e6]);
    const at = (second: number): number => OPEN + second * 1_000_000;
    expect(pages.map(({ covered }) => [covered.from, covered.to])).toEqual([
      [OPEN, at(2)],
      [at(2) + 1, at(4)],
      [at(4) + 1, OPEN + HOUR - 2_000_000],
    ]);
    expect(history.counters()).toMatchObject({ 'refused.priceMalformed': 1, 'refused.priceNotPositive': 1, rows: 3 });
  });

  it('a longer bar of which a part was refused is left out', async () => {
    const row = (minute: number, h: number): object => ({
      t: new Date(OPEN / 1000 + minute * 60_000).toISOString(),
      o: 5,
      h,
      l: 5,
      c: 5,
      v: 1,
      n: 1,
      vw: 5,
    });
    clock = new ManualClock(NOW_MS + 4 * 3_600_000);
    answer({ bars: [row(0, 5), row(30, 4), row(60, 5), row(90, 6)], next_page_token: null });
    const pages: HistoryPage[] = [];
    const read = async (): Promise<void> => {
      for await (const page of historyOf().read(request({ timeframe: '1h' }), never)) pages.push(page);
    };
    expect(await codeOf(read())).toBe('SOURCE_MESSAGE_INVALID');
    expect(column(pages, 'start')).toEqual([OPEN + HOUR]);
    expect(pages.map(({ covered }) => [covered.from - OPEN, covered.to - OPEN])).toEqual([
      [0, 0],
      [1, 2 * HOUR],
    ]);
  });

  it.each([
    ['rows that go back', { trades: [{ t: '2026-08-03T13:31:00Z' }, { t: '2026-08-03T13:30:00Z' }] }],
    ['a row without a time', { trades: [{ p: 1 }] }],
    ['no list', { trades: 'none' }],
  ])('%s cannot be read', async (_what, body) => {
    answer({ ...body, next_page_token: null });
    expect(await codeOf(pagesOf(historyOf(), request({ kind: 'print' })))).toBe('SOURCE_MESSAGE_INVALID');
  });

  it('pages that go in a circle end', async () => {
    const page = { trades: [], next_page_token: 'a' };
    answer(page, page);
    expect(await codeOf(pagesOf(historyOf(), request({ kind: 'print' })))).toBe('SOURCE_MESSAGE_INVALID');
  });

  it('nothing found covers what was asked', async () => {
    answer({ bars: null, next_page_token: null });
    const pages = await pagesOf(historyOf(), request({ to: OPEN + MINUTE }));
    expect(pages.map(({ table, covered }) => [table.length, covered])).toEqual([
      [0, { from: OPEN, to: OPEN + MINUTE }],
    ]);
  });
});

describe('earliest and corporate actions', () => {
  it('the first bar', async () => {
    h.venue.minuteBars.push(flatMinute(0, OPEN, 2e8), flatMinute(0, OPEN + MINUTE, 2e8));
    const history = historyOf();
    expect(await history.earliest('AAPL', '1m', never)).toBe(OPEN);
    expect(await history.earliest('MSFT', '1m', never)).toBeUndefined();
  });

  it('splits and dividends by ex-date, oldest first', async () => {
    h.venue.actions.push(
      { kind: 'dividend', symbol: 'AAPL', exDate: '2026-05-10', amount: '0.26' },
      { kind: 'split', symbol: 'AAPL', exDate: '2020-08-31', to: 4, from: 1 },
    );
    const found = await historyOf().corporateActions('AAPL', '2020-01-01', '2026-12-31', never);
    expect(found).toEqual([
      { kind: 'split', symbol: 'AAPL', exDate: '2020-08-31', ratio: { to: 4, from: 1 } },
      { kind: 'dividend', symbol: 'AAPL', exDate: '2026-05-10', cash: '0.26' },
    ]);
  });

  it('of every kind that changes prices, over pages, and asks around the dates', async () => {
    const common = { symbol: 'X', ex_date: '2025-03-03', process_date: '2025-03-03' };
    answer(
      {
        corporate_actions: {
          reverse_splits: [{ ...common, new_rate: 1, old_rate: 10 }],
          forward_splits: [{ ...common, ex_date: '2025-03-04', new_rate: 1.5, old_rate: 1 }],
          name_changes: [{ old_symbol: 'Y' }],
        },
        next_page_token: 'n',
      },
      {
        corporate_actions: {
          stock_dividends: [{ ...common, ex_date: '2025-03-05', rate: 0.05 }],
          cash_dividends: [
            { ...common, ex_date: '2025-03-06', rate: 0.0001 },
            { ...common, ex_date: '2025-03-07', rate: 1 },
          ],
        },
        next_page_token: null,
      },
    );
    const found = await historyOf().corporateActions('X', '2025-03-03', '2025-03-06', never);
    expect(found.map(({ kind, ratio, cash }) => [kind, ratio ?? cash])).toEqual([
      ['split', { to: 1, from: 10 }],
      ['split', { to: 3, from: 2 }],
      ['split', { to: 21, from: 20 }],
      ['dividend', '0.0001'],
    ]);
    expect(proxy.received[0]?.path).toContain('start=2025-02-21&end=2025-09-22');
  });

  it.each([{ rate: 0 }, { rate: 'x' }, { rate: 1, ex_date: null }])(
    'an action with %j is no action',
    async (change) => {
      const row = { symbol: 'X', ex_date: '2025-03-03', ...change };
      answer({ corporate_actions: { cash_dividends: [row] }, next_page_token: null });
      const found = historyOf().corporateActions('X', '2025-03-03', '2025-03-06', never);
      expect(await codeOf(found)).toBe('SOURCE_MESSAGE_INVALID');
    },
  );
});

describe('faults', () => {
  const fault = (status: number, body = '{}'): HttpFault => ({ kind: 'answer', status, body });

  it.each([
    [400, '{"message":"invalid timeframe"}', 'SOURCE_REQUEST_REFUSED'],
    [400, '{"message":"invalid symbol: ZZ"}', 'SOURCE_SYMBOL_UNKNOWN'],
    [422, '{"message":"end before start"}', 'SOURCE_REQUEST_REFUSED'],
    [401, '{"message":"unauthorized."}', 'SOURCE_KEY_REFUSED'],
    [403, '{"message":"forbidden."}', 'SOURCE_KEY_REFUSED'],
    [403, '{"message":"subscription does not permit querying recent SIP data"}', 'SOURCE_PLAN_REFUSED'],
    [404, 'page not found', 'SOURCE_REQUEST_REFUSED'],
    [301, '', 'SOURCE_REQUEST_REFUSED'],
    [200, '<html>', 'SOURCE_MESSAGE_INVALID'],
  ])('%i %s is %s, at once', async (status, body, code) => {
    proxy.fail(startsWith('GET'), fault(status, body));
    expect(await codeOf(pagesOf(historyOf(), request()))).toBe(code);
    expect(proxy.received).toHaveLength(1);
  });

  it('a wrong secret is refused by the server, and is in no text', async () => {
    const secretKey = 'wrong-but-just-as-secret';
    try {
      await pagesOf(historyOf({ secretKey }), request());
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'SOURCE_KEY_REFUSED' });
      expect(error instanceof Error ? error.stack : '').not.toContain(secretKey);
    }
  });

  it('faults that pass are tried again with pauses, and after five tries told', async () => {
    h.venue.minuteBars.push(flatMinute(0, OPEN, 2e8));
    proxy.fail(startsWith('GET'), fault(503), 1).fail(startsWith('GET'), { kind: 'dropAnswer' }, 1);
    proxy.fail(startsWith('GET'), { kind: 'cut', bytes: 200 }, 1);
    const pages = await withTime(pagesOf(historyOf(), request()));
    expect([column(pages, 'close'), proxy.received.length]).toEqual([[2e8], 4]);
    proxy.fail(startsWith('GET'), fault(500), 5);
    expect(await withTime(codeOf(pagesOf(historyOf(), request())))).toBe('SOURCE_UNAVAILABLE');
    expect(proxy.received).toHaveLength(9);
  });

  it('no answer is given up after a time', async () => {
    proxy.halfOpen = true;
    const history = historyOf({ timeoutMs: 2_000 });
    expect(await withTime(codeOf(pagesOf(history, request())), 1_000)).toBe('SOURCE_UNAVAILABLE');
    expect(history.counters()['requests']).toBe(5);
  });

  it('429 waits as long as it says, and ends when it goes on', async () => {
    h.venue.minuteBars.push(flatMinute(0, OPEN, 2e8));
    proxy.fail(startsWith('GET'), { kind: 'answer', status: 429, headers: { 'retry-after': '7' } });
    const started = clock.monotonicMs();
    await withTime(pagesOf(historyOf(), request()));
    expect(clock.monotonicMs() - started).toBeGreaterThanOrEqual(7_000);
    expect(clock.monotonicMs() - started).toBeLessThan(9_000);
    proxy.fail(startsWith('GET'), { kind: 'answer', status: 429 }, 5);
    expect(await withTime(codeOf(pagesOf(historyOf(), request())))).toBe('SOURCE_CREDITS_USED_UP');
  });

  it('keeps within the requests of a minute, a live need first', async () => {
    const history = historyOf({ requestsPerMinute: 60 });
    const order: string[] = [];
    const ask = async (name: string, priority: 'live' | 'backfill'): Promise<void> => {
      await pagesOf(history, request({ priority, to: OPEN + MINUTE }));
      order.push(name);
    };
    const all = [...Array.from({ length: 9 }, (_, at) => ask(`b${at}`, 'backfill')), ask('live', 'live')];
    const started = clock.monotonicMs();
    await withTime(Promise.all(all), 500);
    // Six leave at once, and the others one by one.
    expect(order.indexOf('live')).toBe(6);
    expect(clock.monotonicMs() - started).toBeGreaterThanOrEqual(3_500);
  });

  it('ends when it is not wanted any more', async () => {
    proxy.halfOpen = true;
    const abort = new AbortController();
    const history = historyOf();
    const read = async (): Promise<void> => {
      for await (const page of history.read(request(), abort.signal)) expect(page).toBeUndefined();
    };
    const reading = read();
    setTimeout(() => abort.abort(new Error('not wanted')), 20);
    await expect(reading).rejects.toThrow('not wanted');
    await expect(read()).rejects.toThrow('not wanted');
    expect(clock.pending).toBe(0);
  });

  it.each(['https://api.example.org', 'https://paper-api.alpaca.markets', 'http://data.alpaca.markets'])(
    'keys do not go to %s',
    (url) => {
      expect(() => historyOf({ url })).toThrow('takes no Alpaca data from');
    },
  );
});
