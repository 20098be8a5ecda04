import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smallPrint } from '../../../test/support/alpacaRows.js';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness, JsonRow } from '../../../test/support/alpacaHarness.js';
import { soakCount } from '../../../test/soak.js';
import { PrintFlag } from '../../domain/marketTables.js';
import { DAY, MINUTE } from '../../domain/timeframe.js';
import { barStartOf, groupBars, readTimeframe } from './market/barTimeframe.js';
import { readPage } from './market/historyPages.js';
import { timeText } from './alpacaFormat.js';
import type { BarRow } from './PaperVenue.js';

const at = (text: string): number => Date.parse(text) * 1000;
const bar = (start: number, price: number, symbolId = 0): BarRow => ({
  kind: 'bar',
  symbolId,
  start,
  time: start + MINUTE,
  open: price,
  high: price + 2_000_000,
  low: price - 1_000_000,
  close: price + 1_000_000,
  volume: 100,
  count: 4,
  turnover: price * 100,
});

describe('time frames', () => {
  test.each([
    ['1Min', '2026-08-03T14:32:17Z', '2026-08-03T14:32:00Z'],
    ['59T', '2026-08-03T14:32:17Z', '2026-08-03T13:50:00Z'],
    ['5Min', '2026-08-03T14:32:17Z', '2026-08-03T14:30:00Z'],
    // From midnight New York (04:00Z): 4 hours each.
    ['4Hour', '2026-08-03T14:32:17Z', '2026-08-03T12:00:00Z'],
    ['1D', '2026-08-03T14:32:17Z', '2026-08-03T04:00:00Z'],
    ['1Day', '2026-01-05T14:32:17Z', '2026-01-05T05:00:00Z'],
    ['1Week', '2026-08-05T14:00:00Z', '2026-08-03T04:00:00Z'],
    ['1W', '2026-08-09T14:00:00Z', '2026-08-03T04:00:00Z'],
    ['3Month', '2026-08-05T14:00:00Z', '2026-07-01T04:00:00Z'],
    ['12M', '2026-08-05T14:00:00Z', '2026-01-01T05:00:00Z'],
  ])('%s of %s begins %s', (text, time, start) => {
    expect(timeText(barStartOf(at(time), readTimeframe(text)))).toBe(start);
  });

  test.each(['60Min', '0Min', '24Hour', '2Day', '2Week', '5Month', '1min', '', 'Min5'])('%j is none', (text) => {
    expect(() => readTimeframe(text)).toThrow(`invalid timeframe: ${text}`);
  });

  test('bars are put together: first open, extremes, last close, sums', () => {
    const start = at('2026-08-03T14:30:00Z');
    const rows = [0, 1, 4, 5].map((minute) => bar(start + minute * MINUTE, (200 + minute) * 1_000_000));
    const [first, second, ...rest] = groupBars(rows, readTimeframe('5Min'));
    expect(rest).toEqual([]);
    expect(first).toMatchObject({
      start,
      open: 200_000_000,
      high: 206_000_000,
      low: 199_000_000,
      close: 205_000_000,
      volume: 300,
      count: 12,
    });
    expect(second).toMatchObject({ start: start + 5 * MINUTE, open: 205_000_000, volume: 100 });
  });
});

describe('pages', () => {
  test('every row exactly once, whatever the limit, the order and rows of one time', async () => {
    const symbols = fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(symbols, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (times, limit, ascending) => {
        const names = times.map((_, index) => `S${index}`);
        const data = times.map((list, s) =>
          [...list].sort((a, b) => a - b).map((time, i) => ({ time: time * 1000, id: `${s}-${i}` })),
        );
        const fetch = (symbol: string, from: number, to: number, most: number) => {
          const own = (data[names.indexOf(symbol)] ?? []).filter(({ time }) => time >= from && time <= to);
          return Promise.resolve((ascending ? own : own.reverse()).slice(0, most));
        };
        const seen: string[] = [];
        let token: string | undefined;
        for (let page = 0; page < 60; page += 1) {
          const request = {
            symbols: names,
            from: 0,
            to: 10_000,
            limit,
            sort: ascending ? 'asc' : 'desc',
            token,
          } as const;
          const { rows, nextToken } = await readPage(request, fetch, (row) => row.time);
          const ids = [...rows.values()].flat().map(({ id }) => id);
          expect(ids.length).toBeLessThanOrEqual(limit);
          seen.push(...ids);
          if (nextToken === null) break;
          expect(ids.length).toBeGreaterThan(0);
          token = nextToken;
        }
        const wanted = data.flatMap((rows) => (ascending ? rows : [...rows].reverse()).map(({ id }) => id));
        expect(seen).toEqual(wanted);
      }),
      { numRuns: soakCount(200, 5_000) },
    );
  });
});

