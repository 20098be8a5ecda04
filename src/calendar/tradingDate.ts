/**
 * Calendar dates as day numbers.
 *
 * A trading date is a New York date without a time. As a plain integer it compares, counts and indexes
 * arrays without a library; text appears only at the borders. The calendar is the proleptic Gregorian one.
 */
import { PapertapeError } from '../domain/errors.js';
import type { Flavoured } from '../domain/units.js';

/** Days since 1970-01-01, an integer, negative before. `date + 1` is the next day. */
export type TradingDate = Flavoured<'TradingDate'>;

/** Year, month (1 to 12) and day of the month (1 to 31). */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days of the week as {@link dayOfWeek} numbers them. */
export const Weekday = {
  SUNDAY: 0,
  MONDAY: 1,
  TUESDAY: 2,
  WEDNESDAY: 3,
  THURSDAY: 4,
  FRIDAY: 5,
  SATURDAY: 6,
} as const;

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_PER_400_YEARS = 146_097;
/** Days from 0000-03-01 to 1970-01-01: counting years from March puts the leap day last. */
const MARCH_EPOCH_SHIFT = 719_468;

/** Whether `year` has a 29th of February. */
function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The date of a civil year, month (1 to 12) and day; the parts are trusted ({@link parseDate} checks text). */
export function dateOf(year: number, month: number, day: number): TradingDate {
  const previous = year - 1;
  const leapDays = Math.floor(previous / 4) - Math.floor(previous / 100) + Math.floor(previous / 400);
  const leapDay = month > 2 && isLeapYear(year) ? 1 : 0;
  // 719,163 is the day number of 1970-01-01 counted from 0001-01-01 as day 1.
  return previous * 365 + leapDays + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + leapDay + day - 719_163;
}

/** The civil parts of a date. Allocates; not for the hot path. */
export function civilOf(date: TradingDate): CivilDate {
  const shifted = date + MARCH_EPOCH_SHIFT;
  const era = Math.floor(shifted / DAYS_PER_400_YEARS);
  const dayOfEra = shifted - era * DAYS_PER_400_YEARS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Months from March have the lengths 31,30,31,30,31, 31,30,31,30,31, 31,(28|29): 153 days per five.
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** The day of the week, 0 (Sunday) to 6 (Saturday); see {@link Weekday}. */
export function dayOfWeek(date: TradingDate): number {
  // 1970-01-01 was a Thursday; the second remainder keeps dates before it in range.
  return (((date + 4) % 7) + 7) % 7;
}

/**
 * Parses `YYYY-MM-DD`. Throws `DATE_RANGE_INVALID` for any other shape and for days that do not exist;
 * `what` names the value in the message.
 */
export function parseDate(text: string, what = 'date'): TradingDate {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const year = Number(match?.[1]);
  const month = Number(match?.[2]);
  const day = Number(match?.[3]);
  if (match === null || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    throw new PapertapeError('DATE_RANGE_INVALID', `The ${what} "${text}" is not a date; a date is YYYY-MM-DD.`, {
      remedy: 'Write the date as year-month-day, such as 2013-10-07.',
    });
  }
  return dateOf(year, month, day);
}

/** Writes a date of the years 0 to 9999 as `YYYY-MM-DD`. */
export function formatDate(date: TradingDate): string {
  const { year, month, day } = civilOf(date);
  const pad = (value: number, width: number): string => value.toString().padStart(width, '0');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}
