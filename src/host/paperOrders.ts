/** The orders of a recorded session with their fills, as they stood at its end. */
import type { PaperOrder } from '../analytics/executions/compareExecutions.js';
import type { Fill } from '../domain/fill.js';
import type { Order } from '../domain/order.js';
import { fillsOf } from './parity.js';
import type { Tape } from './readTape.js';

/** In the order in which they were given; orders that were denied are left out. */
export function paperOrdersOf({ session, records }: Tape): readonly PaperOrder[] {
  const orders = new Map<string, Order>();
  for (const { record } of records) if (record.type === 'order') orders.set(record.order.id, record.order);
  const fills = new Map<string, Fill[]>();
  for (const fill of fillsOf(records.map(({ record }) => record))) {
    const own = fills.get(fill.orderId);
    if (own === undefined) fills.set(fill.orderId, [fill]);
    else own.push(fill);
  }
  return [...orders.values()]
    .filter(({ status }) => status !== 'denied')
    .map((order) => ({
      order,
      symbol: session.config.symbols[order.symbolId] ?? '',
      fills: fills.get(order.id) ?? [],
    }));
}
