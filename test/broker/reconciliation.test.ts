/** Connections that end, lives that end, and accounts that are not as they were left. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Order } from '../../src/domain/order.js';
import { SHARE } from '../../src/domain/units.js';
import { soakCount } from '../soak.js';
import { startsWith } from '../support/FaultProxy.js';
import { BrokerRig, rigOrder } from '../support/brokerRig.js';

let rig: BrokerRig;
afterEach(() => rig.close());

/** What the kernel would know of an order that was accepted before its process ended. */
function known(id: string, more: Partial<Order>, request: Parameters<typeof rigOrder>[1] = { limit: 150 }): Order {
  return { ...rigOrder(id, request), status: 'accepted', ...more };
}

const POSITIONS = startsWith('GET /v2/positions');

describe('a connection that ends', () => {
  it('F38: what filled, ended and was rejected meanwhile is heard of before a new order leaves', async () => {
    rig = await BrokerRig.open();
    rig.submit('o-1', { limit: 150 });
    rig.submit('o-2', { limit: 140 });
    await rig.until(() => rig.events.length === 2);
    rig.proxy.cut();
    await rig.until(() => rig.client.state === 'connecting');
    rig.submit('o-3');
    rig.h.venue.quote('AAPL', 148, 148.5);
    await rig.h.call('DELETE', `/v2/orders/${(await rig.h.call('GET', '/v2/orders')).rows[0]?.['id'] as string}`);
    rig.h.venue.quote('AAPL', 199.99, 200);
    await rig.until(() => rig.filled('o-3') > 0);
    const told = rig.events.map(({ orderId, type }) => `${orderId} ${type}`);
    expect(told.slice(2, 4).sort()).toEqual(['o-1 filled', 'o-2 canceled']);
    expect(told.slice(4)).toEqual(['o-3 accepted', 'o-3 filled']);
    // At the limit or better: the venue filled at the ask of that moment.
    expect(rig.events[2]).toMatchObject({ fill: { price: 148_500_000, receipt: { rule: 'reported-average' } } });
    expect(rig.states).toEqual(['connecting', 'reconciling', 'trading', 'connecting', 'reconciling', 'trading']);
  });

  it('F38: a cut in the middle of a comparison makes it void; the next one counts', async () => {
    rig = await BrokerRig.open({ start: false });
    rig.proxy.fail(startsWith('GET /v2/orders?'), { kind: 'clog' });
    rig.client.start();
    await rig.until(() => rig.proxy.received.some(({ path }) => path.startsWith('/v2/orders?')));
    rig.proxy.cut();
    await rig.until(() => rig.client.state === 'connecting');
    rig.proxy.unclog();
    await rig.turn();
    expect(rig.client.state).toBe('connecting');
    await rig.until(() => rig.client.state === 'trading');
    expect(rig.states).toEqual(['connecting', 'reconciling', 'connecting', 'reconciling', 'trading']);
  });

  it('F44: a stream that is open and silent is as good as cut', async () => {
    rig = await BrokerRig.open();
    rig.proxy.stream('silent');
    await rig.until(() => rig.states.includes('connecting') && rig.proxy.streamCount === 1);
    await rig.until(() => rig.states.length === 4);
    rig.proxy.heal();
    await rig.until(() => rig.client.state === 'trading');
    expect(rig.alerts).toEqual([]);
  });

  it('F45: a server that takes connections and says nothing is tried again and again, one at a time', async () => {
    rig = await BrokerRig.open({ start: false });
    rig.proxy.halfOpen = true;
    rig.client.start();
    await rig.pass(120_000);
    expect(rig.client.state).toBe('connecting');
    rig.proxy.heal();
    await rig.until(() => rig.client.state === 'trading');
    expect(rig.proxy.streamCount).toBe(1);
  });

  it('F45: connections that end again and again leave no timers and no second connection', async () => {
    rig = await BrokerRig.open();
    const cuts = soakCount(20, 500);
    for (let i = 0; i < cuts; i += 1) {
      rig.proxy.cut();
      await rig.until(() => rig.client.state === 'connecting');
      await rig.until(() => rig.client.state === 'trading');
    }
    expect(rig.proxy.streamCount).toBe(cuts + 1);
    // The next ping and the next comparison.
    expect(rig.clock.pending).toBe(2);
    expect(rig.alerts).toEqual([]);
  });

  it('orders that wait for the connection longer than a decision is good are refused', async () => {
    rig = await BrokerRig.open({ start: false });
    rig.proxy.halfOpen = true;
    rig.client.start();
    rig.submit('o-1');
    await rig.pass(31_000);
    expect(rig.types('o-1')).toEqual(['rejected']);
    rig.proxy.heal();
    await rig.until(() => rig.client.state === 'trading');
    expect(rig.atVenue('c-o-1')).toBe(0);
  });

  it.each(['repeat', 'swap', 'drop', 'corrupt'] as const)(
    'F34, F35, F68: frames of the stream that %s change nothing of the end',
    async (fault) => {
      rig = await BrokerRig.open();
      rig.proxy.stream(fault);
      for (let i = 1; i <= 5; i += 1) rig.submit(`o-${i}`, i % 2 === 0 ? { limit: 150 } : {});
      await rig.until(() => rig.client.openOrderCount === 2);
      rig.h.venue.quote('AAPL', 148, 148.5);
      await rig.until(() => rig.client.openOrderCount === 0);
      for (let i = 1; i <= 5; i += 1) {
        expect(rig.filled(`o-${i}`)).toBe(10);
        expect(rig.types(`o-${i}`)).toEqual(['accepted', 'filled']);
      }
      expect(rig.alertCodes().filter((code) => code !== 'MESSAGE_INVALID')).toEqual([]);
    },
  );

  const seeds = Array.from({ length: soakCount(6, 300) }, (_, i) => i + 1);
  it.each(seeds)('F68, F69: faults of every kind by chance, seed %i: the books agree', async (seed) => {
    rig = await BrokerRig.open();
    rig.proxy.chaos(seed, 0.3, [
      { kind: 'dropRequest' },
      { kind: 'dropAnswer' },
      { kind: 'duplicate' },
      { kind: 'answer', status: 503 },
      { kind: 'answer', status: 429, headers: { 'retry-after': '1' } },
      { kind: 'cut', bytes: 200 },
      { kind: 'delay', ms: 2 },
      { kind: 'rate', bytes: 100 },
    ]);
    rig.proxy.stream(seed % 2 === 0 ? 'repeat' : 'drop');
    for (let i = 1; i <= 12; i += 1) {
      rig.submit(`o-${i}`, { side: i % 3 === 0 ? 'sell' : 'buy', ...(i % 4 === 0 ? { limit: 150, side: 'buy' } : {}) });
      if (i % 4 === 0) rig.cancel(`o-${i}`);
      if (i === 6) rig.proxy.cut();
      await rig.pass(500);
    }
    rig.proxy.heal();
    await rig.until(() => rig.client.openOrderCount === 0 && rig.client.state === 'trading');
    await rig.pass(40_000);
    let shares = 0;
    for (const event of rig.events) {
      if (event.type === 'filled') shares += event.fill.side === 'buy' ? event.fill.quantity : -event.fill.quantity;
    }
    const state = await rig.h.venue.accountState('bot-1');
    expect(state?.positions.map(({ quantity }) => quantity)).toEqual([shares]);
    for (let i = 1; i <= 12; i += 1) expect(rig.atVenue(`c-o-${i}`)).toBeLessThanOrEqual(1);
    expect(rig.alertCodes().filter((code) => code !== 'UNAVAILABLE' && code !== 'ORDER_UNDECIDED')).toEqual([]);
  });
});

