/** The order of rows in a table of orders: the exits of an order come below it, wherever they were in the list. */
import type { OrderView } from '../../../../src/contracts/index.js';

/** See the module header. An exit whose order is not in the list stays where it is. */
export function withLegsBelow(orders: readonly OrderView[]): readonly OrderView[] {
  const ids = new Set(orders.map(({ id }) => id));
  const legs = new Map<string, OrderView[]>();
  for (const order of orders) {
    if (order.parentId === null || !ids.has(order.parentId)) continue;
    const list = legs.get(order.parentId) ?? [];
    list.push(order);
    legs.set(order.parentId, list);
  }
  if (legs.size === 0) return orders;
  return orders.flatMap((order) => {
    if (order.parentId !== null && ids.has(order.parentId)) return [];
    // Take profit before stop loss, in a list that has the newest first.
    return [order, ...[...(legs.get(order.id) ?? [])].sort((a, b) => (b.role ?? '').localeCompare(a.role ?? ''))];
  });
}
