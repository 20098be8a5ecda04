/**
 * What an account can pay for: where orders are covered by margin, and where shares are counted, and orders covered,
 * when they fill (`Preset.sizing` and `Preset.buyingPower`). As in backtesting.py every share is reckoned at the price
 * of the fill and its part of the commission that the order would owe at the price before spread and slippage. Pure
 * functions.
 */
import type { Money, Price, Quantity } from '../domain/units.js';
import { notional, SHARE } from '../domain/units.js';
import type { FeePlan } from './fees/FeePlan.js';
import { neverOpens, quantityFor } from './reserves.js';
import type { WorkingOrder } from './WorkingOrder.js';

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

/**
 * Whether margin at a leverage covers what is left of an order, as in LEAN's `BuyingPowerModel`: its value at the mark
 * over the leverage, and its part of the commission, must not be above what the equity leaves over the margin of all
 * positions. An order against a position may use the margin of that position twice, to close it and to open as much on
 * the other side; what only closes always passes, here also the rest of an order. Open orders reserve nothing.
 */
export function isCoveredByMargin(order: WorkingOrder, leverage: number, plan: FeePlan, priceScale: number): boolean {
  const { account, symbolId, sign } = order;
  const price = account.markOf(symbolId);
  if (price <= 0 || neverOpens(order)) return true;
  const ordered = order.quantity > 0 ? order.quantity : quantityFor(order.notional, price, priceScale);
  const left = ordered - order.filledQuantity;
  const held = account.quantityOf(symbolId) * sign;
  if (left <= 0 || -held >= left) return true;
  const value = notional(price, ordered, priceScale);
  const needed = (left / ordered) * (value / leverage + plan.commission(ordered, value));
  const twiceOpposite = held < 0 ? 2 * notional(price, -held, priceScale) : 0;
  return needed <= account.equity - (account.grossValue - twiceOpposite) / leverage;
}
