/** How much history the indicators of strategies want before the first bar that counts, as days of which timeframe. */
import { nyse } from '../calendar/sessions.js';
import { FIRST_DATE } from '../calendar/TradingCalendar.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { HOUR, TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { StrategyInstance } from '../engine/StrategyInstance.js';

/** Bars that are wanted. */
export interface WarmUpNeed {
  /** The shortest of the strategies' own timeframes: longer bars are built from them. */
  readonly timeframe: Timeframe;
  /** Sessions before the first day. */
  readonly days: number;
}

/** Length of regular trading, 09:30 to 16:00. */
const REGULAR_HOURS = 6.5 * HOUR;

/** What these instances want; undefined if they want nothing. */
export function warmUpNeed(instances: Iterable<StrategyInstance>): WarmUpNeed | undefined {
  let days = 0;
  let timeframe: Timeframe | undefined;
  for (const instance of instances) {
    for (const scope of instance.scopes) {
      const bars = Math.max(0, ...scope.indicators.map((indicator) => indicator.warmUpBars));
      days = Math.max(days, daysOf(bars, scope.timeframe));
    }
    const own = instance.config.timeframe;
    if (timeframe === undefined || TIMEFRAME_DURATION[own] < TIMEFRAME_DURATION[timeframe]) timeframe = own;
  }
  return days === 0 || timeframe === undefined ? undefined : { timeframe, days };
}

/** The first date of the sessions that are wanted before `first`; `first` itself where the calendar has none. */
export function warmUpFrom(first: TradingDate, { days }: WarmUpNeed): TradingDate {
  let date = first;
  for (let day = 0; day < days && date > FIRST_DATE + 10; day += 1) date = nyse.previousSession(date).date;
  return date;
}

/** Sessions that hold this many bars, an early close among them allowed for. */
function daysOf(bars: number, timeframe: Timeframe): number {
  if (bars === 0) return 0;
  const perDay = Math.max(1, Math.floor(REGULAR_HOURS / TIMEFRAME_DURATION[timeframe]));
  return Math.ceil(bars / perDay) + (timeframe === '1d' ? 0 : 1);
}
