import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { gatewayHarness } from '../../../test/support/gatewayHarness.js';
import type { GatewayHarness } from '../../../test/support/gatewayHarness.js';
import type { ManualClock } from '../../../test/support/ManualClock.js';
import { marketHistory } from '../../../test/support/marketHistory.js';
import type { HistoryParts } from '../../../test/support/marketHistory.js';
import { createMemoryHistory } from '../../cache/memoryHistory.js';
import type { MemoryHistory } from '../../cache/memoryHistory.js';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { HistoryBars, HistoryBatch, HistoryPrints, Problem } from '../../contracts/index.js';
import { FACTOR_SCALE } from '../../domain/history.js';
import type { HistorySeries } from '../../domain/historyArchive.js';
import { createBarTable, createPrintTable } from '../../domain/tables.js';
import { HOUR, MINUTE, SECOND } from '../../domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import { MarketDataService } from './MarketDataService.js';

/** The day of the fake session is a Monday. */
const TODAY = '2026-03-02';
const OPEN = 9.5 * HOUR;

const harnesses: GatewayHarness<ManualClock>[] = [];
afterEach(async () => {
  for (const harness of harnesses.splice(0)) await harness.close();
});

async function gatewayOver(parts: HistoryParts) {
  const harness = await gatewayHarness({ history: marketHistory(parts) });
  harnesses.push(harness);
  const { accessToken } = await harness.signIn('viewer');
  const ask = (url: string, headers: Record<string, string> = {}, payload?: object) =>
    harness.gateway.app.inject({
      method: payload === undefined ? 'GET' : 'POST',
      url: `/api/v1${url}`,
      headers: { authorization: `Bearer ${accessToken}`, ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
  return { ask };
}

/** Three minute bars from the open of each date, their closes counting on from $100. */
async function storeMinutes(store: MemoryHistory, symbol: string, dates: readonly string[]): Promise<void> {
  const table = createBarTable('1m', dates.length * 3);
  for (const date of dates) {
    for (let minute = 0; minute < 3; minute += 1) {
      const row = table.length++;
      const start = fromNewYork(parseDate(date), OPEN + minute * MINUTE);
      const close = (100 + row) * RAW_PRICE_SCALE;
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      table.open[row] = close;
      table.high[row] = close + 500_000;
      table.low[row] = close - 500_000;
      table.close[row] = close;
      table.volume[row] = 100 + row;
    }
  }
  await store.merge(symbol, table);
}

describe('history', () => {
  const dates = ['2026-02-23', '2026-02-24', '2026-02-26', '2026-02-27', TODAY];

  test('comes page by page and ends the day before the session’s', async () => {
    const store = createMemoryHistory();
    await storeMinutes(store, 'ALTA', dates);
    const { ask } = await gatewayOver({ store });
    const closes: number[] = [];
    let cursor = '';
    for (let pages = 0; pages < 4; pages += 1) {
      const url = `/history/bars?symbol=ALTA&timeframe=1m&from=2026-02-01&to=2026-03-31&limit=5${cursor}`;
      const answer = await ask(url);
      expect(answer.statusCode).toBe(200);
      const page = answer.json<HistoryBars>();
      expect(page).toMatchObject({
        kind: 'bars',
        symbol: 'ALTA',
        timeframe: '1m',
        priceScale: 1_000_000,
        adjust: 'raw',
      });
      closes.push(...page.close.map((close) => close / RAW_PRICE_SCALE));
      if (page.cursor === null) break;
      cursor = `&cursor=${page.cursor}`;
    }
    // Rows 12 to 14 are the session's own day.
    expect(closes).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111]);
  });

  test('pages of prints with equal times put together are all rows, whatever the limits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ day: fc.integer({ min: 0, max: 4 }), second: fc.integer({ min: 0, max: 3 }) }), {
          maxLength: 40,
        }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (places, limits) => {
          const store = createMemoryHistory();
          const rows = places.toSorted((a, b) => a.day - b.day || a.second - b.second);
          const table = createPrintTable(Math.max(1, rows.length));
          for (const [row, { day, second }] of rows.entries()) {
            table.time[row] = fromNewYork(parseDate('2026-02-20') + day, OPEN + second * SECOND);
            table.price[row] = 5 * RAW_PRICE_SCALE;
            table.size[row] = row + 1;
            table.length += 1;
          }
          if (rows.length > 0) await store.merge('ALTA', table);
          const service = new MarketDataService(marketHistory({ store }), sessionOn(TODAY));
          const sizes: number[] = [];
          let cursor: string | undefined;
          for (let page = 0; ; page += 1) {
            const answer = (await service.page({
              kind: 'prints',
              symbol: 'ALTA',
              from: '2026-02-01',
              to: TODAY,
              extendedHours: true,
              limit: limits[page % limits.length] ?? 1,
              cursor,
            })) as HistoryPrints;
            sizes.push(...answer.size);
            if (answer.cursor === null) break;
            cursor = answer.cursor;
          }
          expect(sizes).toEqual(rows.map((_, row) => row + 1));
        },
      ),
    );
  });

  test('a page reads the days that it needs and no more', async () => {
    const store = createMemoryHistory();
    const days = Array.from({ length: 28 }, (_, day) => `2026-02-${String(day + 1).padStart(2, '0')}`);
    await storeMinutes(store, 'ALTA', days);
    const stretches: string[] = [];
    const history = marketHistory({ store, onLoad: (from, to) => stretches.push(`${from}/${to}`) });
    const question = { symbol: 'ALTA', from: '2026-02-01', to: TODAY, extendedHours: true, cursor: undefined };
    const service = new MarketDataService(history, sessionOn(TODAY));
    await service.page({ ...question, kind: 'bars', timeframe: '1m', limit: 3 });
    expect(stretches).toEqual(['2026-02-01/2026-02-01']);
  });

  test('has a tag: the same data are answered by 304, other data by a page', async () => {
    const store = createMemoryHistory();
    await storeMinutes(store, 'ALTA', dates);
    const { ask } = await gatewayOver({ store });
    const url = '/history/bars?symbol=ALTA&timeframe=1m&from=2026-02-01&to=2026-02-28';
    const first = await ask(url);
    const tag = String(first.headers.etag);
    expect(first.headers['cache-control']).toBe('private, no-cache');
    const again = await ask(url, { 'if-none-match': `"other", W/${tag}` });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', tag]);
    await storeMinutes(store, 'ALTA', ['2026-02-10']);
    const changed = await ask(url, { 'if-none-match': tag });
    expect(changed.statusCode).toBe(200);
    expect(changed.headers.etag).not.toBe(tag);
    expect((await ask(`${url}&limit=2`)).headers.etag).not.toBe(changed.headers.etag);
  });

  test('adjusted prices are of the session’s shares, whatever splits come later', async () => {
    const store = createMemoryHistory();
    await storeMinutes(store, 'ALTA', ['2026-02-23']);
    const split = (until: string, splitFactor: number) => ({ until, priceFactor: FACTOR_SCALE, splitFactor });
    // Two for one before the session's day, five for one after it.
    const factors = [split('2026-02-25', FACTOR_SCALE / 10), split('2026-03-05', FACTOR_SCALE / 5)];
    await store.putFactors('ALTA', factors);
    const { ask } = await gatewayOver({ store, factors: { ALTA: factors } });
    const answer = await ask('/history/bars?symbol=ALTA&timeframe=1m&from=2026-02-23&to=2026-02-23&adjust=split');
    const { close, priceScale, volume } = answer.json<HistoryBars>();
    expect(close.map((price) => price / priceScale)).toEqual([50, 50.5, 51]);
    expect(volume).toEqual([200, 202, 204]);
  });

  test('rows whose splits nobody was asked about are refused, not left out', async () => {
    const store = createMemoryHistory();
    await storeMinutes(store, 'ALTA', dates);
    await store.putActions('ALTA', [], { from: '2026-02-26', to: TODAY });
    const { ask } = await gatewayOver({ store, factors: { ALTA: [] } });
    const answer = await ask('/history/bars?symbol=ALTA&timeframe=1m&from=2026-02-01&to=2026-02-27&adjust=split');
    expect(answer.statusCode).toBe(404);
    expect(answer.json<Problem>()).toMatchObject({ code: 'DATA_MISSING' });
  });

  test('several questions are answered in their order, each by itself', async () => {
    const store = createMemoryHistory();
    await storeMinutes(store, 'ALTA', dates);
    const { ask } = await gatewayOver({ store });
    const range = { from: '2026-02-23', to: '2026-02-23' };
    const requests = [
      { kind: 'bars', symbol: 'ALTA', timeframe: '1m', ...range, limit: 2 },
      { kind: 'bars', symbol: 'ALTA', timeframe: '1m', ...range, adjust: 'split' },
      { kind: 'prints', symbol: 'NONE', ...range },
    ];
    const { results } = (await ask('/history/batch', {}, { requests })).json<HistoryBatch>();
    expect(results).toMatchObject([
      { ok: true, page: { kind: 'bars', close: [100_000_000, 101_000_000], cursor: expect.any(String) } },
      { ok: false, code: 'DATA_MISSING', detail: expect.stringContaining('adjustment factors of ALTA') },
      { ok: true, page: { kind: 'prints', size: [], cursor: null } },
    ]);
    const most = { kind: 'prints', symbol: 'ALTA', ...range, limit: 10_000 };
    const refused = await ask('/history/batch', {}, { requests: [most, most] });
    expect(refused.statusCode).toBe(400);
    expect(refused.json<Problem>().detail).toContain('20000 rows together; at most 10000');
  });

  test.each([
    ['to=2026-02-01&from=2026-02-02', 'DATE_RANGE_INVALID'],
    ['from=2026-02-30&to=2026-03-01', 'DATE_RANGE_INVALID'],
    ['from=2026-02-01&to=2026-02-02&limit=10001', 'REQUEST_INVALID'],
    ['from=2026-02-01&to=2026-02-02&cursor=x', 'REQUEST_INVALID'],
    ['from=2026-02-01&to=2026-02-02&cursor=9999999999999999.1', 'REQUEST_INVALID'],
  ])('refuses %s', async (query, code) => {
    const store = createMemoryHistory();
    await storeMinutes(store, 'ALTA', dates);
    const { ask } = await gatewayOver({ store });
    const answer = await ask(`/history/bars?symbol=ALTA&timeframe=1m&${query}`);
    expect(answer.json<Problem>().code).toBe(code);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});

