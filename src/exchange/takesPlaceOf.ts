/**
 * What an order that replaces another one takes over from it: its fills and fees, its state, its group, and its place
 * in the queue if nothing but the size goes down.
 */
import { nextVenueStatus } from '../domain/orderState.js';
import type { Micros } from '../domain/units.js';
import type { WorkingOrder } from './WorkingOrder.js';

/**
 * Fills `next`, new from its request, with what `old` has been through; returns whether it keeps the place. `isOpen`
 * says whether the part of the day lets it trade: one that lost its place works or waits as if it came now.
 * `seesLastBar` says that what came since the old order counts (`Preset.replacement`).
 */
export function takesPlaceOf(
  next: WorkingOrder,
  old: WorkingOrder,
  time: Micros,
  isOpen: boolean,
  seesLastBar: boolean,
): boolean {
  const keepsPlace = keepsPlaceOf(next, old);
  const begins = isOpen && !next.isAuction && !old.isUnarmed;
  next.activatedAt = keepsPlace ? old.activatedAt : begins ? time : 0;
  const entered = old.isUnarmed ? 'hold' : next.activatedAt === 0 ? 'queue' : 'activate';
  next.status = nextVenueStatus(next.status, entered);
  if (old.filledQuantity > 0) next.status = nextVenueStatus(next.status, 'partial_fill');
  if (keepsPlace || seesLastBar) next.decidedAt = old.decidedAt;
  // What its owner asks of it next travels as what was asked of the old one.
  next.dataLatency = old.dataLatency;
  next.arrivedAt = keepsPlace ? old.arrivedAt : time;
  next.armedAt = old.armedAt;
  next.evidenceFrom = old.evidenceFrom;
  next.reduceOnly = old.reduceOnly;
  next.auctionPending = old.auctionPending;
  next.filledQuantity = old.filledQuantity;
  next.filledNotional = old.filledNotional;
  next.commission = old.commission;
  next.secFee = old.secFee;
  next.tafFee = old.tafFee;
  next.filledAt = old.filledAt;
  next.ratedQuantity = old.ratedQuantity;
  next.ratedValue = old.ratedValue;
  next.ratedSecFee = old.ratedSecFee;
  next.ratedTafFee = old.ratedTafFee;
  next.lotQuantity = old.lotQuantity;
  next.lotValue = old.lotValue;
  next.lotSerial = old.lotSerial;
  next.lowestFill = old.lowestFill;
  next.highestFill = old.highestFill;
  next.acts = old.acts;
  next.highWaterMark = old.highWaterMark;
  next.triggerPrice = old.triggerPrice;
  next.triggerTime = old.triggerTime;
  // A preset may have moved it with the change.
  if (next.type === 'trailing_stop' && next.stopPrice === 0) next.stopPrice = old.stopPrice;
  if (keepsPlace) {
    next.resting = old.resting;
    next.queueAtEntry = old.queueAtEntry;
    next.queueAhead = old.queueAhead;
  }
  next.parentId = old.parentId;
  next.legIds = old.legIds;
  next.siblingId = old.siblingId;
  next.carriedEntry = old.carriedEntry;
  next.formerIds = [...old.formerIds, old.id];
  return keepsPlace;
}

/** Whether nothing but the size goes down. */
export function keepsPlaceOf(next: WorkingOrder, old: WorkingOrder): boolean {
  return (
    next.quantity <= old.quantity &&
    next.limitPrice === old.limitPrice &&
    next.timeInForce === old.timeInForce &&
    next.trailAmount === old.trailAmount &&
    next.trailPpm === old.trailPpm &&
    (next.type === 'trailing_stop' || next.stopPrice === old.stopPrice)
  );
}
