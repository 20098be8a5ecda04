/**
 * Which stretches of trading time nobody has spoken of yet: the calendar's hours of the wanted dates, without what
 * sources have said everything about. Nights, weekends and holidays are never missing.
 */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { nyse } from '../calendar/sessions.js';
import { FIRST_DATE, LAST_DATE } from '../calendar/TradingCalendar.js';
import type { TradingCalendar } from '../calendar/TradingCalendar.js';
import type { TimeStretch } from '../domain/historyArchive.js';
import { TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { within, without } from './stretches.js';

/** What is wanted of a series. */
export interface WantedHours {
  readonly timeframe: Timeframe | undefined;
  /** Whole New York days, [from, to). */
  readonly from: Micros;
  readonly to: Micros;
  readonly extendedHours: boolean;
  /** The present: bars that end later are not over. */
  readonly now: Micros;
}

/** The trading hours in which rows are wanted, one stretch per session, up to the last bar that is over. */
export function wantedHours(wanted: WantedHours, calendar: TradingCalendar = nyse): readonly TimeStretch[] {
  const { timeframe, from, to, extendedHours, now } = wanted;
  const first = Math.max(newYorkDate(from), FIRST_DATE);
  const last = Math.min(newYorkDate(Math.min(to - 1, now)), LAST_DATE);
  if (first > last) return [];
  const stretches: TimeStretch[] = [];
  for (const session of calendar.sessionsBetween(first, last)) {
    if (timeframe === '1d') {
      if (session.close <= now) stretches.push({ from: session.open, to: session.close });
      continue;
    }
    const start = extendedHours ? session.premarketOpen : session.open;
    const end = Math.min(
      extendedHours ? session.afterHoursClose : session.close,
      to,
      lastBarEnd(timeframe, session.open, now),
    );
    if (end > Math.max(start, from)) stretches.push({ from: Math.max(start, from), to: end });
  }
  return stretches;
}

/** The end of the last bar that is over at `now`; the grid of a day goes through its open. */
function lastBarEnd(timeframe: Timeframe | undefined, open: Micros, now: Micros): Micros {
  if (timeframe === undefined) return now;
  const duration = TIMEFRAME_DURATION[timeframe];
  return open + Math.floor((now - open) / duration) * duration;
}

/**
 * What to ask for so that nothing wanted is missing: the fewest stretches that hold all missing time and none that
 * is covered. Missing sessions that follow one another are asked for together, the nights between included.
 */
export function missingStretches(
  wanted: readonly TimeStretch[],
  covered: readonly TimeStretch[],
): readonly TimeStretch[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of without(wanted, covered)) {
    const last = result.at(-1);
    const isJoined = last !== undefined && within(wanted, [{ from: last.to, to: from }]).length === 0;
    if (isJoined) last.to = to;
    else result.push({ from, to });
  }
  return result;
}

/** The trading time within stretches, in microseconds. */
export function tradingTime(stretches: readonly TimeStretch[], hours: readonly TimeStretch[]): number {
  return within(hours, stretches).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The whole New York days of two dates given as day numbers, as a stretch. */
export function daysStretch(first: number, last: number): TimeStretch {
  return { from: fromNewYork(first, 0), to: fromNewYork(last + 1, 0) };
}
