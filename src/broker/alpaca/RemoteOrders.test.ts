/** Facts from the broker in every order, doubled and lost: what the kernel is told must come to the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../domain/order.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../domain/units.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import type { BrokerAlert } from './BrokerAlert.js';
import { RemoteOrders } from './RemoteOrders.js';
import { readOrder, readUpdate } from './wire.js';

const BROKER_ID = '61e69015-8549-4bfd-b9c3-01e75843f47d';

function order(quantity = 100, more: Partial<Order> = {}): Order {
  return {
    id: 'o-1',
    clientOrderId: 'mine-1',
    accountId: 'paper',
    symbolId: 0,
    side: 'buy',
    type: 'limit',
    timeInForce: 'day',
    quantity: quantity * SHARE,
    limitPrice: 10 * DOLLAR,
    extendedHours: false,
    source: { kind: 'manual', user: 'ann' },
    reason: '',
    status: 'submitted',
    createdAt: 1,
    updatedAt: 1,
    filledQuantity: 0,
    filledNotional: 0,
    ...more,
  };
}

function wire(status: string, filled = 0, average: string | null = null, more: object = {}): object {
  return {
    id: BROKER_ID,
    client_order_id: 'mine-1',
    symbol: 'AAPL',
    side: 'buy',
    type: 'limit',
    status,
    qty: '100',
    filled_qty: String(filled),
    filled_avg_price: average,
    ...more,
  };
}

class Rig {
  readonly events: VenueEvent[] = [];
  readonly alerts: BrokerAlert[] = [];
  readonly doubts: string[] = [];
  readonly unwanted: string[] = [];
  readonly reversals: number[] = [];
  readonly orders = new RemoteOrders(
    {
      onEvent: (event) => this.events.push(event),
      onAlert: (alert) => this.alerts.push(alert),
      onDoubt: ({ order: { id } }) => this.doubts.push(id),
      onUnwanted: (brokerId) => this.unwanted.push(brokerId),
      onReversal: (_, change) => this.reversals.push(change),
    },
    { symbols: ['AAPL'], priceScale: RAW_PRICE_SCALE },
  );
  #time = 100;

  update(event: string, body: object, execution?: { id: string; qty: string; price: string }): this {
    const { id, ...rest } = execution ?? { id: undefined };
    this.orders.update(readUpdate({ event, order: body, execution_id: id, ...rest }), (this.#time += 1));
    return this;
  }

  observe(body: object): this {
    this.orders.observe(readOrder(body), (this.#time += 1));
    return this;
  }

  get types(): readonly string[] {
    return this.events.map(({ type }) => type);
  }

  get filled(): { readonly shares: number; readonly dollars: number } {
    let shares = 0;
    let value = 0;
    for (const event of this.events) {
      if (event.type !== 'filled') continue;
      shares += event.fill.quantity / SHARE;
      value += (event.fill.quantity / SHARE) * (event.fill.price / RAW_PRICE_SCALE);
    }
    return { shares, dollars: Math.round(value * 100) / 100 };
  }
}

function rigOf(first: Order): Rig {
  const rig = new Rig();
  rig.orders.add(first);
  return rig;
}

/** 40 @ 9.99, then 60 @ 10.00: an average of 9.996. */
const FACTS = {
  answer: (rig: Rig) => rig.observe(wire('pending_new')),
  new: (rig: Rig) => rig.update('new', wire('new')),
  partial: (rig: Rig) =>
    rig.update('partial_fill', wire('partially_filled', 40, '9.99'), { id: 'x1', qty: '40', price: '9.99' }),
  fill: (rig: Rig) => rig.update('fill', wire('filled', 100, '9.996'), { id: 'x2', qty: '60', price: '10' }),
  poll: (rig: Rig) => rig.observe(wire('filled', 100, '9.996')),
} as const;

