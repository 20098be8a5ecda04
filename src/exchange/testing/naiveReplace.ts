/** Replaces at the naive exchange: what they may change, and the order that takes the place of the old one. */
import type { OrderChanges, Order, ReplacementIds } from '../../domain/order.js';
import type { RejectionReason } from '../../domain/refusals.js';
import { refusalOf as refusalOfTerms } from './naiveAdmission.js';
import type { NaiveExchange } from './NaiveExchange.js';
import { namedPriceOf } from './naiveRules.js';
import { isSecondExit, memberRefusal, membersOf } from './naiveGroups.js';
import type { NaiveGroup, NaiveOrder } from './naiveTypes.js';
import { termsOf } from './naiveTypes.js';

/** A replace as it was sent. */
export interface NaiveReplace {
  readonly orderId: string;
  readonly changes: OrderChanges;
  readonly ids: ReplacementIds;
  readonly sentAt: number;
}

/** The order that would take the place of another. */
export function replacementOf(order: Order, changes: OrderChanges, { id, clientOrderId }: ReplacementIds): Order {
  return { ...order, ...changes, id, clientOrderId };
}

/** A replace arrives at an order, which may have ended meanwhile or not be there at all. */
export function replaceNow(exchange: NaiveExchange, replace: NaiveReplace, known: NaiveOrder | undefined): void {
  const { now } = exchange;
  const refuse = (reason: RejectionReason): void => exchange.tell('replaceRejected', replace.orderId, now, reason);
  if (known === undefined || known.state === 'done') {
    refuse('ORDER_UNKNOWN');
    return;
  }
  // What the preset has made an order for the opening stays one.
  const order = replacementOf({ ...known.order, timeInForce: known.tif }, replace.changes, replace.ids);
  const keepsPlace = isOnlySmaller({ ...known.order, timeInForce: known.tif }, order);
  const next: NaiveOrder = {
    ...known,
    order,
    tif: order.timeInForce,
    state: 'sent',
    asked: [],
    answers: 0,
    stop: order.type === 'trailing_stop' ? known.stop : (order.stopPrice ?? 0),
    reservePrice: namedPriceOf(order) ?? known.reservePrice,
    ...(keepsPlace ? {} : { ahead: -1, rests: false, submittedAt: replace.sentAt, arrivesAt: now }),
  };
  // The account is asked as if the new one stood there already.
  const place = exchange.orders.indexOf(known);
  exchange.orders[place] = next;
  exchange.account.reserve();
  const reason = refusalOf(exchange, known, next, replace);
  if (reason !== undefined) {
    exchange.orders[place] = known;
    refuse(reason);
    return;
  }
  exchange.clientIds.add(order.clientOrderId);
  next.rank = exchange.nextRank();
  const stateBefore = known.state;
  known.state = 'done';
  known.next = next;
  for (const member of membersOf(known))
    if (member.group !== undefined) member.group = withNext(member.group, known, next);
  next.group = known.group;
  for (const trade of exchange.trades) if (trade.entry === known) trade.entry = next;
  if (!keepsPlace) exchange.orders.push(...exchange.orders.splice(place, 1));
  exchange.replaced.push(known);
  exchange.tell('replaced', known.order.id, now, ...termsOf(order));
  if (order.type === 'trailing_stop' && known.best > 0) {
    next.best = 0;
    exchange.follow(next, known.best);
  }
  if (keepsPlace || stateBefore === 'held') {
    next.state = stateBefore;
  } else {
    next.endsAt = exchange.endOf(next);
    exchange.begin(next);
  }
  exchange.account.reserve();
}

/** A smaller size and nothing else keeps the place in the queue; to ask for what is there already changes nothing. */
function isOnlySmaller(order: Order, next: Order): boolean {
  const others = ({ limitPrice, stopPrice, trail, timeInForce }: Order): string =>
    JSON.stringify([limitPrice, stopPrice, trail, timeInForce]);
  return next.quantity <= order.quantity && others(next) === others(order);
}

function refusalOf(
  exchange: NaiveExchange,
  known: NaiveOrder,
  next: NaiveOrder,
  { changes, ids }: NaiveReplace,
): RejectionReason | undefined {
  const { group, isElected, filled, state } = known;
  const { type, trail } = known.order;
  const hasBoth = type === 'stop_limit' || type === 'limit_if_touched';
  const hasLimit = type === 'limit' || hasBoth;
  const hasStop = (type === 'stop' || hasBoth) && !isElected;
  const isMember = group !== undefined;
  const cannot =
    (changes.quantity !== undefined && known.order.notional !== undefined) ||
    (isMember && (changes.quantity !== undefined || changes.timeInForce !== undefined)) ||
    (changes.limitPrice !== undefined && !hasLimit) ||
    (changes.stopPrice !== undefined && !hasStop) ||
    (changes.trail !== undefined && (changes.trail.kind !== trail?.kind || isElected));
  if (cannot) return 'NOT_REPLACEABLE';
  if (next.order.notional === undefined && next.order.quantity <= filled) return 'QUANTITY_INVALID';
  const reason = refusalOfTerms(exchange, { ...next, arrivesAt: exchange.now }, false);
  if (reason !== undefined && !isAccountReason(reason)) return reason;
  const apart = memberRefusal(exchange, known, next.order);
  if (apart !== undefined) return apart;
  if (reason !== undefined && state !== 'held' && !isSecondExit(known)) return reason;
  // The id is used up by a replace that is done, and only by that.
  return exchange.clientIds.has(ids.clientOrderId) ? 'DUPLICATE_CLIENT_ORDER_ID' : undefined;
}

function isAccountReason(reason: RejectionReason): boolean {
  return reason === 'BUYING_POWER' || reason === 'POSITION_OPPOSITE';
}

function withNext({ entry, exits }: NaiveGroup, known: NaiveOrder, next: NaiveOrder): NaiveGroup {
  return { entry: entry === known ? next : entry, exits: exits.map((exit) => (exit === known ? next : exit)) };
}
