/** How much history before its first day a run's indicators want. */
import { nyse } from '../calendar/sessions.js';
import { FIRST_DATE } from '../calendar/TradingCalendar.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { HOUR, TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Kernel } from '../engine/Kernel.js';

/** Bars of `timeframe` of this many sessions before the first day. */
export interface WarmUpNeed {
  readonly sessions: number;
  readonly timeframe: Timeframe;
}

/** Length of regular trading, 09:30 to 16:00. */
const REGULAR_HOURS = 6.5 * HOUR;

/** What the strategies of a kernel want; undefined if their indicators want nothing. */
export function warmUpNeed(kernel: Kernel): WarmUpNeed | undefined {
  let sessions = 0;
  let timeframe: Timeframe | undefined;
  for (const instance of kernel.runner.instances) {
    for (const scope of instance.scopes) {
      const bars = Math.max(0, ...scope.indicators.map((indicator) => indicator.warmUpBars));
      sessions = Math.max(sessions, sessionsOf(bars, scope.timeframe));
    }
    // Longer bars are built from those of the instance's own timeframe; the shortest serves all.
    const own = instance.config.timeframe;
    if (timeframe === undefined || TIMEFRAME_DURATION[own] < TIMEFRAME_DURATION[timeframe]) timeframe = own;
  }
  return sessions === 0 || timeframe === undefined ? undefined : { sessions, timeframe };
}

/** The date that lies so many sessions before another, or the first that the calendar can say. */
export function dateBefore(date: TradingDate, sessions: number): TradingDate {
  let before = date;
  for (let count = 0; count < sessions && before > FIRST_DATE + 10; count += 1) {
    before = nyse.previousSession(before).date;
  }
  return before;
}

/** Sessions that hold this many bars, an early close among them allowed for. */
function sessionsOf(bars: number, timeframe: Timeframe): number {
  if (bars === 0) return 0;
  const perDay = Math.max(1, Math.floor(REGULAR_HOURS / TIMEFRAME_DURATION[timeframe]));
  return Math.ceil(bars / perDay) + (timeframe === '1d' ? 0 : 1);
}
