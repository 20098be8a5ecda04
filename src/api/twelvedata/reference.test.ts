import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newYork, twelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import type { Json } from '../../../test/support/alpacaHarness.js';
import { FakePaperVenue } from '../../../test/support/FakePaperVenue.js';
import { PLANS } from './plans.js';

let h: TwelvedataHarness;
beforeEach(async () => {
  const venue = new FakePaperVenue(['AAPL', 'APLE', 'SPY', 'XAAP', 'NONE']);
  const changes: Record<string, object> = {
    SPY: { exchange: 'ARCA', name: 'Index Shares' },
    APLE: { exchange: 'NYSE', name: 'Apple Hospitality' },
    NONE: { exchange: '', name: '' },
  };
  const instruments = venue.session.instruments.map((one) => ({ ...one, ...changes[one.symbol] }));
  venue.session = { ...venue.session, instruments };
  h = await twelvedataHarness({ venue });
});
afterEach(() => h.close());
const body = async (url: string): Promise<Json> => (await h.get(url)).body;
const symbols = async (url: string): Promise<string[]> => (await body(url)).data.map((row: Json) => row.symbol);

describe('lists', () => {
  test('stocks and funds, filtered and in pages', async () => {
    expect(await symbols('/stocks')).toEqual(['AAPL', 'APLE', 'XAAP', 'NONE']);
    expect(await symbols('/etfs')).toEqual(['SPY']);
    expect(await symbols('/etf')).toEqual(['SPY']);
    // A listing that nobody knows may be anywhere.
    expect(await symbols('/stocks?exchange=NYSE')).toEqual(['APLE', 'NONE']);
    expect(await symbols('/stocks?mic_code=XNAS&symbol=AAPL')).toEqual(['AAPL']);
    expect(await symbols('/stocks?country=Canada')).toEqual([]);
    expect(await symbols('/stocks?isin=US0378331005')).toEqual([]);
    const page = await body('/stocks?outputsize=3&page=2');
    expect([page.count, page.data.length, page.status]).toEqual([4, 1, 'ok']);
    expect((await body('/stocks?symbol=AAPL&show_plan=true')).data).toEqual([
      {
        symbol: 'AAPL',
        name: 'AAPL Inc.',
        currency: 'USD',
        exchange: 'NASDAQ',
        mic_code: 'XNGS',
        country: 'United States',
        type: 'Common Stock',
        figi_code: '',
        cfi_code: '',
        isin: 'request_access_via_add_ons',
        cusip: 'request_access_via_add_ons',
        access: { global: 'Basic', plan: 'Basic', plan_business: 'Basic' },
      },
    ]);
    expect((await body('/etfs')).data[0]).toMatchObject({ exchange: 'NYSE', mic_code: 'ARCX' });
  });

  test('a search: the symbol, symbols that begin with it, names, anything', async () => {
    expect(await symbols('/symbol_search?symbol=apl')).toEqual(['APLE', 'AAPL']);
    expect(await symbols('/symbol_search?symbol=AAP')).toEqual(['AAPL', 'XAAP']);
    expect(await symbols('/symbol_search?symbol=apple')).toEqual(['APLE']);
    expect((await symbols('/symbol_search?symbol=a&outputsize=1'))[0]).toBe('AAPL');
    expect(await body('/symbol_search')).toMatchObject({ code: 400 });
    expect((await body('/symbol_search?symbol=SPY')).data).toEqual([
      {
        symbol: 'SPY',
        instrument_name: 'Index Shares',
        exchange: 'NYSE',
        mic_code: 'ARCX',
        exchange_timezone: 'America/New_York',
        instrument_type: 'ETF',
        country: 'United States',
        currency: 'USD',
      },
    ]);
  });

  test('indicators: a map that is not empty, of what is off', async () => {
    const { data, status } = await body('/technical_indicators');
    expect([Object.keys(data), data.sma.enable, status]).toEqual([['sma'], false, 'ok']);
  });
});

