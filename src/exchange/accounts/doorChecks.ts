/**
 * The checks at the door: why a new order of an account is refused before the venue takes it. They run in one order,
 * and the first that fails answers with the figures that a program needs to understand it.
 */
import type { Order } from '../../domain/order.js';
import type { SizedTerms } from '../../domain/orderSize.js';
import { isTooLarge } from '../../domain/orderSize.js';
import type { Micros, Money, Quantity } from '../../domain/units.js';
import { DOLLAR, formatDecimal, notional, SHARE } from '../../domain/units.js';
import type { DoorReason, DoorRefusal } from '../../domain/venueDesk.js';
import { DOOR_REASONS } from '../../domain/venueDesk.js';
import { REJECTION_REASONS } from '../../domain/refusals.js';
import type { AuctionTerms } from '../admission.js';
import type { ExitFault } from '../groupAdmission.js';
import { tickOf } from '../rulebook/tickSizes.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { isDayTradeDenied } from '../rulebook/dayTrades.js';
import { mayUseMargin } from '../rulebook/margin.js';
import type { VenueAccount } from './VenueAccount.js';

/** A refusal with figures by name. */
export function refusal(
  reason: DoorReason,
  details: Readonly<Record<string, string>> = {},
  message: string = meaningOf(reason),
): DoorRefusal {
  return { reason, message, details };
}

/** Micro-dollars as a decimal. */
export function dollars(amount: Money): string {
  return formatDecimal(amount, DOLLAR, 0);
}

/** Micro-shares as a decimal. */
export function shares(quantity: Quantity): string {
  return formatDecimal(quantity, SHARE, 0);
}

/**
 * Refuses what no sum could hold. A market order that closes no more than is held passes, so that every position can
 * be closed in one.
 */
export function sizeRefusal(
  account: VenueAccount,
  order: SizedTerms & Pick<Order, 'symbolId' | 'side'>,
): DoorRefusal | undefined {
  const { book, exchange } = account;
  const held = book.quantityOf(order.symbolId) * (order.side === 'sell' ? 1 : -1);
  const isClosing = order.quantity !== undefined && order.quantity <= held;
  const { limitPrice, stopPrice, trail } = order;
  if (isClosing && limitPrice === undefined && stopPrice === undefined && trail === undefined) return undefined;
  const marketPrice = exchange.book.marks[order.symbolId] ?? 0;
  return isTooLarge(order, marketPrice, exchange.priceScale) ? refusal('ORDER_TOO_LARGE') : undefined;
}

/** Why the account may not give this order at `now`; undefined if it may. The order is not entered yet. */
export function doorRefusal(account: VenueAccount, order: Order, now: Micros): DoorRefusal | undefined {
  if (account.hasUsed(order.clientOrderId)) return refusal('DUPLICATE_CLIENT_ORDER_ID');
  const legIds = [order.clientOrderId, ...(order.legs ?? []).map((leg) => leg.clientOrderId)];
  if (new Set(legIds).size < legIds.length || legIds.some((id) => account.hasUsed(id))) {
    return refusal('DUPLICATE_CLIENT_ORDER_ID');
  }
  if (account.settings.suspendTrade) return refusal('TRADING_SUSPENDED');
  const { exchange } = account;
  const malformed = exchange.termsRefusal(order, now);
  if (malformed === 'AUCTION_CUTOFF') {
    const { symbolId, timeInForce } = order;
    return cutoffRefusal(account, { symbolId, timeInForce, isLimit: order.type === 'limit' }, now);
  }
  if (malformed === 'LEGS_INVALID') return exitRefusal(exchange.groupFault(order, now), exchange.priceScale);
  if (malformed !== undefined) return refusal(malformed);
  if (!account.settings.fractionalTrading && (order.quantity % SHARE !== 0 || order.notional !== undefined)) {
    return refusal('FRACTIONAL_DISABLED');
  }
  const working = exchange.probe(order, now);
  return positionRefusal(account, order, working) ?? washTrade(account, order) ?? moneyRefusal(account, order, working);
}

/** Too late for an auction, with the times, in microseconds, at which it takes no orders. */
export function cutoffRefusal(account: VenueAccount, terms: AuctionTerms, now: Micros): DoorRefusal {
  const closed = account.exchange.closedAuction(terms, now);
  if (closed === undefined) return refusal('AUCTION_CUTOFF');
  const [closedFrom, closedUntil] = [String(closed.from), String(closed.until)];
  return refusal('AUCTION_CUTOFF', { timeInForce: terms.timeInForce, closedFrom, closedUntil });
}

/** An exit on the wrong side: which, where it ought to lie, and beyond what by which tick. */
export function exitRefusal(fault: ExitFault | undefined, priceScale: number): DoorRefusal {
  if (fault === undefined) return refusal('LEGS_INVALID');
  const { leg, side, basePrice } = fault;
  if (basePrice === 0) return refusal('LEGS_INVALID', { leg, side });
  const [base, tick] = [basePrice, tickOf(basePrice, priceScale)].map((price) => formatDecimal(price, priceScale, 0));
  return refusal('LEGS_INVALID', { leg, side, basePrice: base ?? '', tick: tick ?? '' });
}

