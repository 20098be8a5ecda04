/** The returns of the dates of a run as columns, for what compares many runs day by day. */
import { newYorkDate } from '../calendar/newYorkTime.js';
import type { EquityCurve } from './returns.js';

/** Columns of equal length, oldest first. */
export interface DailyReturns {
  /** New York dates, days since 1970, that have a point of the curve. */
  readonly dates: Int32Array;
  /** Simple return of each date: from the last equity before it to its own last. */
  readonly returns: Float64Array;
}

/** `startEquity` is that before the first point, in the unit of the curve. */
export function dailyReturns({ time, equity }: EquityCurve, startEquity: number): DailyReturns {
  const dates: number[] = [];
  const closes: number[] = [];
  let date = Number.NaN;
  for (let point = 0; point < time.length; point += 1) {
    const next = newYorkDate(time[point] ?? 0);
    if (next !== date) dates.push(next);
    date = next;
    closes[dates.length - 1] = equity[point] ?? Number.NaN;
  }
  const returns = Float64Array.from(closes, (close, index) => close / (closes[index - 1] ?? startEquity) - 1);
  return { dates: Int32Array.from(dates), returns };
}
