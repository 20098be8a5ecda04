/** What a shadow account makes of the session's orders, by what both hold; shares, positive long and negative short. */
import { describe, expect, it } from 'vitest';
import type { Order } from '../../domain/order.js';
import { SHARE } from '../../domain/units.js';
import { FollowedOrders, followedTerms } from './followedOrder.js';
import type { ShadowPosition } from './followedOrder.js';

const ORDER = {
  id: 'o-1',
  clientOrderId: 'c-1',
  accountId: 'paper',
  symbolId: 0,
  type: 'market',
  timeInForce: 'day',
  extendedHours: false,
  source: { kind: 'manual', user: 'owner' },
  reason: '',
  status: 'submitted',
  createdAt: 0,
  updatedAt: 0,
  filledQuantity: 0,
  filledNotional: 0,
} as const satisfies Partial<Order>;

interface Row {
  readonly what: string;
  readonly side: 'buy' | 'sell';
  readonly shares: number;
  /** What the session's account holds, as reported. */
  readonly reported: number;
  readonly held: number;
  readonly behind?: number;
  readonly closing?: number;
  readonly crossing?: 'allow' | 'reject';
  /** Shares of the shadow's order, and whether it only closes; undefined: it takes none. */
  readonly takes: readonly [shares: number, reduceOnly: boolean] | undefined;
}

const ROWS: readonly Row[] = [
  { what: 'opens', side: 'buy', shares: 100, reported: 0, held: 0, takes: [100, false] },
  { what: 'adds, as the session does', side: 'buy', shares: 100, reported: 50, held: 20, takes: [100, false] },
  { what: 'opens a short', side: 'sell', shares: 100, reported: 0, held: 0, takes: [100, false] },
  { what: 'exits all of less', side: 'sell', shares: 100, reported: 100, held: 60, takes: [60, true] },
  { what: 'exits all of more', side: 'sell', shares: 100, reported: 100, held: 160, takes: [160, true] },
  { what: 'covers all of more', side: 'buy', shares: 100, reported: -100, held: -160, takes: [160, true] },
  { what: 'exits a part of more', side: 'sell', shares: 40, reported: 100, held: 160, takes: [40, true] },
  {
    what: 'exits a part of less',
    side: 'sell',
    shares: 40,
    reported: 100,
    held: 10,
    takes: [10, true],
  },
  { what: 'has nothing to exit from', side: 'sell', shares: 100, reported: 100, held: 0, takes: undefined },
  { what: 'is on the other side of an exit', side: 'sell', shares: 100, reported: 100, held: -50, takes: undefined },
  {
    what: 'exits what its entry may still get',
    side: 'sell',
    shares: 100,
    reported: 100,
    held: 0,
    behind: 100,
    takes: [100, true],
  },
  {
    what: 'exits held and what may come',
    side: 'sell',
    shares: 100,
    reported: 100,
    held: 90,
    behind: 70,
    takes: [160, true],
  },
  { what: 'has not got out of a short yet', side: 'buy', shares: 100, reported: 0, held: -30, takes: [100, true] },
  {
    what: 'is about to get out of a short',
    side: 'buy',
    shares: 100,
    reported: 0,
    held: -30,
    closing: 30,
    takes: [100, false],
  },
  { what: 'would be refused for crossing', side: 'sell', shares: 130, reported: 100, held: 100, takes: undefined },
  {
    what: 'crosses where that is allowed',
    side: 'sell',
    shares: 130,
    reported: 100,
    held: 40,
    crossing: 'allow',
    takes: [70, false],
  },
  { what: 'keeps to whole shares', side: 'sell', shares: 100, reported: 100, held: 160.5, takes: [160, true] },
  { what: 'exits parts of a share', side: 'sell', shares: 1.5, reported: 1.5, held: 2.25, takes: [2.25, true] },
];

function followedOrder(order: Order, reported: number, shadow: ShadowPosition, crossing: 'allow' | 'reject') {
  const terms = followedTerms(order, reported, shadow, crossing);
  return terms && new FollowedOrders(order).of(terms);
}

describe('an order in a shadow account', () => {
  it.each(ROWS)('$what: $side $shares at $reported reported and $held held', (row) => {
    const { side, shares, reported, held, behind = 0, closing = 0, crossing = 'reject', takes } = row;
    const order = { ...ORDER, side, quantity: shares * SHARE };
    const shadow = { held: held * SHARE, behind: behind * SHARE, closing: closing * SHARE };
    const followed = followedOrder(order, reported * SHARE, shadow, crossing);
    expect(followed && [followed.quantity / SHARE, followed.reduceOnly]).toEqual(takes);
  });

  it('keeps a notional as it is, and lets it only close where the session closes', () => {
    const order = { ...ORDER, side: 'sell', quantity: 0, notional: 500_000_000 } as const;
    const shadow = { held: 5 * SHARE, behind: 0, closing: 0 };
    expect(followedOrder(order, 9 * SHARE, shadow, 'reject')).toMatchObject({
      notional: 500_000_000,
      reduceOnly: true,
    });
    expect(followedOrder(order, 9 * SHARE, { ...shadow, held: 0 }, 'reject')).toBeUndefined();
  });

  it('has legs that only close: those of an entry as they are, the other exit of an oco as large as the first', () => {
    const leg = { ...ORDER, id: 'o-2', side: 'sell', quantity: 100 * SHARE } as const;
    const shadow = { held: 160 * SHARE, behind: 0, closing: 0 };
    const entry = { ...ORDER, side: 'buy', quantity: 100 * SHARE, orderClass: 'bracket', legs: [leg] } as const;
    expect(followedOrder(entry, 0, { ...shadow, held: 0 }, 'reject')).toMatchObject({
      reduceOnly: false,
      legs: [{ quantity: 100 * SHARE, reduceOnly: true }],
    });
    const exits = { ...ORDER, side: 'sell', quantity: 100 * SHARE, orderClass: 'oco', legs: [leg] } as const;
    expect(followedOrder(exits, 100 * SHARE, shadow, 'reject')).toMatchObject({
      quantity: 160 * SHARE,
      legs: [{ quantity: 160 * SHARE, reduceOnly: true }],
    });
  });
});
