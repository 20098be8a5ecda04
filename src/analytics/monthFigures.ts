/** What the returns of a run's months say. The first and the last count as much as there is of them. */
import { withoutInfinities } from './finiteFigures.js';
import { gainToPain } from './fallMetrics.js';
import type { PeriodReturn } from './periodReturns.js';
import { meanOf } from './samples.js';

/** Fewer months support no ratio. */
export const FEWEST_MONTHS = 12;

/** Fractions; NaN where there is no case, or too few months. */
export interface MonthFigures {
  readonly months: number;
  readonly best: number;
  readonly worst: number;
  /** Share of the months that gained, of those that moved. */
  readonly gaining: number;
  /** Mean of the months that gained, and of those that lost. */
  readonly averageGain: number;
  readonly averageLoss: number;
  /** Of the months ({@link gainToPain}); NaN for fewer than {@link FEWEST_MONTHS}. */
  readonly gainToPain: number;
}

/** Computes them. */
export function monthFigures(months: readonly PeriodReturn[]): MonthFigures {
  const returns = months.map(({ returnFraction }) => returnFraction);
  const gains = returns.filter((value) => value > 0);
  const losses = returns.filter((value) => value < 0);
  return withoutInfinities({
    months: returns.length,
    best: returns.length === 0 ? NaN : Math.max(...returns),
    worst: returns.length === 0 ? NaN : Math.min(...returns),
    gaining: gains.length / (gains.length + losses.length),
    averageGain: meanOf(gains),
    averageLoss: meanOf(losses),
    gainToPain: returns.length < FEWEST_MONTHS ? NaN : gainToPain(returns),
  });
}
