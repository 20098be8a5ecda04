/**
 * What the exchange refuses when an order arrives, and in which words. The checks run in the order of
 * {@link REJECTION_REASONS}, so the first reason of that list is the one that is given.
 */
import type { RejectionReason } from '../domain/refusals.js';
import { REJECTION_REASONS } from '../domain/refusals.js';
import type { Micros } from '../domain/units.js';
import { SHARE } from '../domain/units.js';
import type { Preset } from './preset.js';
import { closingCutoff, isPastOpeningCutoff } from './rulebook/auctionCutoffs.js';
import { isOnGrid } from './rulebook/tickSizes.js';
import type { TradingSession } from './TradingSession.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** What admission looks at beside the order. */
export interface AdmissionContext {
  readonly preset: Preset;
  readonly session: TradingSession;
  readonly priceScale: number;
}

/** Why the order is refused at `time`, or undefined; `isDuplicate` says that its client order id was used before. */
export function refusalOf(
  order: WorkingOrder,
  context: AdmissionContext,
  isDuplicate: boolean,
  isSymbolKnown: boolean,
  time: Micros,
): RejectionReason | undefined {
  const { preset, session } = context;
  if (isDuplicate) return 'DUPLICATE_CLIENT_ORDER_ID';
  if (!isSymbolKnown) return 'SYMBOL_NOT_TRADABLE';
  if (!hasValidQuantity(order, preset)) return 'QUANTITY_INVALID';
  const price = order.type === 'limit' ? order.limitPrice : order.type === 'stop' ? order.stopPrice : 0;
  if (order.type !== 'market' && !(Number.isSafeInteger(price) && price > 0)) return 'PRICE_INVALID';
  if (order.type !== 'market' && preset.priceGrid === 'us-equity' && !isOnGrid(price, context.priceScale)) {
    return 'PRICE_OFF_GRID';
  }
  if (!isOffered(order)) return 'ORDER_TYPE_UNSUPPORTED';
  if (
    order.extendedHours &&
    !(order.type === 'limit' && (order.timeInForce === 'day' || order.timeInForce === 'gtc'))
  ) {
    return 'EXTENDED_HOURS_INVALID';
  }
  const isFractional = order.quantity % SHARE !== 0;
  if (isFractional && (order.type !== 'market' || order.timeInForce !== 'day')) return 'FRACTIONAL_INVALID';
  if (isPastCutoff(order, preset, session, time)) return 'AUCTION_CUTOFF';
  if (preset.crossing === 'reject' && crosses(order)) return 'POSITION_OPPOSITE';
  if (preset.buyingPower === 'cash' && order.reserve > 0 && order.account.headroom < 0) return 'BUYING_POWER';
  return undefined;
}

/** The sentence that goes with a refusal. */
export function refusalText(reason: RejectionReason, order: WorkingOrder): string {
  return `Order ${order.clientOrderId} was rejected. ${REJECTION_REASONS[reason]}`;
}

function hasValidQuantity(order: WorkingOrder, preset: Preset): boolean {
  if (order.sizeFraction > 0) {
    return (
      preset.sizing === 'allInAtFill' && order.quantity === 0 && order.sizeFraction <= 1 && order.type === 'market'
    );
  }
  return Number.isSafeInteger(order.quantity) && order.quantity > 0;
}

/** Auctions take market and limit orders; immediate-or-cancel knows no stops. */
function isOffered(order: WorkingOrder): boolean {
  return order.type !== 'stop' || order.timeInForce === 'day' || order.timeInForce === 'gtc';
}

function isPastCutoff(order: WorkingOrder, preset: Preset, session: TradingSession, time: Micros): boolean {
  if (preset.auctionCutoffs === 'none') return false;
  if (order.timeInForce === 'opg') return isPastOpeningCutoff(time, session.open);
  if (order.timeInForce !== 'cls') return false;
  return time >= closingCutoff(session.date, session.close) && time < session.end - 60 * 60_000_000;
}

/** Whether part of the order would close a position and the rest open the other side. */
function crosses(order: WorkingOrder): boolean {
  return order.openingQuantity > 0 && order.openingQuantity < order.quantity;
}