test('symbols are found by their beginning first, then by what they contain', async () => {
  const store = createMemoryHistory();
  for (const symbol of ['TALT', 'ALT', 'ALTB']) await storeMinutes(store, symbol, ['2026-02-23', '2026-02-24']);
  const tickers = { ALT: [{ until: '2020-01-31', ticker: 'OLDALT', exchange: 'N' }] };
  const { ask } = await gatewayOver({ store, tickers });
  const history = { from: '2026-02-23', to: '2026-02-24' };
  expect((await ask('/symbols?query=alt')).json()).toEqual({
    symbols: [
      { symbol: 'ALT', inSession: false, history, formerTickers: [{ ticker: 'OLDALT', until: '2020-01-31' }] },
      { symbol: 'ALTA', inSession: true, history: null, formerTickers: [] },
      { symbol: 'ALTB', inSession: false, history, formerTickers: [] },
      { symbol: 'TALT', inSession: false, history, formerTickers: [] },
    ],
  });
  expect((await ask('/symbols?query=alt&limit=1')).json<{ symbols: unknown[] }>().symbols).toHaveLength(1);
});

test('tells what is stored, of one symbol or all', async () => {
  const store = createMemoryHistory();
  for (const symbol of ['ALTA', 'BRIO']) await storeMinutes(store, symbol, ['2026-02-23']);
  const { ask } = await gatewayOver({ store });
  const of = async (url: string) => (await ask(url)).json<{ series: { symbol: string }[] }>().series;
  expect((await of('/history/coverage')).map(({ symbol }) => symbol)).toEqual(['ALTA', 'BRIO']);
  const [only, ...others] = await of('/history/coverage?symbol=BRIO');
  expect(only).toMatchObject({ symbol: 'BRIO', kind: 'bar', timeframe: '1m', from: '2026-02-23', rows: 3 });
  expect(others).toEqual([]);
});

