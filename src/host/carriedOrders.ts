/**
 * The orders that a session leaves to the next one, as they are to be entered again: exits that wait go with their
 * entry, two that protect a position are an oco from now on, one alone is a simple order.
 */
import type { ComposedKernel } from '../analytics/composeKernel.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import type { DatedAction } from '../domain/corporateActions.js';
import type { ExitTerms, GroupTerms, Order } from '../domain/order.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import { MANUAL_OWNER } from '../engine/PositionTracker.js';
import { renameTrades, withTrades } from '../exchange/carriedTrades.js';
import type { CarriedAccount } from './tapeRecords.js';
import { adjustOpenOrder } from '../exchange/rulebook/openOrderAdjustments.js';

/** One order to enter, with the exits that belong to it. */
export interface CarriedOrder {
  readonly order: Order;
  /** Of an exit, the entry that it came with. */
  readonly entry: string | undefined;
  readonly group: GroupTerms | undefined;
  /** The orders that it is made of: itself, then those that it brings along. */
  readonly members: readonly Order[];
}

/** See the module header; in the order in which they were given first. */
export function carriedOrders(orders: readonly Order[]): readonly CarriedOrder[] {
  const open = new Map(orders.map((order) => [order.id, order]));
  return orders.flatMap((order) => {
    const { parentId, id } = order;
    const siblings = orders.filter((other) => other.parentId === (parentId ?? id) && other.id !== id);
    // Exits that are armed protect what was filled; those of the rest come with the rest.
    const entry = parentId === undefined ? undefined : open.get(parentId);
    if (entry !== undefined && (entry.orderClass === 'oco' || entry.filledQuantity === 0)) return [];
    const entryId = order.carriedEntry ?? parentId;
    if (parentId === undefined) {
      return [{ order, entry: entryId, group: groupOf(order.orderClass, siblings), members: [order, ...siblings] }];
    }
    const [other] = siblings;
    if (other === undefined) return [{ order, entry: entryId, group: undefined, members: [order] }];
    // Of two exits the take profit is entered, with the other one.
    if (order.role !== 'takeProfit') return [];
    return [{ order, entry: entryId, group: groupOf('oco', [other]), members: [order, other] }];
  });
}

/** What tells an order's id apart from those of other sessions; one of a session before that has it already. */
export function ofSession(orderId: string, sessionId: string): string {
  return orderId.includes(':') ? orderId : `${sessionId}:${orderId}`;
}

/** The account that a session leaves, with lots and open trades that name their entries as orders of that session. */
export function accountOfSession(account: CarriedAccount, sessionId: string): CarriedAccount {
  const books = account.books.books.map((book) => ({
    ...book,
    lots: book.lots.map(({ orderId, ...lot }) =>
      orderId === undefined ? lot : { ...lot, orderId: ofSession(orderId, sessionId) },
    ),
  }));
  const venue = renameTrades(account.venue, (orderId) => ofSession(orderId, sessionId));
  return { ...account, venue, books: { ...account.books, books } };
}

/** Begins with what a session before left, if there is one; what an older tape leaves out is in its books. */
export function goOnFrom(
  carried: CarriedAccount | null,
  { kernel, execution }: Pick<ComposedKernel, 'kernel' | 'execution'>,
): void {
  if (carried === null) return;
  const { venue, books } = carried;
  const lots = books.books.map((book) => ({ ...book, owner: book.owner === MANUAL_OWNER ? '' : book.owner }));
  execution.restore(withTrades(venue, lots));
  kernel.adopt(books);
}

function groupOf(orderClass: Order['orderClass'], legs: readonly Order[]): GroupTerms | undefined {
  if (orderClass === undefined || orderClass === 'simple' || legs.length === 0) return undefined;
  return { orderClass, exits: legs.map(exitOf) };
}

function exitOf(leg: Order): ExitTerms {
  const { role, type, limitPrice, stopPrice, trail } = leg;
  return {
    role: role ?? 'stopLoss',
    type,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(trail === undefined ? {} : { trail }),
  };
}

/**
 * An order as it works on after the splits of a day (R13): price and size follow a forward split, a reverse one ends
 * it. Undefined if nothing is left to enter.
 */
export function afterActions(order: Order, actions: readonly DatedAction[], date: TradingDate): Order | undefined {
  const { filledQuantity } = order;
  let { quantity, limitPrice, stopPrice } = order;
  for (const { symbolId, action } of actions) {
    if (symbolId !== order.symbolId || action.kind !== 'split') continue;
    const terms = { side: order.side, limitPrice: limitPrice ?? 0, stopPrice: stopPrice ?? 0 };
    const open = { ...terms, remaining: quantity - filledQuantity, doNotReduce: false, isExempt: false };
    const adjusted = adjustOpenOrder(open, action, date, RAW_PRICE_SCALE);
    if (adjusted.outcome === 'canceled') return undefined;
    if (adjusted.outcome === 'unchanged') continue;
    if (limitPrice !== undefined) ({ limitPrice } = adjusted);
    if (stopPrice !== undefined) ({ stopPrice } = adjusted);
    quantity = adjusted.remaining + filledQuantity;
  }
  const { limitPrice: _limit, stopPrice: _stop, ...rest } = order;
  return {
    ...rest,
    quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
  };
}

/** Good-till-canceled orders of a person work on in the next session; strategies start anew and ask again. */
export function isCarried(order: Order): boolean {
  return order.timeInForce === 'gtc' && order.source.kind === 'manual';
}
