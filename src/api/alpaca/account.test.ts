import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { flatMinute } from '../../../test/support/alpacaRows.js';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness, JsonRow } from '../../../test/support/alpacaHarness.js';
import { DAY, MINUTE } from '../../domain/timeframe.js';
import { DOLLAR, SHARE } from '../../domain/units.js';
import { profitOf, valueAt, windowsOf } from './portfolioHistory.js';
import type { PriceAt } from './portfolioHistory.js';

let h: AlpacaHarness;
beforeEach(async () => {
  h = await alpacaHarness();
});
afterEach(() => h.close());

const market = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' };
const at = (text: string): number => Date.parse(text) * 1000;

test('a new account is as Alpaca gives it', async () => {
  const { status, body } = await h.call('GET', '/v2/account');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 'ACTIVE',
    currency: 'USD',
    cash: '100000',
    equity: '100000',
    portfolio_value: '100000',
    last_equity: '100000',
    buying_power: '400000',
    effective_buying_power: '400000',
    regt_buying_power: '200000',
    non_marginable_buying_power: '100000',
    multiplier: '4',
    shorting_enabled: true,
    long_market_value: '0',
    short_market_value: '0',
    trading_blocked: false,
    balance_asof: '2026-07-31',
  });
  expect(body['account_number']).toMatch(/^PA[0-9A-Z]{10}$/);
  expect(body).not.toHaveProperty('pattern_day_trader');
});

test('configurations: read, change a part, refuse nonsense', async () => {
  const before = (await h.call('GET', '/v2/account/configurations')).body;
  const changed = await h.call('PATCH', '/v2/account/configurations', {
    suspend_trade: true,
    max_margin_multiplier: 2,
    dtbp_check: null,
    pdt_check: null,
  });
  expect(changed.body).toEqual({ ...before, suspend_trade: true, max_margin_multiplier: '2' });
  expect((await h.call('POST', '/v2/orders', market)).body['message']).toBe('new orders are rejected by user request');
  expect((await h.call('PATCH', '/v2/account/configurations', { max_margin_multiplier: '3' })).status).toBe(422);
});

test('configurations: what nothing here depends on is kept and checked too', async () => {
  const url = '/v2/account/configurations';
  const before = (await h.call('GET', url)).body;
  expect(before).toMatchObject({ trade_confirm_email: 'all', ptp_no_exception_entry: false });
  const change = { trade_confirm_email: 'none', ptp_no_exception_entry: true, disable_overnight_trading: true };
  expect((await h.call('PATCH', url, change)).body).toEqual({ ...before, ...change });
  expect((await h.call('PATCH', url, { no_shorting: true })).body).toEqual({ ...before, ...change, no_shorting: true });
  expect((await h.call('GET', url)).body).toEqual({ ...before, ...change, no_shorting: true });
  // There are no options to trade, at whichever level.
  for (const level of [0, 3, null]) {
    const { status, body } = await h.call('PATCH', url, { max_options_trading_level: level });
    expect([status, body['max_options_trading_level']]).toEqual([200, 0]);
  }
  for (const wrong of [
    { trade_confirm_email: 'some' },
    { ptp_no_exception_entry: 'perhaps' },
    { disable_overnight_trading: 2 },
    { max_options_trading_level: 4 },
    { max_options_trading_level: 'all' },
  ]) {
    const { status, body } = await h.call('PATCH', url, wrong);
    expect([status, body]).toEqual([422, { code: 40010001, message: `invalid ${Object.keys(wrong)[0]}` }]);
  }
});

