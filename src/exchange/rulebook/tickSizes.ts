/**
 * The minimum price increment of orders (Rule 612): $0.01 at or above $1.00, $0.0001 below, judged on the
 * order's own price (R20). In force from 2005; the half-cent tick of the amended rule is not in force before
 * November 2027 (release 34-105656), so the date does not matter yet. Executions may be finer.
 */
import type { Price } from '../../domain/units.js';

/** The tick at a price, in steps of `priceScale`; at least one step. */
export function tickOf(price: Price, priceScale: number): Price {
  return Math.max(1, price >= priceScale ? priceScale / 100 : priceScale / 10_000);
}

/** Whether an order price is a multiple of its tick. */
export function isOnGrid(price: Price, priceScale: number): boolean {
  return price % tickOf(price, priceScale) === 0;
}
