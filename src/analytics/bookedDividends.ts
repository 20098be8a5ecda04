/** What dividends came to, by what was booked for them. */
import type { Money } from '../domain/units.js';
import type { AccountBooking } from '../domain/venueEvents.js';

/** Dividends of positions, those still due included; below 0 where short ones owed more. */
export function bookedDividends(bookings: readonly AccountBooking[]): Money {
  let sum = 0;
  for (const { kind, entries } of bookings) {
    if (kind !== 'dividendAccrued') continue;
    for (const { account, amount } of entries) if (account === 'dividends') sum -= amount;
  }
  return sum;
}