test('trading sessions: holidays are left out, an early close says so', async () => {
  const { ask } = await gatewayOver({});
  const answer = (await ask('/market-sessions?from=2025-11-26&to=2025-11-28')).json<{ sessions: unknown[] }>();
  const at = (date: string, time: number): number => fromNewYork(parseDate(date), time);
  expect(answer.sessions).toEqual([
    {
      date: '2025-11-26',
      premarketOpen: at('2025-11-26', 4 * HOUR),
      open: at('2025-11-26', OPEN),
      close: at('2025-11-26', 16 * HOUR),
      afterHoursClose: at('2025-11-26', 20 * HOUR),
      isEarlyClose: false,
    },
    {
      date: '2025-11-28',
      premarketOpen: at('2025-11-28', 4 * HOUR),
      open: at('2025-11-28', OPEN),
      close: at('2025-11-28', 13 * HOUR),
      afterHoursClose: at('2025-11-28', 17 * HOUR),
      isEarlyClose: true,
    },
  ]);
  const tooLong = await ask('/market-sessions?from=2000-01-01&to=2020-01-01');
  expect(tooLong.json<Problem>()).toMatchObject({
    code: 'DATE_RANGE_INVALID',
    detail: expect.stringContaining('10 years'),
  });
});

test('corporate actions after the session’s day are not known yet', async () => {
  const { ask } = await gatewayOver({
    actions: [
      { kind: 'dividend', symbol: 'ALTA', exDate: '2026-02-10', amount: '0.25' },
      { kind: 'split', symbol: 'ALTA', exDate: TODAY, to: 4, from: 1 },
      { kind: 'split', symbol: 'ALTA', exDate: '2026-03-03', to: 2, from: 1 },
    ],
  });
  const { actions } = (await ask('/corporate-actions?symbol=ALTA&from=2026-01-01&to=2026-12-31')).json<{
    actions: { exDate: string }[];
  }>();
  expect(actions.map(({ exDate }) => exDate)).toEqual(['2026-02-10', TODAY]);
});

