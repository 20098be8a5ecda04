/**
 * Which figures per year a report gives: a growth rate of a few days, raised to a year, says nothing, nor does what is
 * reckoned from it; the spread of a handful of daily returns, and ratios by it, say as little. One rule for all that is
 * read by people; JSON gives the numbers as they are.
 */
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { dailyReturns } from './dailyReturns.js';
import { FEWEST_DAYS } from './dayFigures.js';
import type { EquityCurve } from './returns.js';
import type { Statistics } from './statistics.js';

/** The fewest days that figures per year are given for. */
export const SHORTEST_YEARLY_DAYS = 60;

/** Whether figures per year are given. */
export function hasYearlyFigures({ days }: Pick<Statistics, 'days'>): boolean {
  return days >= SHORTEST_YEARLY_DAYS;
}

/** The text of a figure per year: annual return, growth, Calmar; `n/a` where it would say nothing. */
export function perYear(statistics: Pick<Statistics, 'days'>, text: string): string {
  return hasYearlyFigures(statistics) ? text : 'n/a';
}

/** Days of a curve, each of which has a return. */
export function returnCount(curve: EquityCurve): number {
  // Of what the account began with only the first return depends, and not whether there is one.
  return dailyReturns(curve, 1).dates.length;
}

/** The text of volatility, Sharpe or Sortino of so many daily returns; `n/a` where they are too few. */
export function byDays(returns: number, text: string): string {
  return returns < FEWEST_DAYS ? 'n/a' : text;
}

/** Why such figures are `n/a`; undefined where they are given. */
export function tooFewDays(returns: number): string | undefined {
  return returns < FEWEST_DAYS
    ? `volatility, Sharpe and Sortino are n/a: they take ${FEWEST_DAYS} daily returns, there ` +
        (returns === 1 ? 'is 1' : `are ${returns}`)
    : undefined;
}

/**
 * Why a list says n/a for the Sharpe ratio of a run over these New York dates, both inclusive, of which it has only the
 * dates: they have too few sessions. Null where it may be told.
 */
export function fewSessions(from: string, to: string): string | null {
  const sessions = sessionsBetween(parseDate(from, 'first date'), parseDate(to, 'last date')).length;
  if (sessions >= FEWEST_DAYS) return null;
  return `It takes ${FEWEST_DAYS} daily returns; the days of the run have ${sessions} at most.`;
}

const OF_DAYS: ReadonlySet<string> = new Set(['annualVolatility', 'sharpe', 'sortino']);
const OF_YEARS: ReadonlySet<string> = new Set(['annualReturn', 'cagr', 'calmar']);

/** Whether a figure of {@link Statistics} is one that a run of so many days and daily returns supports. */
export function isSupported(figure: string, run: { readonly days: number; readonly returns: number }): boolean {
  if (OF_DAYS.has(figure)) return run.returns >= FEWEST_DAYS;
  return !OF_YEARS.has(figure) || hasYearlyFigures(run);
}
