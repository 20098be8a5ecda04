/**
 * Sizing models: how many shares an entry without a size of its own asks for. Pure functions of a few figures;
 * a preset names the model. All give whole shares as micro-shares, unsigned.
 */
import type { Side } from '../domain/order.js';
import type { Money, Price, Quantity } from '../domain/units.js';
import { SHARE, notional } from '../domain/units.js';

/** The models by name; presets refer to them. */
export const SIZING_MODELS = ['equityFraction', 'leanSetHoldings', 'allInAtFill', 'fixedShares'] as const;
/** Name of a sizing model. */
export type SizingModelName = (typeof SIZING_MODELS)[number];

/** Estimates the fees of an order: the plan of the session, for sizing only. */
export type FeeEstimate = (symbolId: number, side: Side, quantity: Quantity, price: Price) => Money;

/** Shares asked for by the `fixedShares` model at an allocation of 1: one round lot. */
const FIXED_LOT = 100;
const MOST_SHARES = Math.floor(Number.MAX_SAFE_INTEGER / SHARE);
/** LEAN keeps this part of the portfolio free and ignores changes below the other. */
const LEAN_FREE_FRACTION = 0.0025;
const LEAN_SMALLEST_CHANGE = 0.001;

/**
 * Whole shares that `amount` buys at `price`, as micro-shares; 0 for a price that is not positive, and never more
 * than a quantity can say (nine billion shares).
 */
export function sharesFor(amount: Money, price: Price, priceScale: number): Quantity {
  if (!(price > 0) || !(amount > 0)) return 0;
  const budget = amount * (priceScale / SHARE);
  let shares: number;
  if (Number.isSafeInteger(budget)) {
    shares = Math.floor(budget / price);
    // The quotient of two safe integers can round up to the next whole number.
    if (shares * price > budget) shares -= 1;
  } else {
    shares = Number((BigInt(Math.floor(amount)) * BigInt(priceScale)) / BigInt(SHARE) / BigInt(price));
  }
  return (shares < MOST_SHARES ? shares : MOST_SHARES) * SHARE;
}

/** `equityFraction`: the whole shares that a fraction of equity buys at the last price. */
export function equityFraction(equity: Money, fraction: number, price: Price, priceScale: number): Quantity {
  return sharesFor(Math.floor(equity * fraction), price, priceScale);
}

/** `fixedShares`: a round lot times the instance's allocation. */
export function fixedShares(fraction: number): Quantity {
  return Math.floor(FIXED_LOT * fraction) * SHARE;
}

/**
 * `leanSetHoldings`: LEAN's SetHoldings. The target is `weight` of equity less 0.25 %; the quantity is lowered
 * until it fits together with its fee. `position` is the signed quantity held; the answer is the signed order,
 * 0 when the way to a target that is not flat takes less margin (its value ÷ `leverage`) than 0.1 % of equity.
 */
export function leanSetHoldings(
  equity: Money,
  weight: number,
  position: Quantity,
  price: Price,
  priceScale: number,
  feeOf: (side: Side, quantity: Quantity) => Money,
  leverage: number,
): Quantity {
  if (weight === 0) return -position;
  const sign = weight < 0 ? -1 : 1;
  const free = equity * LEAN_FREE_FRACTION;
  let target = Math.abs(weight) * (equity - free);
  const held = Math.sign(position) * notional(price, Math.abs(position), priceScale);
  // The distance counts, not the order: what whole shares cannot mend is no reason to trade one.
  if (Math.abs(sign * target - held) < equity * LEAN_SMALLEST_CHANGE * leverage) return 0;
  // Each round lowers the target by at least one share's price or ends; ten suffice for any fee plan.
  for (let round = 0; round < 10; round += 1) {
    const wanted = sign * sharesFor(Math.floor(target), price, priceScale);
    const order = wanted - position;
    if (order === 0) return 0;
    const fee = feeOf(order > 0 ? 'buy' : 'sell', Math.abs(order));
    const allowed = Math.abs(weight) * (equity - fee - free);
    if (notional(price, Math.abs(wanted), priceScale) <= allowed) return order;
    target = allowed;
  }
  return 0;
}
