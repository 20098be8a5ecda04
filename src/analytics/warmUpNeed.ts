/** How much history before its first day a run's indicators want. */
import { nyse } from '../calendar/sessions.js';
import { FIRST_DATE } from '../calendar/TradingCalendar.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { HOUR, TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Kernel } from '../engine/Kernel.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { warmUpBarsOf } from './strategyDefaults.js';

/** Bars of `timeframe` of this many sessions before the first day. */
export interface WarmUpNeed {
  readonly sessions: number;
  readonly timeframe: Timeframe;
}

/** Length of regular trading, 09:30 to 16:00. */
const REGULAR_HOURS = 6.5 * HOUR;

/**
 * What the strategies of a kernel want: as many sessions as their indicators need, or hold as many bars as a strategy
 * asks for, unless `given` says how many. Undefined if that is none. Throws `STRATEGY_INVALID` as `warmUpBarsOf` does.
 */
export function warmUpNeed(kernel: Kernel, given?: number): WarmUpNeed | undefined {
  let sessions = 0;
  let timeframe: Timeframe | undefined;
  for (const { config, scopes, strategy } of kernel.runner.instances) {
    // Longer bars are built from those of the instance's own timeframe; the shortest serves all.
    const own = config.timeframe;
    if (timeframe === undefined || TIMEFRAME_DURATION[own] < TIMEFRAME_DURATION[timeframe]) timeframe = own;
    // A strategy is made by its class and by nothing else.
    sessions = Math.max(sessions, sessionsOf(warmUpBarsOf(strategy.constructor as StrategyClass), own));
    for (const scope of scopes) {
      const bars = Math.max(0, ...scope.indicators.map(({ settleBars, warmUpBars }) => settleBars ?? warmUpBars));
      sessions = Math.max(sessions, sessionsOf(bars, scope.timeframe));
    }
  }
  const wanted = given ?? sessions;
  return wanted === 0 || timeframe === undefined ? undefined : { sessions: wanted, timeframe };
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
