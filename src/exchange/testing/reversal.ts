/**
 * Reversal events as an exchange may report them, for tests of whoever follows them: what was filled is booked back as
 * a trade the other way at the fill's own price, its fees returned, and for a correction booked again at the new
 * terms. The venue's own busts are made by accounts/reversals.ts.
 */
import type { FeeLine, Fill } from '../../domain/fill.js';
import type { LedgerEntry } from '../../domain/ledger.js';
import type { Micros, Price, Quantity } from '../../domain/units.js';
import { notional } from '../../domain/units.js';
import type { OrderEvent } from '../../domain/venueEvents.js';
import type { AccountBook } from '../AccountBook.js';
import { fillEntries } from '../ledger.js';

/** The event that takes a fill back, or with `terms` lets it stand at other ones (its fees stay). */
export function reversal(
  account: AccountBook,
  fill: Fill,
  terms: { readonly price: Price; readonly quantity: Quantity } | undefined,
  priceScale: number,
  time: Micros,
): OrderEvent {
  const { id: fillId, orderId, symbolId, price, quantity } = fill;
  const sign = fill.side === 'buy' ? 1 : -1;
  if (terms === undefined) {
    const back: FeeLine[] = fill.fees.map(({ kind, amount }) => ({ kind, amount: -amount }));
    const entries = fillEntries(account, symbolId, -sign * quantity, notional(price, quantity, priceScale), back);
    return { type: 'busted', orderId, time, fillId, price, quantity, entries };
  }
  // One trade for the shares that are more or fewer, and the difference in price on the others as profit or loss.
  const entries: LedgerEntry[] = [];
  const value = notional(terms.price, terms.quantity, priceScale);
  const change = terms.quantity - quantity;
  const changed = notional(terms.price, Math.abs(change), priceScale);
  if (change !== 0) entries.push(...fillEntries(account, symbolId, sign * change, changed, []));
  const paid = sign * (value - notional(price, quantity, priceScale)) - sign * Math.sign(change) * changed;
  if (paid !== 0) {
    const { accountId } = account;
    entries.push({ accountId, account: 'cash', symbolId: -1, amount: -paid, quantity: 0 });
    entries.push({ accountId, account: 'realisedPnl', symbolId, amount: paid, quantity: 0 });
  }
  return { type: 'corrected', orderId, time, fillId, price: terms.price, quantity: terms.quantity, entries };
}
