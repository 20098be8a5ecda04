import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness } from '../../../test/support/alpacaHarness.js';
import { DOOR_REASONS } from '../../domain/venueDesk.js';
import type { DoorReason } from '../../domain/venueDesk.js';
import { REJECTION_REASONS } from '../../domain/refusals.js';
import { REFUSAL_ERRORS } from './refusalErrors.js';

let h: AlpacaHarness;
beforeEach(async () => {
  h = await alpacaHarness();
});
afterEach(() => h.close());

const micros = (text: string): string => String(Date.parse(text) * 1000);
const good = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' };
const limit = { ...good, type: 'limit', limit_price: '190' };
const INVALID = 40010001;
const FORBIDDEN = 40310000;
const UNPROCESSABLE = 42210000;

describe('POST /v2/orders: what is wrong with a request', () => {
  const bracket = {
    ...limit,
    order_class: 'bracket',
    take_profit: { limit_price: 200 },
    stop_loss: { stop_price: 180 },
  };
  const rows: readonly [string, object, number, number, string][] = [
    ['no size', { ...good, qty: undefined }, 422, INVALID, 'qty or notional is required'],
    ['both sizes', { ...good, notional: 5 }, 422, INVALID, 'only one of qty or notional is accepted'],
    ['nothing', { ...good, qty: '0' }, 422, INVALID, 'qty must be > 0'],
    ['less than nothing', { ...good, qty: -1 }, 422, INVALID, 'qty must be > 0'],
    ['words', { ...good, qty: 'ten' }, 422, INVALID, 'invalid qty'],
    ['too fine', { ...good, qty: '0.0000001' }, 422, INVALID, 'qty must be limited to 6 decimal places'],
    [
      'too little money',
      { ...good, qty: null, notional: '0.99' },
      403,
      FORBIDDEN,
      'cost basis must be >= minimal amount of order 1',
    ],
    ['no side', { ...good, side: undefined }, 422, INVALID, 'side is required'],
    ['another side', { ...good, side: 'hold' }, 422, INVALID, 'invalid side'],
    ['no type', { ...good, type: '' }, 422, INVALID, 'type is required'],
    ['another type', { ...good, type: 'pegged' }, 422, INVALID, 'invalid order type'],
    ['market with a price', { ...good, limit_price: 5 }, 422, INVALID, 'market orders require no stop or limit price'],
    ['limit without', { ...good, type: 'limit' }, 422, INVALID, 'limit orders require a limit price'],
    ['stop without', { ...good, type: 'stop' }, 422, INVALID, 'stop orders require a stop price'],
    [
      'stop limit without',
      { ...good, type: 'stop_limit', stop_price: 5 },
      422,
      INVALID,
      'stop limit orders require both stop and limit price',
    ],
    [
      'a type of others',
      { ...good, type: 'limit_if_touched', stop_price: 5, limit_price: 5 },
      422,
      INVALID,
      'invalid order type',
    ],
    [
      'trail without',
      { ...good, type: 'trailing_stop' },
      422,
      INVALID,
      'trailing stop orders must specify one of trail_price or trail_percent',
    ],
    [
      'trail too small',
      { ...good, type: 'trailing_stop', trail_percent: 0.05 },
      422,
      INVALID,
      'trail_percent must be >= 0.1',
    ],
    ['no lifetime', { ...good, time_in_force: null }, 422, INVALID, 'time_in_force is required'],
    ['another lifetime', { ...good, time_in_force: 'gtd' }, 422, INVALID, 'invalid time_in_force'],
    [
      'a long id',
      { ...good, client_order_id: 'x'.repeat(129) },
      422,
      INVALID,
      'client_order_id must be no more than 128 characters',
    ],
    ['no such asset', { ...good, symbol: 'XYZ' }, 422, UNPROCESSABLE, 'asset "XYZ" not found'],
    [
      'sub-penny',
      { ...limit, limit_price: 290.123 },
      422,
      UNPROCESSABLE,
      'invalid limit_price 290.123. sub-penny increment does not fulfill minimum pricing criteria',
    ],
    [
      'sub-penny stop',
      { ...good, type: 'stop', stop_price: '9.999' },
      422,
      UNPROCESSABLE,
      'invalid stop_price 9.999. sub-penny increment does not fulfill minimum pricing criteria',
    ],
    [
      'not fractionable',
      { ...good, symbol: 'BRK.B', qty: 0.5 },
      422,
      UNPROCESSABLE,
      'asset "BRK.B" is not fractionable',
    ],
    [
      'fractional gtc',
      { ...good, qty: 0.5, time_in_force: 'gtc' },
      422,
      UNPROCESSABLE,
      'fractional orders must be DAY orders',
    ],
    ['fractional bracket', { ...bracket, qty: 0.5 }, 422, UNPROCESSABLE, 'fractional orders must be simple orders'],
    [
      'extended market',
      { ...good, extended_hours: true },
      422,
      UNPROCESSABLE,
      'extended hours order must be DAY or GTC limit orders',
    ],
    [
      'extended stop',
      { ...good, type: 'stop', stop_price: 5, extended_hours: true },
      422,
      UNPROCESSABLE,
      'stop orders are not eligible for extended hours trading',
    ],
    [
      'take profit below the entry',
      { ...bracket, take_profit: { limit_price: 190 } },
      422,
      UNPROCESSABLE,
      'take_profit.limit_price must be >= base_price + 0.01',
    ],
    [
      'stop above the entry',
      { ...bracket, stop_loss: { stop_price: 190 } },
      422,
      UNPROCESSABLE,
      'stop_loss.stop_price must be <= base_price - 0.01',
    ],
    [
      'half a bracket',
      { ...bracket, stop_loss: null },
      422,
      UNPROCESSABLE,
      'bracket orders require take_profit.limit_price and stop_loss.stop_price',
    ],
    [
      'the wrong intent',
      { ...good, position_intent: 'buy_to_close' },
      422,
      UNPROCESSABLE,
      'position intent mismatch, inferred: buy_to_open, specified: buy_to_close',
    ],
    [
      'an intent of another world',
      { ...good, position_intent: 'buy_to_keep' },
      422,
      INVALID,
      'invalid position_intent',
    ],
    ['multi-leg', { ...good, order_class: 'mleg' }, 422, UNPROCESSABLE, 'multi-leg orders are not supported'],
  ];
  test.each(rows)('%s', async (_, body, status, code, message) => {
    const answer = await h.call('POST', '/v2/orders', body);
    expect([answer.status, answer.body['code'], answer.body['message']]).toEqual([status, code, message]);
    expect(h.venue.events.filter((event) => event.type === 'entered')).toEqual([]);
  });

  test('the base price is told', async () => {
    const { body } = await h.call('POST', '/v2/orders', { ...bracket, stop_loss: { stop_price: 190 } });
    expect(body['base_price']).toBe('190');
  });
  test('an empty media type without a body is none', async () => {
    const answer = await h.server.app.inject({
      method: 'DELETE',
      url: '/v2/orders',
      headers: { ...h.headers, 'content-type': '' },
    });
    expect(answer.statusCode).toBe(207);
  });
  test('what is no JSON, or no object', async () => {
    for (const payload of ['{"symbol":', '[1]', '"x"']) {
      const answer = await h.server.app.inject({
        method: 'POST',
        url: '/v2/orders',
        headers: { ...h.headers, 'content-type': 'application/json' },
        payload,
      });
      expect([answer.statusCode, answer.json()]).toEqual([
        422,
        { code: INVALID, message: 'request body format is invalid' },
      ]);
    }
  });
});

