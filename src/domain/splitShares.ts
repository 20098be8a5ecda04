/** How a split of an account's position is shared by its owners. */
import type { Quantity } from './units.js';
import { mulDiv } from './units.js';

/** `newShares` for every `oldShares`: whole numbers, the first not negative, the other positive. */
export interface SplitRatio {
  readonly newShares: number;
  readonly oldShares: number;
}

/**
 * What owners hold after a split that made their sum `after`; all in signed micro-shares. Each has its own by the
 * ratio. Of what rounding and cash for fractions leave, what is against a position makes that less, the last one
 * first; the rest is added to the last that is left.
 */
export function splitShares(held: readonly Quantity[], after: Quantity, ratio: SplitRatio): Quantity[] {
  const { newShares, oldShares } = ratio;
  const shares = held.map((quantity) => mulDiv(quantity, newShares, oldShares));
  let rest = shares.reduce((left, share) => left - share, after);
  for (let i = shares.length - 1; i >= 0; i -= 1) {
    const share = shares[i] ?? 0;
    if (share * rest >= 0) continue;
    const taken = Math.sign(rest) * Math.min(Math.abs(rest), Math.abs(share));
    shares[i] = share + taken;
    rest -= taken;
  }
  if (rest === 0) return shares;
  const last = Math.max(
    shares.findLastIndex((share) => share !== 0),
    0,
  );
  shares[last] = (shares[last] ?? 0) + rest;
  return shares;
}