describe('RemoteOrders', () => {
  it('tells acceptance, fills and end once, with the prices of the executions', () => {
    const rig = rigOf(order());
    for (const fact of [FACTS.answer, FACTS.new, FACTS.partial, FACTS.fill, FACTS.poll]) fact(rig);
    expect(rig.types).toEqual(['accepted', 'filled', 'filled']);
    expect(rig.events.filter((event) => event.type === 'filled')).toMatchObject([
      { final: false, fill: { quantity: 40 * SHARE, price: 9.99 * DOLLAR, receipt: { rule: 'reported' } } },
      { final: true, fill: { quantity: 60 * SHARE, price: 10 * DOLLAR } },
    ]);
    expect(rig.alerts).toEqual([]);
  });

  it('F34, F35: facts in any order, any of them doubled, come to the same shares and dollars', () => {
    const names = Object.keys(FACTS) as (keyof typeof FACTS)[];
    const sequences = fc
      .array(fc.constantFrom(...names), { maxLength: 6 })
      .chain((more) => fc.shuffledSubarray([...names, ...more], { minLength: names.length + more.length }));
    fc.assert(
      fc.property(sequences, (sequence) => {
        const rig = rigOf(order());
        for (const name of sequence) FACTS[name](rig);
        // 40 × 9.99 + 60 × 10.00
        expect(rig.filled).toEqual({ shares: 100, dollars: 999.6 });
        expect(rig.types.filter((type) => type === 'accepted')).toHaveLength(1);
        expect(rig.types[0]).toBe('accepted');
        expect(rig.events.filter((event) => event.type === 'filled' && event.final)).toHaveLength(1);
        expect(rig.alerts).toEqual([]);
      }),
    );
  });

  it('F38: a fill that was missed is made up from the averages when the next fact shows it', () => {
    const rig = rigOf(order());
    FACTS.answer(rig);
    FACTS.fill(rig);
    expect(rig.events.at(-1)).toMatchObject({
      type: 'filled',
      final: true,
      fill: { quantity: 100 * SHARE, price: 9.996 * DOLLAR, receipt: { rule: 'reported-average' } },
    });
  });

  it('F35: an execution that comes again with other figures is not applied, and is told', () => {
    const rig = rigOf(order());
    FACTS.partial(rig);
    rig.update('partial_fill', wire('partially_filled', 80, '9.995'), { id: 'x1', qty: '40', price: '10' });
    expect(rig.filled.shares).toBe(40);
    expect(rig.alerts).toMatchObject([{ code: 'FILL_CONFLICT', orderId: 'o-1' }]);
  });

  it('F36: more than was ordered is not applied, and is told', () => {
    const rig = rigOf(order(100));
    rig.observe(wire('partially_filled', 120, '10'));
    expect(rig.filled.shares).toBe(0);
    expect(rig.alerts).toMatchObject([{ code: 'OVERFILL' }]);
  });

  it('F37: what filled before the cancel counts, whichever is heard of first', () => {
    const rig = rigOf(order());
    FACTS.new(rig);
    rig.update('canceled', wire('canceled', 40, '9.99'));
    FACTS.partial(rig);
    expect(rig.types).toEqual(['accepted', 'filled', 'canceled']);
    expect(rig.filled.shares).toBe(40);
  });

  it('F42: a status that is not known leaves the order as it is, and is told', () => {
    const rig = rigOf(order());
    FACTS.new(rig);
    rig.observe(wire('on_the_moon'));
    FACTS.fill(rig);
    expect(rig.filled.shares).toBe(100);
    expect(rig.alerts).toMatchObject([{ code: 'UNKNOWN_STATUS' }]);
  });

  it('F39: an order that nobody here sent is told once, and listed until it ends', () => {
    const rig = new Rig();
    rig.update('new', wire('new')).observe(wire('new'));
    expect(rig.alerts).toMatchObject([{ code: 'EXTERNAL_ORDER', orderId: BROKER_ID }]);
    expect(rig.orders.external()).toHaveLength(1);
    rig.observe(wire('canceled'));
    expect(rig.orders.external()).toEqual([]);
    expect(rig.events).toEqual([]);
  });

  it('an order that waits for the open begins to work later', () => {
    const rig = rigOf(order());
    rig.observe(wire('accepted')).update('new', wire('new'));
    expect(rig.events).toMatchObject([{ type: 'accepted', waiting: true }, { type: 'activated' }]);
  });

  it('legs are told apart by their type, also when they are heard of before their parent’s answer', () => {
    const leg = (id: string, role: 'takeProfit' | 'stopLoss'): Order =>
      order(100, { id, clientOrderId: `mine-${id}`, role, parentId: 'o-1', side: 'sell' });
    const rig = rigOf(order(100, { orderClass: 'bracket', legs: [leg('o-2', 'takeProfit'), leg('o-3', 'stopLoss')] }));
    const wireLeg = (id: string, type: string, status: string): object => ({
      ...wire(status),
      id,
      client_order_id: `theirs-${id}`,
      side: 'sell',
      type,
    });
    rig.update('held', wireLeg('tp', 'limit', 'held'));
    rig.observe({ ...wire('new'), legs: [wireLeg('tp', 'limit', 'held'), wireLeg('sl', 'stop', 'held')] });
    rig.update('new', wireLeg('tp', 'limit', 'new'));
    rig.update('canceled', wireLeg('sl', 'stop', 'canceled'));
    expect(rig.events).toMatchObject([
      { type: 'held', orderId: 'o-2' },
      { type: 'held', orderId: 'o-3' },
      { type: 'accepted', orderId: 'o-1' },
      { type: 'accepted', orderId: 'o-2' },
      { type: 'canceled', orderId: 'o-3' },
    ]);
  });

  it('F39: what others do is remembered up to a limit, and so is what has ended', () => {
    const rig = new Rig();
    for (let i = 0; i < 3_000; i += 1) rig.observe(wire('new', 0, null, { id: `b-${i}`, client_order_id: `s-${i}` }));
    expect(rig.orders.external()).toHaveLength(1_024);
    for (let i = 1; i <= 10_000; i += 1) {
      const id = `o-${i}`;
      rig.orders.add(order(100, { id, clientOrderId: `mine-${i}` }));
      rig.observe(wire('canceled', 0, null, { id: `own-${i}`, client_order_id: `mine-${i}` }));
    }
    expect(rig.orders.open()).toEqual([]);
    const kept = Array.from({ length: 10_000 }, (_, i) => rig.orders.get(`o-${i + 1}`)).filter(Boolean);
    expect(kept.length).toBeLessThanOrEqual(2 * 4_096);
    expect(rig.orders.get('o-10000')).toBeDefined();
  });

  it('F32: an order with our client order id that says something else is not ours', () => {
    const rig = rigOf(order());
    rig.observe(wire('new', 0, null, { qty: '5' })).observe(wire('filled', 5, '9', { qty: '5' }));
    expect(rig.events).toEqual([]);
    expect(rig.alerts).toMatchObject([{ code: 'EXTERNAL_ORDER' }]);
    rig.observe(wire('new', 0, null, { id: 'ours' }));
    expect(rig.types).toEqual(['accepted']);
  });

  it.each([
    ['filled', 120, '10', 'OVERFILL'],
    ['filled', 0, null, 'ORDER_MISMATCH'],
  ])('F36: %s with %i shares is asked for again, and ends the order without a fill if it stays', (...row) => {
    const [status, filled, average, code] = row;
    const rig = rigOf(order());
    rig.observe(wire(status, filled, average));
    expect([rig.types, rig.doubts]).toEqual([['accepted'], ['o-1']]);
    rig.observe(wire(status, filled, average));
    expect([rig.types, rig.filled.shares]).toEqual([['accepted', 'canceled'], 0]);
    expect(rig.alerts).toMatchObject([{ code }]);
  });

  it('an order that was given up and lives at the broker is canceled there', () => {
    const rig = rigOf(order());
    rig.orders.presumeEnded('o-1', 'rejected', 'never heard of', 5);
    rig.observe(wire('new'));
    expect(rig.types).toEqual(['rejected']);
    expect(rig.unwanted).toEqual([BROKER_ID]);
    expect(rig.alerts).toMatchObject([{ code: 'ORDER_MISMATCH' }]);
  });

  it('a day order that is done for the day is over; one that is good till canceled goes on', () => {
    const day = rigOf(order());
    FACTS.new(day).observe(wire('done_for_day'));
    expect(day.types).toEqual(['accepted', 'expired']);
    const gtc = rigOf(order(100, { timeInForce: 'gtc' }));
    FACTS.new(gtc).observe(wire('done_for_day')).observe(wire('done_for_day')).observe(wire('new'));
    expect(gtc.types).toEqual(['accepted', 'doneForDay', 'activated']);
  });

  it('F41: a bust takes back the fill of its execution once; the order’s figures follow', () => {
    const rig = rigOf(order());
    FACTS.partial(rig);
    const bust = { id: 'x1', qty: '40', price: '9.99' };
    rig.update('trade_bust', wire('partially_filled', 0, null), bust);
    rig.update('trade_bust', wire('partially_filled', 0, null), bust);
    expect(rig.events.slice(2)).toMatchObject([{ type: 'busted', fillId: 'f-1', quantity: 40 * SHARE }]);
    expect(rig.reversals).toEqual([-40 * SHARE]);
    rig.update('fill', wire('filled', 100, '10'), { id: 'x3', qty: '100', price: '10' });
    expect(rig.events.at(-1)).toMatchObject({ type: 'filled', final: true, fill: { quantity: 100 * SHARE } });
  });

  it('F41: a bust of an execution that was never told is an alert alone', () => {
    const rig = rigOf(order());
    FACTS.poll(rig);
    rig.update('trade_bust', wire('filled', 60, '10'), { id: 'x1', qty: '40', price: '9.99' });
    expect(rig.types).toEqual(['accepted', 'filled']);
    expect(rig.alerts).toMatchObject([{ code: 'TRADE_BUSTED', orderId: 'o-1' }]);
  });

  it('averages that do not fit what was filled before give the broker’s average, and are told', () => {
    const rig = rigOf(order());
    FACTS.partial(rig);
    rig.observe(wire('partially_filled', 50, '7'));
    expect(rig.events.at(-1)).toMatchObject({ fill: { quantity: 10 * SHARE, price: 7 * DOLLAR } });
    expect(rig.alerts).toMatchObject([{ code: 'FILL_CONFLICT' }]);
  });

  describe('a replacement', () => {
    const NEXT = { id: 'o-2', clientOrderId: 'mine-2' };
    const next = (status: string, filled = 0, average: string | null = null): object =>
      wire(status, filled, average, { id: 'next', client_order_id: 'mine-2', qty: '200', replaces: BROKER_ID });
    const old = (): object => wire('replaced', 40, '9.99', { replaced_by: 'next' });

    function replacing(): Rig {
      const rig = rigOf(order());
      FACTS.new(rig);
      FACTS.partial(rig);
      rig.orders.replacing('o-1', NEXT, { quantity: 200 * SHARE });
      return rig;
    }

    it.each([
      ['the old order’s end is heard of first', [old, (): object => next('new')]],
      ['the new order is heard of first', [(): object => next('new'), old]],
    ])('goes on under its own id: %s', (_name, facts) => {
      const rig = replacing();
      for (const fact of facts) rig.observe(fact());
      expect(rig.events.slice(2)).toMatchObject([
        { type: 'replaced', orderId: 'o-1', order: { id: 'o-2', quantity: 200 * SHARE, filledQuantity: 40 * SHARE } },
      ]);
    });

    it.each([
      ['counts the old fills again', 40, 200, '9.998', 200],
      ['starts at zero', 0, 160, '10', 200],
    ])('whose broker %s ends with its quantity', (_name, first, last, average, shares) => {
      const rig = replacing();
      rig.observe(next('new', first, first === 0 ? null : '9.99')).observe(next('filled', last, average));
      // The new order waits for the end of the old one.
      expect(rig.types).toEqual(['accepted', 'filled']);
      expect(rig.doubts).toContain('o-1');
      rig.observe(old());
      expect(rig.filled).toEqual({ shares, dollars: 1999.6 });
      expect(rig.events.at(-1)).toMatchObject({ type: 'filled', orderId: 'o-2', final: true });
      expect(rig.alerts).toEqual([]);
    });

    it('that the broker refuses leaves the order as it is', () => {
      const rig = replacing();
      rig.orders.replaceRefused('o-1', 'BROKER_REFUSED', 'too late', 9);
      FACTS.fill(rig);
      expect(rig.types).toEqual(['accepted', 'filled', 'replaceRejected', 'filled']);
    });
  });
});