test('activities: fills and bookings, by type, date and order, page by page', async () => {
  const one = (await h.call('POST', '/v2/orders', market)).body;
  await h.call('POST', '/v2/orders', { ...market, symbol: 'MSFT', side: 'sell', qty: 2 });
  const limit = { ...market, type: 'limit', limit_price: '150' };
  await h.call('POST', '/v2/orders', limit);
  h.venue.fillPart('v-3', 4, 150);
  const entry = { accountId: 'bot-1', symbolId: -1, quantity: 0 };
  h.venue.emit({
    type: 'booked',
    accountId: 'bot-1',
    time: h.venue.now + 1000,
    kind: 'dividendPaid',
    symbolId: 0,
    entries: [
      { ...entry, account: 'cash', amount: 2_500_000 },
      { ...entry, account: 'realisedPnl', amount: -2_500_000 },
    ],
    note: 'dividend of AAPL',
  });
  const all = (await h.call('GET', '/v2/account/activities')).rows;
  expect(all.map((row) => [row['activity_type'], row['symbol'], row['side'], row['type']])).toEqual([
    ['DIV', 'AAPL', undefined, undefined],
    ['FILL', 'AAPL', 'buy', 'partial_fill'],
    ['FILL', 'MSFT', 'sell_short', 'fill'],
    ['FILL', 'AAPL', 'buy', 'fill'],
  ]);
  expect(all[0]).toMatchObject({ net_amount: '2.5', date: '2026-08-03', status: 'executed' });
  expect(all[1]).toMatchObject({
    qty: '4',
    leaves_qty: '6',
    cum_qty: '4',
    price: '150',
    order_status: 'partially_filled',
  });
  expect(all[3]?.['id']).toMatch(/^20260803143000\d{3}::[0-9a-f-]{36}$/);
  const ids = async (query: string): Promise<unknown[]> =>
    (await h.call('GET', `/v2/account/activities${query}`)).rows.map((row) => row['id']);
  const everything = all.map((row) => row['id']);
  expect(await ids('/FILL?direction=asc')).toEqual(everything.slice(1).reverse());
  expect(await ids('?activity_types=DIV%2CINT')).toEqual([everything[0]]);
  expect(await ids('?category=non_trade_activity')).toEqual([everything[0]]);
  expect(await ids(`?order_id=${one['id']}`)).toEqual([everything[3]]);
  expect(await ids('?date=2026-08-02')).toEqual([]);
  expect(await ids('?date=2026-08-03&page_size=500')).toEqual(everything);
  expect((await h.call('GET', '/v2/account/activities?page_size=101')).status).toBe(422);
  const paged: unknown[] = [];
  for (let token = ''; paged.length < 9;) {
    const page = await ids(`?page_size=3${token}`);
    paged.push(...page);
    if (page.length < 3) break;
    token = `&page_token=${encodeURIComponent(String(page.at(-1)))}`;
  }
  expect(paged).toEqual(everything);
  expect((await h.call('GET', '/v2/account/activities/NOPE')).status).toBe(422);
});

test('activities: what a fill costs beside its price is one of its own, so that they explain the cash', async () => {
  await h.call('POST', '/v2/orders', market);
  const resting = { ...market, side: 'sell', type: 'limit', limit_price: '250' };
  await h.call('POST', '/v2/orders', resting);
  h.venue.fillPart('v-2', 4, 250);
  const filled = h.venue.events.at(-1);
  if (filled?.type !== 'filled') throw new Error('no fill');
  const fees = [
    { kind: 'sec', amount: 30_000 },
    { kind: 'taf', amount: 10_000 },
  ] as const;
  const entry = { accountId: 'bot-1', symbolId: -1, quantity: 0 };
  const entries = [
    ...filled.fill.entries,
    { ...entry, account: 'cash', amount: -40_000 },
    { ...entry, account: 'fee:sec', amount: 30_000 },
    { ...entry, account: 'fee:taf', amount: 10_000 },
  ] as const;
  h.venue.emit({ ...filled, fill: { ...filled.fill, id: 'f-9', fees, entries } });
  const [fee, fill] = (await h.call('GET', '/v2/account/activities')).rows;
  expect(fee).toMatchObject({ activity_type: 'FEE', net_amount: '-0.04', symbol: 'AAPL', status: 'executed' });
  expect(fee?.['description']).toBe('sec, taf of order v-2');
  expect(fill).toMatchObject({ activity_type: 'FILL', price: '250' });
  // The 4 shares at 250 before this fill had no fees, and no row.
  expect((await h.call('GET', '/v2/account/activities/FEE')).rows).toHaveLength(1);
});

test('a reset begins with the cash that is said, or with what the account began with', async () => {
  const reset = async (body?: object): Promise<unknown> => {
    expect((await h.call('POST', '/papertape/reset', body)).status).toBe(204);
    return (await h.call('GET', '/v2/account')).body['cash'];
  };
  // The account is opened when it is used first.
  expect(await reset()).toBe('100000');
  expect(await reset({ cash: 25_000 })).toBe('25000');
  await h.call('POST', '/v2/orders', market);
  expect(await reset()).toBe('25000');
  expect(await reset({})).toBe('25000');
});