describe('hours', () => {
  const state = async (date: string, clock: string): Promise<unknown[]> => {
    h.venue.now = newYork(date, clock);
    const [row] = (await body('/market_state?code=XNYS')) as Json[];
    return [row.is_market_open, row.time_after_open, row.time_to_open, row.time_to_close];
  };

  test('/market_state at market time: open, before, after, over a weekend, at an early close', async () => {
    expect(await state('2026-08-03', '12:09:03')).toEqual([true, '02:39:03', '00:00:00', '03:50:57']);
    expect(await state('2026-08-03', '09:29:59')).toEqual([false, '00:00:00', '00:00:01', '00:00:00']);
    expect(await state('2026-08-03', '16:00:00')).toEqual([false, '00:00:00', '17:30:00', '00:00:00']);
    expect(await state('2026-07-31', '16:00:00')).toEqual([false, '00:00:00', '65:30:00', '00:00:00']);
    expect(await state('2026-11-27', '12:59:00')).toEqual([true, '03:29:00', '00:00:00', '00:01:00']);
    const all = (await body('/market_state')) as Json[];
    expect(all.map((row) => row.code)).toEqual(['XNGS', 'XNYS', 'ARCX', 'XASE', 'BATS']);
    expect(await body('/market_state?country=Canada')).toEqual([]);
  });

  test('/exchange_schedule of a day, an early close and a holiday', async () => {
    const sessions = async (date: string): Promise<unknown> =>
      (await body(`/exchange_schedule?mic_code=XNAS&date=${date}`)).data[0].sessions.map((one: Json) => [
        one.session_type,
        one.open_time,
        one.close_time,
      ]);
    expect(await sessions('2026-08-03')).toEqual([
      ['pre', '04:00:00', '09:30:00'],
      ['regular', '09:30:00', '16:00:00'],
      ['post', '16:00:00', '20:00:00'],
    ]);
    expect(await sessions('2026-11-27')).toEqual([
      ['pre', '04:00:00', '09:30:00'],
      ['regular', '09:30:00', '13:00:00'],
      ['post', '13:00:00', '17:00:00'],
    ]);
    expect(await sessions('2026-12-25')).toEqual([]);
    expect((await h.get('/exchange_schedule')).headers['api-credits-used']).toBe('400');
  });

  test('/exchanges', async () => {
    expect((await body('/exchanges?name=nasdaq')).data).toEqual([
      { title: 'Nasdaq', name: 'NASDAQ', code: 'XNGS', country: 'United States', timezone: 'America/New_York' },
    ]);
  });
});

describe('corporate actions', () => {
  beforeEach(() => {
    h.venue.actions.push(
      { kind: 'dividend', symbol: 'AAPL', exDate: '2026-02-06', amount: '0.88' },
      { kind: 'split', symbol: 'AAPL', exDate: '2026-05-11', from: 1, to: 4 },
      { kind: 'dividend', symbol: 'AAPL', exDate: '2026-05-20', amount: '0.22' },
      { kind: 'split', symbol: 'AAPL', exDate: '2026-07-01', from: 10, to: 1 },
      { kind: 'dividend', symbol: 'SPY', exDate: '2026-05-20', amount: '1.5' },
    );
  });
  const dividends = async (query: string): Promise<unknown> =>
    (await body(`/dividends?symbol=AAPL${query}`)).dividends.map((row: Json) => [row.ex_date, row.amount]);

  test('/dividends: the last one, ranges, dates, adjusted for the splits after them or not', async () => {
    expect(await body('/dividends?symbol=SPY')).toEqual({
      meta: {
        symbol: 'SPY',
        name: 'Index Shares',
        currency: 'USD',
        exchange: 'NYSE',
        mic_code: 'ARCX',
        exchange_timezone: 'America/New_York',
      },
      dividends: [{ ex_date: '2026-05-20', amount: 1.5 }],
    });
    expect(await dividends('')).toEqual([['2026-05-20', 2.2]]);
    expect(await dividends('&range=full')).toEqual([
      ['2026-05-20', 2.2],
      ['2026-02-06', 2.2],
    ]);
    expect(await dividends('&range=full&adjust=false')).toEqual([
      ['2026-05-20', 0.22],
      ['2026-02-06', 0.88],
    ]);
    expect(await dividends('&range=3m')).toEqual([['2026-05-20', 2.2]]);
    expect(await dividends('&range=ytd')).toHaveLength(2);
    expect(await dividends('&range=next')).toEqual([]);
    expect(await dividends('&end_date=2026-03-01')).toEqual([['2026-02-06', 2.2]]);
    expect(await body('/dividends?symbol=AAPL&range=9y')).toMatchObject({ code: 400 });
  });

  test('/splits: ratio is old to new', async () => {
    expect((await body('/splits?symbol=AAPL&range=full')).splits).toEqual([
      { date: '2026-07-01', description: '1-for-10 reverse split', ratio: 10, from_factor: 1, to_factor: 10 },
      { date: '2026-05-11', description: '4-for-1 split', ratio: 0.25, from_factor: 4, to_factor: 1 },
    ]);
    expect((await body('/splits?symbol=AAPL')).splits).toHaveLength(1);
    expect((await h.get('/splits?symbol=AAPL')).headers['api-credits-used']).toBe('60');
  });
});

describe('/api_usage', () => {
  test('counts itself, at market time; days only where the plan has a limit', async () => {
    h.venue.now = newYork('2026-08-03', '10:30:12');
    await h.get('/price?symbol=AAPL');
    expect(await body('/api_usage')).toEqual({
      timestamp: '2026-08-03 14:30:12',
      current_usage: 2,
      plan_limit: 1_000_000,
      plan_category: 'local',
    });
    await h.close();
    h = await twelvedataHarness({ venue: h.venue, plan: PLANS.basic });
    expect(await body('/api_usage?timezone=Exchange')).toEqual({
      timestamp: '2026-08-03 10:30:12',
      current_usage: 1,
      plan_limit: 8,
      daily_usage: 1,
      plan_daily_limit: 800,
      plan_category: 'basic',
    });
  });
});
