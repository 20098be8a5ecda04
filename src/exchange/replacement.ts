/**
 * What a replace makes of an order: the order that goes on in its place, or why it may not. A replacement keeps what
 * was filled and never changes side, symbol or type; members of a group keep their size and time in force, because
 * the others depend on them.
 */
import type { Order } from '../domain/order.js';
import { STATUS_OF_VENUE } from '../domain/orderState.js';
import type { RejectionReason } from '../domain/refusals.js';
import type { Micros, Price } from '../domain/units.js';
import type { AdmissionContext } from './admission.js';
import { accountRefusalOf, termsRefusalOf } from './admission.js';
import type { ExchangeBook } from './ExchangeBook.js';
import { exitFaultOf } from './groupAdmission.js';
import type { ExitFault } from './groupAdmission.js';
import type { ReplaceRequest } from './OrderInbox.js';
import { WorkingOrder } from './WorkingOrder.js';

/** The order that would go on in the place of `old` from `time` on. */
export function replacementOf(old: WorkingOrder, request: ReplaceRequest, time: Micros): Order {
  const { changes, next } = request;
  const stopPrice = old.type === 'trailing_stop' ? 0 : (changes.stopPrice ?? old.stopPrice);
  const limitPrice = changes.limitPrice ?? old.limitPrice;
  const parentId = old.orderClass === 'oco' && old.role === 'stopLoss' ? old.siblingId : old.parentId;
  return {
    id: next.id,
    clientOrderId: next.clientOrderId,
    accountId: old.account.accountId,
    symbolId: old.symbolId,
    side: old.side,
    type: old.type,
    timeInForce: changes.timeInForce ?? old.timeInForce,
    quantity: changes.quantity ?? old.quantity,
    ...(old.notional === 0 ? {} : { notional: old.notional }),
    ...(limitPrice === 0 ? {} : { limitPrice }),
    ...(stopPrice === 0 ? {} : { stopPrice }),
    ...trailOf(old, request),
    extendedHours: old.extendedHours,
    source: old.source,
    reason: old.reason,
    ...(old.signalId === '' ? {} : { signalId: old.signalId }),
    status: STATUS_OF_VENUE[old.filledQuantity > 0 ? 'partially_filled' : old.isUnarmed ? 'held' : 'new'],
    createdAt: request.sentAt,
    updatedAt: time,
    filledQuantity: old.filledQuantity,
    filledNotional: old.filledNotional,
    ...(old.orderClass === 'simple' ? {} : { orderClass: old.orderClass }),
    ...(parentId === '' ? {} : { parentId }),
    ...(old.role === '' ? {} : { role: old.role }),
    replaces: old.id,
  };
}

/** Why an open order may not be replaced by `next` at `time`, or undefined. */
export function replaceRefusalOf(
  old: WorkingOrder,
  request: ReplaceRequest,
  next: Order,
  book: ExchangeBook,
  context: AdmissionContext,
  marketPrice: Price,
  time: Micros,
): RejectionReason | undefined {
  const { changes } = request;
  const isMember = old.orderClass !== 'simple';
  const isSized = old.notional === 0 && old.sizeFraction === 0;
  if (old.arrivedAt === 0 || (changes.quantity !== undefined && !isSized)) return 'NOT_REPLACEABLE';
  if (isMember && (changes.quantity !== undefined || changes.timeInForce !== undefined)) return 'NOT_REPLACEABLE';
  if (!fits(old, request, context.preset.replacement === 'sameBar')) return 'NOT_REPLACEABLE';
  if (isSized && next.quantity <= old.filledQuantity) return 'QUANTITY_INVALID';
  const candidate = new WorkingOrder({ ...next, orderClass: 'simple' }, old.account, time);
  // By what the new order needs, and not by the larger of both that is held until now.
  return book.judgeAs(old, next, () => {
    candidate.openingQuantity = old.openingQuantity;
    const reason = termsRefusalOf(candidate, [], context, marketPrice, time);
    if (reason !== undefined) return reason;
    if (isMember && memberFaultOf(old, candidate, book, context, marketPrice) !== undefined) return 'LEGS_INVALID';
    return old.isUnarmed || old.isSecondExit ? undefined : accountRefusalOf(old, context);
  });
}

/**
 * Whether the order has what is to be changed: prices of its type, and of a stop only until it is elected, unless
 * `afterElection` lets that of an elected order with a limit change without meaning anything.
 */
function fits(old: WorkingOrder, request: ReplaceRequest, afterElection: boolean): boolean {
  const { limitPrice, stopPrice, trail } = request.changes;
  const { type } = old;
  const hasBoth = type === 'stop_limit' || type === 'limit_if_touched';
  const isElected = old.triggerTime !== 0 && !(afterElection && hasBoth);
  if (limitPrice !== undefined && type !== 'limit' && !hasBoth) return false;
  if (stopPrice !== undefined && (isElected || (type !== 'stop' && !hasBoth))) return false;
  // Trails keep their unit: an amount changes an amount, a share a share.
  return trail === undefined || (!isElected && trailKindOf(old) === trail.kind);
}

/** In which unit the order trails; undefined if it does not. */
function trailKindOf({ type, trailPpm }: WorkingOrder): 'price' | 'percent' | undefined {
  if (type !== 'trailing_stop') return undefined;
  return trailPpm === 0 ? 'price' : 'percent';
}

function trailOf(old: WorkingOrder, request: ReplaceRequest): Pick<Order, 'trail'> {
  if (old.type !== 'trailing_stop') return {};
  const { trail } = request.changes;
  if (trail !== undefined) return { trail };
  return {
    trail:
      trailKindOf(old) === 'price'
        ? { kind: 'price', amount: old.trailAmount }
        : { kind: 'percent', ppm: old.trailPpm },
  };
}

/** What is wrong with the exits of a group once `candidate` has taken the place of its member `old`. */
export function memberFaultOf(
  old: WorkingOrder,
  candidate: WorkingOrder,
  book: ExchangeBook,
  context: Pick<AdmissionContext, 'priceScale'>,
  marketPrice: Price,
): ExitFault | undefined {
  const isEntry = old.legIds.length > 0;
  const entry = isEntry ? candidate : book.orders.get(old.parentId);
  const others = isEntry ? old.legIds.map((id) => book.orders.get(id)) : [book.orders.get(old.siblingId)];
  const exits = isEntry ? others : [candidate, ...others];
  const priceOf = (role: 'takeProfit' | 'stopLoss'): Price => {
    // The take profit of an oco is its parent, which has no role.
    const exit = exits.find((one) => one !== undefined && (one.role === '' ? 'takeProfit' : one.role) === role);
    if (role === 'takeProfit') return exit?.limitPrice ?? 0;
    // Where a trailing stop stands is the market's doing: as for a new group it is not looked at.
    return exit === undefined || exit.type === 'trailing_stop' ? 0 : exit.stopPrice;
  };
  const sign = isEntry ? (old.sign === 1 ? -1 : 1) : old.sign;
  const prices = {
    entryLimit: entry?.limitPrice ?? 0,
    takeProfit: priceOf('takeProfit'),
    stopLoss: priceOf('stopLoss'),
  };
  return exitFaultOf(prices, sign, old.account.orderRules, marketPrice, context.priceScale);
}
