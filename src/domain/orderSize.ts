/**
 * The largest order that is taken. Whatever one order and all that follows from it come to stays far within the range
 * in which integers are exact (±2^53 micro-dollars: nine billion dollars), so that no later sum can leave it.
 */
import type { ExitTerms, Trail } from './order.js';
import type { Money, Price, Quantity } from './units.js';
import { DOLLAR, SHARE } from './units.js';

/** Dollars. Also the most that an account can begin with. */
export const LARGEST_ORDER = 1_000_000_000;

/** Dollars that a share counts with whose price is not known: more than nearly all cost. */
const UNKNOWN_PRICE = 10_000;

/** What the size of an order depends on; absent prices and amounts count nothing. */
export interface SizedTerms {
  readonly quantity?: Quantity | undefined;
  readonly notional?: Money | undefined;
  readonly limitPrice?: Price | undefined;
  readonly stopPrice?: Price | undefined;
  readonly trail?: Trail | undefined;
  /** Its exits. */
  readonly legs?: readonly Pick<ExitTerms, 'limitPrice' | 'stopPrice'>[] | undefined;
}

/**
 * Whether an order would be worth more than {@link LARGEST_ORDER} at any of its prices or at `marketPrice` (0 if none
 * is known). Less than a share counts as one. Estimates in floats: nothing can overflow.
 */
export function isTooLarge(order: SizedTerms, marketPrice: Price, priceScale: number): boolean {
  const { quantity = 0, notional = 0, limitPrice = 0, stopPrice = 0, trail, legs = [] } = order;
  if (notional > LARGEST_ORDER * DOLLAR) return true;
  const distance = trail?.kind === 'price' ? trail.amount : 0;
  let price = Math.max(marketPrice, limitPrice, stopPrice, distance);
  for (const leg of legs) price = Math.max(price, leg.limitPrice ?? 0, leg.stopPrice ?? 0);
  const dollars = price > 0 ? price / priceScale : UNKNOWN_PRICE;
  return Math.max(1, quantity / SHARE) * dollars > LARGEST_ORDER;
}
