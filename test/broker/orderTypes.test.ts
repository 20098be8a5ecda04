/** Every type, time in force and class of order as it arrives at the desk of the exchange, and every change of one. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Order, OrderChanges } from '../../src/domain/order.js';
import { SHARE } from '../../src/domain/units.js';
import { startsWith } from '../support/FaultProxy.js';
import type { HttpFault } from '../support/FaultProxy.js';
import type { BrokerRigOrder } from '../support/brokerRig.js';
import { BrokerRig, rigOrder, usd } from '../support/brokerRig.js';
import { DeskVenue } from '../support/DeskVenue.js';

let rig: BrokerRig;
let venue: DeskVenue;
afterEach(() => rig.close());

async function open(): Promise<void> {
  venue = new DeskVenue(['AAPL', 'MSFT', 'BRK.B'], '10:00');
  venue.quote(99.99, 100, 100_000);
  rig = await BrokerRig.open({ served: venue });
}

/** The terms of an order, without what each side gives for itself. */
function termsOf(order: Order): object {
  const { symbolId, side, type, timeInForce, quantity, notional, limitPrice, stopPrice, trail, role } = order;
  const terms = { symbolId, side, type, timeInForce, quantity, notional, limitPrice, stopPrice, trail, role };
  const { extendedHours, orderClass = 'simple', legs = [] } = order;
  return JSON.parse(JSON.stringify({ ...terms, extendedHours, orderClass, legs: legs.map(termsOf) })) as object;
}

function entered(): Order[] {
  return venue.rig.events.flatMap((event) => (event.type === 'entered' ? [event.order] : []));
}

const ORDERS: readonly (readonly [string, BrokerRigOrder])[] = [
  ['market', {}],
  ['market, immediate or cancel', { timeInForce: 'ioc' }],
  ['market at the close', { timeInForce: 'cls' }],
  ['limit', { limit: 95.25 }],
  ['limit below a dollar', { limit: 0.1234 }],
  ['limit, good till canceled, in extended hours', { limit: 95, timeInForce: 'gtc', extendedHours: true }],
  ['limit, fill or kill', { limit: 95, timeInForce: 'fok' }],
  ['stop', { stop: 105 }],
  ['stop limit', { stop: 105, limit: 106 }],
  ['trailing stop by a price', { type: 'trailing_stop', trail: { kind: 'price', amount: usd(1.5) } }],
  ['trailing stop by a percentage', { type: 'trailing_stop', trail: { kind: 'percent', ppm: 15_000 } }],
  ['a fraction of a share', { shares: 0.123456 }],
  ['dollars', { shares: 0, notional: usd(250.5) }],
  ['bracket', { orderClass: 'bracket', limit: 95, profit: 105, loss: 90 }],
  ['one triggers the other, a stop loss', { orderClass: 'oto', limit: 95, loss: 90 }],
  ['one triggers the other, a take profit', { orderClass: 'oto', limit: 95, profit: 105 }],
];

describe('orders of the Alpaca client', () => {
  it.each(ORDERS)('%s: arrives as it was sent', async (_name, request) => {
    await open();
    const order = rigOrder('o-1', request);
    rig.client.submit(order, rig.clock.now());
    await rig.until(() => rig.types('o-1').length > 0);
    expect(rig.types('o-1')[0]).toBe('accepted');
    const legs = (order.legs ?? []).map((leg) => ({ ...leg, orderClass: order.orderClass ?? 'simple' }));
    expect(entered().map(termsOf)).toEqual([termsOf({ ...order, legs })]);
    expect(rig.alerts).toEqual([]);
  });

  it('one cancels the other: the parent is the take profit', async () => {
    await open();
    rig.submit('o-1');
    await rig.until(() => rig.filled('o-1') === 10);
    rig.submit('o-2', { orderClass: 'oco', side: 'sell', limit: 105, loss: 90 });
    await rig.until(() => rig.types('o-2-sl').length > 0);
    venue.quote(105.5, 105.51, 100_000);
    await rig.until(() => rig.client.openOrderCount === 0);
    expect(rig.types('o-2')).toEqual(['accepted', 'filled']);
    expect(rig.types('o-2-sl').at(-1)).toBe('canceled');
    await rig.pass(40_000);
    expect(rig.client.account('paper').positions()).toEqual([]);
    expect(rig.alerts).toEqual([]);
  });

  it.each([
    ['sized at the fill', { sizeAtFill: { fraction: 1 } }, 'ORDER_TYPE_UNSUPPORTED'],
    ['of no symbol of the session', { symbolId: 9 }, 'SYMBOL_NOT_TRADABLE'],
    ['of nothing', { shares: 0 }, 'QUANTITY_INVALID'],
    ['of a type that it has not', { type: 'limit_if_touched', stop: 95, limit: 94 }, 'ORDER_TYPE_UNSUPPORTED'],
  ] as const)('an order %s is refused here', async (_name, request, reason) => {
    await open();
    rig.submit('o-1', request);
    expect(rig.events).toMatchObject([{ type: 'rejected', reason }]);
    expect(entered()).toEqual([]);
  });
});

