/** Events of an earlier session with the symbol numbers of the present one: lists of symbols may differ. */
import type { Fill } from '../../../domain/fill.js';
import type { LedgerEntry } from '../../../domain/ledger.js';
import type { Order } from '../../../domain/order.js';
import type { VenueEvent } from '../../../domain/venueEvents.js';

/** `numbers` gives the new number by the old one; -1 stands for no symbol and stays. */
export function translateEvent(event: VenueEvent, numbers: readonly number[]): VenueEvent {
  const number = (symbolId: number): number => numbers[symbolId] ?? -1;
  const entries = (list: readonly LedgerEntry[]): LedgerEntry[] =>
    list.map((entry) => ({ ...entry, symbolId: number(entry.symbolId) }));
  const order = (one: Order): Order => ({
    ...one,
    symbolId: number(one.symbolId),
    ...(one.legs === undefined ? {} : { legs: one.legs.map(order) }),
  });
  const fill = (one: Fill): Fill => ({ ...one, symbolId: number(one.symbolId), entries: entries(one.entries) });
  switch (event.type) {
    case 'entered':
    case 'replaced':
      return { ...event, order: order(event.order) };
    case 'filled':
      return { ...event, fill: fill(event.fill) };
    case 'busted':
    case 'corrected':
      return { ...event, entries: entries(event.entries) };
    case 'booked':
      return { ...event, symbolId: number(event.symbolId), entries: entries(event.entries) };
    default:
      return event;
  }
}
