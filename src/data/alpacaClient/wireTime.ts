/**
 * Times as Alpaca writes them: RFC 3339 with up to nanoseconds, read by digit arithmetic; what is finer than a
 * microsecond is cut. Nothing is guessed: text that is not such a time is undefined.
 */
import { dateOf } from '../../calendar/tradingDate.js';
import { DAY, MINUTE, SECOND } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
/** Years in which New York time is known and Alpaca has data; others are no times of a market. */
export const FIRST_WIRE_YEAR = 1970;
export const LAST_WIRE_YEAR = 2098;

/** Reads a time; undefined for what is none, or lies outside the years of {@link FIRST_WIRE_YEAR} to the last. */
export function parseWireTime(text: string): Micros | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', part = '', sign, offH, offM] = match;
  const start = wireDay(Number(year), Number(month), Number(day));
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (start === undefined || h > 23 || m > 59 || s > 59) return undefined;
  const micros = Number(part.slice(0, 6).padEnd(6, '0'));
  const offset = (Number(offH ?? 0) * 60 + Number(offM ?? 0)) * MINUTE * (sign === '-' ? -1 : 1);
  return start + (h * 60 + m) * MINUTE + s * SECOND + micros - offset;
}

/** The first moment of a date, UTC; undefined for what is none. */
export function wireDay(year: number, month: number, day: number): Micros | undefined {
  if (year < FIRST_WIRE_YEAR || year > LAST_WIRE_YEAR || month < 1 || month > 12 || day < 1) return undefined;
  const date = dateOf(year, month, day);
  const nextMonth = month === 12 ? dateOf(year + 1, 1, 1) : dateOf(year, month + 1, 1);
  return date < nextMonth ? date * DAY : undefined;
}

const SECONDS_END = dateOf(LAST_WIRE_YEAR + 1, 1, 1) * (DAY / SECOND);
const NANOS_END = 1_000_000_000;

/** The micros of a moment in whole seconds and nanoseconds; undefined outside the same years. */
export function momentOf(seconds: number, nanos: number): Micros | undefined {
  if (!(seconds >= 0 && seconds < SECONDS_END && nanos >= 0 && nanos < NANOS_END)) return undefined;
  return seconds * SECOND + Math.floor(nanos / 1000);
}

/** Writes a time the way Alpaca takes it in requests: RFC 3339, UTC, microseconds. */
export function wireTimeText(time: Micros): string {
  const seconds = Math.floor(time / SECOND);
  const micros = String(time - seconds * SECOND).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${micros}Z`;
}
