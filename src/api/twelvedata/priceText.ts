/** Prices and ratios as the protocol writes them: decimal strings, five places unless a request says otherwise. */
import { formatDecimal, mulDiv } from '../../domain/units.js';
import type { Price } from '../../domain/units.js';
import type { Query } from './Query.js';

/** Places of a price where a request names none, and of every percentage. */
const DEFAULT_PLACES = 5;
const PERCENT_SCALE = 10 ** DEFAULT_PLACES;
const MOST_PLACES = 11;

/**
 * How prices are written: `padded` to all their places, or `mixed` as older answers had them: whole dollars bare, some
 * with the noise of binary fractions, others padded.
 */
export type PriceStyle = 'padded' | 'mixed';

/** Writes a price at a scale. */
export type WritePrice = (price: Price) => string;

/** Reads `dp` (0 to 11, or −1 for automatic) and gives what writes prices at a scale accordingly. */
export function readPlaces(query: Query): (scale: number, style: PriceStyle) => WritePrice {
  const places = query.integer('dp', -1, -1, MOST_PLACES);
  return (scale, style) => {
    if (places >= 0) return (price) => rounded(price, scale, places);
    return style === 'padded' ? (price) => rounded(price, scale, DEFAULT_PLACES) : (price) => mixed(price, scale);
  };
}

/** `part` of `whole` in per cent. */
export function percentText(part: number, whole: number): string {
  return formatDecimal(mulDiv(part, 100 * PERCENT_SCALE, whole), PERCENT_SCALE, DEFAULT_PLACES);
}

/** Rounded half to even to a number of places, and padded to it. */
export function rounded(price: Price, scale: number, places: number): string {
  const target = 10 ** places;
  if (target >= scale) return formatDecimal(price, scale, places);
  return formatDecimal(mulDiv(price, target, scale), target, places);
}

function mixed(price: Price, scale: number): string {
  if (price % scale === 0) return String(price / scale);
  // The last place of a number that is no sum of powers of two, as a binary fraction cut off after six places has it.
  const noisy = mulDiv(price, 1_000_000, scale) - 1;
  return price % 3 === 0 ? formatDecimal(noisy, 1_000_000, 6) : rounded(price, scale, DEFAULT_PLACES);
}
