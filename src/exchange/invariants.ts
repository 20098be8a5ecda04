/**
 * The invariants of an exchange's present state, as sentences about what does not hold: empty means sound. Cheap
 * enough to run after every event in tests and on demand in production. What needs the history of events (fills
 * against orders, terminal states, sessions) is checked by the tests' second book.
 */
import type { Money, Quantity } from '../domain/units.js';
import { notional } from '../domain/units.js';
import type { AccountBook } from './AccountBook.js';
import type { ExchangeBook } from './ExchangeBook.js';
import { holdsStill, orderSnapshot } from './orderSnapshot.js';
import { heldQuantity, reserveFor } from './reserves.js';
import type { WorkingOrder } from './WorkingOrder.js';

const OPEN_STATES = new Set([
  'pending_new',
  'accepted',
  'held',
  'new',
  'partially_filled',
  'pending_cancel',
  'pending_replace',
  'done_for_day',
]);

/** What the checker looks at; a `PaperExchange` is one. */
export interface CheckedExchange {
  readonly book: ExchangeBook;
  readonly priceScale: number;
}

/** An account of the desk as the checker looks at it; a `VenueAccount` is one. */
export interface CheckedAccount {
  readonly accountId: string;
  readonly terms: { readonly kind: 'cash' | 'margin' };
  readonly book: AccountBook;
  readonly exchange: CheckedExchange;
  readonly orders: ReadonlyMap<string, unknown>;
  readonly settlement: { readonly settled: Money; readonly unsettled: Money; readonly unpaid: Money };
  readonly dividendsDue: readonly { readonly amount: Money }[];
  heldOf(symbolId: number): Quantity;
}

/** A venue as the checker looks at it; a `PaperVenue` is one. */
export interface CheckedVenue {
  readonly exchange: CheckedExchange;
  readonly desk: { readonly accounts: ReadonlyMap<string, CheckedAccount> };
}

/** Every invariant that does not hold, each with its id and the figures. */
export function checkInvariants(exchange: CheckedExchange): string[] {
  const { book, priceScale } = exchange;
  const faults: string[] = [];
  for (const account of book.accounts.values()) checkAccount(account, book, priceScale, faults);
  const clientIds = new Set<string>();
  for (const order of book.orders.values()) {
    checkOrder(order, priceScale, faults);
    orderSnapshot(order);
    if (!holdsStill(order)) faults.push(`I-18: the order ${order.id} has changed, and what is said of it has not`);
    const key = `${order.account.accountId}/${order.clientOrderId}`;
    // A duplicate is open from its submission to its rejection and owns no id.
    if (order.arrivedAt !== 0 && clientIds.has(key)) faults.push(`I-14: two open orders have the id ${key}`);
    clientIds.add(key);
  }
  for (const symbol of book.symbols) {
    for (const order of symbol.orders) {
      if (order.closed && symbol.stale === 0) faults.push(`I-18: the final order ${order.id} still works`);
    }
  }
  return faults;
}

/** Every exchange of a venue, and what the desk keeps of its accounts beside their books. */
export function checkVenue(venue: CheckedVenue): string[] {
  const faults = checkInvariants(venue.exchange);
  for (const account of venue.desk.accounts.values()) {
    faults.push(...checkInvariants(account.exchange));
    checkStanding(account, faults);
  }
  return faults;
}

function checkStanding(account: CheckedAccount, faults: string[]): void {
  const { accountId, book, settlement, terms } = account;
  if (terms.kind === 'cash') {
    const money = settlement.settled + settlement.unsettled - settlement.unpaid;
    if (money !== book.cash) faults.push(`I-03: ${accountId} has cash ${book.cash}, by settlement ${money}`);
  }
  let due = 0;
  for (const { amount } of account.dividendsDue) due += amount;
  if (due !== book.dividendsAccrued) {
    faults.push(`I-02: ${accountId} has accrued dividends of ${book.dividendsAccrued}, due are ${due}`);
  }
  if (book.accruedFees < 0) faults.push(`I-02: ${accountId} owes fees of ${book.accruedFees}`);
  for (const { symbolId, quantity } of book.positions()) {
    const held = account.heldOf(symbolId);
    if (held > Math.abs(quantity)) faults.push(`I-05: orders of ${accountId} hold ${held} of ${quantity}`);
  }
  for (const orderId of account.orders.keys()) {
    if (!account.exchange.book.orders.has(orderId)) faults.push(`I-18: the final order ${orderId} is listed as open`);
  }
  if (account.orders.size !== account.exchange.book.orders.size) {
    faults.push(`I-18: ${account.orders.size} open orders of ${accountId} are listed, not all that work`);
  }
}

