/** What can be made to happen to an account's orders so that a program's handling of it can be tested. */
import { isTooLarge } from '../../domain/orderSize.js';
import type { Micros, Price, Quantity } from '../../domain/units.js';
import type { DoorRefusal, Injection } from '../../domain/venueDesk.js';
import { FillDecision } from '../matching/FillDecision.js';
import type { AccountExchange } from './AccountExchange.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { refusal } from './doorChecks.js';

/** An injection that concerns one open order. */
export type OrderInjection = Extract<Injection, { readonly orderId: string }>;

/** Makes it happen at `now`; the outcome is an event, a refusal leaves nothing behind. */
export function injectOrder(
  exchange: AccountExchange,
  injection: OrderInjection,
  now: Micros,
): DoorRefusal | undefined {
  const { orderId } = injection;
  const order = exchange.book.orders.get(orderId);
  if (order === undefined) return refusal('ORDER_UNKNOWN', { orderId });
  // Members of a group have no life of their own before it has arrived, nor a leg before its entry has filled.
  const isWaiting = order.isUnarmed || (order.orderClass !== 'simple' && order.arrivedAt === 0);
  if (isWaiting && injection.kind !== 'cancel') return refusal('NOT_WORKING', { orderId });
  switch (injection.kind) {
    case 'fill':
      return fill(exchange, order, injection.quantity, injection.price, now);
    case 'cancel':
      exchange.cancelOrder(order, now, 'canceled by an injection');
      break;
    case 'reject':
      rejectOrder(exchange, orderId, now, 'rejected by an injection');
      break;
    case 'expire':
      bringIn(exchange, order, now);
      exchange.emit({ type: 'expired', orderId, time: now, reason: 'expired by an injection' }, order);
      break;
    case 'doneForDay':
      bringIn(exchange, order, now);
      exchange.endDay(orderId, now);
      break;
  }
  exchange.book.symbol(order.symbolId).compact();
  return undefined;
}

/** Rejects an open order that has no fill. One that works is canceled by the venue, since it was taken already. */
export function rejectOrder(exchange: AccountExchange, orderId: string, now: Micros, message: string): void {
  const order = exchange.book.orders.get(orderId);
  if (order === undefined) return;
  if (order.arrivedAt === 0) exchange.emit({ type: 'rejected', orderId, time: now, reason: 'HALTED', message }, order);
  else exchange.cancelOrder(order, now, message);
  exchange.book.symbols[order.symbolId]?.compact();
}

function fill(
  exchange: AccountExchange,
  order: WorkingOrder,
  quantity: Quantity,
  price: Price,
  now: Micros,
): DoorRefusal | undefined {
  if (!Number.isSafeInteger(quantity) || quantity <= 0 || quantity > order.remaining) {
    return refusal('QUANTITY_INVALID');
  }
  if (!Number.isSafeInteger(price) || price <= 0) return refusal('PRICE_INVALID');
  if (isTooLarge({ quantity }, price, exchange.priceScale)) return refusal('ORDER_TOO_LARGE');
  const symbol = exchange.book.symbol(order.symbolId);
  bringIn(exchange, order, now);
  const decision = new FillDecision();
  decision.basis = 'injected';
  decision.rule = 'injected';
  decision.evidenceTime = now;
  decision.quantity = quantity;
  decision.make(price, false);
  exchange.fill(order, symbol, decision, now);
  symbol.compact();
  return undefined;
}

/** An order that is still on its way has to arrive before anything can happen to it. */
function bringIn(exchange: AccountExchange, order: WorkingOrder, now: Micros): void {
  if (order.arrivedAt === 0) exchange.emit({ type: 'accepted', orderId: order.id, time: now, waiting: false }, order);
}
