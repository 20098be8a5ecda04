/**
 * An open order as JSON-safe values. Thousands may rest while one changes, so what was last said of an order is kept
 * with it: until it notes a change it is the very same object, which a reader recognises without looking into it.
 */
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
 * and several times the memory, and every order under way is said anew with every group of a tape.
 */
function fieldsOf(order: WorkingOrder): OrderSnapshot {
  return {
    id: order.id,
    clientOrderId: order.clientOrderId,
    account: order.account.accountId,
    symbolId: order.symbolId,
    side: order.side,
    sign: order.sign,
    type: order.type,
    acts: order.acts,
    timeInForce: order.timeInForce,
    extendedHours: order.extendedHours,
    limitPrice: order.limitPrice,
    stopPrice: order.stopPrice,
    trailAmount: order.trailAmount,
    trailPpm: order.trailPpm,
    highWaterMark: order.highWaterMark,
    sizeFraction: order.sizeFraction,
    notional: order.notional,
    decidedAt: order.decidedAt,
    source: order.source,
    reason: order.reason,
    signalId: order.signalId,
    quantity: order.quantity,
    status: order.status,
    dueAt: order.dueAt,
    dataLatency: order.dataLatency,
    arrivedAt: order.arrivedAt,
    activatedAt: order.activatedAt,
    armedAt: order.armedAt,
    doneOn: order.doneOn,
    evidenceFrom: order.evidenceFrom,
    auctionPending: order.auctionPending,
    filledQuantity: order.filledQuantity,
    filledNotional: order.filledNotional,
    commission: order.commission,
    secFee: order.secFee,
    tafFee: order.tafFee,
    lowestFill: order.lowestFill,
    highestFill: order.highestFill,
    openingQuantity: order.openingQuantity,
    reservePrice: order.reservePrice,
    reserve: order.reserve,
    shortFloor: order.shortFloor,
    pendingQuantity: order.pendingQuantity,
    pendingPrice: order.pendingPrice,
    pendingReplaces: order.pendingReplaces,
    resting: order.resting,
    queueAtEntry: order.queueAtEntry,
    queueAhead: order.queueAhead,
    triggerPrice: order.triggerPrice,
    triggerTime: order.triggerTime,
    reduceOnly: order.reduceOnly,
    closed: order.closed,
    orderClass: order.orderClass,
    role: order.role,
    parentId: order.parentId,
    legIds: order.legIds,
    siblingId: order.siblingId,
    formerIds: order.formerIds,
  };
}

/** Whether what was last said of an order holds: a change that was not noted is a mistake of whoever made it. */
export function holdsStill(order: WorkingOrder): boolean {
  const { said } = order;
  if (said === undefined) return true;
  return Object.keys(said).every((key) => {
    const now: unknown = key === 'account' ? order.account.accountId : Reflect.get(order, key);
    return now === said[key] || (Number.isNaN(now) && Number.isNaN(said[key]));
  });
}
