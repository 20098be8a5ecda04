/**
 * Alpaca's texts of our integers: decimals without trailing zeros, RFC 3339 times, and the readers of what clients
 * send, which take a string or a number wherever a decimal is meant.
 */
import { fromNewYork, newYorkOffset } from '../../calendar/newYorkTime.js';
import { FIRST_DATE, LAST_DATE } from '../../calendar/TradingCalendar.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { DAY, HOUR, MINUTE } from '../../domain/timeframe.js';
import { DOLLAR, SHARE, formatDecimal, mulDiv, parseDecimal } from '../../domain/units.js';
import type { Micros, Money, Price, Quantity } from '../../domain/units.js';

/** What New York is behind UTC in standard time. */
const STANDARD_OFFSET = 5 * HOUR;

/** Money as a decimal. */
export function moneyText(money: Money): string {
  return formatDecimal(money, DOLLAR, 0);
}
/** A quantity as a decimal. */
export function quantityText(quantity: Quantity): string {
  return formatDecimal(quantity, SHARE, 0);
}
/** A price at `scale` as a decimal. */
export function priceText(price: Price, scale: number): string {
  return formatDecimal(price, scale, 0);
}
/** The share `part / whole` with at most ten decimals, half to even; "0" when the whole is 0. */
export function fractionText(part: number, whole: number): string {
  if (whole === 0) return '0';
  const negative = part < 0 !== whole < 0;
  const digits = mulDiv(Math.abs(part), 10_000_000_000, Math.abs(whole));
  return formatDecimal(negative ? -digits + 0 : digits, 10_000_000_000, 0);
}

/** A time as RFC 3339 in UTC, its fraction trimmed; `nanos` (0 to 999) go beyond the microseconds. */
export function timeText(time: Micros, nanos = 0): string {
  const seconds = Math.floor(time / 1_000_000);
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${text}${fraction((time - seconds * 1_000_000) * 1000 + nanos)}Z`;
}
/** A time as RFC 3339 with the offset of New York. */
export function newYorkTimeText(time: Micros): string {
  const offset = newYorkOffset(time);
  const hours = String(Math.round(-offset / (60 * MINUTE))).padStart(2, '0');
  return `${timeText(time + offset).slice(0, -1)}-${hours}:00`;
}

function fraction(nanos: number): string {
  return nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
}

/** Reads a date `YYYY-MM-DD` of any year; undefined for anything else. */
export function readDate(text: string): TradingDate | undefined {
  try {
    return parseDate(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads RFC 3339 (any offset, up to nanoseconds, which are cut) or a New York date `YYYY-MM-DD`; undefined for
 * anything else. A date means its first moment, or its last with `endOfDay`.
 */
export function readTime(text: string, endOfDay = false): Micros | undefined {
  const day = readDate(text);
  if (day !== undefined) return endOfDay ? midnight(day + 1) - 1 : midnight(day);
  // A plus sign that was not encoded arrives as a blank.
  const match = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|z|[ +-]\d{2}:?\d{2})$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, date = '', hour = '', minute = '', second = '0', part = '', zone = ''] = match;
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 60) return undefined;
  const utcDay = readDate(date);
  if (utcDay === undefined) return undefined;
  const micros = Number(part.slice(0, 6).padEnd(6, '0'));
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.replace(/[^\d]/g, '');
  const offset = digits === '' ? 0 : sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * MINUTE;
  return utcDay * DAY + ((h * 60 + m) * 60 + s) * 1_000_000 + micros - offset;
}

/** The first moment of a date; where the calendar has no New York time, that of standard time. */
function midnight(date: TradingDate): Micros {
  return date < FIRST_DATE || date > LAST_DATE ? date * DAY + STANDARD_OFFSET : fromNewYork(date, 0);
}

/** Nanoseconds of an RFC 3339 text beyond its microseconds, 0 to 999. */
export function readNanos(text: string): number {
  const digits = /\.\d{6}(\d{1,3})/.exec(text)?.[1] ?? '';
  return Number(digits.padEnd(3, '0'));
}

/** The text of a decimal that came as a string or a number; undefined for anything else, blank strings included. */
export function decimalText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return plainNumber(value);
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  return undefined;
}

/** Reads a decimal at `scale`; undefined if it is none or has more decimals. */
export function readDecimal(value: unknown, scale: number): number | undefined {
  const text = decimalText(value);
  return text === undefined ? undefined : parseDecimal(text.replace(/^(-?)\./, '$10.').replace(/\.$/, ''), scale);
}

/** A number without an exponent. */
function plainNumber(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text;
}

/** True, false in any case, 1 or 0; undefined for anything else. */
export function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = String(value).toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return undefined;
}
