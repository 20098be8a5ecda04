/**
 * The units of Papertape and the one place where amounts are multiplied.
 *
 * Money, quantities and prices are safe integers. A unit is a "flavoured" number: a plain number is
 * accepted where a unit is expected (arithmetic yields plain numbers), two different units are not
 * interchangeable. Leaving the safe range throws `AMOUNT_OUT_OF_RANGE`; it never wraps or rounds.
 */
import { PapertapeError } from './errors.js';

declare const unit: unique symbol;
/** A number of one named unit; every flavour shares the marker, so that two of them never mix. */
export type Flavoured<Name extends string> = number & { readonly [unit]?: Name };

/** Microseconds since the Unix epoch, UTC; an integer. */
export type Micros = Flavoured<'Micros'>;
/** A length of time in microseconds; an integer. */
export type DurationMicros = Flavoured<'DurationMicros'>;
/** A price as an integer at the scale of its series or instrument (see {@link RAW_PRICE_SCALE}). */
export type Price = Flavoured<'Price'>;
/** An order, fill or position quantity in micro-shares: 1 share = 1,000,000. Signed only where said. */
export type Quantity = Flavoured<'Quantity'>;
/** An amount in micro-dollars: $1 = 1,000,000. Signed. */
export type Money = Flavoured<'Money'>;
/** Whole shares, as market data reports sizes and volumes. Never used for orders. */
export type Shares = Flavoured<'Shares'>;

/** Integer steps per dollar of a raw price (six decimals: R19). */
export const RAW_PRICE_SCALE = 1_000_000;
/** Integer steps per dollar of an adjusted price (eight decimals). */
export const ADJUSTED_PRICE_SCALE = 100_000_000;
/** Micro-shares per share. */
export const SHARE = 1_000_000;
/** Micro-dollars per dollar. */
export const DOLLAR = 1_000_000;

/**
 * Computes `a × b ÷ divisor` exactly and rounds once, half to even.
 *
 * All three are safe integers, `divisor` is positive. Uses plain numbers while the product is safe and
 * bigint beyond. Throws `AMOUNT_OUT_OF_RANGE` when an input is not a safe integer or the result is not.
 */
export function mulDiv(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (
    Number.isSafeInteger(product) &&
    Number.isSafeInteger(a) &&
    Number.isSafeInteger(b) &&
    Number.isSafeInteger(divisor) &&
    divisor > 0
  ) {
    const remainder = product % divisor;
    // `+ 0` turns -0 into 0, so that equal amounts have one representation.
    if (remainder === 0) return product / divisor + 0;
    const quotient = (product - remainder) / divisor;
    return roundQuotient(quotient, Math.abs(remainder) * 2, divisor, product < 0 ? -1 : 1);
  }
  return mulDivWide(a, b, divisor);
}

/**
 * Computes `a × b ÷ divisor` exactly and rounds once, down; all three are safe integers, the first two not negative,
 * the third positive. Throws `AMOUNT_OUT_OF_RANGE` like {@link mulDiv}.
 */
export function mulDivDown(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) return (product - (product % divisor)) / divisor;
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) throw outOfRange(`${a} × ${b} ÷ ${divisor}`);
  return checked(Number((BigInt(a) * BigInt(b)) / BigInt(divisor)), 'product');
}

function roundQuotient(quotient: number, twice: number, divisor: number, sign: number): number {
  if (twice > divisor || (twice === divisor && quotient % 2 !== 0)) return quotient + sign + 0;
  return quotient + 0;
}

function mulDivWide(a: number, b: number, divisor: number): number {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b) || !(Number.isSafeInteger(divisor) && divisor > 0)) {
    throw outOfRange(`${a} × ${b} ÷ ${divisor}`);
  }
  const product = BigInt(a) * BigInt(b);
  const wideDivisor = BigInt(divisor);
  let quotient = product / wideDivisor;
  const remainder = product % wideDivisor;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  if (twice > wideDivisor || (twice === wideDivisor && quotient % 2n !== 0n)) {
    quotient += product < 0n ? -1n : 1n;
  }
  return checked(Number(quotient), 'product');
}

/** Returns `value` if it is a safe integer, else throws `AMOUNT_OUT_OF_RANGE` naming `what`. */
export function checked(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw outOfRange(`${what} ${value}`);
  return value;
}

/** Adds two amounts of one unit; throws `AMOUNT_OUT_OF_RANGE` beyond the safe range. */
export function addExact(a: number, b: number): number {
  const sum = a + b;
  if (!Number.isSafeInteger(sum)) throw outOfRange(`${a} + ${b}`);
  return sum;
}

/** The value of `quantity` at `price`: micro-dollars, rounded half to even. */
export function notional(price: Price, quantity: Quantity, priceScale: number): Money {
  // Whole shares keep the product small: most values stay clear of bigint, at micro-dollar prices even of division.
  const shares = quantity / SHARE;
  if (Number.isInteger(shares) && priceScale >= SHARE) {
    const product = price * shares;
    if (priceScale === SHARE && Number.isSafeInteger(product)) return product + 0;
    if (priceScale % SHARE === 0) return mulDiv(price, shares, priceScale / SHARE);
  }
  return mulDiv(price, quantity, priceScale);
}

/**
 * Parses a decimal such as "101.25" exactly to an integer at `scale` (a power of ten).
 *
 * Accepts an optional sign, digits and a fraction; no exponent, blank or separator. Returns undefined for
 * anything else, for more decimals than the scale holds (trailing zeros are ignored) and beyond the safe
 * range, so that bad text can never become a number (F49, F52).
 */
export function parseDecimal(text: string, scale: number): number | undefined {
  const match = /^([+-]?)(\d{1,16})(?:\.(\d{1,40}))?$/.exec(text);
  if (!match) return undefined;
  const decimals = Math.round(Math.log10(scale));
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > decimals) return undefined;
  const value = Number(match[2]) * scale + Number(fraction.padEnd(decimals, '0') || '0');
  if (!Number.isSafeInteger(value)) return undefined;
  return match[1] === '-' ? -value + 0 : value;
}

/** Writes an integer at `scale` as a decimal with at least `minDecimals`, trailing zeros beyond removed. */
export function formatDecimal(value: number, scale: number, minDecimals = 2): string {
  const decimals = Math.round(Math.log10(scale));
  const digits = Math.abs(value)
    .toString()
    .padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  let fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  fraction = fraction.padEnd(minDecimals, '0');
  return `${value < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function outOfRange(what: string): PapertapeError {
  return new PapertapeError('AMOUNT_OUT_OF_RANGE', `The amount ${what} is outside the exact range of ±2^53.`);
}