describe('portfolio history', () => {
  test('windows: minutes of market hours, of a half day, and daily ones', () => {
    const now = at('2026-11-30T21:00:00Z');
    const from = at('2026-11-27T05:00:00Z');
    // The Friday after Thanksgiving closes at 13:00: 210 minutes.
    const friday = windowsOf('1min', from, at('2026-11-28T00:00:00Z'), now, 'market_hours');
    expect([friday.length, friday[0]?.label, friday.at(-1)?.label]).toEqual([
      210,
      at('2026-11-27T14:30:00Z'),
      at('2026-11-27T17:59:00Z'),
    ]);
    const hours = windowsOf('1h', at('2026-11-30T05:00:00Z'), now, now, 'extended_hours');
    // 04:00 to 16:00, the hour that has begun at 16:00 included.
    expect([hours.length, hours[0]?.label]).toEqual([13, at('2026-11-30T09:00:00Z')]);
    expect(windowsOf('1d', from, now, now, 'market_hours').map(({ valuedAt }) => valuedAt)).toEqual([
      at('2026-11-27T18:00:00Z'),
      now,
    ]);
  });

  test('value: cash and positions at the last price known', () => {
    const steps = [
      { time: 0, cash: 1000 * DOLLAR, symbolId: -1, quantity: 0, price: undefined, flow: 1000 * DOLLAR },
      { time: 10, cash: -200 * DOLLAR, symbolId: -1, quantity: 0, price: undefined, flow: 0 },
      { time: 10, cash: 0, symbolId: 0, quantity: 2 * SHARE, price: 100 * DOLLAR, flow: 0 },
    ];
    const priceAt: PriceAt = (_, time) => (time < 5 ? undefined : { time: time >= 20 ? 20 : 5, price: 110 * DOLLAR });
    const value = (time: number): number => valueAt(steps, time, priceAt, 1_000_000).equity / DOLLAR;
    // 800 in cash; two shares at the 100 paid, which is later than the market's last price, then at 110.
    expect([value(9), value(10), value(20)]).toEqual([1000, 1000, 1020]);
  });

  test('what an end or a reset takes away is no loss', () => {
    const steps = [
      { time: 0, cash: 1000 * DOLLAR, symbolId: -1, quantity: 0, price: undefined, flow: 1000 * DOLLAR },
      { time: 10, cash: -200 * DOLLAR, symbolId: -1, quantity: 0, price: undefined, flow: 0 },
      { time: 10, cash: 0, symbolId: 0, quantity: 2 * SHARE, price: 100 * DOLLAR, flow: 0 },
      { time: 30, cash: 0, symbolId: -1, quantity: 0, price: undefined, flow: 0, ends: true as const },
      { time: 30, cash: 500 * DOLLAR, symbolId: -1, quantity: 0, price: undefined, flow: 500 * DOLLAR },
    ];
    const priceAt: PriceAt = (_, time) => (time >= 20 ? { time: 20, price: 110 * DOLLAR } : undefined);
    // Worth 1,020 of 1,000 paid in: twenty were earned, and stay earned when 500 take the place of all of it.
    const value = (time: number) => valueAt(steps, time, priceAt, 1_000_000);
    expect(value(29)).toEqual({ equity: 1020 * DOLLAR, flow: 1000 * DOLLAR });
    expect(value(30)).toEqual({ equity: 500 * DOLLAR, flow: 480 * DOLLAR });
  });

  test('profit: per day against the day before, or against the base; deposits are none', () => {
    const day = at('2026-08-03T14:30:00Z');
    const points = [
      { label: day, equity: 1010 * DOLLAR, flow: 1000 * DOLLAR },
      { label: day + DAY, equity: 1030 * DOLLAR, flow: 1000 * DOLLAR },
      { label: day + 2 * DAY, equity: 1525 * DOLLAR, flow: 1500 * DOLLAR },
    ];
    const base = { equity: 1000 * DOLLAR, flow: 1000 * DOLLAR };
    expect(profitOf(points, base, true, 'per_day').profit_loss).toEqual([10, 20, -5]);
    expect(profitOf(points, base, true, 'no_reset').profit_loss).toEqual([10, 30, 25]);
    expect(profitOf(points, base, true, 'per_day').profit_loss_pct).toEqual([0.01, 0.0198, -0.0033]);
    // Of the first 1,010 dollars 600 were paid in after the base of 400 was taken.
    const earlier = { equity: 400 * DOLLAR, flow: 400 * DOLLAR };
    expect(profitOf(points, earlier, true, 'per_day').profit_loss).toEqual([10, 20, -5]);
  });

  test('over HTTP: valued with the bars, never after now', async () => {
    await h.call('POST', '/v2/orders', market);
    const start = h.venue.now - (h.venue.now % MINUTE);
    for (let i = 0; i < 3; i += 1) {
      const close = (200 + i) * DOLLAR;
      h.venue.minuteBars.push(flatMinute(0, start + i * MINUTE, close, 5));
    }
    h.venue.now = start + 3 * MINUTE;
    const { body } = await h.call('GET', '/v2/account/portfolio/history?period=1D&timeframe=1Min&extended_hours=True');
    expect(body['timeframe']).toBe('1Min');
    expect(body['base_value']).toBe(100_000);
    const seconds = start / 1_000_000;
    // Ten shares bought at 200: the minutes close at 200, 201 and 202.
    expect([body['timestamp'], body['equity'], body['profit_loss']]).toEqual([
      [seconds, seconds + 60, seconds + 120, seconds + 180],
      [100_000, 100_000, 100_010, 100_020],
      [0, 0, 10, 20],
    ]);
    for (const bad of [
      'period=1X',
      'timeframe=2Min',
      'period=1A&timeframe=1Min',
      'start=2026-08-01&end=2026-08-03&period=1D',
    ]) {
      expect((await h.call('GET', `/v2/account/portfolio/history?${bad}`)).body['code']).toBe(40010001);
    }
    expect((await h.call('GET', '/v2/account/portfolio/history')).body['timeframe']).toBe('1D');
    // Minutes of up to thirty days, and days of any number; by itself minutes of less than a week.
    for (const [query, frame] of [
      ['period=6D', '1Min'],
      ['period=1W', '15Min'],
      ['period=29D', '15Min'],
      ['period=30D', '1D'],
      ['period=1M&timeframe=1Min', '1Min'],
      ['period=30D&timeframe=5Min', '5Min'],
      ['period=1000D', '1D'],
    ]) {
      const long = await h.call('GET', `/v2/account/portfolio/history?${query}`);
      expect([query, long.status, long.body['timeframe']]).toEqual([query, 200, frame]);
    }
    expect((await h.call('GET', '/v2/account/portfolio/history?period=5W&timeframe=1Min')).status).toBe(422);
  });
});

