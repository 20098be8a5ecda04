/** The Alpaca server over the exchange's own desk: what comes of groups, busts and corrections by its rules. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness, Json, JsonRow } from '../../../test/support/alpacaHarness.js';
import { DeskVenue } from '../../../test/support/DeskVenue.js';

let desk: DeskVenue;
let h: AlpacaHarness;
beforeEach(async () => {
  desk = new DeskVenue(['AAPL'], '10:00');
  h = await alpacaHarness({ served: desk });
  desk.quote(199.99, 200, 10_000);
  await h.call('GET', '/v2/account');
});
afterEach(() => h.close());

const market = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' };
const bracket = {
  ...market,
  order_class: 'bracket',
  take_profit: { limit_price: '210' },
  stop_loss: { stop_price: '180' },
};

describe('the stop loss beside a take profit', () => {
  const statuses = async (): Promise<unknown> =>
    (await h.call('GET', '/v2/orders?status=all&direction=asc')).rows.map((row) => row['status']);

  test('works as soon as the entry has filled', async () => {
    await h.call('POST', '/v2/orders', bracket);
    desk.quote(199.99, 200, 10_000);
    expect(await statuses()).toEqual(['filled', 'new', 'new']);
  });

  test('shows as held with the fidelity alpaca, until it is elected', async () => {
    await h.call('PATCH', '/v2/account/configurations', { papertape_fidelity: 'alpaca' });
    const told: string[] = [];
    const { body } = await h.call('POST', '/v2/orders', bracket);
    const loss = body['legs'][1]['id'];
    h.server.desk.onUpdate(({ payload }) => {
      const order = payload['order'] as JsonRow;
      if (order['id'] === loss) told.push(String(payload['event']));
    });
    desk.quote(199.99, 200, 10_000);
    expect(await statuses()).toEqual(['filled', 'new', 'held']);
    const replaced = (await h.call('PATCH', `/v2/orders/${loss}`, { stop_price: '185' })).body;
    expect([replaced['status'], replaced['replaces']]).toEqual(['held', loss]);
    expect((await h.call('GET', '/v2/orders?nested=true')).rows[0]?.['legs']?.[1]).toMatchObject({
      id: replaced['id'],
      status: 'held',
      stop_price: '185',
    });
    desk.quote(184.9, 185, 10_000);
    desk.rig.print(desk.rig.now + 1_000_000, 184.95, 500);
    desk.quote(184.9, 185, 10_000);
    desk.quote(184.9, 185, 10_000);
    expect(await statuses()).toEqual(['filled', 'canceled', 'replaced', 'filled']);
    expect(told).toEqual(['pending_replace', 'replaced']);
  });

  test('is held again, and not new, when it goes on after it was done for the day', async () => {
    await h.call('PATCH', '/v2/account/configurations', { papertape_fidelity: 'alpaca' });
    const { body } = await h.call('POST', '/v2/orders', { ...bracket, time_in_force: 'gtc' });
    desk.quote(199.99, 200, 10_000);
    const loss = body['legs'][1]['id'];
    await h.call('POST', '/papertape/inject', { kind: 'done_for_day', order_id: loss });
    desk.settle();
    expect((await h.call('GET', `/v2/orders/${loss}`)).body['status']).toBe('done_for_day');
    desk.rig.advance('09:31', '2013-10-08');
    desk.settle();
    expect((await h.call('GET', `/v2/orders/${loss}`)).body['status']).toBe('held');
  });

  test('of an oto, which has no sibling, works with either fidelity', async () => {
    await h.call('PATCH', '/v2/account/configurations', { papertape_fidelity: 'alpaca' });
    await h.call('POST', '/v2/orders', { ...market, order_class: 'oto', stop_loss: { stop_price: '180' } });
    desk.quote(199.99, 200, 10_000);
    expect(await statuses()).toEqual(['filled', 'new']);
  });
});

describe('a replacement of a member of a group', () => {
  const patch = async (id: string, body: object): Promise<JsonRow> =>
    (await h.call('PATCH', `/v2/orders/${id}`, body)).body as JsonRow;

  test('may say again what stays: programs send whole orders', async () => {
    const entry = { ...bracket, type: 'limit', limit_price: '190' };
    const { body } = await h.call('POST', '/v2/orders', entry);
    const same = { qty: '10', time_in_force: 'day' };
    expect(await patch(body['id'], same)).toMatchObject({ message: 'order parameters are not changed' });
    const next = await patch(body['id'], { ...same, limit_price: '191' });
    expect(next).toMatchObject({ limit_price: '191', qty: '10', replaces: body['id'] });
    const loss = await patch(body['legs'][1]['id'], { ...same, stop_price: '181' });
    expect(loss).toMatchObject({ stop_price: '181', status: 'held' });
  });

  test.each([{ qty: '5' }, { time_in_force: 'gtc' }, { qty: 11, limit_price: '191' }])(
    'changes nothing but its prices: %j',
    async (changes) => {
      const { body } = await h.call('POST', '/v2/orders', { ...bracket, type: 'limit', limit_price: '190' });
      expect(await patch(body['id'], changes)).toEqual({
        code: 42210000,
        message: 'only limit_price and stop_price of bracket orders can be replaced',
      });
    },
  );
});

describe('a replacement of a partly filled order', () => {
  test('is for what is left of the new total, and counts what was filled', async () => {
    const { body } = await h.call('POST', '/v2/orders', { ...market, qty: 100, type: 'limit', limit_price: '199' });
    await h.call('POST', '/papertape/inject', { kind: 'fill', order_id: body['id'], qty: 40, price: '199' });
    desk.settle();
    expect((await h.call('PATCH', `/v2/orders/${body['id']}`, { qty: 40 })).body['message']).toBe(
      'qty must be > filled_qty',
    );
    const next = (await h.call('PATCH', `/v2/orders/${body['id']}`, { qty: 120, limit_price: '199.5' })).body;
    expect(next).toMatchObject({ qty: '120', filled_qty: '40', filled_avg_price: '199', replaces: body['id'] });
    desk.quote(199.4, 199.5, 10_000);
    const [last, first] = (await h.call('GET', '/v2/orders?status=all')).rows;
    expect(first).toMatchObject({ status: 'replaced', qty: '100', filled_qty: '40', replaced_by: next['id'] });
    expect(last).toMatchObject({ status: 'filled', qty: '120', filled_qty: '120' });
    // The 40 shares of before are not bought again.
    expect((await h.call('GET', '/v2/positions/AAPL')).body['qty']).toBe('120');
  });
});

describe('a fill that does not stand', () => {
  let execution = '';
  let order: Json;
  let updates: Json[];
  beforeEach(async () => {
    updates = [];
    h.server.desk.onUpdate(({ payload }) => updates.push(payload));
    order = (await h.call('POST', '/v2/orders', market)).body;
    desk.quote(199.99, 200, 10_000);
    execution = updates.find(({ event }) => event === 'fill')?.execution_id;
    updates.length = 0;
  });
  const rows = async (): Promise<unknown[]> =>
    (await h.call('GET', `/v2/account/activities/FILL?order_id=${order['id']}`)).rows.map((row) => [
      row['type'],
      row['qty'],
      row['price'],
      row['cum_qty'],
      row['side'],
    ]);

  test('a bust is an update and a row of its own, and money and shares are back', async () => {
    const injected = await h.call('POST', '/papertape/inject', { kind: 'bust', execution_id: execution });
    expect(injected.status).toBe(204);
    desk.settle();
    expect(await rows()).toEqual([
      ['trade_bust', '10', '200', '0', 'buy'],
      ['fill', '10', '200', '10', 'buy'],
    ]);
    expect(updates).toMatchObject([
      { event: 'trade_bust', execution_id: execution, qty: '10', price: '200', position_qty: '0' },
    ]);
    expect(updates[0].order).toMatchObject({ id: order['id'], filled_qty: '0', filled_avg_price: null });
    expect((await h.call('GET', '/v2/account')).body['cash']).toBe('100000');
    expect((await h.call('GET', '/v2/positions')).body).toEqual([]);
    const again = await h.call('POST', '/papertape/inject', { kind: 'bust', execution_id: execution });
    expect([again.status, again.body['code']]).toEqual([404, 40410000]);
  });

  test('a correction says the terms that stand', async () => {
    const terms = { kind: 'correct', execution_id: execution, qty: 8, price: '199.5' };
    expect((await h.call('POST', '/papertape/inject', terms)).status).toBe(204);
    desk.settle();
    expect((await rows())[0]).toEqual(['trade_correct', '8', '199.5', '8', 'buy']);
    expect(updates[0]).toMatchObject({ event: 'trade_correct', qty: '8', price: '199.5', position_qty: '8' });
    expect((await h.call('GET', '/v2/account')).body['cash']).toBe('98404');
    expect((await h.call('GET', '/v2/positions/AAPL')).body).toMatchObject({ qty: '8', avg_entry_price: '199.5' });
  });

  test.each([
    [{ kind: 'bust' }, 404, 'execution not found for '],
    [{ kind: 'correct', qty: 0, price: 1 }, 422, 'qty must be > 0'],
    [{ kind: 'correct', qty: 1, price: 0 }, 422, 'price must be > 0'],
  ])('%j is refused', async (body, status, message) => {
    const answer = await h.call('POST', '/papertape/inject', body);
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  });
});
