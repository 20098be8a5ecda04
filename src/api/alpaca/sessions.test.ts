/** What a program sees of the sessions before, and of the assets of all of them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness, JsonRow } from '../../../test/support/alpacaHarness.js';
import type { VenueInstrument } from './PaperVenue.js';

let h: AlpacaHarness;
beforeEach(async () => {
  h = await alpacaHarness();
});
afterEach(() => h.close());

const market = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' };
const resting = { ...market, type: 'limit', limit_price: '190', time_in_force: 'gtc' };
const get = async (url: string): Promise<readonly JsonRow[]> => (await h.call('GET', url)).rows;
const COMMON = { fractionable: true, marginLongPercent: 30, marginShortPercent: 30 } as const;
/** AAPL has another number than before, MSFT is gone, and of NEW nothing is known. */
const OTHER: readonly VenueInstrument[] = [
  { ...COMMON, symbol: 'NEW', name: '', exchange: '', lending: 'unknown' },
  { ...COMMON, symbol: 'BRK.B', name: 'BRK.B Inc.', exchange: 'NYSE', lending: 'hard', fractionable: false },
  { ...COMMON, symbol: 'AAPL', name: 'AAPL Inc.', exchange: 'NASDAQ', lending: 'easy' },
];

describe('a session that carries the accounts on', () => {
  test('keeps orders with their ids; what works on goes on', async () => {
    const bought = (await h.call('POST', '/v2/orders', market)).body['id'];
    const kept = (await h.call('POST', '/v2/orders', { ...resting, client_order_id: 'kept' })).body['id'];
    h.venue.beginSession('fake-0002', { carriesOn: true });
    h.venue.quote('AAPL', 199, 199.5);
    expect((await get('/v2/orders?status=all')).map((row) => row['id'])).toEqual([kept, bought]);
    h.venue.quote('AAPL', 189, 189.5);
    expect((await h.call('GET', `/v2/orders/${kept}`)).body).toMatchObject({ status: 'filled', filled_qty: '10' });
    expect((await h.call('GET', '/v2/orders:by_client_order_id?client_order_id=kept')).body['id']).toBe(kept);
    const rows = await get('/v2/account/activities');
    expect(rows.map((row) => [row['order_id'], row['type']])).toEqual([
      [kept, 'fill'],
      [bought, 'fill'],
    ]);
    const sold = (await h.call('POST', '/v2/orders', { ...market, side: 'sell', qty: 20 })).body;
    expect(sold['position_intent']).toBe('sell_to_close');
  });
});

describe('a session that follows with accounts of its own', () => {
  beforeEach(async () => {
    await h.call('POST', '/v2/orders', { ...market, client_order_id: 'one' });
    await h.call('POST', '/v2/orders', { ...market, symbol: 'MSFT', client_order_id: 'two' });
    await h.call('POST', '/v2/orders', { ...resting, client_order_id: 'three' });
  });

  test('shows what was before, by other symbol numbers too; what was open is over', async () => {
    const before = await get('/v2/orders?status=all');
    h.venue.beginSession('fake-0002', { carriesOn: false, instruments: OTHER });
    const after = await get('/v2/orders?status=all');
    expect(after.map((row) => [row['id'], row['symbol'], row['status']])).toEqual([
      [before[0]?.['id'], 'AAPL', 'canceled'],
      [before[1]?.['id'], 'MSFT', 'filled'],
      [before[2]?.['id'], 'AAPL', 'filled'],
    ]);
    expect(await get('/v2/orders')).toEqual([]);
    expect((await get('/v2/account/activities')).map((row) => row['symbol'])).toEqual(['MSFT', 'AAPL']);
    h.venue.quote('AAPL', 210, 210.5);
    // The same client order id, of an account that knows nothing of the other.
    const next = (await h.call('POST', '/v2/orders', { ...market, client_order_id: 'one', side: 'sell' })).body;
    expect(next['position_intent']).toBe('sell_to_open');
    expect(before.map((row) => row['id'])).not.toContain(next['id']);
    expect((await h.call('GET', '/v2/orders:by_client_order_id?client_order_id=one')).body['id']).toBe(next['id']);
    expect((await h.call('GET', `/v2/orders/${String(before[2]?.['id'])}`)).body['filled_avg_price']).toBe('200');
  });

  test('neither loses nor wins money by it in the history of the value', async () => {
    h.venue.quote('AAPL', 209.99, 210);
    h.venue.beginSession('fake-0002', { carriesOn: false });
    await h.call('GET', '/v2/account');
    const query = 'period=1D&timeframe=1D&intraday_reporting=extended_hours';
    const { body } = await h.call('GET', `/v2/account/portfolio/history?${query}`);
    // Ten shares rose by 9.99 from 200, ten others fell by 0.02 from 400.
    expect([body['equity'], body['profit_loss']]).toEqual([[100_000], [99.7]]);
  });

  test('cannot trade what only the session before had', async () => {
    h.venue.beginSession('fake-0002', { carriesOn: false, instruments: OTHER });
    const refused = await h.call('POST', '/v2/orders', { ...market, symbol: 'MSFT' });
    expect([refused.status, refused.body['message']]).toEqual([422, 'asset "MSFT" not found']);
    expect((await h.call('GET', '/v2/assets/MSFT')).body).toMatchObject({ status: 'inactive', tradable: false });
    expect((await get('/v2/assets?status=inactive')).map((row) => row['symbol'])).toEqual(['MSFT']);
    expect((await get('/v2/assets?status=active')).map((row) => row['symbol'])).toEqual(['NEW', 'BRK.B', 'AAPL']);
  });
});

describe('assets', () => {
  test('say what is known, and list what is assumed', async () => {
    h.venue.beginSession('fake-0002', { instruments: OTHER });
    expect((await h.call('GET', '/v2/assets/NEW')).body).toMatchObject({
      name: 'NEW',
      exchange: 'NASDAQ',
      shortable: true,
      easy_to_borrow: true,
      margin_requirement_long: '30',
      attributes: ['fractional_eh_enabled'],
      papertape_assumed: ['name', 'exchange', 'shortable', 'easy_to_borrow', 'borrow_status'],
    });
    const known = (await h.call('GET', '/v2/assets/BRK.B')).body;
    expect(known).toMatchObject({
      name: 'BRK.B Inc.',
      exchange: 'NYSE',
      shortable: true,
      easy_to_borrow: false,
      borrow_status: 'hard_to_borrow',
      fractionable: false,
      attributes: [],
    });
    expect(known).not.toHaveProperty('papertape_assumed');
  });

  test.each([
    ['exchange=NYSE', ['BRK.B']],
    ['attributes=fractional_eh_enabled,ipo', ['NEW', 'AAPL']],
    ['attributes=has_options', []],
    ['asset_class=crypto', []],
    ['status=inactive', []],
    ['status=all&asset_class=us_equity', ['NEW', 'BRK.B', 'AAPL']],
  ])('can be asked for with %s', async (query, symbols) => {
    h.venue.beginSession('fake-0002', { instruments: OTHER });
    expect((await get(`/v2/assets?${query}`)).map((row) => row['symbol'])).toEqual(symbols);
  });
});
