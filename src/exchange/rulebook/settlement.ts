/**
 * When a trade settles (R17): a number of settlement days after the trade date, by the date of the trade. Columbus
 * Day and Veterans Day trade but do not settle, because banks are closed.
 */
import { nextSession } from '../../calendar/sessions.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { civilOf, dayOfWeek, parseDate, Weekday } from '../../calendar/tradingDate.js';

/** Settlement cycles by trade date, ascending; T+3 before the first change (since June 1995). */
const CYCLES: readonly { readonly from: TradingDate; readonly days: number }[] = [
  { from: parseDate('2017-09-05'), days: 2 },
  { from: parseDate('2024-05-28'), days: 1 },
];

/** Whether banks are closed on a trading day: Columbus Day or Veterans Day, on Monday if it is a Sunday. */
function isBankHoliday(date: TradingDate): boolean {
  const { month, day } = civilOf(date);
  const weekday = dayOfWeek(date);
  if (month === 10) return weekday === Weekday.MONDAY && day >= 8 && day <= 14;
  return month === 11 && (day === 11 || (day === 12 && weekday === Weekday.MONDAY));
}

/** The settlement date of a trade made on `tradeDate`, a trading day. */
export function settlementDate(tradeDate: TradingDate): TradingDate {
  let days = 3;
  for (const cycle of CYCLES) if (tradeDate >= cycle.from) days = cycle.days;
  let date = tradeDate;
  while (days > 0) {
    date = nextSession(date).date;
    if (!isBankHoliday(date)) days -= 1;
  }
  return date;
}