describe('what the desk refuses', () => {
  test('the table has a row for every reason', () => {
    expect(Object.keys(REFUSAL_ERRORS).sort()).toEqual(
      [...new Set([...Object.keys(DOOR_REASONS), ...Object.keys(REJECTION_REASONS)])].sort(),
    );
  });

  const rows: readonly [DoorReason, Record<string, string>, number, object][] = [
    [
      'BUYING_POWER',
      { buyingPower: '1200', costBasis: '5000' },
      403,
      { code: FORBIDDEN, message: 'insufficient buying power', buying_power: '1200', cost_basis: '5000' },
    ],
    [
      'SHARES_UNAVAILABLE',
      { requested: '10', available: '2', existing: '5', held: '3' },
      403,
      {
        code: FORBIDDEN,
        message: 'insufficient qty available for order (requested: 10, available: 2)',
        symbol: 'AAPL',
        available: '2',
        existing_qty: '5',
        held_for_orders: '3',
      },
    ],
    [
      'AUCTION_CUTOFF',
      { timeInForce: 'opg', closedFrom: micros('2026-08-03T13:28:00Z'), closedUntil: micros('2026-08-03T23:00:00Z') },
      403,
      { code: FORBIDDEN, message: 'opg orders cannot be submitted between 9:28am and 7:00pm ET' },
    ],
    [
      'AUCTION_CUTOFF',
      { timeInForce: 'cls', closedFrom: micros('2026-11-30T20:54:30Z'), closedUntil: micros('2026-12-01T00:00:00Z') },
      403,
      { code: FORBIDDEN, message: 'cls orders cannot be submitted between 3:54:30pm and 7:00pm ET' },
    ],
    [
      'LEGS_INVALID',
      { leg: 'takeProfit', side: 'below', basePrice: '199.5', tick: '0.01' },
      422,
      {
        code: UNPROCESSABLE,
        message: 'take_profit.limit_price must be <= base_price - 0.01',
        base_price: '199.5',
      },
    ],
    [
      'LEGS_INVALID',
      { leg: 'stopLoss', side: 'above', basePrice: '0.95', tick: '0.0001' },
      422,
      { code: UNPROCESSABLE, message: 'stop_loss.stop_price must be >= base_price + 0.0001', base_price: '0.95' },
    ],
    [
      'LEGS_INVALID',
      { leg: 'takeProfit', side: 'above' },
      422,
      { code: UNPROCESSABLE, message: 'take_profit.limit_price must be > stop_loss.stop_price' },
    ],
    ['LEGS_INVALID', {}, 422, { code: UNPROCESSABLE, message: 'said by the desk' }],
    ['FRACTIONAL_INVALID', {}, 422, { code: UNPROCESSABLE, message: 'fractional orders cannot be sold short' }],
    ['SHORTING_NOT_ALLOWED', {}, 403, { code: FORBIDDEN, message: 'account is not allowed to short' }],
    ['NOT_SHORTABLE', {}, 422, { code: UNPROCESSABLE, message: 'asset "AAPL" cannot be sold short' }],
    ['TRADING_SUSPENDED', {}, 403, { code: FORBIDDEN, message: 'new orders are rejected by user request' }],
    ['ACCOUNT_RESTRICTED', {}, 403, { code: FORBIDDEN, message: 'account not authorized to trade' }],
    ['FRACTIONAL_DISABLED', {}, 403, { code: FORBIDDEN, message: 'fractional trading is disabled for the account' }],
    ['DAY_TRADING', {}, 403, { code: 40310100, message: 'trade denied due to pattern day trading protection' }],
    ['DUPLICATE_CLIENT_ORDER_ID', {}, 422, { code: INVALID, message: 'client_order_id must be unique' }],
    ['SYMBOL_NOT_TRADABLE', {}, 422, { code: UNPROCESSABLE, message: 'asset AAPL is not tradable' }],
  ];
  test.each(rows)('%s', async (reason, details, status, body) => {
    await h.call('GET', '/v2/account');
    h.venue.refuseNext = { reason, message: 'said by the desk', details };
    const answer = await h.call('POST', '/v2/orders', good);
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  test('shares that orders hold: the orders are named by their ids here', async () => {
    const ids = [];
    for (let i = 0; i < 2; i += 1) ids.push((await h.call('POST', '/v2/orders', limit)).body['id']);
    const details = { requested: '10', available: '0', existing: '10', held: '10', holders: 'v-1 v-2' };
    h.venue.refuseNext = { reason: 'SHARES_UNAVAILABLE', message: '', details };
    const { body } = await h.call('POST', '/v2/orders', { ...good, side: 'sell' });
    expect([body['held_for_orders'], body['related_orders']]).toEqual(['10', ids]);
  });

  test('a wash trade names the other order by its id here', async () => {
    const other = await h.call('POST', '/v2/orders', limit);
    h.venue.refuseNext = { reason: 'WASH_TRADE', message: '', details: { existingOrderId: 'v-1', existing: 'limit' } };
    const { status, body } = await h.call('POST', '/v2/orders', { ...limit, side: 'sell' });
    expect([status, body]).toEqual([
      403,
      {
        code: FORBIDDEN,
        message: 'potential wash trade detected. use complex orders',
        existing_order_id: other.body['id'],
        reject_reason: 'opposite side limit order exists',
      },
    ]);
  });
});

describe('PATCH and DELETE /v2/orders/{id}', () => {
  test('no id, no order, no change, too late', async () => {
    expect((await h.call('GET', '/v2/orders/17')).body).toEqual({ code: INVALID, message: 'order_id is missing' });
    const missing = '61e69015-8549-4bfd-b9c3-01e75843f47d';
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await h.call(method, `/v2/orders/${missing}`, method === 'PATCH' ? {} : undefined);
      expect([answer.status, answer.body]).toEqual([
        404,
        { code: 40410000, message: `order not found for ${missing}` },
      ]);
    }
    const open = (await h.call('POST', '/v2/orders', limit)).body['id'];
    const say = async (body: object): Promise<unknown> =>
      (await h.call('PATCH', `/v2/orders/${open}`, body)).body['message'];
    expect(await say({})).toBe('order parameters are not changed');
    expect(await say({ qty: 10, limit_price: '190.00' })).toBe('order parameters are not changed');
    expect(await say({ qty: '10.5' })).toBe('qty must be a whole number');
    expect(await say({ stop_price: 5 })).toBe('limit orders require no stop price');
    h.venue.fillPart('v-1', 4, 190);
    expect(await say({ qty: 4 })).toBe('qty must be > filled_qty');
    const filled = (await h.call('POST', '/v2/orders', good)).body['id'];
    expect((await h.call('PATCH', `/v2/orders/${filled}`, { qty: 5 })).body).toEqual({
      code: UNPROCESSABLE,
      message: 'order is already in "filled" state',
    });
  });

  test('a fraction that would not be for the day any more', async () => {
    const open = (await h.call('POST', '/v2/orders', { ...limit, qty: 0.5 })).body['id'];
    h.venue.refuseNext = { reason: 'FRACTIONAL_INVALID', message: '', details: {} };
    expect((await h.call('PATCH', `/v2/orders/${open}`, { time_in_force: 'gtc' })).body).toEqual({
      code: UNPROCESSABLE,
      message: 'fractional orders must be DAY orders',
    });
  });

  test.each([
    [true, 'cannot replace order in accepted status'],
    [false, 'cannot replace order in pending_cancel status'],
  ])('a state that cannot be replaced (%s)', async (waiting, message) => {
    const open = (await h.call('POST', '/v2/orders', limit)).body['id'];
    const time = h.venue.now;
    h.venue.emit(
      waiting ? { type: 'accepted', orderId: 'v-1', time, waiting } : { type: 'cancelRequested', orderId: 'v-1', time },
    );
    expect((await h.call('PATCH', `/v2/orders/${open}`, { qty: 5 })).body['message']).toBe(message);
  });
});

describe('keys and limits', () => {
  test('no key, a wrong key and a revoked key are unauthorized', async () => {
    const wrong = { ...h.headers, 'apca-api-secret-key': 'x' };
    for (const headers of [{}, wrong, { 'apca-api-key-id': 'PKNOBODY', 'apca-api-secret-key': 'x' }]) {
      const answer = await h.call('GET', '/v2/account', undefined, headers);
      expect([answer.status, answer.body]).toEqual([401, { message: 'unauthorized.' }]);
    }
    expect(await h.store.revokeApiKey(h.keyId, 1)).toBe(true);
    expect((await h.call('GET', '/v2/account')).status).toBe(401);
  });

  test('HTTP Basic will do', async () => {
    const authorization = `Basic ${Buffer.from(`${h.keyId}:${h.secret}`).toString('base64')}`;
    expect((await h.call('GET', '/v2/account', undefined, { authorization })).status).toBe(200);
  });

  test('a viewer reads and does not trade', async () => {
    const viewer = await h.key('bot-1', 'viewer');
    expect((await h.call('GET', '/v2/orders', undefined, viewer)).status).toBe(200);
    expect((await h.call('POST', '/v2/orders', good, viewer)).body).toEqual({ code: FORBIDDEN, message: 'forbidden.' });
  });

  test('secrets are stored as hashes', async () => {
    const [key] = await h.store.apiKeys();
    expect(key?.keyId).toMatch(/^PK[A-Z2-7]{18}$/);
    expect(JSON.stringify(key)).not.toContain(h.secret);
    expect(Buffer.from(h.secret, 'base64url')).toHaveLength(32);
  });

  test('an unknown path, and the headers of every answer', async () => {
    const answer = await h.call('GET', '/v2/options/contracts');
    expect([answer.status, answer.body]).toEqual([404, { message: 'endpoint not found' }]);
    const { headers } = await h.call('GET', '/v2/clock');
    expect(headers['content-type']).toBe('application/json; charset=UTF-8');
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(headers['x-ratelimit-limit']).toBe('200');
    expect(headers['x-ratelimit-remaining']).toBe('198');
    expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now() / 1000);
  });

  test('refusals without an account have the headers too, and count for nobody else', async () => {
    const limits = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'x-request-id'];
    const { headers: unknown } = await h.call('GET', '/v2/options/contracts');
    expect(unknown).toMatchObject({ 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '199' });
    const garbled = { method: 'POST', url: '/v2/orders', payload: '{"symbol":' } as const;
    const known = await h.server.app.inject({ ...garbled, headers: h.headers });
    expect([known.statusCode, known.headers['x-ratelimit-remaining']]).toEqual([422, '198']);
    const strangers = [
      await h.call('GET', '/v2/account', undefined, {}),
      await h.call('GET', '/v2/no/such/path', undefined, {}),
      await h.call('GET', '/v2/orders/%zz', undefined, {}),
      await h.call('GET', `/v2/${'x'.repeat(400)}`, undefined, {}),
    ];
    expect(strangers.map(({ status }) => status)).toEqual([401, 404, 400, 404]);
    for (const { headers } of strangers) expect(Object.keys(headers)).toEqual(expect.arrayContaining(limits));
    // Whoever has no key is told so before the body is read.
    const stranger = await h.server.app.inject(garbled);
    expect([stranger.statusCode, stranger.json()]).toEqual([401, { message: 'unauthorized.' }]);
    expect((await h.call('GET', '/v2/clock')).headers['x-ratelimit-remaining']).toBe('197');
  });

  test('whoever has no key is unauthorized however often, and keeps nobody out', async () => {
    const limited = await alpacaHarness({ requestsPerMinute: 2, clock: new ManualClock() });
    for (let i = 0; i < 4; i += 1) {
      const { status, headers } = await limited.call('GET', '/v2/clock', undefined, {});
      expect([status, headers['x-ratelimit-remaining']]).toEqual([401, String(Math.max(0, 1 - i))]);
    }
    expect((await limited.call('GET', '/v2/clock')).status).toBe(200);
    await limited.close();
  });

  test('the 201st request of a minute is refused; the next minute begins anew', async () => {
    const clock = new ManualClock();
    const limited = await alpacaHarness({ requestsPerMinute: 200, clock });
    for (let i = 0; i < 200; i += 1) expect((await limited.call('GET', '/v2/clock')).status).toBe(200);
    clock.advance(30_000);
    const refused = await limited.call('GET', '/v2/clock');
    expect([refused.status, refused.body]).toEqual([429, { code: 42910000, message: 'rate limit exceeded' }]);
    expect(refused.headers).toMatchObject({ 'retry-after': '30', 'x-ratelimit-remaining': '0' });
    const other = await limited.key('bot-2', 'viewer');
    expect((await limited.call('GET', '/v2/clock', undefined, other)).status).toBe(200);
    clock.advance(30_000);
    expect((await limited.call('GET', '/v2/clock')).status).toBe(200);
    await limited.close();
  });
});

