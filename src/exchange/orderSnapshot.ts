/**
 * An open order as JSON-safe values. Thousands may rest while one changes, so what was last said of an order is kept
 * with it: until it notes a change it is the very same object, which a reader recognises without looking into it.
 */
import type { OrderSnapshot, WorkingOrder } from './WorkingOrder.js';

/** The snapshot of an order now. Its lists are replaced, never changed in place. */
export function orderSnapshot(order: WorkingOrder): OrderSnapshot {
  const { said } = order;
  if (said !== undefined) return said;
  // Assigning at once gives an object whose fields are found as fast as the order's own.
  const fields: unknown = Object.assign({}, order, { account: order.account.accountId });
  const snapshot = fields as OrderSnapshot;
  order.say(snapshot);
  return snapshot;
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
