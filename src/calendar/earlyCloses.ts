/**
 * Sessions that do not run from 09:30 to 16:00 New York.
 *
 * Early closes are announced with the yearly holiday calendar (NYSE Rule 7.2; 14:00 until 1992, 13:00 since)
 * and follow rules. Irregular sessions are single days on which the opening came late or trading stopped early
 * for a reason of that day; they follow none and are listed, with times and events from the exchange's records.
 */
import { HOUR, MINUTE } from '../domain/timeframe.js';
import type { DurationMicros } from '../domain/units.js';
import { thanksgiving } from './nyseHolidays.js';
import type { TradingDate } from './tradingDate.js';
import { dateOf, dayOfWeek, parseDate, Weekday } from './tradingDate.js';

/** Wall-clock times of a normal day in New York, since midnight. */
export const PREMARKET_OPEN: DurationMicros = 4 * HOUR;
export const REGULAR_OPEN: DurationMicros = 9 * HOUR + 30 * MINUTE;
export const REGULAR_CLOSE: DurationMicros = 16 * HOUR;
export const AFTER_HOURS_CLOSE: DurationMicros = 20 * HOUR;
/** End of the late sessions on announced early closes. */
export const EARLY_AFTER_HOURS_CLOSE: DurationMicros = 17 * HOUR;

/** An announced early close. */
export interface EarlyClose {
  readonly date: TradingDate;
  /** Wall-clock time of the close. */
  readonly close: DurationMicros;
  readonly name: string;
}

/** A day whose opening or close moved without a rule; the close is not an announced early close. */
export interface IrregularSession {
  readonly date: TradingDate;
  readonly open: DurationMicros;
  readonly close: DurationMicros;
  readonly event: string;
}

/** The first year in which the day after Thanksgiving closed early. */
const AFTER_THANKSGIVING_SINCE = 1992;
/** The first year with an early close beside Independence Day. */
const INDEPENDENCE_DAY_SINCE = 1995;
/** From this year on, a Thursday the 4th has its early close on the Wednesday before, no longer the Friday after. */
const WEDNESDAY_BEFORE_SINCE = 2013;
/** The last year of 14:00 closes. */
const LAST_YEAR_OF_TWO_O_CLOCK = 1992;

/** The announced early closes of a year (1990 on), in order of date. */
export function earlyClosesOf(year: number): readonly EarlyClose[] {
  const close = (year <= LAST_YEAR_OF_TWO_O_CLOCK ? 14 : 13) * HOUR;
  const closes: EarlyClose[] = [];
  const independence = independenceEarlyClose(year);
  if (independence !== undefined) closes.push({ date: independence, close, name: 'Independence Day' });
  if (year >= AFTER_THANKSGIVING_SINCE) {
    closes.push({ date: thanksgiving(year) + 1, close, name: 'Day after Thanksgiving' });
  }
  const christmas = dateOf(year, 12, 25);
  const weekday = dayOfWeek(christmas);
  // On a Saturday the 24th is itself the holiday; on a Sunday or Monday the 24th is no weekday.
  if (weekday >= Weekday.TUESDAY && weekday <= Weekday.FRIDAY) {
    closes.push({ date: christmas - 1, close, name: 'Christmas Eve' });
  }
  // Decided year by year: a Friday after Christmas closed early in these two, and in 2008 and 2014 it did not.
  if (year === 1997 || year === 2003) closes.push({ date: christmas + 1, close, name: 'Day after Christmas' });
  return closes;
}

/** The early close before or after the 4th of July; none when the holiday touches a weekend on that side. */
function independenceEarlyClose(year: number): TradingDate | undefined {
  if (year < INDEPENDENCE_DAY_SINCE) return undefined;
  const fourth = dateOf(year, 7, 4);
  switch (dayOfWeek(fourth)) {
    case Weekday.TUESDAY:
    case Weekday.WEDNESDAY:
    case Weekday.FRIDAY:
      return fourth - 1;
    case Weekday.THURSDAY:
      return year >= WEDNESDAY_BEFORE_SINCE ? fourth - 1 : fourth + 1;
    default:
      return undefined;
  }
}

/** Builds a row from a date and New York times as `HH:MM`. */
function irregular(date: string, open: string, close: string, event: string): IrregularSession {
  return { date: parseDate(date), open: timeOfDay(open), close: timeOfDay(close), event };
}

function timeOfDay(text: string): DurationMicros {
  return Number(text.slice(0, 2)) * HOUR + Number(text.slice(3, 5)) * MINUTE;
}

/** Every irregular session since 1990, in order. */
export const IRREGULAR_SESSIONS: readonly IrregularSession[] = [
  irregular('1990-12-27', '09:31', '16:00', 'Explosion of a Con Edison transformer'),
  irregular('1991-01-17', '09:31', '16:00', 'Moment of silence for the troops in the Gulf'),
  irregular('1991-02-25', '09:31', '16:00', 'Moment of silence for the troops in the Gulf'),
  irregular('1994-02-11', '09:30', '14:30', 'Snowstorm'),
  irregular('1995-12-18', '10:30', '16:00', 'Trouble of the computer systems'),
  irregular('1996-01-08', '11:00', '14:00', 'Snowstorm'),
  irregular('1997-10-27', '09:30', '15:30', 'Market-wide circuit breaker'),
  irregular('2001-09-17', '09:33', '16:00', 'Moment of silence for the victims of 11 September'),
  irregular('2001-10-08', '09:31', '16:00', 'Moment of silence for the troops in Afghanistan'),
  irregular('2002-09-11', '12:00', '16:00', 'First anniversary of 11 September'),
  irregular('2003-03-20', '09:32', '16:00', 'Moment of silence for the troops in Iraq'),
  irregular('2004-06-07', '09:32', '16:00', 'Moment of silence for former President Ronald Reagan'),
  irregular('2005-06-01', '09:30', '15:56', 'Failure of the communication systems'),
  irregular('2006-12-27', '09:32', '16:00', 'Moment of silence for former President Gerald Ford'),
];
