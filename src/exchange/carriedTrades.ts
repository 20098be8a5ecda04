/**
 * The open trades in what a session leaves of a venue (`PaperVenue.snapshot`): orders are numbered anew in each
 * session, so what is carried over is named by its session too; and what an older tape leaves has no trades.
 */
import type { Quantity } from '../domain/units.js';
import { assert } from '../utils/assert.js';
import type { TradesSnapshot } from './OpenTrades.js';

/** What one owner holds in a symbol, lot by lot: signed micro-shares, and the order that opened a lot where known. */
export interface OwnedLots {
  /** Empty for whoever gives orders by hand. */
  readonly owner: string;
  readonly symbolId: number;
  readonly lots: readonly { readonly quantity: Quantity; readonly orderId?: string }[];
}

/** The parts of an account's snapshot (snapshot.ts) that are read here. */
interface AccountState {
  readonly quantities: readonly Quantity[];
  readonly trades?: TradesSnapshot;
}

interface VenueState {
  readonly book: { readonly accounts: readonly AccountState[] };
  readonly shadows?: Readonly<Record<string, AccountState>>;
}

/** A venue's snapshot with other order ids in its open trades; accounts of the desk, whose ids are unique, stay. */
export function renameTrades(venue: unknown, nameOf: (orderId: string) => string): unknown {
  return mapAccounts(venue, (account) => {
    const { trades } = account;
    if (trades === undefined) return account;
    const renamed = trades.map(([symbolId, owner, ...rest]): TradesSnapshot[number] => [
      symbolId,
      owner,
      ...rest.map((value) => (typeof value === 'string' && value !== '' ? nameOf(value) : value)),
    ]);
    return { ...account, trades: renamed };
  });
}

/**
 * A venue's snapshot in which every account says what trades are open. Where one does not, they are the lots of the
 * engine's books; where these are not its position, as of a shadow account, it is of whoever holds such a one.
 */
export function withTrades(venue: unknown, books: readonly OwnedLots[]): unknown {
  return mapAccounts(venue, (account) => {
    if (account.trades !== undefined) return account;
    const trades = account.quantities.flatMap((quantity, symbolId) =>
      quantity === 0 ? [] : tradesIn(symbolId, quantity, books),
    );
    return { ...account, trades };
  });
}

function tradesIn(symbolId: number, quantity: Quantity, books: readonly OwnedLots[]): TradesSnapshot {
  const held = books.filter((book) => book.symbolId === symbolId && book.lots.length > 0);
  const sums = held.map(({ lots }) => lots.reduce((sum, lot) => sum + lot.quantity, 0));
  if (sums.reduce((all, sum) => all + sum, 0) === quantity) {
    return held.map(({ owner, lots }) => [
      symbolId,
      owner,
      ...lots.flatMap((lot) => [lot.orderId ?? '', lot.quantity]),
    ]);
  }
  const alike = held.find((_, index) => (sums[index] ?? 0) * quantity > 0) ?? held[0];
  return [[symbolId, alike?.owner ?? '', '', quantity]];
}

function mapAccounts(venue: unknown, map: (account: AccountState) => AccountState): unknown {
  assert(typeof venue === 'object' && venue !== null && 'book' in venue, 'what a session leaves is a snapshot');
  const { book, shadows } = venue as VenueState;
  return {
    ...venue,
    book: { ...book, accounts: book.accounts.map((account) => map(account)) },
    ...(shadows === undefined
      ? {}
      : { shadows: Object.fromEntries(Object.entries(shadows).map(([name, account]) => [name, map(account)])) }),
  };
}
