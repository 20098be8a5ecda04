import { describe, expect, it } from 'vitest';
import { DOLLAR, SHARE } from '../domain/units.js';
import { AccountBook } from './AccountBook.js';
import { holdsStill, orderSnapshot } from './orderSnapshot.js';
import { WorkingOrder } from './WorkingOrder.js';

/** Set when an order is made and never again. */
const CONSTANT = new Set([
  'id',
  'clientOrderId',
  'account',
  'symbolId',
  'side',
  'sign',
  'type',
  'extendedHours',
  'trailAmount',
  'trailPpm',
  'sizeFraction',
  'notional',
  'source',
  'reason',
  'signalId',
  'orderClass',
  'role',
]);

function restingOrder(): WorkingOrder {
  return new WorkingOrder(
    {
      id: 'o-1',
      clientOrderId: 'mine',
      accountId: 'paper',
      symbolId: 0,
      side: 'buy',
      type: 'limit',
      timeInForce: 'gtc',
      quantity: SHARE,
      limitPrice: 10 * DOLLAR,
      extendedHours: false,
      source: { kind: 'manual', user: 'owner' },
      reason: '',
      status: 'accepted',
      createdAt: 1,
      updatedAt: 1,
      filledQuantity: 0,
      filledNotional: 0,
    },
    new AccountBook('paper', new Float64Array(1), 1_000_000),
    1,
  );
}

const order = restingOrder();
const fields = Object.keys(order).filter((key) => !CONSTANT.has(key));

describe('the snapshot of an order', () => {
  it('is the same object while nothing changed, and has a place for everything but the sign', () => {
    const first = orderSnapshot(order);
    expect(orderSnapshot(order)).toBe(first);
    expect(new Set(Object.keys(first))).toEqual(new Set(Object.keys(order).filter((key) => key !== 'sign')));
    expect(first['account']).toBe('paper');
  });

  it('shows as JSON only what is not as an order is made', () => {
    expect(JSON.parse(JSON.stringify(orderSnapshot(order)))).toEqual({
      id: 'o-1',
      clientOrderId: 'mine',
      account: 'paper',
      symbolId: 0,
      side: 'buy',
      type: 'limit',
      timeInForce: 'gtc',
      limitPrice: 10 * DOLLAR,
      decidedAt: 1,
      source: { kind: 'manual', user: 'owner' },
      quantity: SHARE,
    });
  });

  it.each(fields)('is another one when %s changes and that is noted', (field) => {
    const changed = restingOrder();
    const before = orderSnapshot(changed);
    expect(holdsStill(changed)).toBe(true);
    const value: unknown = Reflect.get(changed, field);
    const other = typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : ['other'];
    Reflect.set(changed, field, other);
    // What finds a change that nobody noted.
    expect(holdsStill(changed)).toBe(false);
    changed.noteChange();
    expect(holdsStill(changed)).toBe(true);
    const after = orderSnapshot(changed);
    expect(after).not.toBe(before);
    expect(after[field]).toBe(other);
    // Back where it was it is told as before.
    Reflect.set(changed, field, value);
    changed.noteChange();
    expect(orderSnapshot(changed)).toEqual(before);
  });
});
