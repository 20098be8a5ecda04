/** Daily returns compounded to weeks, months, quarters and years. */
import type { TradingDate } from '../calendar/tradingDate.js';
import { civilOf, dateOf, dayOfWeek } from '../calendar/tradingDate.js';
import { cumulativeReturn } from './samples.js';

/**
 * What returns are compounded to. Weeks are those of ISO 8601, which go on over the turn of a year, as
 * empyrical-reloaded 0.7 has them (empyrical up to 0.5 told them apart by the calendar year too).
 */
export type ReturnPeriod = 'weekly' | 'monthly' | 'quarterly' | 'yearly';

/** The compounded returns, oldest first. `dates` has the last date of each return, ascending; equal lengths. */
export function aggregateReturns(
  dates: readonly TradingDate[],
  returns: ArrayLike<number>,
  period: ReturnPeriod,
): Float64Array {
  const parts: number[][] = [];
  let last = '';
  dates.forEach((date, index) => {
    const name = periodName(date, period);
    if (name !== last) parts.push([]);
    last = name;
    parts.at(-1)?.push(returns[index] ?? NaN);
  });
  return Float64Array.from(parts, cumulativeReturn);
}

function periodName(date: TradingDate, period: ReturnPeriod): string {
  const { year, month } = civilOf(date);
  switch (period) {
    case 'weekly':
      return isoWeek(date);
    case 'monthly':
      return `${year} ${month}`;
    case 'quarterly':
      return `${year} Q${Math.ceil(month / 3)}`;
    case 'yearly':
      return `${year}`;
  }
}

/** A week belongs to the year of its Thursday and is numbered from the first of them. */
function isoWeek(date: TradingDate): string {
  const thursday = date + 3 - ((dayOfWeek(date) + 6) % 7);
  const { year } = civilOf(thursday);
  return `${year} W${Math.floor((thursday - dateOf(year, 1, 1)) / 7) + 1}`;
}