test('clock and calendar', async () => {
  expect((await h.call('GET', '/v2/clock')).body).toEqual({
    timestamp: '2026-08-03T10:30:00.002-04:00',
    is_open: true,
    next_open: '2026-08-04T09:30:00-04:00',
    next_close: '2026-08-03T16:00:00-04:00',
  });
  const { clocks } = (await h.call('GET', '/v3/clock?markets=NYSE&time=2026-08-03T12:00:00Z')).body;
  expect(clocks?.[0]).toMatchObject({ is_market_day: true, phase: 'pre', phase_until: '2026-08-03T09:30:00-04:00' });
  expect((await h.call('GET', '/v2/calendar?start=2026-11-25&end=2026-11-28')).body).toEqual([
    {
      date: '2026-11-25',
      open: '09:30',
      close: '16:00',
      session_open: '0400',
      session_close: '2000',
      settlement_date: '2026-11-27',
    },
    {
      date: '2026-11-27',
      open: '09:30',
      close: '13:00',
      session_open: '0400',
      session_close: '1700',
      settlement_date: '2026-11-30',
    },
  ]);
  const v3 = (await h.call('GET', '/v3/calendar/NYSE?start=2026-11-27&end=2026-11-27&timezone=UTC')).body;
  expect(v3['calendar']?.[0]).toMatchObject({
    date: '2026-11-27',
    core_start: '2026-11-27T14:30:00Z',
    core_end: '2026-11-27T18:00:00Z',
  });
  expect((await h.call('GET', '/v2/calendar?start=2026-08-03&end=2026-08-01')).status).toBe(422);
});

