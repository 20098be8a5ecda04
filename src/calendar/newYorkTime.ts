/**
 * New York time from rules pinned in the product, never from the host's zone database (X14).
 *
 * New York is 5 hours behind UTC, 4 in daylight saving time. Known from 1967 to 2099; the rule of 2007 is
 * taken to last. Other years throw `CALENDAR_RANGE`.
 */
import { PapertapeError } from '../domain/errors.js';
import { DAY, HOUR, MINUTE } from '../domain/timeframe.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { AssertionError } from '../utils/assert.js';
import type { TradingDate } from './tradingDate.js';
import { dateOf, dayOfWeek, formatDate } from './tradingDate.js';

/** Offset of New York from UTC in winter: local = UTC + offset. */
export const EASTERN_STANDARD: DurationMicros = -5 * HOUR;
/** Offset of New York from UTC in summer. */
export const EASTERN_DAYLIGHT: DurationMicros = -4 * HOUR;

const FIRST_YEAR = 1967;
const LAST_YEAR = 2099;
const YEARS = LAST_YEAR - FIRST_YEAR + 1;
const MEAN_YEAR: DurationMicros = 365.2425 * DAY;

/** A New York wall-clock reading. */
export interface NewYorkTime {
  readonly date: TradingDate;
  /** Wall-clock time since 00:00, 0 to 24 h exclusive; not time elapsed (days of a change have 23 or 25 h). */
  readonly microsOfDay: DurationMicros;
}

/** The date of the first Sunday on or after a day of a month. */
function sundayFrom(year: number, month: number, day: number): TradingDate {
  const date = dateOf(year, month, day);
  return date + ((7 - dayOfWeek(date)) % 7);
}

/**
 * The date on which daylight saving time begins at 02:00 standard time.
 *
 * Uniform Time Act of 1966 (Pub. L. 89-387): last Sunday of April, from 1967. Pub. L. 93-182 (energy crisis)
 * and its amendment Pub. L. 93-434: 1974-01-06 and 1975-02-23. Pub. L. 99-359: first Sunday of April, from
 * 1987. Energy Policy Act of 2005 (Pub. L. 109-58, section 110; 15 U.S.C. 260a): second Sunday of March, from 2007.
 */
function daylightStart(year: number): TradingDate {
  if (year === 1974) return dateOf(1974, 1, 6);
  if (year === 1975) return dateOf(1975, 2, 23);
  if (year <= 1986) return sundayFrom(year, 4, 24);
  if (year <= 2006) return sundayFrom(year, 4, 1);
  return sundayFrom(year, 3, 8);
}

/** The date on which it ends at 02:00 daylight time: last Sunday of October, first of November from 2007. */
function daylightEnd(year: number): TradingDate {
  return year <= 2006 ? sundayFrom(year, 10, 25) : sundayFrom(year, 11, 1);
}

/** Per year since {@link FIRST_YEAR}: when daylight saving time begins and ends, in Micros. */
const starts = new Float64Array(YEARS);
const ends = new Float64Array(YEARS);
for (let index = 0; index < YEARS; index++) {
  starts[index] = daylightStart(FIRST_YEAR + index) * DAY + 2 * HOUR - EASTERN_STANDARD;
  ends[index] = daylightEnd(FIRST_YEAR + index) * DAY + 2 * HOUR - EASTERN_DAYLIGHT;
}
/** An hour before the first midnight, which {@link fromNewYork} probes as daylight time. */
const RANGE_START: Micros = dateOf(FIRST_YEAR, 1, 1) * DAY - EASTERN_DAYLIGHT;
const RANGE_END: Micros = dateOf(LAST_YEAR + 1, 1, 1) * DAY - EASTERN_STANDARD;

/** The offset of New York at `time`: local = UTC + offset. One division, two loads; no allocation. */
export function newYorkOffset(time: Micros): DurationMicros {
  if (!(time >= RANGE_START && time < RANGE_END)) throw outOfRange(time);
  // The mean year is off by at most two days, and no change lies within two days of a new year.
  const index = Math.floor((time - RANGE_START) / MEAN_YEAR);
  const isDaylight = time >= (starts[index] ?? Infinity) && time < (ends[index] ?? Infinity);
  return isDaylight ? EASTERN_DAYLIGHT : EASTERN_STANDARD;
}

/** The New York date at `time`; it changes at midnight New York. */
export function newYorkDate(time: Micros): TradingDate {
  return Math.floor((time + newYorkOffset(time)) / DAY);
}

/** Wall-clock time since 00:00 New York, 0 to 24 h exclusive. */
export function newYorkMicrosOfDay(time: Micros): DurationMicros {
  const local = time + newYorkOffset(time);
  return local - Math.floor(local / DAY) * DAY;
}

/** Whole wall-clock minutes since 00:00 New York, 0 to 1439; 09:30 is 570. */
export function newYorkMinuteOfDay(time: Micros): number {
  return Math.floor(newYorkMicrosOfDay(time) / MINUTE);
}

/** Date and wall-clock time at `time`. Allocates; the functions above do not. */
export function toNewYork(time: Micros): NewYorkTime {
  const local = time + newYorkOffset(time);
  const date = Math.floor(local / DAY);
  return { date, microsOfDay: local - date * DAY };
}

/**
 * The moment at which New York clocks show `microsOfDay` (0 to 24 h exclusive, an integer) on `date`.
 *
 * A reading that is skipped in spring (02:00 to 03:00) is taken with the offset before the change, so 02:30
 * means 03:30 daylight time; a reading that occurs twice in autumn (01:00 to 02:00) means the first.
 */
export function fromNewYork(date: TradingDate, microsOfDay: DurationMicros): Micros {
  if (!(Number.isInteger(date) && Number.isInteger(microsOfDay) && microsOfDay >= 0 && microsOfDay < DAY)) {
    throw new AssertionError(`date ${date} and time of day ${microsOfDay} are integers, the latter within a day`);
  }
  const local = date * DAY + microsOfDay;
  // Taken as daylight time, a skipped reading falls before the spring change and a repeated one before the
  // autumn change, so the offset found there is the right one in every case.
  return local - newYorkOffset(local - EASTERN_DAYLIGHT);
}

function outOfRange(time: number): PapertapeError {
  const date = Math.floor(time / DAY);
  // What is no date at all is shown as it came.
  const shown = date >= dateOf(0, 1, 1) && date <= dateOf(9999, 12, 31) ? formatDate(date) : `the time ${time}`;
  return new PapertapeError(
    'CALENDAR_RANGE',
    `New York time is known for the years ${FIRST_YEAR} to ${LAST_YEAR}, and ${shown} lies outside.`,
    { remedy: 'Choose dates within these years; if it came from a file, check the unit of its times.' },
  );
}
