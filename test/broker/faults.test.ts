/** Lost, doubled and broken messages between client and server: one order, and the truth in the end. */
import { afterEach, describe, expect, it } from 'vitest';
import { startsWith } from '../support/FaultProxy.js';
import type { HttpFault } from '../support/FaultProxy.js';
import { BrokerRig, rigOrder } from '../support/brokerRig.js';

let rig: BrokerRig;
afterEach(() => rig.close());

const POST = startsWith('POST /v2/orders');

describe('an order whose answer does not come', () => {
  it.each<[string, HttpFault]>([
    ['F26: the answer is lost and the connection closed', { kind: 'dropAnswer' }],
    ['F26: the answer is lost in silence', { kind: 'dropAnswer', silent: true }],
    ['F26: the answer is cut in its head', { kind: 'cut', bytes: 60 }],
    ['F26: the answer is cut in its body', { kind: 'cut', bytes: 700 }],
    ['F26: the answer is not JSON any more', { kind: 'corrupt', fromEnd: 1 }],
    ['F26: the answer never ends', { kind: 'endless' }],
    ['F27: the request is lost and the connection closed', { kind: 'dropRequest' }],
    ['F27: the request is lost in silence', { kind: 'dropRequest', silent: true }],
    ['F28: 500', { kind: 'answer', status: 500, body: '{"code":50010000,"message":"internal server error occurred"}' }],
    ['F28: 502 with a page', { kind: 'answer', status: 502, body: '<html>bad gateway</html>' }],
    ['F28: 503', { kind: 'answer', status: 503 }],
    ['F28: 504', { kind: 'answer', status: 504 }],
    ['F28: a redirect', { kind: 'answer', status: 307, headers: { location: 'https://api.alpaca.markets/v2/orders' } }],
    ['F29: 429 with Retry-After', { kind: 'answer', status: 429, headers: { 'retry-after': '2' } }],
    ['F29: 429 without Retry-After', { kind: 'answer', status: 429 }],
    ['F33: the request arrives twice', { kind: 'duplicate' }],
    ['F68: the answer comes slowly', { kind: 'rate', bytes: 11 }],
    ['F68: the answer comes late', { kind: 'delay', ms: 5 }],
  ])('%s: one order at the venue, filled once', async (_name, fault) => {
    rig = await BrokerRig.open();
    rig.proxy.stream('drop').fail(POST, fault);
    rig.submit('o-1');
    await rig.until(() => rig.filled('o-1') > 0);
    await rig.pass(40_000);
    expect(rig.types('o-1')).toEqual(['accepted', 'filled']);
    expect(rig.filled('o-1')).toBe(10);
    expect(rig.atVenue('c-o-1')).toBe(1);
    expect(rig.client.openOrderCount).toBe(0);
    expect(rig.client.account('paper').quantityOf(0)).toBe(10_000_000);
  });
});

