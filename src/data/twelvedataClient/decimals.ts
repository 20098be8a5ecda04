/**
 * Prices and counts of Twelve Data as integers, read once, at the edge (F49).
 *
 * A price with at most four decimals is what it says. More decimals are mostly the noise of a single-precision number
 * that the vendor printed ("235.029999" for 235.03, "148.85001" for 148.85): such a price is rounded to six decimals,
 * half to even, and if a whole cent, or else a hundredth of a cent, lies within that noise (price × 2^-24, and half a
 * unit of the last printed decimal), it is taken to be that. All of it is integer arithmetic on the decimal digits.
 */
import { parseDecimal, RAW_PRICE_SCALE } from '../../domain/units.js';
import type { Price } from '../../domain/units.js';
import { roundScaled } from '../import/fieldParsers.js';

/** Why something is no price or count. */
export type NumberFault = 'missing' | 'notANumber' | 'exponent' | 'tooManyDigits' | 'notPositive' | 'outOfRange';

/** Every {@link NumberFault}. */
export const NUMBER_FAULTS: readonly NumberFault[] = [
  'missing',
  'notANumber',
  'exponent',
  'tooManyDigits',
  'notPositive',
  'outOfRange',
];

const PRICE_DECIMALS = 6;
const EXACT_DECIMALS = 4;
const CENT = RAW_PRICE_SCALE / 100;
const HUNDREDTH_OF_CENT = CENT / 100;
/** Half a unit in the last place of a single-precision number is 2^-24 of it. */
const SINGLE_PRECISION = 16_777_216;
/** A binary fraction prints at most 17 significant digits; a price with leading zeros a few more. */
const MOST_CHARACTERS = 24;
/** Ten million dollars, far above the dearest share. */
const HIGHEST_PRICE = 10_000_000 * RAW_PRICE_SCALE;
const LARGEST_COUNT = 1e15;

/** A price at the raw price scale from decimal text; NaN if it is none, see {@link faultOfPrice}. */
export function priceOfText(text: string): Price {
  if (text.length > MOST_CHARACTERS) return NaN;
  const micros = parseDecimal(text, RAW_PRICE_SCALE) ?? roundScaled(text, PRICE_DECIMALS);
  return denoised(micros, significantDecimals(text));
}

/** A price from decimal text or a number of JSON; NaN if it is none, see {@link faultOfPrice}. */
export function priceOf(value: unknown): Price {
  if (typeof value === 'string') return priceOfText(value);
  // The shortest decimal that means the number: what was printed, up to 15 digits.
  return typeof value === 'number' ? priceOfText(String(value)) : NaN;
}

/**
 * A price from the digits of a decimal without its point, at most 15 of them, and the number of its decimals; NaN if
 * it is out of range. Equal to {@link priceOfText} of the same decimal.
 */
export function priceOfDigits(digits: number, decimals: number): Price {
  let value = digits;
  let left = decimals;
  while (left > EXACT_DECIMALS && value % 10 === 0) {
    value /= 10;
    left -= 1;
  }
  if (left <= PRICE_DECIMALS) return denoised(value * (POWERS[PRICE_DECIMALS - left] ?? NaN), left);
  const unit = POWERS[left - PRICE_DECIMALS] ?? NaN;
  const rest = value % unit;
  const whole = (value - rest) / unit;
  const isUp = rest * 2 > unit || (rest * 2 === unit && whole % 2 === 1);
  return denoised(isUp ? whole + 1 : whole, left);
}

const POWERS = Float64Array.from({ length: 16 }, (_, exponent) => Number(`1e${exponent}`));

/** Why {@link priceOf} gave NaN. */
export function faultOfPrice(value: unknown): NumberFault {
  const fault = faultOfDecimal(value);
  if (fault !== undefined) return fault;
  return Number(value) > 1 ? 'outOfRange' : 'notPositive';
}

/**
 * Shares, a whole number from 0, from decimal text or a number of JSON; NaN if it is none. Zeros behind a point are
 * ignored.
 */
export function countOf(value: unknown): number {
  if (typeof value !== 'string' && typeof value !== 'number') return NaN;
  if (Object.is(value, -0)) return NaN;
  const text = String(value);
  if (text.length > MOST_CHARACTERS || text.startsWith('-') || text.startsWith('+')) return NaN;
  const count = parseDecimal(text, 1);
  return count === undefined || count > LARGEST_COUNT ? NaN : count;
}

/** Why {@link countOf} gave NaN. */
export function faultOfCount(value: unknown): NumberFault {
  const fault = faultOfDecimal(value);
  if (fault !== undefined) return fault;
  if (Number(value) < 0 || Object.is(Number(value), -0)) return 'notPositive';
  return Number.isInteger(Number(value)) ? 'outOfRange' : 'notANumber';
}

function faultOfDecimal(value: unknown): NumberFault | undefined {
  if (value === undefined || value === null) return 'missing';
  if (typeof value !== 'string' && typeof value !== 'number') return 'notANumber';
  if (value === '') return 'missing';
  const text = String(value);
  if (/^[+-]?\d+(?:\.\d+)?[eE][+-]?\d+$/.test(text)) {
    // JSON.parse does not tell how a number was written; beyond 10^21 JavaScript itself writes an exponent.
    return typeof value === 'number' ? outside(value) : 'exponent';
  }
  if (text === 'Infinity' && typeof value === 'number') return 'outOfRange';
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return 'notANumber';
  return text.length > MOST_CHARACTERS ? 'tooManyDigits' : undefined;
}

function outside(value: number): NumberFault {
  return Math.abs(value) >= 1 ? 'outOfRange' : 'notPositive';
}

function significantDecimals(text: string): number {
  const point = text.indexOf('.');
  if (point < 0) return 0;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end -= 1;
  return end - point - 1;
}

function denoised(micros: number, decimals: number): Price {
  if (!(micros > 0 && micros <= HIGHEST_PRICE)) return NaN;
  if (decimals <= EXACT_DECIMALS) return micros;
  const noise = Math.floor(micros / SINGLE_PRECISION) + (decimals === EXACT_DECIMALS + 1 ? 5 : 1);
  const cents = nearest(micros, CENT);
  if (cents > 0 && Math.abs(cents - micros) <= noise) return cents;
  const fine = nearest(micros, HUNDREDTH_OF_CENT);
  return fine > 0 && Math.abs(fine - micros) <= noise ? fine : micros;
}

function nearest(micros: number, step: number): number {
  const rest = micros % step;
  return rest * 2 >= step ? micros - rest + step : micros - rest;
}
