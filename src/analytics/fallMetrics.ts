/**
 * What falls below the running peak amount to over a whole series of simple returns, the start counting as a peak, as
 * in {@link maxDrawdown}. A NaN among the returns stands for a period without one, in which wealth stands still.
 */
import { annualReturn, maxDrawdown } from './returnMetrics.js';
import { cumulativeReturn } from './samples.js';

/**
 * Ulcer index: root mean square of how far each period ended below the peak, a fraction; 0 where nothing fell, NaN for
 * no returns. The mean is over the periods (Martin and McCann, The Investor's Guide to Fidelity Funds, 1989; R's
 * PerformanceAnalytics); QuantStats divides by one fewer, ffn by one more, the start, and states percent.
 */
export function ulcerIndex(returns: ArrayLike<number>): number {
  let wealth = 1;
  let peak = 1;
  let squares = 0;
  for (let index = 0; index < returns.length; index += 1) {
    const value = returns[index] ?? NaN;
    if (!Number.isNaN(value)) wealth *= 1 + value;
    if (wealth > peak) peak = wealth;
    squares += ((wealth - peak) / peak) ** 2;
  }
  return returns.length === 0 ? NaN : Math.sqrt(squares / returns.length);
}

/**
 * Martin ratio, also ulcer performance index: annual return ÷ {@link ulcerIndex}, against a risk-free rate of 0; NaN
 * where nothing fell. QuantStats divides the return of the whole time, not that of a year.
 */
export function martinRatio(returns: ArrayLike<number>, periodsPerYear: number): number {
  const ulcer = ulcerIndex(returns);
  return ulcer > 0 ? annualReturn(returns, periodsPerYear) / ulcer : NaN;
}

/**
 * Recovery factor: total return ÷ size of the largest drawdown; NaN where nothing fell. QuantStats adds the returns up
 * instead of compounding them, and has no sign.
 */
export function recoveryFactor(returns: ArrayLike<number>): number {
  const fall = maxDrawdown(returns);
  return fall < 0 ? cumulativeReturn(returns) / -fall : NaN;
}

/**
 * Gain to pain: sum of all returns ÷ size of the sum of those below 0 (Schwager, Hedge Fund Market Wizards, 2012, of
 * months), which is omega at 0 less 1; NaN without a loss. QuantStats takes months as the sums of their days.
 */
export function gainToPain(returns: ArrayLike<number>): number {
  let sum = 0;
  let pain = 0;
  for (let index = 0; index < returns.length; index += 1) {
    const value = returns[index] ?? NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    if (value < 0) pain -= value;
  }
  return pain > 0 ? sum / pain : NaN;
}

/** The most values in a row of one sign, as of the days that gained; one of 0 ends a row of either. */
export function longestRun(values: ArrayLike<number>, sign: 1 | -1): number {
  let run = 0;
  let longest = 0;
  for (let index = 0; index < values.length; index += 1) {
    run = (values[index] ?? 0) * sign > 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
