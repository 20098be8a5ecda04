/** What the orders that a strategy's wishes have made, and that are still open, will do to its position. */
import type { Quantity } from '../domain/units.js';
import type { OrderRecord } from './OrderRecord.js';
import { ownerOf } from './PositionTracker.js';
import type { TradeManager } from './TradeManager.js';

/**
 * Signed micro-shares that open orders of `owner` for a symbol would still add. Exits that came with an entry are not
 * counted, and direct orders are not: whether they fill is their author's business.
 */
export function comingQuantity(openOrders: readonly OrderRecord[], owner: string, symbolId: number): Quantity {
  let sum = 0;
  for (const order of openOrders) {
    if (isWish(order, owner, symbolId)) sum += order.side === 'buy' ? order.working : -order.working;
  }
  return sum;
}

/** The oldest entry of `owner` for a symbol that is open and not being canceled. */
export function openEntry(
  openOrders: readonly OrderRecord[],
  owner: string,
  symbolId: number,
): OrderRecord | undefined {
  return openOrders.find(
    (order) => order.increasesRisk && order.status !== 'pending_cancel' && isWish(order, owner, symbolId),
  );
}

/** An exit of `owner` for a symbol that stands in the market or is about to: not one whose entry has not filled. */
export function openExit(
  manager: Pick<TradeManager, 'hasLegs' | 'openOrders'>,
  owner: string,
  symbolId: number,
): OrderRecord | undefined {
  if (!manager.hasLegs) return undefined;
  return manager
    .openOrders()
    .find((order) => holdsShares(order) && order.symbolId === symbolId && ownerOf(order) === owner);
}

function holdsShares({ role, begun, orderClass }: OrderRecord): boolean {
  return role !== undefined && (begun || orderClass === 'oco');
}

/** Whether an order was made by a wish of `owner` for a symbol, and is no exit that came with an entry. */
function isWish(order: OrderRecord, owner: string, symbolId: number): boolean {
  if (order.symbolId !== symbolId || order.role !== undefined || order.signalId === undefined) return false;
  return ownerOf(order) === owner;
}
