/**
 * What the exchange refuses when an order arrives, and in which words. The checks run in the order of
 * {@link REJECTION_REASONS}, so the first reason of that list is the one that is given.
 */
import type { ListingVenue } from '../domain/listing.js';
import { leverageAt } from '../domain/marginTerms.js';
import type { TimeInForce } from '../domain/order.js';
import type { RejectionReason } from '../domain/refusals.js';
import { REJECTION_REASONS } from '../domain/refusals.js';
import { HOUR, MINUTE } from '../domain/timeframe.js';
import type { Micros, Price } from '../domain/units.js';
import { DOLLAR } from '../domain/units.js';
import { isCoveredByMargin } from './cover.js';
import type { ExchangeBook } from './ExchangeBook.js';
import type { FeePlan } from './fees/FeePlan.js';
import { groupFaultOf, isGroupOffered } from './groupAdmission.js';
import type { Preset } from './preset.js';
import { auctionCutoffRuleOn } from './rulebook/auctionCutoffs.js';
import type { AuctionVenue } from './rulebook/auctionCutoffRules.js';
import { isOnGrid } from './rulebook/tickSizes.js';
import type { TradingSession } from './TradingSession.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** What admission looks at beside the order. */
export interface AdmissionContext {
  readonly preset: Preset;
  readonly session: TradingSession;
  readonly priceScale: number;
  readonly book: ExchangeBook;
  readonly feePlan: FeePlan;
  /** The market that runs the auctions of a symbol; the New York Stock Exchange where it is not known. */
  readonly venueOf?: (symbolId: number) => ListingVenue | undefined;
}

/** What the cut-off of an auction depends on. */
export interface AuctionTerms {
  readonly symbolId: number;
  readonly timeInForce: TimeInForce;
  readonly isLimit: boolean;
}

/** When an auction takes no orders: from one time, inclusive, to another, exclusive. */
export interface ClosedAuction {
  readonly from: Micros;
  readonly until: Micros;
}

/** Whose cut-offs hold for a listing; markets without rows of their own follow those of Arca. */
const AUCTION_VENUES: Readonly<Record<ListingVenue, AuctionVenue>> = {
  N: 'nyse',
  A: 'nyse',
  Q: 'nasdaq',
  P: 'arca',
  Z: 'arca',
};
const REOPENS_AFTER_OPEN = 9 * HOUR + 30 * MINUTE;

const PARTS_PER_MILLION = 1_000_000;

/**
 * Why an order with its legs is refused at `time`, or undefined. `isDuplicate` says that a client order id was used
 * before, `marketPrice` is the symbol's last price or mark, 0 if none is known.
 */
export function refusalOf(
  order: WorkingOrder,
  legs: readonly WorkingOrder[],
  context: AdmissionContext,
  isDuplicate: boolean,
  isSymbolKnown: boolean,
  marketPrice: Price,
  time: Micros,
): RejectionReason | undefined {
  if (isDuplicate) return 'DUPLICATE_CLIENT_ORDER_ID';
  if (!isSymbolKnown) return 'SYMBOL_NOT_TRADABLE';
  return (
    termsRefusalOf(order, legs, context, marketPrice, time) ??
    accountRefusalOf(order, context) ??
    marginRefusalOf(order, context, time)
  );
}

/** Why the terms of an order and its legs are refused, whoever's they are. */
export function termsRefusalOf(
  order: WorkingOrder,
  legs: readonly WorkingOrder[],
  context: AdmissionContext,
  marketPrice: Price,
  time: Micros,
): RejectionReason | undefined {
  const { preset } = context;
  if (!hasValidQuantity(order, preset)) return 'QUANTITY_INVALID';
  if (!hasValidPrices(order)) return 'PRICE_INVALID';
  if (legs.length > 0 && !legs.every(hasValidPrices)) return 'PRICE_INVALID';
  if (preset.priceGrid === 'us-equity') {
    if (!hasPricesOnGrid(order, context.priceScale)) return 'PRICE_OFF_GRID';
    if (legs.length > 0 && !legs.every((leg) => hasPricesOnGrid(leg, context.priceScale))) return 'PRICE_OFF_GRID';
  }
  if (!isOffered(order)) return 'ORDER_TYPE_UNSUPPORTED';
  if (order.orderClass !== 'simple' && !isGroupOffered(order, legs)) return 'ORDER_TYPE_UNSUPPORTED';
  const isLasting = order.timeInForce === 'day' || order.timeInForce === 'gtc';
  if (order.extendedHours && !(order.type === 'limit' && isLasting && order.orderClass === 'simple')) {
    return 'EXTENDED_HOURS_INVALID';
  }
  if (order.isFractional && !isFractionOffered(order, preset)) return 'FRACTIONAL_INVALID';
  const isGroup = order.orderClass !== 'simple';
  if (isGroup && groupFaultOf(order, legs, marketPrice, context.priceScale) !== undefined) return 'LEGS_INVALID';
  return isPastCutoff(order, context, time) ? 'AUCTION_CUTOFF' : undefined;
}

/** Why the account may not give the order, with all that it has open; what is on its way is judged when it arrives. */
export function accountRefusalOf(
  order: WorkingOrder,
  { preset, book }: Pick<AdmissionContext, 'preset' | 'book'>,
): RejectionReason | undefined {
  const mayCross = preset.crossing === 'allow' || (preset.crossing === 'split' && maySplit(order, preset));
  if (!mayCross && crosses(order)) return 'POSITION_OPPOSITE';
  if (preset.buyingPower !== 'cash' || order.reserve === 0) return undefined;
  const { headroom } = order.account;
  return headroom < 0 && headroom + book.reservedOnTheWay(order) < 0 ? 'BUYING_POWER' : undefined;
}

