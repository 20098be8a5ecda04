/** The returns of the dates of a run as columns, for what compares many runs day by day. */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { samplePoints, valuesAt } from './returns.js';
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
  const points = samplePoints(time, 'tradingDay') ?? [];
  const dates = Int32Array.from(points, (point) => newYorkDate(time[point] ?? 0));
  const closes = valuesAt(equity, points);
  const returns = closes.map((close, index) => close / (closes[index - 1] ?? startEquity) - 1);
  return { dates, returns };
}
