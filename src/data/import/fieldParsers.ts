/**
 * Numbers, dates and times from the bytes of a field, exactly and without strings. Whatever is not plainly one
 * gives NaN (F49: `NaN`, `1e309`, `null`, blanks, separators, exponents); {@link refusalOfNumber} then says why.
 */
import { FIRST_DATE, LAST_DATE } from '../../calendar/TradingCalendar.js';
import { dateOf } from '../../calendar/tradingDate.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { RefusalReason } from './importReport.js';
import type { CsvRow } from './csvScanner.js';

const ZERO = 48;
const MINUS = 45;
const POINT = 46;
const MAX_WHOLE_DIGITS = 16;
const MAX_SAFE_TENTH = Math.floor(Number.MAX_SAFE_INTEGER / 10) - 1;

/** A field as an integer at 10^decimals; NaN for anything else, also for more decimals than that. */
export function parseScaled(row: CsvRow, index: number, decimals: number): number {
  if (index >= row.count) return NaN;
  const { bytes } = row;
  const end = row.ends[index] ?? 0;
  let at = row.starts[index] ?? 0;
  const isNegative = bytes[at] === MINUS;
  if (isNegative) at += 1;
  const first = at;
  let value = 0;
  while (at < end) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    // As many digits as the plain parser takes, leading zeros included.
    if (value > MAX_SAFE_TENTH || at - first === MAX_WHOLE_DIGITS) return NaN;
    value = value * 10 + digit;
    at += 1;
  }
  if (at === first) return NaN;
  let missing = decimals;
  if (at < end) {
    if (bytes[at] !== POINT || at + 1 === end) return NaN;
    for (at += 1; at < end; at++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) return NaN;
      if (missing === 0) {
        if (digit !== 0) return NaN;
        continue;
      }
      if (value > MAX_SAFE_TENTH) return NaN;
      value = value * 10 + digit;
      missing -= 1;
    }
  }
  for (; missing > 0; missing--) {
    if (value > MAX_SAFE_TENTH) return NaN;
    value *= 10;
  }
  return isNegative ? -value : value;
}

/** Why a text is not a number at 10^decimals. */
export function refusalOfNumber(text: string, decimals: number): RefusalReason {
  const match = /^-?\d+(?:\.(\d+))?$/.exec(text);
  if (match === null) return 'notANumber';
  return (match[1] ?? '').replace(/0+$/, '').length > decimals ? 'tooManyDecimals' : 'numberTooLarge';
}

/**
 * Rounds a decimal text of any number of decimals to an integer at 10^decimals, half to even on its decimal digits;
 * NaN if it is no decimal number or too large. For sources that print binary fractions (185.63999938964844).
 */
export function roundScaled(text: string, decimals: number): number {
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(text);
  if (match === null) return NaN;
  const fraction = match[3] ?? '';
  const kept = BigInt(`${match[2] ?? ''}${fraction.slice(0, decimals).padEnd(decimals, '0')}`);
  const rest = fraction.slice(decimals).replace(/0+$/, '');
  const isAboveHalf = rest > '5' || (rest === '5' && kept % 2n === 1n);
  const value = Number(isAboveHalf ? kept + 1n : kept);
  if (!Number.isSafeInteger(value)) return NaN;
  return match[1] === '-' ? -value : value;
}

/** The digits [at, at + count) as a number; NaN if one is none. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const digit = (bytes[index] ?? 0) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** `YYYY-MM-DD` or `YYYYMMDD` at a place; NaN if it is no date, -Infinity if outside the calendar's years. */
export function parseDateAt(bytes: Uint8Array, at: number, length: number): TradingDate {
  const isPlain = length === 8;
  if (!isPlain && !(length === 10 && bytes[at + 4] === MINUS && bytes[at + 7] === MINUS)) return NaN;
  const year = digits(bytes, at, 4);
  const month = digits(bytes, at + (isPlain ? 4 : 5), 2);
  const day = digits(bytes, at + (isPlain ? 6 : 8), 2);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && year >= 1)) return NaN;
  const date = dateOf(year, month, day);
  // The 31st of a shorter month would run over into the next one.
  const next = month === 12 ? dateOf(year + 1, 1, 1) : dateOf(year, month + 1, 1);
  if (date >= next) return NaN;
  return date >= FIRST_DATE && date <= LAST_DATE ? date : -Infinity;
}

/** `H:MM`, `HH:MM`, `HH:MM:SS`, with a fraction of up to six digits, as microseconds; NaN otherwise. */
export function parseClock(text: string): number {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/.exec(text) ?? /^(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (match === null) return NaN;
  const hours = Number(match[1]);
  const minutes = Number(match[2]);
  const seconds = Number(match[3] ?? 0);
  const fraction = (match[4] ?? '').replace(/0+$/, '');
  if (hours > 23 || minutes > 59 || seconds > 59 || fraction.length > 6) return NaN;
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}