test('quotes of some symbols only', async () => {
  const { ask } = await gatewayOver({});
  const of = async (url: string) => (await ask(url)).json<{ quotes: { symbol: string }[] }>().quotes;
  const all = await of('/quotes');
  expect(all.length).toBeGreaterThan(2);
  expect((await of('/quotes?symbols=BRIO,ALTA')).map(({ symbol }) => symbol).sort()).toEqual(['ALTA', 'BRIO']);
  expect((await ask('/quotes?symbols=NONE')).json<Problem>().code).toBe('SYMBOL_UNKNOWN');
});

test('more questions than can wait are refused and leave nothing behind', async () => {
  const waiting: (() => void)[] = [];
  const store = createMemoryHistory();
  await storeMinutes(store, 'ALTA', ['2026-02-23']);
  const slow = marketHistory({ store });
  const history = {
    ...slow,
    extent: (series: HistorySeries) =>
      new Promise<void>((resume) => waiting.push(resume)).then(() => slow.extent(series)),
  };
  const service = new MarketDataService(history, sessionOn(TODAY));
  const question = { kind: 'bars', symbol: 'ALTA', timeframe: '1m', from: '2026-02-23', to: '2026-02-23' } as const;
  const ask = () => service.page({ ...question, extendedHours: true, limit: 10, cursor: undefined });
  const asked = Array.from({ length: 66 }, ask);
  await expect(ask()).rejects.toMatchObject({ code: 'OVERLOADED' });
  let answered = 0;
  const all = Promise.all(asked.map((one) => one.then(() => (answered += 1))));
  while (answered < asked.length) {
    for (const resume of waiting.splice(0)) resume();
    await Promise.resolve();
  }
  await all;
  expect(
    (
      (
        await Promise.all([ask(), Promise.resolve().then(() => waiting.splice(0).forEach((go) => go()))])
      )[0] as HistoryBars
    ).close,
  ).toHaveLength(3);
});

function sessionOn(date: string): ConstructorParameters<typeof MarketDataService>[1] {
  const time = fromNewYork(parseDate(date), 10 * HOUR);
  return { info: () => ({ symbols: [], clock: { time } }) as never };
}
