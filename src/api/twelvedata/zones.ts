/**
 * Time zones of requests, and the naive dates and times that are read and written in them. New York is the product's
 * own table; other zones are the runtime's.
 */
import { newYorkText } from '../../calendar/newYorkText.js';
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import { FIRST_DATE, LAST_DATE } from '../../calendar/TradingCalendar.js';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { PapertapeError } from '../../domain/errors.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/timeframe.js';
import type { DurationMicros, Micros } from '../../domain/units.js';
import { badRequest } from './twelvedataError.js';
import type { Query } from './Query.js';

/** The zone of all exchanges that are served. */
export const EXCHANGE_ZONE = 'America/New_York';
/** Days to either end of the calendar that dates are held to, so that the sessions before and after exist. */
const GRACE_DAYS = 14;
const FIRST: TradingDate = FIRST_DATE + GRACE_DAYS;
const LAST: TradingDate = LAST_DATE - GRACE_DAYS;
/** Names of the zone database are written with capitals; whoever writes them otherwise is refused. */
const ZONE_NAME = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/;

/** A zone. */
export interface Zone {
  readonly name: string;
  /** `YYYY-MM-DD HH:MM:SS` of a time, whole seconds. */
  text(time: Micros): string;
  /** When clocks show a time of day on a date. */
  time(date: TradingDate, microsOfDay: DurationMicros): Micros;
}

const EXCHANGE: Zone = {
  name: EXCHANGE_ZONE,
  text: (time) => newYorkText(Math.floor(time / SECOND) * SECOND),
  time: fromNewYork,
};
/** Coordinated universal time. */
export const UTC: Zone = { name: 'UTC', text: utcText, time: (date, microsOfDay) => date * DAY + microsOfDay };

/** The zone that `timezone` names: `Exchange`, `UTC` or a name of the zone database, case-sensitive. */
export function readZone(query: Query, fallback: 'Exchange' | 'UTC' = 'Exchange'): Zone {
  const name = query.text('timezone') ?? fallback;
  if (name === 'Exchange' || name === EXCHANGE_ZONE) return EXCHANGE;
  if (name === 'UTC') return UTC;
  const zone = ZONE_NAME.test(name) ? zoneOf(name) : undefined;
  if (zone !== undefined) return zone;
  throw badRequest(
    `Invalid **timezone** provided: ${name}. Supported values: Exchange, UTC, or a name such as ${EXCHANGE_ZONE}`,
  );
}

/** A date that a request names, as the start of its day in a zone. */
export function readDay(query: Query, name: string, today: TradingDate): TradingDate | undefined {
  const text = query.text(name);
  if (text === undefined) return undefined;
  if (text.toLowerCase() === 'today') return today;
  if (text.toLowerCase() === 'yesterday') return today - 1;
  return within(dateOf(text, name));
}

/** A date, or a date with a time; a date alone means its first moment. */
export function readMoment(query: Query, name: string, zone: Zone): Micros | undefined {
  const text = query.text(name);
  if (text === undefined) return undefined;
  const [, day = '', clock] = /^(\d{4}-\d{2}-\d{2})(?:[T ](.*))?$/.exec(text) ?? [];
  const date = dateOf(day === '' ? text : day, name);
  const ofDay = clock === undefined ? 0 : clockOf(clock);
  if (ofDay === undefined) {
    throw badRequest(`Invalid **${name}** provided: ${text}. Supported formats: YYYY-MM-DD and YYYY-MM-DDTHH:MM:SS`);
  }
  return zone.time(within(date), within(date) === date ? ofDay : 0);
}

/** The New York date of a time as text. */
export function dayText(time: Micros): string {
  return formatDate(newYorkDate(time));
}

function within(date: TradingDate): TradingDate {
  return Math.max(FIRST, Math.min(LAST, date));
}

function dateOf(text: string, name: string): TradingDate {
  try {
    return parseDate(text, name);
  } catch (error) {
    if (!(error instanceof PapertapeError)) throw error;
    throw badRequest(`Invalid **${name}** provided: ${text}. Supported formats: YYYY-MM-DD and YYYY-MM-DDTHH:MM:SS`);
  }
}

function clockOf(text: string): DurationMicros | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * HOUR + Number(match[2]) * MINUTE + Number(match[3] ?? 0) * SECOND;
}

function utcText(time: Micros): string {
  return new Date(Math.floor(time / 1000)).toISOString().slice(0, 19).replace('T', ' ');
}

function zoneOf(name: string): Zone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-CA-u-hc-h23', {
      timeZone: name,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
  } catch {
    return undefined;
  }
  const text = (time: Micros): string => format.format(Math.floor(time / 1000)).replace(', ', ' ');
  const offset = (time: Micros): DurationMicros => Date.parse(`${text(time).replace(' ', 'T')}Z`) * 1000 - time;
  return {
    name,
    text,
    time: (date, microsOfDay) => {
      const local = date * DAY + microsOfDay;
      // The offset of a first guess lies at most one change of clocks away from the right one.
      return local - offset(local - offset(local));
    },
  };
}