describe('over HTTP', () => {
  let h: AlpacaHarness;
  beforeEach(async () => {
    h = await alpacaHarness();
  });
  afterEach(() => h.close());
  const start = at('2026-08-03T14:25:00Z');

  function fill(): void {
    for (let i = 0; i < 5; i += 1) {
      for (const symbolId of [0, 1])
        h.venue.minuteBars.push(bar(start + i * MINUTE, (100 * (symbolId + 1) + i) * 1_000_000, symbolId));
      h.venue.printRows.push({
        kind: 'print',
        symbolId: 0,
        time: start + i,
        price: 200_010_000 + i,
        size: 100,
        id: i + 1,
        exchange: i === 0 ? 'V' : '',
        flags:
          i === 0 ? PrintFlag.OPENING_AUCTION : i === 1 ? PrintFlag.ODD_LOT | PrintFlag.EXTENDED_HOURS : PrintFlag.LAST,
      });
    }
  }

  test('bars of many symbols, page by page; the last page has no token', async () => {
    fill();
    const seen: unknown[] = [];
    let token = '';
    for (let page = 0; page < 9; page += 1) {
      const { body } = await h.call('GET', `/v2/stocks/bars?symbols=MSFT%2CAAPL,NOPE&timeframe=1Min&limit=3${token}`);
      for (const [symbol, rows] of Object.entries<readonly JsonRow[]>(body['bars']))
        seen.push(...rows.map((row) => [symbol, row['c']]));
      if (body['next_page_token'] === null) break;
      token = `&page_token=${encodeURIComponent(body['next_page_token'])}`;
    }
    const own = (symbol: string, base: number): unknown[] => [0, 1, 2, 3, 4].map((i) => [symbol, base + i + 1]);
    expect(seen).toEqual([...own('AAPL', 100), ...own('MSFT', 200)]);
  });

  test('a bar has all eight keys', async () => {
    fill();
    const { body } = await h.call('GET', '/v2/stocks/aapl/bars?timeframe=5Min');
    expect(body).toEqual({
      symbol: 'AAPL',
      bars: [{ t: '2026-08-03T14:25:00Z', o: 100, h: 106, l: 99, c: 105, v: 500, n: 20, vw: 102 }],
      next_page_token: null,
    });
  });

  test('trades and quotes', async () => {
    fill();
    const trades = (await h.call('GET', '/v2/stocks/AAPL/trades?limit=2&sort=asc')).body;
    expect(trades['trades']).toEqual([
      { t: '2026-08-03T14:25:00Z', x: 'V', p: 200.01, s: 100, c: ['O'], i: 1, z: 'C' },
      { t: '2026-08-03T14:25:00.000001Z', x: 'Q', p: 200.010001, s: 100, c: ['@', 'T', 'I'], i: 2, z: 'C' },
    ]);
    const quotes = (await h.call('GET', '/v2/stocks/quotes?symbols=AAPL')).body;
    expect(quotes['quotes']['AAPL']).toEqual([
      { t: '2026-08-03T14:30:00.001Z', ax: 'Q', ap: 200, as: 200, bx: 'Q', bp: 199.99, bs: 100, c: ['R'], z: 'C' },
    ]);
    const newest = (await h.call('GET', '/v2/stocks/AAPL/trades?limit=2&sort=desc')).body;
    expect(newest['trades'].map((row: JsonRow) => row['i'])).toEqual([5, 4]);
    const auctions = (await h.call('GET', '/v2/stocks/AAPL/auctions')).body;
    expect(auctions['auctions']).toEqual([
      { d: '2026-08-03', o: [{ t: '2026-08-03T14:25:00Z', x: 'V', p: 200.01, s: 100, c: 'O' }], c: [] },
    ]);
  });

  test('auctions of many symbols, page by page; a row is a day with all its prints', async () => {
    fill();
    const auction = (symbolId: number, time: number, flags: number, id: number) =>
      h.venue.printRows.push({ ...smallPrint(symbolId, time, 300_000_000, flags, id) });
    const { OPENING_AUCTION, CLOSING_AUCTION } = PrintFlag;
    auction(0, start - 2 * DAY, OPENING_AUCTION, 90);
    auction(0, start - 2 * DAY + 1, CLOSING_AUCTION, 91);
    auction(1, start, OPENING_AUCTION, 92);
    h.venue.printRows.sort((a, b) => a.time - b.time);
    for (const sort of ['asc', 'desc']) {
      const seen: unknown[] = [];
      let token = '';
      for (let page = 0; page < 9; page += 1) {
        const path = `/v2/stocks/auctions?symbols=AAPL,MSFT&start=2026-08-01&limit=1&sort=${sort}${token}`;
        const { body } = await h.call('GET', path);
        const rows = Object.entries<readonly JsonRow[]>(body['auctions']);
        seen.push(...rows.flatMap(([symbol, days]) => days.map(({ d, o, c }) => [symbol, d, o.length, c.length])));
        if (body['next_page_token'] === null) break;
        token = `&page_token=${encodeURIComponent(body['next_page_token'])}`;
      }
      const first = ['AAPL', '2026-08-01', 1, 1];
      const second = ['AAPL', '2026-08-03', 1, 0];
      const own = sort === 'asc' ? [first, second] : [second, first];
      expect(seen).toEqual([...own, ['MSFT', '2026-08-03', 1, 0]]);
    }
  });

  test('nothing after market time now', async () => {
    fill();
    h.venue.now = start + 2 * MINUTE;
    const { body } = await h.call('GET', '/v2/stocks/AAPL/bars?timeframe=1Min&end=2030-01-01');
    expect(body['bars'].at(-1)['t']).toBe('2026-08-03T14:27:00Z');
    const quotes = await h.call('GET', '/v2/stocks/AAPL/quotes?end=2030-01-01T00%3A00%3A00%2B00%3A00');
    expect(quotes.body['quotes']).toEqual([]);
  });

  test('nothing found, and unknown symbols', async () => {
    expect((await h.call('GET', '/v2/stocks/bars?symbols=NOPE&timeframe=1Day')).body).toEqual({
      bars: {},
      next_page_token: null,
    });
    expect((await h.call('GET', '/v2/stocks/NOPE/trades')).body).toEqual({
      symbol: 'NOPE',
      trades: [],
      next_page_token: null,
    });
    expect((await h.call('GET', '/v2/stocks/NOPE/quotes/latest')).status).toBe(404);
  });

  test('latest and snapshots, for one and many', async () => {
    fill();
    const latest = async (path: string) => (await h.call('GET', `/v2/stocks/${path}`)).body;
    expect((await latest('quotes/latest?symbols=AAPL,MSFT'))['quotes']).toMatchObject({
      AAPL: { ap: 200 },
      MSFT: { ap: 400 },
    });
    expect(await latest('AAPL/quotes/latest')).toMatchObject({ symbol: 'AAPL', quote: { ap: 200 } });
    expect((await latest('trades/latest?symbols=AAPL,MSFT'))['trades']).toMatchObject({ AAPL: { i: 5 } });
    expect(await latest('AAPL/trades/latest')).toMatchObject({ trade: { i: 5 } });
    expect((await latest('bars/latest?symbols=AAPL'))['bars']['AAPL']['c']).toBe(105);
    expect(Object.keys((await latest('snapshots?symbols=AAPL'))['AAPL'])).toEqual([
      'latestTrade',
      'latestQuote',
      'minuteBar',
    ]);
    expect(await latest('AAPL/snapshot')).toMatchObject({ symbol: 'AAPL', latestTrade: { i: 5 } });
    expect((await latest('meta/exchanges'))['V']).toBe('IEX');
    expect((await latest('meta/conditions/trade?tape=A'))['@']).toBe('Regular Sale');
  });

  test('corporate actions by date, type and id, page by page', async () => {
    h.venue.actions.push(
      { kind: 'split', symbol: 'AAPL', exDate: '2020-08-31', from: 1, to: 4 },
      { kind: 'split', symbol: 'MSFT', exDate: '2003-02-18', from: 8, to: 1 },
      { kind: 'dividend', symbol: 'AAPL', exDate: '2020-08-07', amount: '0.82' },
      { kind: 'dividend', symbol: 'MSFT', exDate: '2026-08-03', amount: '1' },
    );
    const read = async (query: string) => (await h.call('GET', `/v1/corporate-actions?${query}`)).body;
    const first = await read('symbols=AAPL,MSFT&start=2000-01-01&end=2020-12-31&limit=2');
    expect(first['corporate_actions']).toMatchObject({
      reverse_splits: [{ symbol: 'MSFT', new_rate: 1, old_rate: 8, old_cusip: '', new_cusip: '' }],
      cash_dividends: [{ rate: 0.82, ex_date: '2020-08-07' }],
    });
    const token = `limit=2&page_token=${first['next_page_token']}`;
    const next = await read(`start=2000-01-01&end=2020-12-31&${token}`);
    const split = { symbol: 'AAPL', new_rate: 4, old_rate: 1, ex_date: '2020-08-31' };
    expect(next).toMatchObject({ corporate_actions: { forward_splits: [split] }, next_page_token: null });
    const only = await read('start=2000-01-01&types=cash_dividend&sort=desc');
    expect(only['corporate_actions']).toMatchObject({ cash_dividends: [{ rate: 1 }, { rate: 0.82 }] });
    // Of today, if no day is said; an id is found whenever it was.
    expect((await read(''))['corporate_actions']).toMatchObject({ cash_dividends: [{ symbol: 'MSFT' }] });
    const { id } = next['corporate_actions']['forward_splits'][0];
    expect((await read(`ids=${id}`))['corporate_actions']).toMatchObject({ forward_splits: [{ id, ...split }] });
  });

  test.each([
    ['stocks/bars?symbols=AAPL', 'invalid timeframe: '],
    ['stocks/bars?timeframe=1Min', 'symbols is required'],
    ['stocks/bars?symbols=AA_PL&timeframe=1Min', 'invalid symbol: AA_PL'],
    ['stocks/bars?symbols=AAPL&timeframe=7Day', 'invalid timeframe: 7Day'],
    ['stocks/AAPL/trades?start=2026-08-03&end=2026-08-01', 'end should not be before start'],
    ['stocks/AAPL/trades?start=yesterday', 'Invalid format for parameter start: yesterday'],
    ['stocks/AAPL/trades?limit=10001', 'invalid limit: must be between 1 and 10000'],
    ['stocks/AAPL/trades?page_token=%25%25', 'invalid page_token'],
    ['stocks/AAPL/trades?feed=cboe', 'invalid feed: cboe'],
    ['stocks/AAPL/trades?sort=up', 'invalid sort: up'],
    ['stocks/AAPL/trades?currency=EUR', 'invalid currency: EUR'],
    ['stocks/AAPL/bars?timeframe=1Min&adjustment=magic', 'invalid adjustment: magic'],
    ['stocks/meta/conditions/bar?tape=A', 'invalid ticktype: bar'],
    ['stocks/auctions?symbols=AAPL&page_token=%25%25', 'invalid page_token'],
    ['../v1/corporate-actions?start=yesterday', 'Invalid format for parameter start: yesterday'],
    ['../v1/corporate-actions?end=2026-13-01', 'Invalid format for parameter end: 2026-13-01'],
    ['../v1/corporate-actions?start=2026-08-03&end=2026-08-01', 'end should not be before start'],
    ['../v1/corporate-actions?types=cash_dividend,gift', 'invalid type: gift'],
    ['../v1/corporate-actions?sort=up', 'invalid sort: up'],
    ['../v1/corporate-actions?ids=x&symbols=AAPL', 'ids cannot be combined with symbols'],
  ])('400: %s', async (path, message) => {
    const answer = await h.call('GET', `/v2/${path}`.replace('/v2/../', '/'));
    expect([answer.status, answer.body]).toEqual([400, { message }]);
  });
});
