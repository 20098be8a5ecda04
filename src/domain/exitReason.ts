/**
 * Why an order closes what it closes, in the words of a trade. A leg that came with an entry carries the reason of that
 * entry, which says nothing of the way out: what the leg is for does. Orders of an `oco` have their own.
 */
import type { Order } from './order.js';

/** `take profit`, `stop loss` or `trailing stop` for a leg of an entry, else the reason that the order was given. */
export function exitReasonOf({
  reason,
  role,
  orderClass,
  type,
}: Pick<Order, 'reason' | 'role' | 'orderClass' | 'type'>): string {
  if (role === undefined || orderClass === 'oco') return reason;
  if (role === 'takeProfit') return 'take profit';
  return type === 'trailing_stop' ? 'trailing stop' : 'stop loss';
}
