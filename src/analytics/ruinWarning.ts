/** What a reader should know of a run whose account lost everything. */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import type { EquityCurve } from './returns.js';

/** Names the first date on which the equity of a curve was 0 or below; none if it never was. */
export function ruinWarnings({ time, equity }: EquityCurve): readonly string[] {
  const point = equity.findIndex((value) => value <= 0);
  if (point < 0) return [];
  return [
    `The equity was 0 or below on ${formatDate(newYorkDate(time[point] ?? 0))}: the account had lost everything, and ` +
      'no broker would have let it trade on. Figures of what came after it mean nothing.',
  ];
}
