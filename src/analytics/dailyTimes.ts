/**
 * Times of a run of daily bars. A daily bar ends with its session, which on some days is hours earlier; what happened
 * in it happened on its date. Lengths of time are counted from date to date then.
 */
import { newYorkDate, newYorkOffset } from '../calendar/newYorkTime.js';
import { DAY, HOUR } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { StatisticsInput } from './statistics.js';
import type { EquityCurve } from './returns.js';

/** Less than lies between the ends of two sessions, and more than a session with its extended hours. */
const BETWEEN_SESSIONS = 20 * HOUR;

/** Whether a curve has at most one point per session. */
export function isDaily({ time }: EquityCurve): boolean {
  for (let point = 1; point < time.length; point += 1) {
    if ((time[point] ?? 0) - (time[point - 1] ?? 0) < BETWEEN_SESSIONS) return false;
  }
  return time.length > 1;
}

/** The same run with every time at the same hour of its New York date. */
export function countedInDates<T extends Pick<StatisticsInput, 'curve' | 'trades' | 'openSince'>>(input: T): T {
  const { curve, trades, openSince } = input;
  return {
    ...input,
    curve: { ...curve, time: curve.time.map(onDate) },
    trades: trades.map((trade) => ({
      ...trade,
      entryTime: onDate(trade.entryTime),
      exitTime: onDate(trade.exitTime),
    })),
    ...(openSince === undefined ? {} : { openSince: onDate(openSince) }),
  };
}

/** Noon in New York of a time's date, which no change of the clock is near. */
export function onDate(time: Micros): Micros {
  const noon = newYorkDate(time) * DAY + 12 * HOUR;
  return noon - newYorkOffset(noon);
}
