/**
 * Takes a fill back (F41): position, cash, fees and profit become exactly what they would be without it. The day's
 * fills of the symbol are booked once more without the one that goes, and the entries are the difference.
 */
import type { Fill } from '../../domain/fill.js';
import type { LedgerAccount, LedgerEntry } from '../../domain/ledger.js';
import type { Micros, Money, Quantity } from '../../domain/units.js';
import { notional } from '../../domain/units.js';
import type { DoorRefusal } from '../../domain/venueDesk.js';
import { required } from '../../utils/assert.js';
import { AccountBook } from '../AccountBook.js';
import { fillEntries } from '../ledger.js';
import { refusal } from './doorChecks.js';
import type { VenueAccount } from './VenueAccount.js';

/** What an account's books in one symbol are made of: the lots before the first kept fill, and the fills since. */
export interface SymbolHistory {
  readonly lots: readonly number[];
  readonly quantity: Quantity;
  readonly cost: Money;
  readonly fills: readonly Fill[];
}

const ACCOUNTS = ['cash', 'realisedPnl', 'fee:commission', 'fee:sec', 'fee:taf'] as const;

/** Decides a bust of a fill of this session at `now`. */
export function bustFill(account: VenueAccount, fillId: string, now: Micros): DoorRefusal | undefined {
  const fill = account.history.fill(fillId);
  if (fill === undefined) return refusal('FILL_UNKNOWN', { fillId });
  const { orderId, price, quantity } = fill;
  account.exchange.emit({
    type: 'busted',
    orderId,
    time: now,
    fillId,
    price,
    quantity,
    entries: bustEntries(account, fill),
  });
  return undefined;
}

/** The symbol's books after the kept fills, without the one of an id if given. */
export function rebuild(history: SymbolHistory, account: VenueAccount, without?: string): AccountBook {
  const { accountId, exchange } = account;
  const book = new AccountBook(accountId, new Float64Array(1), exchange.priceScale);
  book.quantities[0] = history.quantity;
  book.costs[0] = history.cost;
  book.lots[0]?.restore(history.lots);
  book.reindex();
  for (const fill of history.fills) {
    if (fill.id === without) continue;
    const signed = fill.side === 'buy' ? fill.quantity : -fill.quantity;
    const value = notional(fill.price, fill.quantity, exchange.priceScale);
    book.post(fillEntries(book, 0, signed, value, fill.fees));
  }
  return book;
}

function bustEntries(account: VenueAccount, fill: Fill): LedgerEntry[] {
  const { accountId } = account;
  const { symbolId } = fill;
  const history = account.history.of(symbolId);
  const before = rebuild(history, account);
  const after = rebuild(history, account, fill.id);
  const entry = (name: LedgerAccount, amount: Money, quantity = 0): LedgerEntry => {
    const isOfSymbol = name === 'position' || name === 'realisedPnl';
    return { accountId, account: name, symbolId: isOfSymbol ? symbolId : -1, amount, quantity };
  };
  const entries = [entry('position', after.costOf(0) - before.costOf(0), after.quantityOf(0) - before.quantityOf(0))];
  for (const name of ACCOUNTS) {
    const amount = amountOf(after, name) - amountOf(before, name);
    if (amount !== 0) entries.push(entry(name, amount));
  }
  return entries;
}

/** The balance of a ledger account with the ledger's sign. */
function amountOf(book: AccountBook, name: (typeof ACCOUNTS)[number]): Money {
  switch (name) {
    case 'cash':
      return book.cash;
    case 'realisedPnl':
      return -book.realisedPnl;
    case 'fee:commission':
      return book.commissions;
    case 'fee:sec':
      return book.secFees;
    case 'fee:taf':
      return book.tafFees;
  }
}

/** Takes a bust into the books: the entries, and the lots that are left without the fill. */
export function applyBust(account: VenueAccount, fillId: string, entries: readonly LedgerEntry[]): void {
  const fill = required(account.history.fill(fillId), `fill ${fillId}`);
  account.history.remove(fillId);
  const { symbolId, side, price, quantity } = fill;
  const rebuilt = rebuild(account.history.of(symbolId), account);
  account.book.amend(entries, symbolId, required(rebuilt.lots[0], 'the lots of the symbol').list());
  account.exchange.book.reallocate(symbolId);
  account.book.countTrade(side === 'buy' ? 1 : -1, -notional(price, quantity, account.exchange.priceScale));
}
