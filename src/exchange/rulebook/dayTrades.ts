/** What the day-trade rule of a date asks of an account (R18). Which rule holds is the event's date, never today's. */
import { nextSession } from '../../calendar/sessions.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Money } from '../../domain/units.js';
import { DOLLAR, mulDiv } from '../../domain/units.js';
import type { DayTradeRule } from './dayTradeRules.js';
import { DAY_TRADE_RULES } from './dayTradeRules.js';
import type { MarginMultiplier } from './margin.js';
import { mayUseMargin } from './margin.js';
import { ruleOn } from './RuleRow.js';

/** The rule of a date; undefined where the rulebook knows none. */
export function dayTradeRule(date: TradingDate): DayTradeRule | undefined {
  return ruleOn(DAY_TRADE_RULES, date);
}

/** Whether counts of the window make a pattern day trader on a date; never since June 2026. */
export function isPatternDayTrader(dayTrades: number, trades: number, date: TradingDate): boolean {
  const rule = dayTradeRule(date);
  if (rule?.kind !== 'patternDayTrader') return false;
  return dayTrades >= rule.dayTrades && dayTrades * 10_000 > trades * rule.leastShareBps;
}

/**
 * Whether one more day trade would leave an account that may not day trade: it would be a pattern day trader with
 * less than the least equity. `dayTrades` and `trades` are those of the window, the new one not among them.
 */
export function isDayTradeDenied(dayTrades: number, trades: number, equity: Money, date: TradingDate): boolean {
  const rule = dayTradeRule(date);
  if (rule?.kind !== 'patternDayTrader' || equity >= rule.minimumDollars * DOLLAR) return false;
  return isPatternDayTrader(dayTrades + 1, trades + 1, date);
}

/**
 * The intraday multiplier of a margin account: 1 below the minimum equity; 4 for pattern day traders with theirs, else
 * 2, until June 2026; 4 for all since. Undefined where no rule is known. Overnight it is 2 at most.
 */
export function intradayMultiplier(equity: Money, isPattern: boolean, date: TradingDate): MarginMultiplier | undefined {
  const rule = dayTradeRule(date);
  if (rule === undefined) return undefined;
  if (!mayUseMargin(equity, date)) return 1;
  if (rule.kind === 'intradayMargin') return 4;
  return isPattern && equity >= rule.minimumDollars * DOLLAR ? rule.multiplier : 2;
}

/** An intraday margin deficit. */
export interface IntradayDeficit {
  /** Micro-dollars by which equity falls short of the requirement; 0 for none. */
  readonly amount: Money;
  /** Small enough to be let pass. */
  readonly isExcused: boolean;
  /** Last trading date to meet it, and the first of the freeze if it is still unmet; undefined if it is excused. */
  readonly dueOn: TradingDate | undefined;
  readonly frozenFrom: TradingDate | undefined;
  /** Last calendar date of that freeze. */
  readonly frozenUntil: TradingDate | undefined;
}

/** The deficit of an account under the intraday standard; undefined on dates on which that is not in force. */
export function intradayDeficit(equity: Money, requirement: Money, date: TradingDate): IntradayDeficit | undefined {
  const rule = dayTradeRule(date);
  if (rule?.kind !== 'intradayMargin') return undefined;
  const amount = Math.max(0, requirement - equity);
  const excused = Math.min(rule.excusedDollars * DOLLAR, Math.max(0, mulDiv(equity, rule.excusedEquityBps, 10_000)));
  const isExcused = amount <= excused;
  if (isExcused) return { amount, isExcused, dueOn: undefined, frozenFrom: undefined, frozenUntil: undefined };
  const frozenFrom = sessionsLater(date, rule.freezeAfterBusinessDays + 1);
  return {
    amount,
    isExcused,
    dueOn: sessionsLater(date, rule.dueBusinessDays),
    frozenFrom,
    frozenUntil: frozenFrom + rule.freezeDays - 1,
  };
}

function sessionsLater(date: TradingDate, count: number): TradingDate {
  let later = date;
  for (let i = 0; i < count; i += 1) later = nextSession(later).date;
  return later;
}