/** Why margin does not allow an order that arrives at `time`; what it becomes later is judged when it fills. */
function marginRefusalOf(
  order: WorkingOrder,
  { preset, session, feePlan, priceScale }: AdmissionContext,
  time: Micros,
): RejectionReason | undefined {
  if (preset.buyingPower !== 'margin') return undefined;
  const leverage = leverageAt(preset, session.phase === 'regular', session.close, time);
  return isCoveredByMargin(order, leverage, feePlan, priceScale) ? undefined : 'BUYING_POWER';
}

/** The sentence that goes with a refusal. */
export function refusalText(reason: RejectionReason, order: WorkingOrder): string {
  return `Order ${order.clientOrderId} was rejected. ${REJECTION_REASONS[reason]}`;
}

function hasValidQuantity(order: WorkingOrder, preset: Preset): boolean {
  if (order.sizeFraction > 0) {
    return preset.sizing === 'allInAtFill' && order.quantity === 0 && order.sizeFraction <= 1;
  }
  if (order.notional !== 0) {
    return order.quantity === 0 && Number.isSafeInteger(order.notional) && order.notional >= DOLLAR;
  }
  return Number.isSafeInteger(order.quantity) && order.quantity > 0;
}

function hasValidPrices(order: WorkingOrder): boolean {
  switch (order.type) {
    case 'market':
      return true;
    case 'limit':
      return isPositive(order.limitPrice);
    case 'stop':
      return isPositive(order.stopPrice);
    case 'stop_limit':
    case 'limit_if_touched':
      return isPositive(order.limitPrice) && isPositive(order.stopPrice);
    case 'trailing_stop': {
      const { trailAmount, trailPpm } = order;
      const isShare = trailPpm > 0 && trailPpm < PARTS_PER_MILLION && Number.isSafeInteger(trailPpm);
      return trailPpm === 0 ? isPositive(trailAmount) : isShare && trailAmount === 0;
    }
  }
}

function hasPricesOnGrid(order: WorkingOrder, priceScale: number): boolean {
  if (order.limitPrice !== 0 && !isOnGrid(order.limitPrice, priceScale)) return false;
  // Where a trailing stop stands is derived and rounded; its distance need not be on the grid.
  return order.type === 'trailing_stop' || order.stopPrice === 0 || isOnGrid(order.stopPrice, priceScale);
}

function isPositive(price: Price): boolean {
  return Number.isSafeInteger(price) && price > 0;
}

/** Auctions and immediate orders are market and limit orders; stops of all kinds wait for days. */
function isOffered(order: WorkingOrder): boolean {
  if (order.type === 'market' || order.type === 'limit') return true;
  return order.timeInForce === 'day' || order.timeInForce === 'gtc';
}

/** Parts of shares: day orders that stand alone, without a trail; sales only of what is held. */
function isFractionOffered(order: WorkingOrder, preset: Preset): boolean {
  if (order.orderClass !== 'simple' || order.timeInForce !== 'day' || order.type === 'trailing_stop') return false;
  if (order.sign === 1 || preset.crossing === 'allow') return true;
  return order.openingQuantity === 0 && order.account.quantityOf(order.symbolId) > 0;
}

function isPastCutoff(order: WorkingOrder, context: AdmissionContext, time: Micros): boolean {
  const { symbolId, timeInForce, acts } = order;
  const closed = closedAuctionOf({ symbolId, timeInForce, isLimit: acts === 'limit' }, context);
  return closed !== undefined && time >= closed.from && time < closed.until;
}

/** When such an order is too late for its auction of the session; undefined if it is for none, or never too late. */
export function closedAuctionOf(
  { symbolId, timeInForce, isLimit }: AuctionTerms,
  { preset, session, venueOf }: Pick<AdmissionContext, 'preset' | 'session' | 'venueOf'>,
): ClosedAuction | undefined {
  if (preset.auctionCutoffs === 'none' || (timeInForce !== 'opg' && timeInForce !== 'cls')) return undefined;
  const venue = preset.auctionCutoffs === 'alpaca' ? 'alpaca' : AUCTION_VENUES[venueOf?.(symbolId) ?? 'N'];
  const { marketOnOpen, limitOnOpen, marketOnClose, limitOnClose } = auctionCutoffRuleOn(venue, session.date);
  if (timeInForce === 'opg') {
    // After 19:00 orders for the next opening are taken again.
    const from = session.open - (isLimit ? limitOnOpen : marketOnOpen);
    return { from, until: session.open + REOPENS_AFTER_OPEN };
  }
  return { from: session.close - (isLimit ? limitOnClose : marketOnClose), until: session.end - HOUR };
}

/**
 * Whether two fills can carry the order out. Fill-or-kill is one fill. Exits are of the second alone then, and one that
 * closes what its entry opened may find that another owner's orders have closed the account's position before.
 */
export function maySplit(order: WorkingOrder, { exitsClose }: Pick<Preset, 'exitsClose'>): boolean {
  const isByTrade = exitsClose === 'ownTrade' && order.orderClass !== 'oco';
  return (order.orderClass === 'simple' || isByTrade) && order.timeInForce !== 'fok';
}

/** Whether part of the order would close a position and the rest open the other side. */
function crosses(order: WorkingOrder): boolean {
  const wanted = order.quantity - order.filledQuantity;
  return order.openingQuantity > 0 && order.openingQuantity < wanted;
}
