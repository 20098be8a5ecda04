/** Tells of a run that ended because its equity was 0 or below (`Preset.ruin`). */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import type { Micros, Money } from '../domain/units.js';
import type { AccountBooking } from '../domain/venueEvents.js';
import { formatMoney } from './figureText.js';
import type { EquityCurve } from './returns.js';

/** When an account was ruined. */
export interface Ruin {
  readonly time: Micros;
  /** What it owed once everything was closed, in micro-dollars; 0 or above. */
  readonly debt: Money;
}

/** Whether the equity was 0 or below at a point, whether or not the run ended there. */
export function fellToZero({ equity }: EquityCurve): boolean {
  return equity.some((value) => value <= 0);
}

/** By what was booked on the account; undefined for one that was not ruined, or whose preset lets it go on. */
export function ruinOf(bookings: readonly AccountBooking[]): Ruin | undefined {
  const booking = bookings.find(({ kind }) => kind === 'writeOff');
  if (booking === undefined) return undefined;
  let debt = 0;
  for (const { account, amount } of booking.entries) if (account === 'cash') debt += amount;
  return { time: booking.time, debt };
}

/** The end of a ruined run in a sentence for the terminal and the report; undefined where {@link ruinOf} is. */
export function endOfRuin(bookings: readonly AccountBooking[]): string | undefined {
  const ruin = ruinOf(bookings);
  if (ruin === undefined) return undefined;
  const owed = ruin.debt > 0 ? `, ${formatMoney(ruin.debt)} that it owed were written off` : '';
  return (
    `The account was ruined on ${formatDate(newYorkDate(ruin.time))}: its equity was 0 or below. ` +
    `All was closed${owed}, and nothing was traded any more.`
  );
}
