/** What a reader should know of a run whose account lost everything. */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import type { AccountBooking } from '../domain/venueEvents.js';
import type { EquityCurve } from './returns.js';
import { endOfRuin } from './ruin.js';

/**
 * Names the first date on which the equity of a curve was 0 or below; none if it never was. `bookings` are those of the
 * run, where they are known: they tell that it ended then.
 */
export function ruinWarnings(
  { time, equity }: EquityCurve,
  bookings: readonly AccountBooking[] = [],
): readonly string[] {
  const end = endOfRuin(bookings);
  if (end !== undefined) return [end];
  const point = equity.findIndex((value) => value <= 0);
  if (point < 0) return [];
  return [
    `The equity was 0 or below on ${formatDate(newYorkDate(time[point] ?? 0))}: the account had lost everything, and ` +
      'no broker would have let it trade on. Figures of what came after it mean nothing.',
  ];
}
