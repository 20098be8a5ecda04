/** The open orders answer as a map does, few or many, in whatever order they come and go. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Order } from '../domain/order.js';
import { AccountBook } from './AccountBook.js';
import { OpenOrders } from './OpenOrders.js';
import { WorkingOrder } from './WorkingOrder.js';

const account = new AccountBook('main', new Float64Array(1), 1_000_000);

function orderOf(number: number): WorkingOrder {
  const order: Order = {
    id: `o-${number}`,
    status: 'submitted',
    createdAt: 0,
    updatedAt: 0,
    filledQuantity: 0,
    filledNotional: 0,
    clientOrderId: `c-${number}`,
    accountId: 'main',
    symbolId: 0,
    side: 'buy',
    type: 'market',
    timeInForce: 'day',
    quantity: 1_000_000,
    extendedHours: false,
    source: { kind: 'manual', user: 'test' },
    reason: '',
  };
  return new WorkingOrder(order, account, 0);
}

it('holds what a map holds, oldest first', () => {
  // Below 0 takes the order with that place from the end of the list out, else a new one comes in.
  const step = fc.integer({ min: -12, max: 10 });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const open = new OpenOrders();
      const naive = new Map<string, WorkingOrder>();
      let last = 0;
      for (const each of steps) {
        if (each >= 0) {
          last += 1;
          const order = orderOf(last);
          open.add(order);
          naive.set(order.id, order);
        } else {
          const order = [...naive.values()].at(each);
          if (order === undefined) continue;
          open.remove(order);
          naive.delete(order.id);
          expect(open.has(order.id)).toBe(false);
        }
        expect(open.size).toBe(naive.size);
        expect([...open.values()]).toEqual([...naive.values()]);
        expect(open.keys()).toEqual([...naive.keys()]);
        for (const [id, order] of naive) expect(open.get(id)).toBe(order);
      }
      open.remove(orderOf(last + 1));
      expect(open.size).toBe(naive.size);
      open.clear();
      expect([...open.values()]).toEqual([]);
    }),
  );
});
