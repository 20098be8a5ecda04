/**
 * An open order as JSON-safe values. Thousands may rest while one changes, so what was last said of an order is kept:
 * as long as it holds it is the very same object, which a reader recognises without looking into it.
 */
import type { WorkingOrder } from './WorkingOrder.js';

/** Every field of an order, its account by id. Not to be changed. */
export type OrderSnapshot = Readonly<Record<string, unknown>>;

type Fields = Omit<WorkingOrder, 'account'> & { readonly account: string };

const lastSaid = new WeakMap<WorkingOrder, Fields>();

/** The snapshot of an order now. */
export function orderSnapshot(order: WorkingOrder): OrderSnapshot {
  const last = lastSaid.get(order);
  if (last !== undefined && isStill(order, last)) return last as unknown as OrderSnapshot;
  // Assigning at once gives an object whose fields are found as fast as the order's own.
  const fields = Object.assign({}, order, { account: order.account.accountId });
  lastSaid.set(order, fields);
  return fields as unknown as OrderSnapshot;
}

/**
 * Whether an order is as it was. Spelled out, as a loop over names takes ten times as long; a test changes every field.
 * Lists are replaced, never changed in place; what is missing here never changes.
 */
function isStill(order: WorkingOrder, last: Fields): boolean {
  return (
    order.status === last.status &&
    order.queueAhead === last.queueAhead &&
    order.quantity === last.quantity &&
    order.filledQuantity === last.filledQuantity &&
    order.filledNotional === last.filledNotional &&
    order.limitPrice === last.limitPrice &&
    order.stopPrice === last.stopPrice &&
    order.highWaterMark === last.highWaterMark &&
    order.acts === last.acts &&
    order.timeInForce === last.timeInForce &&
    order.decidedAt === last.decidedAt &&
    order.dueAt === last.dueAt &&
    order.dataLatency === last.dataLatency &&
    order.arrivedAt === last.arrivedAt &&
    order.activatedAt === last.activatedAt &&
    order.armedAt === last.armedAt &&
    order.doneOn === last.doneOn &&
    order.evidenceFrom === last.evidenceFrom &&
    order.auctionPending === last.auctionPending &&
    order.commission === last.commission &&
    order.secFee === last.secFee &&
    order.tafFee === last.tafFee &&
    order.lowestFill === last.lowestFill &&
    order.highestFill === last.highestFill &&
    order.openingQuantity === last.openingQuantity &&
    order.reservePrice === last.reservePrice &&
    order.reserve === last.reserve &&
    order.shortFloor === last.shortFloor &&
    order.pendingQuantity === last.pendingQuantity &&
    order.pendingPrice === last.pendingPrice &&
    order.resting === last.resting &&
    order.queueAtEntry === last.queueAtEntry &&
    order.triggerPrice === last.triggerPrice &&
    order.triggerTime === last.triggerTime &&
    order.closed === last.closed &&
    order.reduceOnly === last.reduceOnly &&
    order.pendingReplaces === last.pendingReplaces &&
    order.parentId === last.parentId &&
    order.legIds === last.legIds &&
    order.siblingId === last.siblingId &&
    order.formerIds === last.formerIds
  );
}
