import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DOLLAR } from '../../domain/units.js';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness, JsonRow } from '../../../test/support/alpacaHarness.js';

let h: AlpacaHarness;
beforeEach(async () => {
  h = await alpacaHarness();
});
afterEach(() => h.close());

const market = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' };
const resting = { ...market, type: 'limit', limit_price: '190.5' };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Fields of an order on REST, in their order. */
const ORDER_FIELDS =
  'id client_order_id created_at updated_at submitted_at filled_at expired_at canceled_at failed_at replaced_at ' +
  'replaced_by replaces asset_id symbol asset_class notional qty filled_qty filled_avg_price order_class order_type ' +
  'type side position_intent time_in_force limit_price stop_price status extended_hours legs trail_percent ' +
  'trail_price hwm subtag source expires_at';

describe('orders', () => {
  test('a market order fills at the ask and has every field in its order', async () => {
    const { status, body } = await h.call('POST', '/v2/orders', market);
    expect(status).toBe(200);
    expect(Object.keys(body).join(' ')).toBe(ORDER_FIELDS);
    expect(body).toMatchObject({
      symbol: 'AAPL',
      qty: '10',
      filled_qty: '10',
      filled_avg_price: '200',
      status: 'filled',
      side: 'buy',
      position_intent: 'buy_to_open',
      order_class: '',
      expires_at: '2026-08-03T20:00:00Z',
      legs: null,
      notional: null,
    });
    expect(body['id']).toMatch(UUID);
    expect(body['client_order_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(body['created_at']).toMatch(/^2026-08-03T14:30:00\.\d{1,6}Z$/);
  });

  test('numbers and strings, and booleans in any form, are the same order', async () => {
    const text = await h.call('POST', '/v2/orders', { ...resting, extended_hours: 'False' });
    const numbers = await h.call('POST', '/v2/orders', {
      ...resting,
      qty: 10.0,
      limit_price: 190.5,
      extended_hours: false,
    });
    expect(numbers.body).toMatchObject({ qty: text.body['qty'], limit_price: '190.5', status: 'new' });
  });

  test('a client order id is unique and finds the order, with either colon', async () => {
    const first = await h.call('POST', '/v2/orders', { ...resting, client_order_id: 'my 1' });
    const again = await h.call('POST', '/v2/orders', { ...resting, client_order_id: 'my 1' });
    expect([again.status, again.body]).toEqual([422, { code: 40010001, message: 'client_order_id must be unique' }]);
    for (const colon of [':', '%3A', '%3a']) {
      const found = await h.call('GET', `/v2/orders${colon}by_client_order_id?client_order_id=my%201`);
      expect(found.body['id']).toBe(first.body['id']);
    }
  });

  test('lists: open by default, filters, limit, direction, paging by time and by id', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const symbol = i % 2 === 0 ? 'AAPL' : 'MSFT';
      ids.push(
        (await h.call('POST', '/v2/orders', { ...resting, symbol, limit_price: String(100 + i) })).body['id'] as string,
      );
    }
    const done = (await h.call('POST', '/v2/orders', market)).body['id'];
    const list = async (query: string): Promise<unknown[]> =>
      (await h.call('GET', `/v2/orders?${query}`)).rows.map((order) => order['id']);
    expect(await list('')).toEqual([...ids].reverse());
    expect(await list('direction=ASC&limit=2')).toEqual(ids.slice(0, 2));
    expect(await list('status=closed')).toEqual([done]);
    expect(await list('status=all&limit=1')).toEqual([done]);
    expect(await list('symbols=MSFT%2CBRK.B')).toEqual([ids[3], ids[1]]);
    expect(await list('side=sell')).toEqual([]);
    expect(await list('asset_class=crypto')).toEqual([]);
    expect(await list(`before_order_id=${ids[2] ?? ''}`)).toEqual([ids[1], ids[0]]);
    expect(await list(`after_order_id=${ids[2] ?? ''}&direction=asc`)).toEqual([ids[3], ids[4]]);
    const paged: unknown[] = [];
    let until = '';
    for (let page = 0; page < 4; page += 1) {
      const { rows } = await h.call('GET', `/v2/orders?limit=2${until}`);
      paged.push(...rows.map((order) => order['id']));
      until = `&until=${encodeURIComponent(rows.at(-1)?.['submitted_at'] ?? '')}`;
      if (rows.length < 2) break;
    }
    expect(paged).toEqual([...ids].reverse());
    expect((await h.call('GET', '/v2/orders?limit=501')).status).toBe(422);
    expect((await h.call('GET', '/v2/orders?status=some')).body).toEqual({ code: 40010001, message: 'invalid status' });
  });

  test('orders of one instant are paged by time, each once', async () => {
    const ids: unknown[] = [];
    for (let i = 0; i < 5; i += 1) {
      // The clock of the market stands still.
      h.venue.now -= 2000;
      ids.push((await h.call('POST', '/v2/orders', { ...resting, limit_price: String(100 + i) })).body['id']);
    }
    const seen: unknown[] = [];
    let until = '';
    for (let page = 0; page < 9; page += 1) {
      const { rows } = await h.call('GET', `/v2/orders?limit=2${until}`);
      seen.push(...rows.map((order) => order['id']));
      if (rows.length < 2) break;
      until = `&until=${encodeURIComponent(rows.at(-1)?.['submitted_at'] ?? '')}`;
    }
    expect(seen).toEqual([...ids].reverse());
  });

  test('a replacement has a new id, and both orders point to each other', async () => {
    const old = (await h.call('POST', '/v2/orders', resting)).body;
    const { status, body } = await h.call('PATCH', `/v2/orders/${old['id']}`, {
      qty: 20,
      limit_price: '191',
      client_order_id: 'r',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      qty: '20',
      limit_price: '191',
      replaces: old['id'],
      client_order_id: 'r',
      status: 'new',
    });
    const before = (await h.call('GET', `/v2/orders/${old['id']}`)).body;
    expect(before).toMatchObject({ status: 'replaced', replaced_by: body['id'], qty: '10' });
    expect(before['replaced_at']).not.toBeNull();
  });

  test('a replacement under way can be read by its id, and is rejected when the order fills first', async () => {
    h.venue.holdReplaces = true;
    const old = (await h.call('POST', '/v2/orders', resting)).body;
    const next = (await h.call('PATCH', `/v2/orders/${old['id']}`, { limit_price: '191' })).body;
    expect(next).toMatchObject({ status: 'pending_new', replaces: old['id'], limit_price: '191' });
    expect((await h.call('GET', `/v2/orders/${next['id']}`)).body['status']).toBe('pending_new');
    expect((await h.call('GET', `/v2/orders/${old['id']}`)).body['status']).toBe('pending_replace');
    h.venue.quote('AAPL', 190.3, 190.4);
    h.venue.completeReplaces();
    expect((await h.call('GET', `/v2/orders/${old['id']}`)).body).toMatchObject({
      status: 'filled',
      replaced_by: null,
    });
    expect((await h.call('GET', `/v2/orders/${next['id']}`)).body['status']).toBe('rejected');
  });

  test('a replacement that was put in place later is one order, not two', async () => {
    h.venue.holdReplaces = true;
    const old = (await h.call('POST', '/v2/orders', resting)).body;
    const next = (await h.call('PATCH', `/v2/orders/${old['id']}`, { limit_price: '191' })).body;
    h.venue.completeReplaces();
    const open = (await h.call('GET', '/v2/orders')).rows;
    expect(open.map((order) => [order['id'], order['status']])).toEqual([[next['id'], 'new']]);
  });

  test('cancels: 204, again 204, too late 422, all 207', async () => {
    const one = (await h.call('POST', '/v2/orders', resting)).body;
    const cancel = await h.call('DELETE', `/v2/orders/${one['id']}`);
    expect([cancel.status, cancel.text]).toEqual([204, '']);
    expect((await h.call('DELETE', `/v2/orders/${one['id']}`)).status).toBe(204);
    expect((await h.call('GET', `/v2/orders/${one['id']}`)).body).toMatchObject({ status: 'canceled' });
    const filled = (await h.call('POST', '/v2/orders', market)).body;
    expect((await h.call('DELETE', `/v2/orders/${filled['id']}`)).body).toEqual({
      code: 42210000,
      message: 'order is already in "filled" state',
    });
    expect((await h.call('DELETE', '/v2/orders')).body).toEqual([]);
    const a = (await h.call('POST', '/v2/orders', resting)).body;
    const b = (await h.call('POST', '/v2/orders', { ...resting, symbol: 'MSFT' })).body;
    const all = await h.call('DELETE', '/v2/orders');
    expect([all.status, all.body]).toEqual([207, [a, b].map((order) => ({ id: order['id'], status: 200 }))]);
  });

  test('notional orders have no qty', async () => {
    const { body } = await h.call('POST', '/v2/orders', { ...market, qty: undefined, notional: 1000.5 });
    expect(body).toMatchObject({ notional: '1000.5', qty: null, filled_qty: '5.0025', filled_avg_price: '200' });
  });

  test('trailing stops by price and by per cent', async () => {
    const byPrice = { ...market, side: 'sell', type: 'trailing_stop', trail_price: 1.5 };
    expect((await h.call('POST', '/v2/orders', byPrice)).body).toMatchObject({
      trail_price: '1.5',
      trail_percent: null,
    });
    const byPercent = { ...market, side: 'sell', type: 'trailing_stop', trail_percent: '2.25' };
    expect((await h.call('POST', '/v2/orders', byPercent)).body).toMatchObject({ trail_percent: '2.25', hwm: null });
  });

  test('a trailing stop says where it stands and what it has followed, in every read', async () => {
    const trailing = { ...market, side: 'sell', type: 'trailing_stop', trail_price: 1.5, client_order_id: 'trail' };
    const { body } = await h.call('POST', '/v2/orders', trailing);
    const id = String(body['id']);
    h.venue.trails.set('trail', { highWaterMark: 202 * DOLLAR, stopPrice: 200.5 * DOLLAR });
    const expected = { hwm: '202', stop_price: '200.5' };
    expect((await h.call('GET', `/v2/orders/${id}`)).body).toMatchObject(expected);
    expect((await h.call('GET', '/v2/orders:by_client_order_id?client_order_id=trail')).body).toMatchObject(expected);
    expect((await h.call('GET', '/v2/orders')).body).toMatchObject([expected]);
  });

  test('a replacement of a trailing stop under way followed as far, and stands where its own trail says', async () => {
    h.venue.holdReplaces = true;
    const trailing = { ...market, side: 'sell', type: 'trailing_stop', trail_price: 1.5, client_order_id: 'trail' };
    const { body } = await h.call('POST', '/v2/orders', trailing);
    h.venue.trails.set('trail', { highWaterMark: 202 * DOLLAR, stopPrice: 200.5 * DOLLAR });
    const next = (await h.call('PATCH', `/v2/orders/${body['id']}`, { trail: 2 })).body;
    expect(next).toMatchObject({ status: 'pending_new', trail_price: '2', hwm: '202', stop_price: null });
  });

  test('an order of another account is not found', async () => {
    const other = await h.key('bot-2', 'trader');
    const { body } = await h.call('POST', '/v2/orders', resting);
    const found = await h.call('GET', `/v2/orders/${body['id']}`, undefined, other);
    expect([found.status, found.body['message']]).toEqual([404, `order not found for ${body['id']}`]);
    expect((await h.call('GET', '/v2/orders', undefined, other)).body).toEqual([]);
  });
});