describe('an order that the broker is slow to show', () => {
  it('F26, F31: denied four times and refused as a duplicate, it is ours all the same', async () => {
    rig = await BrokerRig.open();
    const denial = { kind: 'answer', status: 404, body: '{"code":40410000,"message":"order not found"}' } as const;
    rig.proxy.stream('drop').fail(POST, { kind: 'dropAnswer' });
    rig.proxy.fail(startsWith('GET /v2/orders:by_client_order_id'), denial, 4);
    rig.submit('o-1');
    await rig.until(() => rig.filled('o-1') === 10);
    expect(rig.proxy.received.filter(({ method }) => method === 'POST').length).toBeGreaterThan(1);
    expect([rig.types('o-1'), rig.atVenue('c-o-1')]).toEqual([['accepted', 'filled'], 1]);
    expect(rig.alertCodes()).toEqual(['ORDER_UNDECIDED']);
  });

  it('F28: the 404 of a gateway denies nothing', async () => {
    rig = await BrokerRig.open();
    rig.proxy.stream('drop').fail(POST, { kind: 'dropAnswer' });
    const page = { kind: 'answer', status: 404, body: '<html>nothing here</html>' } as const;
    rig.proxy.fail(startsWith('GET /v2/orders:by_client_order_id'), page, 6);
    rig.submit('o-1');
    await rig.until(() => rig.filled('o-1') === 10);
    expect(rig.proxy.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

describe('cancels and questions that fail', () => {
  const CANCEL = startsWith('DELETE /v2/orders/');

  it.each<[string, HttpFault]>([
    ['F28: 500 on DELETE', { kind: 'answer', status: 500 }],
    ['F28: the answer of the DELETE is lost', { kind: 'dropAnswer' }],
    ['F28: the DELETE is lost in silence', { kind: 'dropRequest', silent: true }],
    ['F29: 429 on DELETE', { kind: 'answer', status: 429, headers: { 'retry-after': '1' } }],
  ])('%s: the order is cancelled, once', async (_name, fault) => {
    rig = await BrokerRig.open();
    rig.submit('o-1', { limit: 150 });
    await rig.until(() => rig.types('o-1').length > 0);
    rig.proxy.stream('drop').fail(CANCEL, fault, 2);
    rig.cancel('o-1');
    await rig.until(() => rig.client.openOrderCount === 0);
    expect(rig.types('o-1')).toEqual(['accepted', 'canceled']);
  });

  it('F28: questions are asked five times, with growing pauses; trading begins when they are answered', async () => {
    rig = await BrokerRig.open({ start: false });
    rig.proxy.fail(startsWith('GET /v2/account'), { kind: 'answer', status: 503 }, 7);
    rig.client.start();
    await rig.until(() => rig.client.state === 'trading');
    // Five, then once more in the next comparison, two of which fail, and at its end.
    expect(rig.proxy.received.filter(({ path }) => path === '/v2/account')).toHaveLength(9);
    expect(rig.alertCodes()).toEqual(['UNAVAILABLE']);
  });

  it('F37: a cancel that comes too late is refused, and the fill counts', async () => {
    rig = await BrokerRig.open();
    rig.submit('o-1', { limit: 150 });
    await rig.until(() => rig.types('o-1').length > 0);
    rig.proxy.stream('clog').fail(CANCEL, { kind: 'clog' });
    rig.cancel('o-1');
    await rig.until(() => rig.proxy.received.some(({ method }) => method === 'DELETE'));
    rig.h.venue.quote('AAPL', 149, 149.5);
    rig.proxy.unclog();
    await rig.until(() => rig.client.openOrderCount === 0);
    expect(rig.types('o-1')).toEqual(['accepted', 'filled', 'cancelRejected']);
    rig.proxy.stream('none');
    rig.cancel('o-1');
    expect(rig.types('o-1').at(-1)).toBe('cancelRejected');
  });

  it('a cancel before the order has left: it never leaves', async () => {
    rig = await BrokerRig.open({ start: false });
    rig.client.start();
    rig.submit('o-1');
    rig.cancel('o-1');
    await rig.until(() => rig.client.state === 'trading');
    await rig.pass(5_000);
    expect(rig.types('o-1')).toEqual(['canceled']);
    expect(rig.atVenue('c-o-1')).toBe(0);
  });

  it('a cancel while the order is on its way waits for it', async () => {
    rig = await BrokerRig.open();
    rig.proxy.stream('drop').fail(POST, { kind: 'clog' });
    rig.submit('o-1', { limit: 150 });
    await rig.until(() => rig.proxy.received.some(({ method }) => method === 'POST'));
    rig.cancel('o-1');
    await rig.pass(1_000);
    expect(rig.proxy.received.some(({ path }) => path.includes('by_client_order_id'))).toBe(false);
    rig.proxy.unclog();
    await rig.until(() => rig.client.openOrderCount === 0);
    expect(rig.types('o-1')).toEqual(['accepted', 'canceled']);
    expect(rig.atVenue('c-o-1')).toBe(1);
  });
});

describe('keys that are refused', () => {
  it.each([
    ['401', { kind: 'answer', status: 401, body: '{"message":"unauthorized."}' }],
    ['403 without a code', { kind: 'answer', status: 403, body: '{"message":"forbidden."}' }],
  ] as const)('F30: %s on an order halts trading: it is refused, nothing more is tried', async (_name, fault) => {
    rig = await BrokerRig.open();
    rig.proxy.fail(() => true, fault, 100);
    rig.submit('o-1');
    await rig.until(() => rig.client.state === 'halted');
    const asked = rig.proxy.received.length;
    rig.submit('o-2');
    await rig.pass(120_000);
    expect(rig.proxy.received.length).toBe(asked);
    expect([rig.types('o-1'), rig.types('o-2')]).toEqual([['rejected'], ['rejected']]);
    expect(rig.alertCodes()).toEqual(['UNAUTHORIZED']);
    expect(rig.proxy.streamCount).toBe(1);
  });

  it('F30: when trading halts every cancel is answered: under way, to come, or waiting', async () => {
    rig = await BrokerRig.open();
    rig.submit('o-1', { limit: 150 });
    rig.submit('o-2', { limit: 140 });
    await rig.until(() => rig.events.length === 2);
    const refusal = { kind: 'answer', status: 401, body: '{"message":"unauthorized."}' } as const;
    rig.proxy.fail(() => true, refusal, 100);
    rig.cancel('o-1');
    await rig.until(() => rig.client.state === 'halted');
    rig.cancel('o-2');
    await rig.until(() => rig.types('o-2').length === 2);
    await rig.pass(60_000);
    expect([rig.types('o-1'), rig.types('o-2')]).toEqual([
      ['accepted', 'cancelRejected'],
      ['accepted', 'cancelRejected'],
    ]);
    expect(rig.proxy.received.filter(({ method }) => method === 'DELETE')).toHaveLength(2);
    rig.events.length = 0;
    await rig.restart({ openOrders: [{ ...rigOrder('o-3', { limit: 150 }), status: 'accepted' }] });
    rig.cancel('o-3');
    await rig.until(() => rig.client.state === 'halted');
    expect(rig.types('o-3')).toEqual(['cancelRejected']);
  });

  it('F30: a refused handshake of the stream is not tried again', async () => {
    rig = await BrokerRig.open({ start: false });
    rig.proxy.handshakeStatus = 401;
    rig.client.start();
    await rig.until(() => rig.client.state === 'halted');
    rig.proxy.handshakeStatus = 0;
    await rig.pass(120_000);
    expect(rig.proxy.streamCount).toBe(0);
  });

  it('F30: an order in the air when trading halts is not told as refused', async () => {
    rig = await BrokerRig.open();
    rig.proxy.stream('drop').fail(POST, { kind: 'clog' }).fail(POST, { kind: 'answer', status: 401 });
    rig.submit('o-1', { limit: 150 });
    await rig.until(() => rig.proxy.received.some(({ method }) => method === 'POST'));
    rig.submit('o-2');
    await rig.until(() => rig.client.state === 'halted');
    expect([rig.types('o-1'), rig.types('o-2')]).toEqual([[], ['rejected']]);
    rig.proxy.unclog();
    await rig.until(() => rig.types('o-1').length > 0);
    expect(rig.types('o-1')).toEqual(['accepted']);
  });
});

describe('client order ids', () => {
  it('F31, F32: an id that another order has is refused, and the other order is left alone', async () => {
    rig = await BrokerRig.open();
    const other = { symbol: 'AAPL', qty: '3', side: 'buy', type: 'limit', limit_price: '150', time_in_force: 'day' };
    await rig.h.call('POST', '/v2/orders', { ...other, client_order_id: 'c-o-1' });
    rig.submit('o-1', { limit: 150 });
    await rig.until(() => rig.types('o-1').length > 0);
    expect(rig.events).toMatchObject([{ type: 'rejected', reason: 'DUPLICATE_CLIENT_ORDER_ID' }]);
    await rig.pass(31_000);
    expect(rig.atVenue('c-o-1')).toBe(1);
    expect((await rig.h.call('GET', '/v2/orders')).rows).toMatchObject([{ qty: '3', status: 'new' }]);
    expect(rig.alertCodes()).toEqual(['EXTERNAL_ORDER']);
  });

  it('F33: fifty requests of one id at once make one order; so does one more after a restart', async () => {
    rig = await BrokerRig.open();
    rig.proxy.fail(POST, { kind: 'duplicate' }, 25);
    const body = {
      symbol: 'AAPL',
      qty: '10',
      side: 'buy',
      type: 'market',
      time_in_force: 'day',
      client_order_id: 'c-o-1',
    };
    const burst = Array.from({ length: 49 }, () =>
      fetch(`${rig.proxy.url}/v2/orders`, {
        method: 'POST',
        headers: { ...rig.h.headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then(({ status }) => status),
    );
    rig.submit('o-1');
    const statuses = await Promise.all(burst);
    await rig.until(() => rig.client.openOrderCount === 0);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    expect(rig.types('o-1')).toEqual(['accepted', 'filled']);
    await rig.restart();
    await rig.until(() => rig.client.state === 'trading');
    rig.submit('o-1');
    await rig.until(() => rig.events.length > 2);
    expect(rig.atVenue('c-o-1')).toBe(1);
  });
});

describe('what is sent too much', () => {
  it.each([
    [7_000, { 'retry-after': '7' }],
    [3_000, {}],
  ] as const)('F29: after a 429 nothing leaves for %i ms', async (ms, headers) => {
    rig = await BrokerRig.open();
    rig.proxy.fail(POST, { kind: 'answer', status: 429, headers });
    rig.submit('o-1');
    await rig.until(() => rig.proxy.received.some(({ method }) => method === 'POST'));
    const askedMs = rig.clock.monotonicMs();
    await rig.until(() => rig.atVenue('c-o-1') === 1);
    // The clock may move by one step before the answer is here.
    expect(rig.clock.monotonicMs() - askedMs).toBeGreaterThanOrEqual(ms);
    expect(rig.clock.monotonicMs() - askedMs).toBeLessThanOrEqual(ms + 500);
  });

  it('F29, F43: a runaway strategy is held to the rate; cancels go first; what is late is refused', async () => {
    rig = await BrokerRig.open({ requestsPerMinute: 200 });
    const before = rig.proxy.received.length;
    for (let i = 1; i <= 1_000; i += 1) rig.submit(`o-${i}`, { limit: 150 });
    for (let i = 1; i <= 3; i += 1) rig.cancel(`o-${i}`);
    await rig.until(() => rig.client.openOrderCount < 200 && rig.events.length > 900, 'most are decided', 1_000);
    await rig.pass(31_000);
    // Twenty at once, then 200 a minute for as long as a decision is good: 30 s.
    const sent = rig.h.venue.events.filter(({ type }) => type === 'entered').length;
    expect(sent).toBeGreaterThan(80);
    expect(sent).toBeLessThanOrEqual(20 + (200 * 31) / 60 + 1);
    expect(rig.proxy.received.length - before).toBeLessThanOrEqual(20 + (200 * 100) / 60);
    expect(rig.events.filter(({ type }) => type === 'rejected').length).toBe(1_000 - 3 - sent);
    expect(rig.client.openOrderCount).toBe(sent);
    expect(['o-1', 'o-2', 'o-3'].map((id) => rig.types(id).at(-1))).toEqual(['canceled', 'canceled', 'canceled']);
  });
});