test('calendar by the day of settlement, and the week of a market', async () => {
  const dates = async (query: string): Promise<unknown[]> =>
    (await h.call('GET', `/v2/calendar?${query}`)).rows.map((day) => [day['date'], day['settlement_date']]);
  // What is traded on the eve of Thanksgiving settles on Friday, as it did on Tuesday what was traded on Monday.
  const settled = 'date_type=SETTLEMENT&start=2026-11-24&end=2026-11-27';
  expect(await dates(settled)).toEqual([
    ['2026-11-23', '2026-11-24'],
    ['2026-11-24', '2026-11-25'],
    ['2026-11-25', '2026-11-27'],
  ]);
  expect(await dates('date_type=SETTLEMENT&start=2026-11-26&end=2026-11-26')).toEqual([]);
  expect(await dates('date_type=SETTLEMENT&end=1990-01-01')).toEqual([]);
  const week = async (query: string): Promise<unknown[]> =>
    (await h.call('GET', `/v3/calendar/NYSE${query}`)).body['calendar'].map((day: JsonRow) => [
      day['date'],
      day['core_start'],
    ]);
  // Today is Monday; the end is a week after the start.
  const first = await week('');
  expect([first.length, first[0], first.at(-1)]).toEqual([
    6,
    ['2026-08-03', '2026-08-03T09:30:00-04:00'],
    ['2026-08-10', '2026-08-10T09:30:00-04:00'],
  ]);
  expect(await week('?start=2026-11-27&timezone=UTC')).toEqual([
    ['2026-11-27', '2026-11-27T14:30:00Z'],
    ['2026-11-30', '2026-11-30T14:30:00Z'],
    ['2026-12-01', '2026-12-01T14:30:00Z'],
    ['2026-12-02', '2026-12-02T14:30:00Z'],
    ['2026-12-03', '2026-12-03T14:30:00Z'],
    ['2026-12-04', '2026-12-04T14:30:00Z'],
  ]);
});

test('assets: list, by symbol, by id', async () => {
  const list = (await h.call('GET', '/v2/assets?status=active&asset_class=us_equity')).body;
  expect(list.map((asset: JsonRow) => asset['symbol'])).toEqual(['AAPL', 'MSFT', 'BRK.B']);
  expect((await h.call('GET', `/v2/assets/${list[1]?.['id'] ?? ''}`)).body['symbol']).toBe('MSFT');
  expect((await h.call('GET', '/v2/assets/BTC/USD')).body).toEqual({
    code: 40410000,
    message: 'asset not found for BTC/USD',
  });
  expect((await h.call('GET', '/v2/assets?asset_class=crypto')).body).toEqual([]);
});

test('watchlists: every form', async () => {
  const made = (await h.call('POST', '/v2/watchlists', { name: 'mine', symbols: ['aapl', 'MSFT'] })).body;
  const symbols = async (): Promise<unknown> =>
    (await h.call('GET', `/v2/watchlists/${made['id']}`)).body['assets']?.map((asset: JsonRow) => asset['symbol']);
  expect(await symbols()).toEqual(['AAPL', 'MSFT']);
  expect((await h.call('POST', '/v2/watchlists', { name: 'mine' })).body).toEqual({
    code: 40010001,
    message: 'watchlist name must be unique',
  });
  await h.call('POST', '/v2/watchlists:by_name?name=mine', { symbol: 'BRK.B' });
  await h.call('DELETE', `/v2/watchlists/${made['id']}/AAPL`);
  expect(await symbols()).toEqual(['MSFT', 'BRK.B']);
  await h.call('PUT', `/v2/watchlists/${made['id']}`, { name: 'ours', symbols: ['AAPL'] });
  expect((await h.call('GET', '/v2/watchlists%3Aby_name?name=ours')).body['id']).toBe(made['id']);
  expect((await h.call('GET', '/v2/watchlists')).rows.map((list) => [list['name'], 'assets' in list])).toEqual([
    ['ours', false],
  ]);
  const other = await h.key('bot-2', 'trader');
  expect((await h.call('GET', `/v2/watchlists/${made['id']}`, undefined, other)).status).toBe(404);
  expect((await h.call('DELETE', '/v2/watchlists:by_name?name=ours')).status).toBe(204);
  expect((await h.call('GET', '/v2/watchlists')).body).toEqual([]);
});
