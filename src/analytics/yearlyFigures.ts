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

/** Whether so many daily returns bear their volatility, Sharpe and Sortino: the one rule wherever people read them. */
export function supportsRatios(returns: number): boolean {
  return returns >= FEWEST_DAYS;
}

/** Days of a curve, each of which has a return. */
export function returnCount(curve: EquityCurve): number {
  // Of what the account began with only the first return depends, and not whether there is one.
  return dailyReturns(curve, 1).dates.length;
}

/**
 * Daily returns of a kept run. Of one that was kept without their number it is that of the sessions from its first date
 * to its last: there cannot be more.
 */
export function keptReturns(run: {
  readonly from: string;
  readonly to: string;
  readonly dailyReturns?: number | null | undefined;
}): number {
  return run.dailyReturns ?? sessionsBetween(parseDate(run.from), parseDate(run.to)).length;
}

/** The text of volatility, Sharpe or Sortino of so many daily returns; `n/a` where they are too few. */
export function byDays(returns: number, text: string): string {
  return supportsRatios(returns) ? text : 'n/a';
}

/** Why such figures are `n/a`; undefined where they are given. */
export function tooFewDays(returns: number): string | undefined {
  if (supportsRatios(returns)) return undefined;
  return `volatility, Sharpe and Sortino are n/a: they take ${fewReturns(returns)}`;
}

/** What such figures take and what there is, as the end of a sentence. */
export function fewReturns(returns: number): string {
  return `${FEWEST_DAYS} daily returns, there ${returns === 1 ? 'is 1' : `are ${returns}`}`;
}

/** Why ratios against a benchmark are `n/a`; undefined where they are given, and where there is no benchmark. */
export function tooFewPairs({ benchmarkDays: pairs }: Pick<Statistics, 'benchmarkDays'>): string | undefined {
  if (pairs === 0 || supportsRatios(pairs)) return undefined;
  return `information ratio, tracking error and Treynor ratio are n/a: they take ${fewPairs(pairs)}`;
}

/** The same of days against a benchmark. */
export function fewPairs(pairs: number): string {
  return `${FEWEST_DAYS} days that have a return of the benchmark too, there ${pairs === 1 ? 'is 1' : `are ${pairs}`}`;
}

const OF_DAYS: ReadonlySet<string> = new Set(['annualVolatility', 'sharpe', 'sortino']);
const OF_PAIRS: ReadonlySet<string> = new Set(['informationRatio', 'trackingError', 'treynorRatio']);
const OF_YEARS: ReadonlySet<string> = new Set(['annualReturn', 'cagr', 'calmar']);

/** Lengths of a run in days, of which figures need some. */
export interface RunDays {
  /** Calendar days. */
  readonly days: number;
  /** Daily returns. */
  readonly returns: number;
  /** Daily returns that the benchmark has too. */
  readonly benchmarkDays: number;
}

/** Whether a figure of {@link Statistics} is one that a run of such days supports. */
export function isSupported(figure: string, run: RunDays): boolean {
  return whyUnsupported(figure, run) === undefined;
}

/** What a figure takes that a run of such days has not, as the end of a sentence; undefined: nothing. */
export function whyUnsupported(figure: string, { days, returns, benchmarkDays }: RunDays): string | undefined {
  if (OF_DAYS.has(figure) && !supportsRatios(returns)) return `it takes ${fewReturns(returns)}`;
  if (OF_PAIRS.has(figure) && !supportsRatios(benchmarkDays)) return `it takes ${fewPairs(benchmarkDays)}`;
  if (!OF_YEARS.has(figure) || hasYearlyFigures({ days })) return undefined;
  return `it takes ${SHORTEST_YEARLY_DAYS} days, there are ${Math.floor(days)}`;
}

/** The days of a run whose statistics and daily returns are known. */
export function runDaysOf(run: {
  readonly statistics: Pick<Statistics, 'days'> & Partial<Pick<Statistics, 'benchmarkDays'>>;
  readonly dailyReturns: { readonly length: number };
}): RunDays {
  const { days, benchmarkDays } = run.statistics;
  const returns = run.dailyReturns.length;
  // What was kept without their number cannot have more.
  return { days, returns, benchmarkDays: benchmarkDays ?? returns };
}
