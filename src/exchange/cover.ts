/**
 * What an account can pay for where shares are counted, and orders covered, when they fill (`Preset.sizing` and
 * `Preset.buyingPower`). As in backtesting.py every share is reckoned at the price of the fill and its part of the
 * commission that the order would owe at the price before spread and slippage. Pure functions.
 */
import type { Money, Price, Quantity } from '../domain/units.js';
import { notional, SHARE } from '../domain/units.js';
import type { FeePlan } from './fees/FeePlan.js';

/** The price of a fill, and what it was before spread and slippage. */
export interface FillPrices {
  readonly price: Price;
  readonly basePrice: Price;
}

/**
 * Whole micro-shares that `fraction` of `available` micro-dollars pays for. What is charged per order is reckoned as if
 * the order were for that fraction of a share; who asks for all leaves a micro-dollar.
 */
export function sharesAtFill(
  available: Money,
  fraction: number,
  prices: FillPrices,
  plan: FeePlan,
  priceScale: number,
): Quantity {
  const budget = fraction === 1 ? available - 1 : available * fraction;
  const part = Math.round(fraction * SHARE);
  const commission = plan.commission(part, notional(prices.basePrice, part, priceScale)) / fraction;
  const each = notional(prices.price, SHARE, priceScale) + commission;
  return budget > 0 && each > 0 ? Math.floor(budget / each) * SHARE : 0;
}

/** What `opening` micro-shares of an order for `ordered` cost, with their part of its commission. */
export function costAtFill(
  opening: Quantity,
  ordered: Quantity,
  prices: FillPrices,
  plan: FeePlan,
  priceScale: number,
): Money {
  const commission = plan.commission(ordered, notional(prices.basePrice, ordered, priceScale));
  return notional(prices.price, opening, priceScale) + (commission * opening) / ordered;
}
