/** Reads what a request says: bodies and queries, liberal in form (section 1.3 of the protocol), strict in meaning. */
import { invalid } from './alpacaError.js';
import { decimalText, readBoolean, readDate, readTime } from './alpacaFormat.js';
import { FIRST_DATE, LAST_DATE } from '../../calendar/TradingCalendar.js';
import { DAY } from '../../domain/timeframe.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Micros } from '../../domain/units.js';

/** Days of grace to either side, so that the sessions before and after exist. */
const GRACE_DAYS = 14;
const FIRST_TIME: Micros = (FIRST_DATE + GRACE_DAYS) * DAY;
const LAST_TIME: Micros = (LAST_DATE - GRACE_DAYS) * DAY;

/** Fields of a body or query by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** The body as an object; throws 422 for anything else. */
export function objectBody(body: unknown): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid('request body format is invalid');
  return body as Fields;
}

/** A field that was given: absent, null and blank are all "not given". */
export function given(fields: Fields, name: string): unknown {
  const value = fields[name];
  return value === null || value === '' ? undefined : value;
}

/** A text; throws 422 if another type was given. */
export function textField(fields: Fields, name: string): string | undefined {
  const value = given(fields, name);
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return textField({ [name]: value[value.length - 1] }, name);
  const text = typeof value === 'string' ? value : decimalText(value);
  if (text === undefined) throw invalid(`invalid ${name}`);
  return text;
}

/** A list: one comma-separated value, or the same name several times. */
export function listField(fields: Fields, name: string): readonly string[] | undefined {
  const value = given(fields, name);
  if (value === undefined) return undefined;
  const parts = (Array.isArray(value) ? value : [value]).flatMap((part) => String(part).split(','));
  const list = parts.map((part) => part.trim()).filter((part) => part !== '');
  return list.length > 0 ? list : undefined;
}

/** A boolean; `fallback` if it was not given. */
export function booleanField(fields: Fields, name: string, fallback: boolean): boolean {
  const value = given(fields, name);
  if (value === undefined) return fallback;
  const read = readBoolean(value);
  if (read === undefined) throw invalid(`invalid ${name}`);
  return read;
}

/** A whole number within bounds; `fallback` if it was not given. */
export function integerField(fields: Fields, name: string, fallback: number, min: number, max: number): number {
  const text = textField(fields, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw invalid(max === Infinity ? `${name} must be at least ${min}` : `${name} must be between ${min} and ${max}`);
  }
  return value;
}

/** One of some words, in any case; `fallback` if it was not given. */
export function choiceField<T extends string>(fields: Fields, name: string, choices: readonly T[], fallback: T): T {
  const text = textField(fields, name)?.toLowerCase();
  if (text === undefined) return fallback;
  const choice = choices.find((one) => one.toLowerCase() === text);
  if (choice === undefined) throw invalid(`invalid ${name}`);
  return choice;
}

/** The time, or the first or last moment of the calendar where it lies before or after all of it. */
export function withinCalendar(time: Micros): Micros {
  return Math.max(FIRST_TIME, Math.min(LAST_TIME, time));
}

/**
 * A time; a date means its start, or with `endOfDay` its end. What lies before or after all that there is means the
 * first or the last moment of the calendar: clients say "ever" with the year 1 or 9999.
 */
export function timeField(fields: Fields, name: string, endOfDay = false): Micros | undefined {
  const text = textField(fields, name);
  if (text === undefined) return undefined;
  const time = readTime(text, endOfDay);
  if (time === undefined) throw invalid(`invalid ${name}: ${text}`);
  return withinCalendar(time);
}

/**
 * A date within the calendar; of a time only the date that it is written with counts, as some clients send dates as
 * midnight UTC.
 */
export function dateField(fields: Fields, name: string): TradingDate | undefined {
  const text = textField(fields, name);
  if (text === undefined) return undefined;
  const date = readDate(text.slice(0, 10));
  if (date === undefined || (text.length > 10 && !/^[Tt ]/.test(text.slice(10))))
    throw invalid(`invalid ${name}: ${text}`);
  return Math.max(FIRST_DATE, Math.min(LAST_DATE, date));
}
