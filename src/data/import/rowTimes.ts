/**
 * The time of a row, from whichever columns hold it. New York wall-clock times become Micros by the product's own
 * zone rules; a time without an offset needs a declared zone (X14).
 */
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import { PapertapeError } from '../../domain/errors.js';
import { HOUR } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import { fieldText } from './csvScanner.js';
import type { CsvRow } from './csvScanner.js';
import { parseClock, parseDateAt, parseScaled } from './fieldParsers.js';
import type { Layout } from './layouts.js';

/** The zone of times that carry no offset. */
export type ImportZone = 'America/New_York' | 'UTC';

/** Gives a row's time; NaN if it has no valid one, -Infinity if it lies outside the calendar's years. */
export interface RowTimes {
  timeOf(row: CsvRow): Micros;
  /** Whether a row tells only a date (so its bars are daily); its time is then midnight New York. */
  isDateOnly(row: CsvRow): boolean;
}

/**
 * The reader of times for a layout. `zone` is undefined when the caller declared none. Throws `DATA_LAYOUT_UNKNOWN`
 * when clock times could mean any zone; of daily bars only the date counts.
 */
export function rowTimes(layout: Layout, path: string, zone: ImportZone | undefined): RowTimes {
  const date = layout.columns.get('date');
  const ms = layout.columns.get('ms');
  const clock = layout.columns.get('clock');
  const hasClock = date !== undefined && (ms !== undefined || clock !== undefined);
  if (hasClock && zone === undefined && !layout.isNewYorkTime && layout.timeframe !== '1d') throw zoneUnknown(path);
  if (date !== undefined && ms !== undefined) {
    return new DateTimes(date, (row) => parseScaled(row, ms, 3), zone);
  }
  if (date !== undefined && clock !== undefined) {
    return new DateTimes(date, (row) => parseClock(fieldText(row, clock)), zone);
  }
  return new TextTimes(layout.columns.get('time') ?? date ?? 0, path, zone);
}

/** A date column and the time since midnight. */
class DateTimes implements RowTimes {
  readonly #column: number;
  readonly #microsOfDay: (row: CsvRow) => number;
  readonly #midnights: Midnights;

  constructor(column: number, microsOfDay: (row: CsvRow) => number, zone: ImportZone | undefined) {
    this.#column = column;
    this.#microsOfDay = microsOfDay;
    this.#midnights = new Midnights(zone ?? 'America/New_York');
  }

  timeOf(row: CsvRow): Micros {
    const start = row.starts[this.#column] ?? 0;
    const date = this.#midnights.dateAt(row.bytes, start, (row.ends[this.#column] ?? 0) - start);
    if (!Number.isFinite(date)) return date;
    const micros = this.#microsOfDay(row);
    return micros >= 0 && micros < 24 * HOUR ? this.#midnights.timeOf(date, micros) : NaN;
  }

  isDateOnly(): boolean {
    return false;
  }
}

const ISO = /^(\d{4}-?\d{2}-?\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** One column: a date, a date with a time, or Unix seconds, milliseconds or microseconds. */
class TextTimes implements RowTimes {
  readonly #column: number;
  readonly #path: string;
  readonly #zone: ImportZone | undefined;
  readonly #midnights: Midnights;
  readonly #utc = new Midnights('UTC');

  constructor(column: number, path: string, zone: ImportZone | undefined) {
    this.#column = column;
    this.#path = path;
    this.#zone = zone;
    this.#midnights = new Midnights(zone ?? 'America/New_York');
  }

  isDateOnly(row: CsvRow): boolean {
    const length = (row.ends[this.#column] ?? 0) - (row.starts[this.#column] ?? 0);
    return length === 8 || length === 10 ? ISO.test(fieldText(row, this.#column)) : false;
  }

  timeOf(row: CsvRow): Micros {
    const start = row.starts[this.#column] ?? 0;
    const length = (row.ends[this.#column] ?? 0) - start;
    if (length === 8 || length === 10) {
      const date = this.#midnights.dateAt(row.bytes, start, length);
      // Ten digits may also be Unix seconds; eight are always a date.
      if (!Number.isNaN(date)) return Number.isFinite(date) ? fromNewYork(date, 0) : date;
    }
    const text = fieldText(row, this.#column);
    if (/^\d{9,16}$/.test(text)) return unixTime(text);
    const match = ISO.exec(text);
    if (match === null) return NaN;
    const [, dateText = '', clockText = '00:00', offset] = match;
    const bytes = Buffer.from(dateText);
    const date = this.#utc.dateAt(bytes, 0, bytes.length);
    const micros = parseClock(clockText);
    if (!Number.isFinite(date) || Number.isNaN(micros)) return Number.isNaN(micros) ? NaN : date;
    if (offset !== undefined) return this.#utc.timeOf(date, micros) - offsetMicros(offset);
    if (this.#zone === undefined) throw zoneUnknown(this.#path, ` (such as "${text}")`);
    return this.#midnights.timeOf(date, micros);
  }
}

/** Converts dates, remembering the last one: neighbouring rows are nearly always of one day. */
class Midnights {
  readonly #zone: ImportZone;
  #lastKey = -1;
  #lastDate = NaN;
  #midnightDate = NaN;
  #midnight = 0;

  constructor(zone: ImportZone) {
    this.#zone = zone;
  }

  dateAt(bytes: Uint8Array, start: number, length: number): number {
    let key = length;
    for (let at = start; at < start + length && length <= 10; at++) key = key * 13 + (bytes[at] ?? 0) - 44;
    if (key === this.#lastKey) return this.#lastDate;
    const date = parseDateAt(bytes, start, length);
    this.#lastKey = Number.isFinite(date) ? key : -1;
    this.#lastDate = date;
    return date;
  }

  timeOf(date: number, micros: number): Micros {
    if (this.#zone === 'UTC') return date * 24 * HOUR + micros;
    // Clocks change at 02:00, so one midnight serves the hours after it only.
    if (micros < 4 * HOUR) return fromNewYork(date, micros);
    if (date !== this.#midnightDate) {
      this.#midnightDate = date;
      this.#midnight = fromNewYork(date, 12 * HOUR) - 12 * HOUR;
    }
    return this.#midnight + micros;
  }
}

/** Unix time by its number of digits: seconds up to 11, milliseconds up to 14, else microseconds. */
function unixTime(digits: string): Micros {
  const value = Number(digits);
  const time = digits.length <= 11 ? value * 1_000_000 : digits.length <= 14 ? value * 1000 : value;
  return newYorkDateSafe(time) ? time : -Infinity;
}

function newYorkDateSafe(time: Micros): boolean {
  try {
    newYorkDate(time);
    return true;
  } catch {
    return false;
  }
}

function offsetMicros(text: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -minutes : minutes) * 60_000_000;
}

function zoneUnknown(path: string, example = ''): PapertapeError {
  return new PapertapeError(
    'DATA_LAYOUT_UNKNOWN',
    `The times of ${path}${example} carry no offset, so they could mean any zone.`,
    { remedy: 'Say which they are: `--timezone America/New_York` or `--timezone UTC`.' },
  );
}
