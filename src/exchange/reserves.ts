/**
 * What an open order holds of its account: the part of it that opens a position, at the price that it may cost. Pure
 * functions of one order; which part opens is the book's to say.
 */
import type { Money, Price, Quantity } from '../domain/units.js';
import { mulDivDown, notional } from '../domain/units.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** Micro-shares that `amount` micro-dollars are worth at a price, rounded down. 0 without a price. */
export function quantityFor(amount: Money, price: Price, priceScale: number): Quantity {
  return amount > 0 && price > 0 ? mulDivDown(amount, priceScale, price) : 0;
}

/** Micro-dollars that a notional order has left to trade, its commissions counted in. */
export function notionalLeft(order: WorkingOrder): Money {
  return order.notional - order.filledNotional - order.commission;
}

/** The price that an order is reserved at: of a replace that is on its way, the higher of both. */
export function heldPrice(order: WorkingOrder): Price {
  return order.pendingPrice > order.reservePrice ? order.pendingPrice : order.reservePrice;
}

/** Micro-shares that it is reserved for at most: of a notional order an estimate at the price of its entry. */
export function heldQuantity(order: WorkingOrder, priceScale: number): Quantity {
  if (order.notional > 0) return quantityFor(notionalLeft(order), heldPrice(order), priceScale);
  const total = order.pendingQuantity > order.quantity ? order.pendingQuantity : order.quantity;
  return total - order.filledQuantity;
}

/** Whether it closes alone: a sale by notional sells of what is held and never more (a short sale has whole shares). */
export function neverOpens(order: WorkingOrder): boolean {
  return order.reduceOnly || (order.notional > 0 && order.sign === -1);
}

/**
 * What `opening` micro-shares of it reserve. A notional order that opens in full reserves all that it has left. Nothing
 * where the account covers orders only when they fill.
 */
export function reserveFor(order: WorkingOrder, opening: Quantity, priceScale: number): Money {
  if (order.account.coversAtFill) return 0;
  const price = heldPrice(order);
  if (!(opening > 0) || !Number.isSafeInteger(price) || !(price > 0) || !Number.isSafeInteger(opening)) return 0;
  if (order.notional > 0 && opening === heldQuantity(order, priceScale)) return notionalLeft(order);
  return notional(price, opening, priceScale);
}