function checkAccount(account: AccountBook, book: ExchangeBook, priceScale: number, faults: string[]): void {
  const { accountId, cash, deposits, realisedPnl, fees } = account;
  let costs = 0;
  let realised = 0;
  let value = 0;
  for (let symbolId = 0; symbolId < account.costs.length; symbolId += 1) {
    const quantity = account.quantityOf(symbolId);
    const cost = account.costOf(symbolId);
    costs += cost;
    checkLots(account, symbolId, faults);
    const traded = account.trades?.sumOf(symbolId) ?? quantity;
    if (traded !== quantity) faults.push(`I-04: the trades of symbol ${symbolId} hold ${traded} of ${quantity}`);
    realised += account.realised[symbolId] ?? 0;
    if (quantity !== 0) value += notional(book.marks[symbolId] ?? 0, quantity, priceScale);
    // A cost of 0 is possible for a tiny quantity; the wrong sign or a cost without a position never is.
    if (cost !== 0 && quantity === 0) faults.push(`I-04: symbol ${symbolId} is flat at a cost of ${cost}`);
    if (cost * quantity < 0) faults.push(`I-04: symbol ${symbolId} holds ${quantity} at a cost of ${cost}`);
  }
  const { dividends, dividendsAccrued, accruedFees, interest } = account;
  const carried = dividendsAccrued - accruedFees;
  const total = cash + costs + carried - realisedPnl - dividends - deposits + fees + interest;
  if (total !== 0) faults.push(`I-02: the ledger of ${accountId} sums to ${total}`);
  const expectedCash = deposits + account.sold - account.bought + dividends - fees - interest - carried;
  if (cash !== expectedCash)
    faults.push(`I-03: ${accountId} has cash ${cash}, its trades and fees give ${expectedCash}`);
  if (realised !== realisedPnl) faults.push(`I-02: realised by symbol ${realised}, in all ${realisedPnl}`);
  const unrealised = value - costs;
  const profit = realisedPnl + unrealised + dividends - fees - interest;
  if (profit !== account.equity - deposits) {
    faults.push(`I-06: profit ${profit} is not equity ${account.equity} less ${deposits}`);
  }
  checkReserve(account, book, priceScale, faults);
}

function checkLots(account: AccountBook, symbolId: number, faults: string[]): void {
  const list = account.lots[symbolId]?.list() ?? [];
  let quantity = 0;
  let cost = 0;
  list.forEach((value, index) => {
    if (index % 2 === 0) quantity += value;
    else cost += value;
  });
  const held = account.quantityOf(symbolId);
  if (quantity !== Math.abs(held) || cost !== account.costOf(symbolId)) {
    faults.push(`I-04: the lots of symbol ${symbolId} hold ${quantity} at ${cost}, the position is ${held}`);
  }
}

function checkReserve(account: AccountBook, book: ExchangeBook, priceScale: number, faults: string[]): void {
  let needed = 0;
  for (const order of book.orders.values()) {
    if (order.account !== account) continue;
    needed += reserveFor(order, order.openingQuantity, priceScale);
  }
  if (account.reserved !== needed || account.reserved < 0) {
    faults.push(`I-05: ${account.accountId} reserves ${account.reserved}, its open orders need ${needed}`);
  }
  if (account.buyingPower < 0) faults.push(`I-07: ${account.accountId} has buying power ${account.buyingPower}`);
}

function checkOrder(order: WorkingOrder, priceScale: number, faults: string[]): void {
  const { id, filledQuantity, quantity, openingQuantity } = order;
  if (order.closed || !OPEN_STATES.has(order.status)) faults.push(`I-11: the open order ${id} is ${order.status}`);
  const isUnsized = (order.sizeFraction > 0 || order.notional > 0) && quantity === 0;
  if (!isUnsized && order.arrivedAt !== 0 && !(filledQuantity >= 0 && filledQuantity < quantity)) {
    faults.push(`I-10: the open order ${id} has ${filledQuantity} of ${quantity} filled`);
  }
  if (openingQuantity < 0 || (order.arrivedAt !== 0 && openingQuantity > heldQuantity(order, priceScale))) {
    faults.push(`I-05: order ${id} opens ${openingQuantity} of ${order.remaining} left`);
  }
  if (filledQuantity > 0 && order.lowestFill > order.highestFill) {
    faults.push(`I-04: the average price of order ${id} is outside its fills`);
  }
}
