/**
 * Market-wide circuit breakers (R7): which level an index value reaches, and how long trading stops. Pure; whoever
 * keeps the day remembers which levels were reached, as each of the first two halts only once a day.
 */
import type { Session } from '../../calendar/TradingCalendar.js';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { HOUR } from '../../domain/timeframe.js';
import type { Micros, Price } from '../../domain/units.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { BreakerLevel, CircuitBreakerRule } from './circuitBreakerRules.js';
import { CIRCUIT_BREAKERS } from './circuitBreakerRules.js';
import { ruleOn } from './RuleRow.js';

const LEVELS: readonly BreakerLevel[] = [3, 2, 1];
const REGULAR_CLOSE = 16 * HOUR;

/** The rule of a date; undefined where the rulebook knows none. */
export function circuitBreakerRuleOn(date: TradingDate): CircuitBreakerRule | undefined {
  return ruleOn(CIRCUIT_BREAKERS, date);
}

/**
 * The highest level that an index value reaches; 0 for none, undefined if the rule of the date or its levels are not
 * known. Values at `scale` steps per index point.
 */
export function breakerLevel(
  previousClose: Price,
  value: Price,
  scale: number,
  date: TradingDate,
): BreakerLevel | 0 | undefined {
  const rule = circuitBreakerRuleOn(date);
  if (rule === undefined || rule.falls.length === 0 || !(previousClose > 0)) return undefined;
  const fall = previousClose - value;
  for (const level of LEVELS) {
    const needed = rule.falls[level - 1] ?? Infinity;
    if (rule.basis === 'percent' ? fall * 10_000 >= previousClose * needed : fall >= needed * scale) return level;
  }
  return 0;
}

/**
 * Until when trading stops if a level is reached at `time` of a session: `time` itself if it goes on, the close if
 * for the rest of the day, undefined if the rule of the date is not known. On an early close the wall-clock borders
 * come as much earlier as the close does.
 */
export function breakerHaltEnd(level: BreakerLevel, time: Micros, session: Session): Micros | undefined {
  const halts = circuitBreakerRuleOn(session.date)?.halts[level - 1];
  if (halts === undefined) return undefined;
  const earlier = session.isEarlyClose ? fromNewYork(session.date, REGULAR_CLOSE) - session.close : 0;
  for (const { before, halt } of halts) {
    if (before !== undefined && time >= fromNewYork(session.date, before) - earlier) continue;
    return halt === 'day' ? session.close : Math.min(time + halt, session.close);
  }
  return undefined;
}