describe('complex orders', () => {
  const bracket = {
    ...resting,
    order_class: 'bracket',
    take_profit: { limit_price: '210' },
    stop_loss: { stop_price: 180, limit_price: 179.5 },
  };

  test('a bracket: held legs, then the take profit works, and its fill cancels the stop loss', async () => {
    const { body } = await h.call('POST', '/v2/orders', bracket);
    const legs: readonly JsonRow[] = body['legs'];
    expect(
      legs.map((leg) => [leg['type'], leg['status'], leg['side'], leg['order_class'], leg['position_intent']]),
    ).toEqual([
      ['limit', 'held', 'sell', 'bracket', 'sell_to_close'],
      ['stop_limit', 'held', 'sell', 'bracket', 'sell_to_close'],
    ]);
    h.venue.quote('AAPL', 190.3, 190.4);
    const [profit, loss] = legs.map((leg) => leg['id']);
    const status = async (id: unknown): Promise<unknown> =>
      (await h.call('GET', `/v2/orders/${String(id)}`)).body['status'];
    expect([await status(body['id']), await status(profit), await status(loss)]).toEqual(['filled', 'new', 'held']);
    h.venue.quote('AAPL', 210, 210.1);
    expect([await status(profit), await status(loss)]).toEqual(['filled', 'canceled']);
    expect((await h.call('GET', '/v2/positions')).body).toEqual([]);
  });

  test('nested=True moves legs under their parent', async () => {
    const { body } = await h.call('POST', '/v2/orders', bracket);
    for (const nested of ['True', 'true', '1']) {
      const { rows } = await h.call('GET', `/v2/orders?nested=${nested}`);
      expect(rows.map((order) => [order['id'], order['legs']?.length])).toEqual([[body['id'], 2]]);
    }
    const flat = (await h.call('GET', '/v2/orders?nested=False')).rows;
    expect(flat.map((order) => order['legs'])).toEqual([null, null, null]);
  });

  test('a group is listed once, with the order that took the place of its entry', async () => {
    const old = (await h.call('POST', '/v2/orders', bracket)).body;
    const next = (await h.call('PATCH', `/v2/orders/${old['id']}`, { limit_price: '191' })).body;
    const list = async (query: string): Promise<unknown[]> =>
      (await h.call('GET', `/v2/orders?nested=true${query}`)).rows.map((order) => [
        order['id'],
        order['legs']?.map((leg: JsonRow) => leg['id']),
      ]);
    const legs = old['legs'].map((leg: JsonRow) => leg['id']);
    expect(await list('')).toEqual([[next['id'], legs]]);
    expect(await list('&status=all')).toEqual([
      [next['id'], legs],
      [old['id'], undefined],
    ]);
  });

  test('the answer to a replacement under way has the legs, which it gives back if it comes to nothing', async () => {
    h.venue.holdReplaces = true;
    const old = (await h.call('POST', '/v2/orders', bracket)).body;
    const legs = old['legs'].map((leg: JsonRow) => leg['id']);
    const next = (await h.call('PATCH', `/v2/orders/${old['id']}`, { limit_price: '191' })).body;
    expect([next['status'], next['legs']?.map((leg: JsonRow) => leg['id'])]).toEqual(['pending_new', legs]);
    const group = async (id: unknown): Promise<unknown[]> => {
      const { body } = await h.call('GET', `/v2/orders/${String(id)}?nested=true`);
      return [body['status'], body['legs']?.map((leg: JsonRow) => leg['id'])];
    };
    expect(await group(next['id'])).toEqual(['pending_new', legs]);
    // A list has every leg once, under the order that works.
    const listed = (await h.call('GET', '/v2/orders?nested=true')).rows;
    expect(listed.map((order) => [order['id'], order['legs']?.length])).toEqual([
      [next['id'], undefined],
      [old['id'], 2],
    ]);
    h.venue.quote('AAPL', 190.3, 190.4);
    h.venue.completeReplaces();
    expect(await group(next['id'])).toEqual(['rejected', undefined]);
    expect(await group(old['id'])).toEqual(['filled', legs]);
  });

  test('an oco: the take profit is the parent', async () => {
    await h.call('POST', '/v2/orders', market);
    const { body } = await h.call('POST', '/v2/orders', {
      symbol: 'AAPL',
      qty: '10',
      side: 'sell',
      type: 'limit',
      time_in_force: 'gtc',
      order_class: 'oco',
      take_profit: { limit_price: '210' },
      stop_loss: { stop_price: '180' },
    });
    expect(body).toMatchObject({ order_class: 'oco', type: 'limit', limit_price: '210', status: 'new', side: 'sell' });
    expect(body['legs']?.map((leg: JsonRow) => [leg['type'], leg['stop_price'], leg['status']])).toEqual([
      ['stop', '180', 'held'],
    ]);
  });

  test('an oto has one leg', async () => {
    const oto = { ...resting, order_class: 'oto', stop_loss: { stop_price: '180' } };
    expect((await h.call('POST', '/v2/orders', oto)).body['legs']).toHaveLength(1);
  });
});

