import { describe, expect, it } from 'vitest';
import { parseDate } from '../calendar/tradingDate.js';
import type { DatedAction } from '../domain/corporateActions.js';
import type { Order } from '../domain/order.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { afterActions, carriedOrders } from './carriedOrders.js';

const order = (id: string, more: Partial<Order> = {}): Order =>
  ({ id, type: 'limit', quantity: 100, filledQuantity: 0, limitPrice: 10, ...more }) as Order;
const legs = (parentId: string, orderClass: Order['orderClass'] = 'bracket'): Order[] => [
  order('o-2', { parentId, role: 'takeProfit', limitPrice: 12, ...(orderClass && { orderClass }) }),
  order('o-3', { parentId, role: 'stopLoss', type: 'stop', stopPrice: 9, ...(orderClass && { orderClass }) }),
];
const shown = (orders: readonly Order[]): unknown =>
  carriedOrders(orders).map(({ order: { id }, group }) => [
    id,
    group?.orderClass,
    group?.exits.map(({ role }) => role),
  ]);

describe('orders that go on in the next session', () => {
  it('take their waiting exits along', () => {
    expect(shown([order('o-1', { orderClass: 'bracket' }), ...legs('o-1')])).toEqual([
      ['o-1', 'bracket', ['takeProfit', 'stopLoss']],
    ]);
  });

  it('leave two exits of a position as an oco, one as a simple order', () => {
    expect(shown(legs('o-1'))).toEqual([['o-2', 'oco', ['stopLoss']]]);
    expect(shown(legs('o-1').slice(1))).toEqual([['o-3', undefined, undefined]]);
  });

  it('protect both parts of an entry that was filled in part', () => {
    const entry = order('o-1', { orderClass: 'bracket', filledQuantity: 40 });
    expect(shown([entry, ...legs('o-1')])).toEqual([
      ['o-1', 'bracket', ['takeProfit', 'stopLoss']],
      ['o-2', 'oco', ['stopLoss']],
    ]);
  });

  it('follow a split of the day (R13); a reverse one ends them', () => {
    const one = order('o-1', {
      symbolId: 2,
      side: 'buy',
      quantity: 100 * SHARE,
      filledQuantity: 40 * SHARE,
      limitPrice: 90 * DOLLAR,
    });
    const split = (newShares: number, oldShares: number, symbolId = 2): DatedAction => ({
      exDate: '2026-11-24',
      symbolId,
      action: { kind: 'split', newShares, oldShares },
    });
    const date = parseDate('2026-11-24');
    const after = afterActions(one, [split(3, 1)], date);
    expect(after).toMatchObject({ limitPrice: 30 * DOLLAR, filledQuantity: 40 * SHARE, quantity: 220 * SHARE });
    expect(afterActions(one, [split(1, 10)], date)).toBeUndefined();
    expect(afterActions(one, [split(3, 1, 4)], date)).toEqual(one);
  });

  it('keep an oco as it is', () => {
    const exits = legs('o-1', 'oco');
    expect(shown([order('o-1', { orderClass: 'oco' }), ...exits.slice(1)])).toEqual([['o-1', 'oco', ['stopLoss']]]);
  });
});