/** More than is free of a position, with the ids of the orders that hold the rest, parted by spaces. */
export function sharesRefusal(account: VenueAccount, symbolId: number, wanted: Quantity): DoorRefusal {
  const holders = account.holdersOf(symbolId);
  return refusal('SHARES_UNAVAILABLE', {
    symbolId: String(symbolId),
    requested: shares(wanted),
    available: shares(account.availableOf(symbolId)),
    existing: shares(Math.abs(account.book.quantityOf(symbolId))),
    held: shares(account.heldOf(symbolId)),
    ...(holders.length === 0 ? {} : { holders: holders.join(' ') }),
  });
}

/** How the order stands to the position: closing no more than is free, opening only what the account may. */
function positionRefusal(account: VenueAccount, order: Order, working: WorkingOrder): DoorRefusal | undefined {
  const held = account.book.quantityOf(order.symbolId);
  const isClosing = held !== 0 && held > 0 !== working.sign > 0;
  if (isClosing) {
    const available = account.availableOf(order.symbolId);
    const wanted = wantedQuantity(order, working);
    if (wanted > available) return sharesRefusal(account, order.symbolId, wanted);
    return isBarredDayTrade(account, order.symbolId, working.sign * wanted) ? refusal('DAY_TRADING') : undefined;
  }
  if (account.restriction === 'marginCall' || account.restriction === 'liquidationOnly') {
    return refusal('ACCOUNT_RESTRICTED', { restriction: account.restriction });
  }
  return order.side === 'sell' ? shortRefusal(account, order) : undefined;
}

function shortRefusal(account: VenueAccount, order: Order): DoorRefusal | undefined {
  const { settings, terms } = account;
  if (terms.kind === 'cash' || settings.noShorting) return refusal('SHORTING_NOT_ALLOWED');
  const { equity } = account.book;
  if (!mayUseMargin(equity, account.day.date)) return refusal('SHORTING_NOT_ALLOWED', { equity: dollars(equity) });
  if (order.quantity % SHARE !== 0 || order.notional !== undefined) return refusal('FRACTIONAL_INVALID');
  if (!account.canBorrow(order.symbolId, order.quantity))
    return refusal('NOT_SHORTABLE', { symbolId: String(order.symbolId) });
  return undefined;
}

/**
 * Own orders that could meet: market and stop orders meet every order of the other side, limits those they cross.
 * Trailing stops and members of groups are exempt (reference 7.8).
 */
function washTrade(account: VenueAccount, order: Order): DoorRefusal | undefined {
  if (!account.settings.washTradeCheck || isExempt(order)) return undefined;
  for (const open of account.orders.values()) {
    if (open.symbolId !== order.symbolId || open.side === order.side || isExempt(open)) continue;
    const isRestingMarket = open.type === 'market' || open.type === 'stop';
    if (isRestingMarket || order.type === 'market' || order.type === 'stop' || crosses(order, open)) {
      const existing = isRestingMarket ? 'market/stop' : 'limit';
      return refusal('WASH_TRADE', { existingOrderId: open.id, existing });
    }
  }
  return undefined;
}

function isExempt(order: Order): boolean {
  return order.type === 'trailing_stop' || (order.orderClass !== undefined && order.orderClass !== 'simple');
}

function crosses(order: Order, open: Order): boolean {
  const [buy, sell] = order.side === 'buy' ? [order, open] : [open, order];
  return (buy.limitPrice ?? Infinity) >= (sell.limitPrice ?? 0);
}

function moneyRefusal(account: VenueAccount, order: Order, working: WorkingOrder): DoorRefusal | undefined {
  const held = account.book.quantityOf(order.symbolId);
  if (held !== 0 && held > 0 !== working.sign > 0) return undefined;
  const price = working.reservePrice;
  const cost = order.notional ?? (price > 0 ? notional(price, order.quantity, account.exchange.priceScale) : 0);
  const { buyingPower } = account.book;
  if (cost <= buyingPower) return undefined;
  return refusal('BUYING_POWER', { buyingPower: dollars(buyingPower), costBasis: dollars(cost) });
}

/** A pattern day trader without the equity may not close today what was opened today (until the rule's end). */
function isBarredDayTrade(account: VenueAccount, symbolId: number, signed: Quantity): boolean {
  const { day, terms, dayTrading } = account;
  if (terms.kind !== 'margin' || !dayTrading.isDayTrade(symbolId, signed)) return false;
  return isDayTradeDenied(dayTrading.dayTrades, dayTrading.trades, day.lastEquity, day.date);
}

/** Micro-shares that the order is for; of a notional order what it comes to at the price known now. */
function wantedQuantity(order: Order, working: WorkingOrder): Quantity {
  if (order.notional === undefined) return order.quantity;
  const price = working.reservePrice;
  return price > 0 ? Math.floor((order.notional / price) * SHARE) : 0;
}

function meaningOf(reason: DoorReason): string {
  return isDoorReason(reason) ? DOOR_REASONS[reason] : REJECTION_REASONS[reason];
}

function isDoorReason(reason: DoorReason): reason is keyof typeof DOOR_REASONS {
  return Object.hasOwn(DOOR_REASONS, reason);
}
