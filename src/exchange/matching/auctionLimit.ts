/**
 * Whether an order takes part at an auction's price. A limit is certain to be filled only when the price is strictly
 * better (R4); at the limit itself it depends on the others at that price, which only an optimist counts on.
 */
import type { Price } from '../../domain/units.js';
import type { QueueModel } from '../preset.js';
import type { WorkingOrder } from '../WorkingOrder.js';

/** See the module header. */
export function isAuctionWithinLimit(order: WorkingOrder, price: Price, queue: QueueModel): boolean {
  if (order.acts !== 'limit') return true;
  const better = order.sign * (order.limitPrice - price);
  return better > 0 || (better === 0 && queue === 'optimistic');
}
