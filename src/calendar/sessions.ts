/**
 * The sessions of the New York Stock Exchange, 1990 to 2035 (other dates throw `CALENDAR_RANGE`).
 *
 * These functions ask the built-in calendar; code that must follow announcements at run time takes a
 * {@link TradingCalendar} instead.
 */
import type { Micros } from '../domain/units.js';
import type { Session, SessionPhase } from './TradingCalendar.js';
import { TradingCalendar } from './TradingCalendar.js';
import type { TradingDate } from './tradingDate.js';

/** The built-in calendar. */
export const nyse: TradingCalendar = TradingCalendar.nyse();

/** The session of a date, undefined on weekends, holidays and closures. */
export function sessionOf(date: TradingDate): Session | undefined {
  return nyse.sessionOf(date);
}

/** The session whose premarket, regular or after-hours trading `time` falls into, if any. */
export function sessionAt(time: Micros): Session | undefined {
  return nyse.sessionAt(time);
}

/** The first session after a date. */
export function nextSession(date: TradingDate): Session {
  return nyse.nextSession(date);
}

/** The last session before a date. */
export function previousSession(date: TradingDate): Session {
  return nyse.previousSession(date);
}

/** The sessions from one date to another, both inclusive. Throws `DATE_RANGE_INVALID` if `to` is before `from`. */
export function sessionsBetween(from: TradingDate, to: TradingDate): readonly Session[] {
  return nyse.sessionsBetween(from, to);
}

/** The phase at a time; allocates nothing. */
export function phaseAt(time: Micros): SessionPhase {
  return nyse.phaseAt(time);
}
