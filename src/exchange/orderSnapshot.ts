/**
 * An open order as JSON-safe values. Thousands may rest while one changes, so what was last said of an order is kept
 * with it: until it notes a change it is the very same object, which a reader recognises without looking into it.
 *
 * Every order under way is said anew with every group of a tape, and most of its fields never leave the value that
 * they were made with: such a field is undefined, which JSON does not show, and a restored order has it anyway.
 */
import { firstAction } from './WorkingOrder.js';
import type { OrderSnapshot, WorkingOrder } from './WorkingOrder.js';

/** The snapshot of an order now. Its lists are replaced, never changed in place. */
export function orderSnapshot(order: WorkingOrder): OrderSnapshot {
  const { said } = order;
  if (said !== undefined) return said;
  const snapshot = fieldsOf(order);
  order.say(snapshot);
  return snapshot;
}

/**
 * Named one by one, in the order in which they stand on tapes: copying whatever there is costs a hundred times as much
 * and several times the memory. The sign follows from the side.
 */
function fieldsOf(order: WorkingOrder): OrderSnapshot {
  return {
    id: order.id,
    clientOrderId: order.clientOrderId,
    account: order.account.accountId,
    symbolId: order.symbolId,
    side: order.side,
    type: order.type,
    acts: order.acts === firstAction(order.type) ? undefined : order.acts,
    timeInForce: order.timeInForce,
    extendedHours: order.extendedHours || undefined,
    limitPrice: unless(0, order.limitPrice),
    stopPrice: unless(0, order.stopPrice),
    trailAmount: unless(0, order.trailAmount),
    trailPpm: unless(0, order.trailPpm),
    highWaterMark: unless(0, order.highWaterMark),
    sizeFraction: unless(0, order.sizeFraction),
    notional: unless(0, order.notional),
    decidedAt: order.decidedAt,
    source: order.source,
    reason: order.reason === '' ? undefined : order.reason,
    signalId: order.signalId === '' ? undefined : order.signalId,
    quantity: order.quantity,
    status: order.status === 'pending_new' ? undefined : order.status,
    dueAt: unless(0, order.dueAt),
    dataLatency: unless(0, order.dataLatency),
    arrivedAt: unless(0, order.arrivedAt),
    activatedAt: unless(0, order.activatedAt),
    armedAt: unless(0, order.armedAt),
    doneOn: unless(0, order.doneOn),
    evidenceFrom: unless(0, order.evidenceFrom),
    auctionPending: order.auctionPending || undefined,
    filledQuantity: unless(0, order.filledQuantity),
    filledNotional: unless(0, order.filledNotional),
    commission: unless(0, order.commission),
    secFee: unless(0, order.secFee),
    tafFee: unless(0, order.tafFee),
    filledAt: unless(0, order.filledAt),
    ratedQuantity: unless(0, order.ratedQuantity),
    ratedValue: unless(0, order.ratedValue),
    ratedSecFee: unless(0, order.ratedSecFee),
    ratedTafFee: unless(0, order.ratedTafFee),
    lotQuantity: unless(0, order.lotQuantity),
    lotValue: unless(0, order.lotValue),
    lotSerial: unless(0, order.lotSerial),
    lowestFill: unless(0, order.lowestFill),
    highestFill: unless(0, order.highestFill),
    openingQuantity: unless(0, order.openingQuantity),
    reservePrice: unless(0, order.reservePrice),
    reserve: unless(0, order.reserve),
    shortFloor: unless(0, order.shortFloor),
    pendingQuantity: unless(0, order.pendingQuantity),
    pendingPrice: unless(0, order.pendingPrice),
    pendingReplaces: unless(0, order.pendingReplaces),
    resting: order.resting || undefined,
    queueAtEntry: unless(-1, order.queueAtEntry),
    queueAhead: unless(-1, order.queueAhead),
    triggerPrice: unless(0, order.triggerPrice),
    triggerTime: unless(0, order.triggerTime),
    reduceOnly: order.reduceOnly || undefined,
    closed: order.closed || undefined,
    orderClass: order.orderClass === 'simple' ? undefined : order.orderClass,
    role: order.role === '' ? undefined : order.role,
    parentId: order.parentId === '' ? undefined : order.parentId,
    legIds: order.legIds.length === 0 ? undefined : order.legIds,
    siblingId: order.siblingId === '' ? undefined : order.siblingId,
    carriedEntry: order.carriedEntry === '' ? undefined : order.carriedEntry,
    formerIds: order.formerIds.length === 0 ? undefined : order.formerIds,
  };
}

function unless(usual: number, value: number): number | undefined {
  return value === usual ? undefined : value;
}

/** Whether what was last said of an order holds: a change that was not noted is a mistake of whoever made it. */
export function holdsStill(order: WorkingOrder): boolean {
  const { said } = order;
  if (said === undefined) return true;
  const now = fieldsOf(order);
  return Object.keys(said).every((key) => isEqual(now[key], said[key]));
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || (Number.isNaN(one) && Number.isNaN(other));
}
