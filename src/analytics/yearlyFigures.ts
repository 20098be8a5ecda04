/**
 * Which figures per year a report gives: a growth rate of a few days, raised to a year, says nothing, nor does what is
 * reckoned from it. One rule for terminal and report; JSON gives the numbers as they are.
 */
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
