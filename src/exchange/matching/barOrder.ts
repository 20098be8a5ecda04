/** In which order the orders of a symbol look at one bar, where a preset goes by when they were given. */
import type { WorkingOrder } from '../WorkingOrder.js';
import { opens } from './costs.js';

/**
 * Whether an order belongs to a position and does not stand beside it: an exit that came with an entry, one of two
 * exits of which one cancels the other, or a wish to be out. A direct order never does, whatever it closes.
 */
export function isExit(order: WorkingOrder): boolean {
  return order.parentId !== '' || order.siblingId !== '' || (order.signalId !== '' && !opens(order));
}

/**
 * The orders as backtesting.py queues them: exits at the market first, then stops that are exits, then all others from
 * the oldest on, resting orders among those for the market.
 */
export function asGiven(orders: readonly WorkingOrder[]): readonly WorkingOrder[] {
  if (orders.length === 1) return [...orders];
  return [0, 1, 2].flatMap((place) => orders.filter((order) => placeOf(order) === place));
}

function placeOf(order: WorkingOrder): number {
  const against = -order.account.quantityOf(order.symbolId) * order.sign;
  // What it closes is its own to say here: older orders may have been reckoned to close before it.
  if (order.isMarket && order.signalId !== '' && order.quantity > 0 && order.quantity <= against) return 0;
  return order.acts === 'stop' && isExit(order) ? 1 : 2;
}
