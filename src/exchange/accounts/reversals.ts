/**
 * Takes a fill back, or lets it stand at other terms (R23, F41): position, cash, fees and profit become exactly what
 * they would be had it been so from the start. The session's fills of the symbol are booked once more, and the entries
 * are the difference; they are linked to the fill by its id.
 */
import type { Fill } from '../../domain/fill.js';
import type { LedgerAccount, LedgerEntry } from '../../domain/ledger.js';
import { isTooLarge } from '../../domain/orderSize.js';
import type { Micros, Money, Price, Quantity } from '../../domain/units.js';
import { notional } from '../../domain/units.js';
import type { DoorRefusal } from '../../domain/venueDesk.js';
import type { OrderEvent } from '../../domain/venueEvents.js';
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

/** The terms at which a fill is to stand. */
interface FillTerms {
  readonly price: Price;
  readonly quantity: Quantity;
}

/** Takes a fill of this session back at `now`, or with `terms` lets it stand at other ones (its fees stay). */
export function reverseFill(
  account: VenueAccount,
  fillId: string,
  terms: FillTerms | undefined,
  now: Micros,
): DoorRefusal | undefined {
  const fill = account.history.fill(fillId);
  if (fill === undefined) return refusal('FILL_UNKNOWN', { fillId });
  const { price, quantity } = terms ?? fill;
  if (!Number.isSafeInteger(quantity) || quantity <= 0) return refusal('QUANTITY_INVALID');
  if (!Number.isSafeInteger(price) || price <= 0) return refusal('PRICE_INVALID');
  if (isTooLarge({ quantity }, price, account.exchange.priceScale)) return refusal('ORDER_TOO_LARGE');
  const type = terms === undefined ? 'busted' : 'corrected';
  const entries = reversalEntries(account, fill, terms);
  const { exchange } = account;
  const { orderId } = fill;
  exchange.emit({ type, orderId, time: now, fillId, price, quantity, entries }, exchange.book.orders.get(orderId));
  return undefined;
}

/** The symbol's books after the kept fills: without the one of an id, or with other terms for it. */
function rebuild(history: SymbolHistory, account: VenueAccount, fillId?: string, terms?: FillTerms): AccountBook {
  const { accountId, exchange } = account;
  const book = new AccountBook(accountId, new Float64Array(1), exchange.priceScale);
  book.quantities[0] = history.quantity;
  book.costs[0] = history.cost;
  book.lots[0]?.restore(history.lots);
  book.reindex();
  for (const fill of history.fills) {
    if (fill.id === fillId && terms === undefined) continue;
    const { price, quantity } = fill.id === fillId && terms !== undefined ? terms : fill;
    const value = notional(price, quantity, exchange.priceScale);
    book.post(fillEntries(book, 0, fill.side === 'buy' ? quantity : -quantity, value, fill.fees));
  }
  return book;
}

function reversalEntries(account: VenueAccount, fill: Fill, terms: FillTerms | undefined): LedgerEntry[] {
  const { accountId } = account;
  const { symbolId } = fill;
  const history = account.history.of(symbolId);
  const before = rebuild(history, account);
  const after = rebuild(history, account, fill.id, terms);
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

/**
 * Follows a reversal that the books have taken: the symbol's lots are those of the fills that are left. What the
 * entries changed by first in, first out is put right by it.
 */
export function applyReversal(
  account: VenueAccount,
  event: Extract<OrderEvent, { readonly type: 'busted' | 'corrected' }>,
): void {
  const { fillId, price, quantity } = event;
  const { symbolId } = required(account.history.fill(fillId), `fill ${fillId}`);
  if (event.type === 'busted') account.history.remove(fillId);
  else account.history.correct(fillId, price, quantity);
  const rebuilt = rebuild(account.history.of(symbolId), account);
  const lots = required(rebuilt.lots[0], 'the lots of the symbol').list();
  required(account.book.lots[symbolId], `lots of symbol ${symbolId}`).restore(lots);
  let cash = 0;
  for (const entry of event.entries) if (entry.account === 'cash') cash += entry.amount;
  account.restate(symbolId, cash);
}