describe('a new life', () => {
  it('F39: open orders of an earlier life go on, filled, replaced, cancelled and lost ones are told', async () => {
    rig = await BrokerRig.open();
    for (const id of ['o-1', 'o-2', 'o-3', 'o-4']) rig.submit(id, { limit: 150 });
    await rig.until(() => rig.events.length === 4);
    const replaced = rig.replace.bind(rig);
    rig.proxy.stream('drop');
    replaced('o-3', 'o-5', { limitPrice: 145_000_000 });
    await rig.until(() => rig.proxy.received.some(({ method }) => method === 'PATCH') && rig.proxy.busy === 0);
    await rig.client.stop();
    rig.h.venue.fillPart(rig.venueId('c-o-1'), 4, 150);
    rig.proxy.stream('none');
    rig.events.length = 0;
    await rig.restart({
      openOrders: [
        known('o-1', {}),
        known('o-2', { status: 'pending_cancel' }),
        known('o-3', { status: 'pending_replace' }),
        known('o-4', {}),
        known('o-6', {}),
        known('o-7', { status: 'submitted' }),
      ],
      openReplacements: [
        { orderId: 'o-3', next: { id: 'o-5', clientOrderId: 'c-o-5' }, changes: { limitPrice: 145_000_000 } },
      ],
    });
    await rig.until(() => rig.client.state === 'trading' && rig.client.openOrderCount === 3);
    expect(rig.types('o-1')).toContain('filled');
    expect(rig.filled('o-1')).toBe(4);
    expect(rig.types('o-2').at(-1)).toBe('canceled');
    expect(rig.types('o-3').at(-1)).toBe('replaced');
    rig.h.venue.quote('AAPL', 144, 144.5);
    await rig.until(() => rig.types('o-5').length > 0);
    expect(rig.types('o-5')).toEqual(['filled']);
    expect(rig.types('o-6')).toEqual(['canceled']);
    expect(rig.types('o-7')).toEqual(['rejected']);
    expect(rig.alerts).toMatchObject([{ code: 'ORDER_LOST', orderId: 'o-6' }]);
  });

  it('F39: the legs of an earlier life are found with their parent, also after the entry has filled', async () => {
    rig = await BrokerRig.open();
    const bracket = { orderClass: 'bracket', limit: 190, profit: 210, loss: 180 } as const;
    rig.submit('o-1', bracket);
    await rig.until(() => rig.types('o-1-sl').length > 0);
    rig.h.venue.quote('AAPL', 189, 189.5);
    await rig.until(() => rig.filled('o-1') === 10 && rig.types('o-1-tp').length === 2);
    await rig.client.stop();
    rig.events.length = 0;
    rig.h.venue.quote('AAPL', 211, 211.5);
    const entry = rigOrder('o-1', bracket);
    const [takeProfit, stopLoss] = entry.legs ?? [];
    await rig.restart({
      openOrders: [
        { ...entry, legs: [], status: 'filled', filledQuantity: 10 * SHARE, filledNotional: 1_895_000_000 },
        { ...(takeProfit as Order), status: 'accepted' },
        { ...(stopLoss as Order), status: 'held' },
      ],
    });
    await rig.until(() => rig.client.openOrderCount === 0);
    expect(rig.types('o-1-tp')).toEqual(['filled']);
    expect(rig.types('o-1-sl')).toEqual(['canceled']);
  });

  it('stopping refuses what was not sent, leaves no work behind and sends nothing more', async () => {
    rig = await BrokerRig.open();
    rig.proxy.fail(startsWith('POST'), { kind: 'dropAnswer' });
    rig.proxy.fail(startsWith('GET'), { kind: 'dropRequest', silent: true }, 100);
    rig.proxy.stream('drop');
    rig.submit('o-1', { limit: 150 });
    await rig.until(() => rig.atVenue('c-o-1') === 1);
    rig.proxy.cut();
    await rig.until(() => rig.client.state === 'connecting');
    rig.submit('o-2');
    await rig.client.stop();
    expect(rig.clock.pending).toBe(0);
    const asked = rig.proxy.received.length;
    rig.submit('o-3');
    rig.cancel('o-1');
    expect(rig.events.map(({ orderId, type }) => `${orderId} ${type}`)).toEqual([
      'o-2 rejected',
      'o-3 rejected',
      'o-1 cancelRejected',
    ]);
    await rig.pass(60_000);
    expect(rig.proxy.received.length).toBe(asked);
  });
});

