/** In which order the orders of a symbol look at one bar, where a preset goes by when they were given. */
import type { Micros } from '../../domain/units.js';
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
 * The orders as backtesting.py queues them: exits at the market first, then stops that are exits, the newest first,
 * then all others from the oldest on, resting orders among those for the market. Exits are as old as the fill of their
 * entry.
 */
export function asGiven(orders: readonly WorkingOrder[]): readonly WorkingOrder[] {
  if (orders.length === 1) return [...orders];
  const queue: WorkingOrder[] = [];
  const stops: WorkingOrder[] = [];
  const rest: WorkingOrder[] = [];
  for (const order of orders) {
    const place = placeOf(order);
    if (place === 0) queue.push(order);
    else if (place === 1) stops.unshift(order);
    else rest.push(order);
  }
  queue.push(...stops.sort(newestFirst), ...rest.sort(oldestFirst));
  return queue;
}

function placeOf(order: WorkingOrder): number {
  const against = -order.account.quantityOf(order.symbolId) * order.sign;
  // What it closes is its own to say here: older orders may have been reckoned to close before it.
  if (order.isMarket && order.signalId !== '' && order.quantity > 0 && order.quantity <= against) return 0;
  return order.acts === 'stop' && isExit(order) ? 1 : 2;
}

function queuedAt(order: WorkingOrder): Micros {
  return order.armedAt > 0 ? order.armedAt : order.arrivedAt;
}

function newestFirst(a: WorkingOrder, b: WorkingOrder): number {
  return queuedAt(b) - queuedAt(a);
}

/** What a bar has armed is there before its strategy gives orders on that bar. */
function oldestFirst(a: WorkingOrder, b: WorkingOrder): number {
  return queuedAt(a) - queuedAt(b) || Math.sign(b.armedAt) - Math.sign(a.armedAt);
}
