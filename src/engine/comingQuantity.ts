/** What the orders that a strategy's wishes have made, and that are still open, will do to its position. */
import type { Quantity } from '../domain/units.js';
import type { OrderRecord } from './OrderRecord.js';
import { ownerOf } from './PositionTracker.js';

/**
 * Signed micro-shares that open orders of `owner` for a symbol would still add. Exits that came with an entry are not
 * counted, and direct orders are not: whether they fill is their author's business.
 */
export function comingQuantity(openOrders: readonly OrderRecord[], owner: string, symbolId: number): Quantity {
  let sum = 0;
  for (const order of openOrders) {
    if (order.symbolId !== symbolId || order.role !== undefined || order.signalId === undefined) continue;
    if (ownerOf(order) === owner) sum += order.side === 'buy' ? order.working : -order.working;
  }
  return sum;
}