describe('replacements of the Alpaca client', () => {
  it.each<[string, BrokerRigOrder, OrderChanges]>([
    ['quantity', { limit: 95 }, { quantity: 7 * SHARE }],
    ['limit', { limit: 95 }, { limitPrice: usd(94.5) }],
    ['stop', { stop: 105 }, { stopPrice: usd(106) }],
    ['time in force', { limit: 95 }, { timeInForce: 'gtc' }],
    [
      'trail',
      { type: 'trailing_stop', trail: { kind: 'price', amount: usd(1) } },
      { trail: { kind: 'price', amount: usd(2) } },
    ],
  ])('change the %s', async (_name, request, changes) => {
    await open();
    rig.submit('o-1', request);
    await rig.until(() => rig.types('o-1').length > 0);
    rig.replace('o-1', 'o-2', changes);
    await rig.until(() => rig.types('o-1').includes('replaced'));
    const replaced = venue.rig.events.find((event) => event.type === 'replaced');
    expect(replaced).toMatchObject({ order: { clientOrderId: 'c-o-2', ...changes } });
    expect(rig.events.at(-1)).toMatchObject({ type: 'replaced', order: { id: 'o-2', ...changes, status: 'accepted' } });
    rig.cancel('o-2');
    await rig.until(() => rig.client.openOrderCount === 0);
    expect(rig.types('o-2')).toEqual(['canceled']);
  });

  it.each<[string, HttpFault]>([
    ['F26: the answer is lost', { kind: 'dropAnswer' }],
    ['F27: the request is lost', { kind: 'dropRequest', silent: true }],
    ['F28: 503', { kind: 'answer', status: 503 }],
    ['F29: 429', { kind: 'answer', status: 429 }],
    ['F33: it arrives twice', { kind: 'duplicate' }],
  ])('%s: replaced once', async (_name, fault) => {
    await open();
    rig.submit('o-1', { limit: 95 });
    await rig.until(() => rig.types('o-1').length > 0);
    rig.proxy.stream('drop').fail(startsWith('PATCH'), fault);
    rig.replace('o-1', 'o-2', { limitPrice: usd(94) });
    await rig.until(() => rig.types('o-1').includes('replaced'));
    venue.quote(93.98, 93.99, 100_000);
    await rig.until(() => rig.client.openOrderCount === 0);
    expect([rig.types('o-1'), rig.types('o-2')]).toEqual([['accepted', 'replaced'], ['filled']]);
    expect(rig.alerts).toEqual([]);
  });

  it('F37: a second change while one is under way is refused, a cancel follows to the new order', async () => {
    await open();
    rig.submit('o-1', { limit: 95 });
    await rig.until(() => rig.types('o-1').length > 0);
    rig.proxy.fail(startsWith('PATCH'), { kind: 'clog' }).fail(startsWith('DELETE'), { kind: 'clog' });
    rig.replace('o-1', 'o-2', { limitPrice: usd(94) });
    await rig.until(() => rig.proxy.received.some(({ method }) => method === 'PATCH'));
    rig.replace('o-1', 'o-3', { limitPrice: usd(93) });
    rig.cancel('o-1');
    expect(rig.events.at(-1)).toMatchObject({ type: 'replaceRejected', reason: 'NOT_REPLACEABLE' });
    await rig.until(() => rig.proxy.received.some(({ method }) => method === 'DELETE'));
    rig.proxy.unclog();
    await rig.until(() => rig.client.openOrderCount === 0);
    expect(rig.types('o-1').at(-1)).toBe('replaced');
    expect(rig.types('o-2')).toEqual(['canceled']);
  });

  it('an order that fills before its replacement arrives stays filled', async () => {
    await open();
    rig.submit('o-1', { limit: 95 });
    await rig.until(() => rig.types('o-1').length > 0);
    rig.proxy.stream('clog').fail(startsWith('PATCH'), { kind: 'clog' });
    rig.replace('o-1', 'o-2', { limitPrice: usd(94) });
    await rig.until(() => rig.proxy.received.some(({ method }) => method === 'PATCH'));
    venue.quote(94.98, 94.99, 100_000);
    rig.proxy.unclog();
    await rig.until(() => rig.client.openOrderCount === 0);
    expect(rig.types('o-1')).toEqual(['accepted', 'filled', 'replaceRejected']);
    expect(rig.types('o-2')).toEqual([]);
  });
});