describe('an account that is not as expected', () => {
  it('F39: an order of somebody else is told once and left alone', async () => {
    rig = await BrokerRig.open();
    const other = { symbol: 'MSFT', qty: '3', side: 'buy', type: 'limit', limit_price: '350', time_in_force: 'day' };
    await rig.h.call('POST', '/v2/orders', other);
    await rig.pass(90_000);
    expect(rig.alerts).toMatchObject([{ code: 'EXTERNAL_ORDER' }]);
    expect((await rig.h.call('GET', '/v2/orders')).rows).toHaveLength(1);
  });

  it('F39: shares that nobody here bought are told, after they were seen twice; orders wait in between', async () => {
    rig = await BrokerRig.open();
    await rig.h.call('POST', '/v2/orders', {
      symbol: 'AAPL',
      qty: '7',
      side: 'buy',
      type: 'market',
      time_in_force: 'day',
    });
    await rig.until(() => rig.client.state === 'reconciling');
    rig.submit('o-1');
    expect(rig.client.account('paper').quantityOf(0)).toBe(0);
    await rig.until(() => rig.filled('o-1') === 10);
    expect(rig.alerts.find(({ code }) => code === 'POSITION_MISMATCH')?.message).toContain(
      'AAPL: 7 shares instead of 0',
    );
    await rig.pass(60_000);
    expect(rig.client.account('paper').quantityOf(0)).toBe(17 * SHARE);
    expect(rig.alertCodes().filter((code) => code === 'POSITION_MISMATCH')).toHaveLength(1);
  });

  it.each([
    ['an empty list', { kind: 'rewrite', change: (): string => '[]' }],
    ['no list', { kind: 'rewrite', change: (): string => '{}' }],
    ['an error', { kind: 'answer', status: 500 }],
    ['a page', { kind: 'answer', status: 404, body: '<html></html>' }],
  ] as const)('F40: %s for the positions is not flat: the last word stands, new orders wait', async (_name, fault) => {
    rig = await BrokerRig.open();
    rig.submit('o-1');
    await rig.until(() => rig.client.account('paper').quantityOf(0) === 10 * SHARE);
    rig.proxy.fail(POSITIONS, fault, 1_000);
    await rig.until(() => rig.client.state === 'reconciling');
    const asOf = rig.client.accountAsOf;
    rig.submit('o-2');
    await rig.pass(20_000);
    expect(rig.client.account('paper').quantityOf(0)).toBe(10 * SHARE);
    expect(rig.client.accountAsOf).toBe(asOf);
    expect(rig.types('o-2')).toEqual([]);
    rig.proxy.heal();
    await rig.until(() => rig.client.state === 'trading' && rig.filled('o-2') === 10);
  });

  it('the paper boundary: an account that is not a paper account is left alone at once', async () => {
    rig = await BrokerRig.open({ start: false });
    const live = (body: string): string => body.replace(/"PA[A-Z0-9]{10}"/, '"123456789"');
    rig.proxy.fail(startsWith('GET /v2/account'), { kind: 'rewrite', change: live }, 10);
    rig.client.start();
    rig.submit('o-1');
    rig.submit('o-2');
    await rig.until(() => rig.client.state === 'halted');
    rig.cancel('o-2');
    await rig.pass(60_000);
    expect(rig.events.map(({ type }) => type)).toEqual(['rejected', 'rejected', 'cancelRejected']);
    expect(rig.alerts).toMatchObject([{ code: 'LIVE_REFUSED' }]);
    expect(rig.proxy.received.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v2/account']);
  });
});

describe('F41', () => {
  it.each([
    ['busted', [], -10 * SHARE],
    ['corrected', [['AAPL', 6]], -4 * SHARE],
  ] as const)('a fill that is %s is taken back under its own id, and told', async (type, _left, change) => {
    rig = await BrokerRig.open();
    rig.submit('o-1');
    await rig.until(() => rig.filled('o-1') === 10);
    const fill = rig.h.venue.events.find((event) => event.type === 'filled');
    const quantity = type === 'busted' ? 10 * SHARE : 6 * SHARE;
    if (fill?.type !== 'filled') throw new Error('no fill');
    const terms = { fillId: fill.fill.id, price: 199_000_000, quantity, entries: [] };
    rig.h.venue.emit({ type, orderId: fill.orderId, time: rig.h.venue.now, ...terms });
    await rig.until(() => rig.types('o-1').length === 3);
    const price = type === 'busted' ? 200_000_000 : 199_000_000;
    expect(rig.events.at(-1)).toMatchObject({ type, orderId: 'o-1', fillId: 'f-1', price, quantity });
    expect(rig.alerts).toMatchObject([{ code: 'TRADE_BUSTED', orderId: 'o-1' }]);
    // The fake venue keeps its position: the difference to ours is what was taken back.
    await rig.until(() => rig.alertCodes().includes('POSITION_MISMATCH'));
    const left = (10 * SHARE + change) / SHARE;
    expect(rig.alerts.at(-1)?.message).toContain(`AAPL: 10 shares instead of ${left}`);
  });
});