describe('times of no calendar', () => {
  test.each([
    '/v3/clock?time=0001-01-01T00:00:00Z',
    '/v3/clock?time=9999-12-31T23:59:59Z',
    '/v2/orders?status=all&after=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z',
    '/v2/account/activities?after=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z',
    '/v2/account/portfolio/history?timeframe=1D&start=0001-01-01T00:00:00Z&end=9999-12-31T23:59:59Z',
    '/v2/orders?status=all&after=1960-01-01&until=9999-12-31',
    '/v2/calendar?start=0001-01-01&end=1990-02-01',
    '/v2/calendar?start=2035-12-01&end=9999-12-31',
    '/v2/calendar?date_type=SETTLEMENT&start=2035-12-01',
    '/v2/account/activities?date=1960-01-01',
    '/v2/stocks/AAPL/bars?timeframe=1Day&start=1900-01-01&end=9999-12-31',
    '/v2/stocks/AAPL/trades?start=1900-01-01T00:00:00Z',
    '/v1/corporate-actions?start=0001-01-01&end=9999-12-31',
    '/v2/account/portfolio/history?timeframe=1D&period=9999A',
    '/v2/account/portfolio/history?timeframe=1D&period=9999D',
    '/v2/account/portfolio/history?timeframe=1D&period=999A',
    '/v2/account/portfolio/history?timeframe=1D&period=999M&start=9999-12-31T23:59:59Z',
    '/v2/account/portfolio/history?timeframe=1D&period=999W&end=0001-01-01T00:00:00Z',
    '/v2/account/portfolio/history?timeframe=1D&period=999D&end=9999-12-31T23:59:59Z',
  ])('mean its first or last moment: %s', async (url) => {
    expect((await h.call('GET', url)).status).toBe(200);
  });
});
