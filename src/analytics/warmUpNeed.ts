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
 * asks for, unless `given` says how many; of the shortest of their timeframes, of which longer bars are built.
 * Undefined if that is none. Throws `STRATEGY_INVALID` as `warmUpBarsOf` does.
 */
export function warmUpNeed(kernel: Kernel, given?: number): WarmUpNeed | undefined {
  const needs = warmUpNeeds(kernel, given);
  const [shortest] = needs;
  if (shortest === undefined) return undefined;
  return { ...shortest, sessions: Math.max(...needs.map(({ sessions }) => sessions)) };
}

/**
 * The same of each timeframe that a strategy of the kernel has, the shortest first: longer bars of the cache may reach
 * further back than those that they could be built of.
 */
export function warmUpNeeds(kernel: Kernel, given?: number): readonly WarmUpNeed[] {
  const sessions = new Map<Timeframe, number>();
  for (const { config, scopes, strategy } of kernel.runner.instances) {
    const own = config.timeframe;
    // A strategy is made by its class and by nothing else.
    let most = Math.max(sessions.get(own) ?? 0, sessionsOf(warmUpBarsOf(strategy.constructor as StrategyClass), own));
    for (const scope of scopes) {
      const bars = Math.max(0, ...scope.indicators.map(({ settleBars, warmUpBars }) => settleBars ?? warmUpBars));
      most = Math.max(most, sessionsOf(bars, scope.timeframe));
    }
    sessions.set(own, given ?? most);
  }
  return [...sessions]
    .map(([timeframe, count]) => ({ timeframe, sessions: count }))
    .filter((need) => need.sessions > 0)
    .sort((a, b) => TIMEFRAME_DURATION[a.timeframe] - TIMEFRAME_DURATION[b.timeframe]);
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
