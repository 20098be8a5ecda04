/**
 * Days on which the New York Stock Exchange does not open: holidays by rule and closures by announcement.
 *
 * Source of the rules: NYSE Rule 7.2 (earlier Rule 51), which names the holidays and moves one that falls on a
 * Saturday to the Friday before and one on a Sunday to the Monday after, except where the Friday ends an
 * accounting period. Source of the closures: the exchange's own list of market closings and its notices.
 */
import type { TradingDate } from './tradingDate.js';
import { dateOf, dayOfWeek, parseDate, Weekday } from './tradingDate.js';

/** A weekday without a session. */
export interface Holiday {
  readonly date: TradingDate;
  readonly name: string;
}

/** The first year in which the exchange kept Martin Luther King Jr. Day. */
const MARTIN_LUTHER_KING_SINCE = 1998;
/** The first year in which it kept Juneteenth (a federal holiday since 2021-06-17, Pub. L. 117-17). */
const JUNETEENTH_SINCE = 2022;

/** The first given weekday on or after a day of a month. */
function weekdayFrom(year: number, month: number, day: number, weekday: number): TradingDate {
  const date = dateOf(year, month, day);
  return date + ((weekday - dayOfWeek(date) + 7) % 7);
}

/** Where a holiday on a fixed date is kept: Friday before a Saturday, Monday after a Sunday. */
function observed(date: TradingDate): TradingDate {
  const weekday = dayOfWeek(date);
  if (weekday === Weekday.SATURDAY) return date - 1;
  return weekday === Weekday.SUNDAY ? date + 1 : date;
}

/** Easter Sunday of the Gregorian calendar (the tables of 1582 in the arithmetic of Butcher, 1876). */
function easterSunday(year: number): TradingDate {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const lunarCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - lunarCorrection + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const lateMoon = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  const marchDay = 22 + epact + toSunday - 7 * lateMoon;
  return dateOf(year, 3, 1) + marchDay - 1;
}

/** Thanksgiving Day: the fourth Thursday of November (5 U.S.C. 6103). */
export function thanksgiving(year: number): TradingDate {
  return weekdayFrom(year, 11, 22, Weekday.THURSDAY);
}

/** The holidays that the rule gives for a year (1990 on), in order of date. */
export function ruleHolidays(year: number): readonly Holiday[] {
  const holidays: Holiday[] = [];
  const add = (date: TradingDate, name: string): void => {
    holidays.push({ date, name });
  };
  const newYear = dateOf(year, 1, 1);
  // On a Saturday it is not kept: the Friday before ends the accounting year.
  if (dayOfWeek(newYear) !== Weekday.SATURDAY) add(observed(newYear), "New Year's Day");
  if (year >= MARTIN_LUTHER_KING_SINCE) {
    add(weekdayFrom(year, 1, 15, Weekday.MONDAY), 'Martin Luther King Jr. Day');
  }
  add(weekdayFrom(year, 2, 15, Weekday.MONDAY), "Washington's Birthday");
  add(easterSunday(year) - 2, 'Good Friday');
  add(weekdayFrom(year, 5, 25, Weekday.MONDAY), 'Memorial Day');
  if (year >= JUNETEENTH_SINCE) add(observed(dateOf(year, 6, 19)), 'Juneteenth National Independence Day');
  add(observed(dateOf(year, 7, 4)), 'Independence Day');
  add(weekdayFrom(year, 9, 1, Weekday.MONDAY), 'Labor Day');
  add(thanksgiving(year), 'Thanksgiving Day');
  add(observed(dateOf(year, 12, 25)), 'Christmas Day');
  return holidays;
}

const closure = (date: string, name: string): Holiday => ({ date: parseDate(date), name });

/** Whole days closed by announcement since 1990, in order. */
export const SPECIAL_CLOSURES: readonly Holiday[] = [
  closure('1994-04-27', 'Funeral of former President Richard Nixon'),
  closure('2001-09-11', 'Attack on the World Trade Center'),
  closure('2001-09-12', 'Attack on the World Trade Center'),
  closure('2001-09-13', 'Attack on the World Trade Center'),
  closure('2001-09-14', 'Attack on the World Trade Center'),
  closure('2004-06-11', 'National day of mourning for former President Ronald Reagan'),
  closure('2007-01-02', 'National day of mourning for former President Gerald Ford'),
  closure('2012-10-29', 'Hurricane Sandy'),
  closure('2012-10-30', 'Hurricane Sandy'),
  closure('2018-12-05', 'National day of mourning for former President George H. W. Bush'),
  closure('2025-01-09', 'National day of mourning for former President Jimmy Carter'),
];