describe('positions', () => {
  test('list, read by symbol and id, close in part and whole', async () => {
    await h.call('POST', '/v2/orders', market);
    const list = (await h.call('GET', '/v2/positions')).rows;
    // Ten shares at 200, valued at the bid of 199.99; yesterday's close is 200.
    expect(list[0]).toMatchObject({
      symbol: 'AAPL',
      qty: '10',
      qty_available: '10',
      avg_entry_price: '200',
      side: 'long',
      market_value: '1999.9',
      cost_basis: '2000',
      unrealized_pl: '-0.1',
      unrealized_plpc: '-0.00005',
      current_price: '199.99',
      lastday_price: '200',
      change_today: '-0.00005',
    });
    expect((await h.call('GET', `/v2/positions/${list[0]?.['asset_id'] ?? ''}`)).body['qty']).toBe('10');
    const half = await h.call('DELETE', '/v2/positions/AAPL?percentage=50');
    expect([half.status, half.body['qty'], half.body['side'], half.body['position_intent']]).toEqual([
      200,
      '5',
      'sell',
      'sell_to_close',
    ]);
    expect((await h.call('DELETE', '/v2/positions/AAPL?qty=2')).body['qty']).toBe('2');
    // Up to nine decimals; of whole shares whole ones are sold.
    expect((await h.call('DELETE', '/v2/positions/AAPL?percentage=66.666666667')).body['qty']).toBe('2');
    expect((await h.call('DELETE', '/v2/positions/AAPL?percentage=66.6666666667')).status).toBe(422);
    expect((await h.call('DELETE', '/v2/positions/AAPL?qty=2&percentage=5')).status).toBe(422);
    expect((await h.call('DELETE', '/v2/positions/AAPL?percentage=101')).status).toBe(422);
    expect((await h.call('DELETE', '/v2/positions/AAPL')).body['qty']).toBe('1');
    expect((await h.call('GET', '/v2/positions/AAPL')).body).toEqual({
      code: 40410000,
      message: 'position does not exist',
    });
    expect((await h.call('GET', '/v2/positions/BTC/USD')).status).toBe(404);
  });

  test('a short position has negative figures', async () => {
    await h.call('POST', '/v2/orders', { ...market, side: 'sell' });
    expect((await h.call('GET', '/v2/positions/AAPL')).body).toMatchObject({
      qty: '-10',
      side: 'short',
      market_value: '-1999.9',
      cost_basis: '-1999.9',
    });
  });

  test('close all: a row per position, refused where orders hold the shares', async () => {
    await h.call('POST', '/v2/orders', market);
    await h.call('POST', '/v2/orders', { ...market, symbol: 'MSFT', qty: 1 });
    await h.call('POST', '/v2/orders', { ...market, side: 'sell', type: 'limit', limit_price: 300 });
    const held = await h.call('DELETE', '/v2/positions');
    expect(held.status).toBe(207);
    expect(held.rows.map((row) => [row['symbol'], row['status']])).toEqual([
      ['AAPL', 403],
      ['MSFT', 200],
    ]);
    expect(held.rows[0]?.['body']).toEqual({
      code: 40310000,
      message: 'insufficient qty available for order (requested: 10, available: 0)',
      symbol: 'AAPL',
      available: '0',
      existing_qty: '10',
      held_for_orders: '10',
    });
    const all = await h.call('DELETE', '/v2/positions?cancel_orders=True');
    expect(all.rows.map((row) => [row['symbol'], row['status'], row['body']?.['symbol']])).toEqual([
      ['AAPL', 200, 'AAPL'],
    ]);
  });
});
