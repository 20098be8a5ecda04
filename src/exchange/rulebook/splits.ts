/**
 * Splits of positions (R14): shares times the ratio, fractions as cash in lieu. Exact to the last micro-dollar: the
 * cost is divided without remainder, and what rounding prices to the grid of the scale would hide is given as the
 * residue. Short positions are the mirror image: they pay for the fraction.
 */
import type { Money, Price, Quantity } from '../../domain/units.js';
import { checked, SHARE } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';
import type { Split } from './corporateActions.js';
import { rebasePrice } from './corporateActions.js';

/** A position after a split. */
export interface SplitPosition {
  /** Signed micro-shares that remain, a multiple of the unit. */
  readonly quantity: Quantity;
  /** Cost of what remains and of the fraction; together the cost before. */
  readonly cost: Money;
  readonly costInLieu: Money;
  /** Cash for the fraction at the price after the split; negative for a short position, which pays it. */
  readonly cashInLieu: Money;
  /** The price after the split, rounded half to even at the scale. */
  readonly price: Price;
  /** Value before, less the value of what remains at `price` and the cash: what rounding took, or gave. */
  readonly residue: Money;
}

/** `numerator ÷ denominator` rounded half to even; the denominator is positive. */
function divide(numerator: bigint, denominator: bigint): number {
  let quotient = numerator / denominator;
  const remainder = numerator % denominator;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n !== 0n)) quotient += numerator < 0n ? -1n : 1n;
  return checked(Number(quotient), 'quotient');
}

/**
 * Splits a position of `quantity` signed micro-shares with the signed `cost` (same sign, or 0), last valued at
 * `price` before the split. `unit` is the least holding: a share, or 1 where fractional shares are held.
 */
export function splitPosition(
  quantity: Quantity,
  cost: Money,
  price: Price,
  priceScale: number,
  split: Split,
  unit: Quantity = SHARE,
): SplitPosition {
  const { newShares, oldShares } = split;
  assert(Number.isSafeInteger(newShares) && newShares > 0, 'a split gives a positive whole number of shares');
  assert(Number.isSafeInteger(oldShares) && oldShares > 0, 'a split is for a positive whole number of shares');
  // In units of 1/oldShares micro-share everything is whole.
  const total = BigInt(quantity) * BigInt(newShares);
  const step = BigInt(oldShares) * BigInt(unit);
  const kept = total - (total % step);
  const fraction = total - kept;
  // Fraction and total have one sign; the divisor must be the positive one.
  const isShort = total < 0n;
  const costInLieu =
    fraction === 0n ? 0 : divide(BigInt(cost) * (isShort ? -fraction : fraction), isShort ? -total : total);
  // The price after the split is price × old ÷ new, so old cancels: the cash is exact before its one rounding.
  const cashInLieu = divide(fraction * BigInt(price), BigInt(newShares) * BigInt(priceScale));
  const after = rebasePrice(price, split);
  const remaining = checked(Number(kept / BigInt(oldShares)), 'quantity after the split');
  const valueBefore = divide(BigInt(quantity) * BigInt(price), BigInt(priceScale));
  const valueKept = divide(BigInt(remaining) * BigInt(after), BigInt(priceScale));
  return {
    quantity: remaining,
    cost: cost - costInLieu,
    costInLieu,
    cashInLieu,
    price: after,
    residue: valueBefore - valueKept - cashInLieu,
  };
}
