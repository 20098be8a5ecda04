/** The returns of the dates of a run as columns, for what compares many runs day by day. */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
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
  let dateEnd = -Infinity;
  for (let point = 0; point < time.length; point += 1) {
    const at = time[point] ?? 0;
    if (at < dateEnd) continue;
    if (point > 0) closes.push(equity[point - 1] ?? Number.NaN);
    const date = newYorkDate(at);
    dates.push(date);
    dateEnd = fromNewYork(date + 1, 0);
  }
  if (time.length > 0) closes.push(equity[time.length - 1] ?? Number.NaN);
  const returns = Float64Array.from(closes, (close, index) => close / (closes[index - 1] ?? startEquity) - 1);
  return { dates: Int32Array.from(dates), returns };
}
