/**
 * When a trade settles (R17): a number of settlement days after the trade date, by the date of the trade. A
 * settlement day is a session of the exchange on which banks are open. Good Friday and closures by announcement are
 * taken as no settlement days, because the exchange is closed.
 */
import { nextSession } from '../../calendar/sessions.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { civilOf, dateOf, dayOfWeek, Weekday } from '../../calendar/tradingDate.js';
import { knownRuleOn } from './RuleRow.js';
import { SETTLEMENT_CYCLES } from './settlementRules.js';

/** The first year in which the banks kept Juneteenth on a weekday. */
const JUNETEENTH_SINCE = 2022;

/** The n-th given weekday of a month; a negative n counts from its last day. */
function nthWeekday(year: number, month: number, weekday: number, n: number): TradingDate {
  if (n < 0) {
    const last = dateOf(year, month, 31);
    return last - ((dayOfWeek(last) - weekday + 7) % 7);
  }
  const first = dateOf(year, month, 1);
  return first + ((weekday - dayOfWeek(first) + 7) % 7) + 7 * (n - 1);
}

/**
 * The weekdays of a year on which the Federal Reserve Banks are closed, ascending. A holiday on a Sunday moves to
 * Monday; one on a Saturday is not moved, the banks are open on the Friday before.
 */
export function bankHolidays(year: number): readonly TradingDate[] {
  const fixed = (month: number, day: number): TradingDate => {
    const date = dateOf(year, month, day);
    return dayOfWeek(date) === Weekday.SUNDAY ? date + 1 : date;
  };
  return [
    fixed(1, 1),
    nthWeekday(year, 1, Weekday.MONDAY, 3),
    nthWeekday(year, 2, Weekday.MONDAY, 3),
    nthWeekday(year, 5, Weekday.MONDAY, -1),
    ...(year >= JUNETEENTH_SINCE ? [fixed(6, 19)] : []),
    fixed(7, 4),
    nthWeekday(year, 9, Weekday.MONDAY, 1),
    nthWeekday(year, 10, Weekday.MONDAY, 2),
    fixed(11, 11),
    nthWeekday(year, 11, Weekday.THURSDAY, 4),
    fixed(12, 25),
  ].filter((date) => dayOfWeek(date) !== Weekday.SATURDAY);
}

/** Holidays of the years asked for so far; pure, as it only remembers. */
const known = new Map<number, ReadonlySet<TradingDate>>();

/** Whether the banks are closed on a weekday for a holiday. */
export function isBankHoliday(date: TradingDate): boolean {
  const { year } = civilOf(date);
  let holidays = known.get(year);
  if (holidays === undefined) {
    holidays = new Set(bankHolidays(year));
    known.set(year, holidays);
  }
  return holidays.has(date);
}

/** The `count`-th settlement day after a date; the date itself need not be one. */
export function settlementDayAfter(date: TradingDate, count: number): TradingDate {
  let settlement = date;
  let left = count;
  while (left > 0) {
    settlement = nextSession(settlement).date;
    if (!isBankHoliday(settlement)) left -= 1;
  }
  return settlement;
}

/** The settlement date of a trade made on `tradeDate`, a trading day. */
export function settlementDate(tradeDate: TradingDate): TradingDate {
  return settlementDayAfter(tradeDate, knownRuleOn(SETTLEMENT_CYCLES, tradeDate, 'settlement cycle').days);
}
