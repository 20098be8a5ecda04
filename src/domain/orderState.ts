/**
 * The life of an order: two tables (state × event → state) and the mapping between them. These tables are
 * the only place that decides a state; an event that a state does not list is an error (I-11).
 *
 * The TradeManager knows few states; the venue uses Alpaca's names. A fill after a cancel request is real
 * (the cancel lost the race), a fill after a terminal state is not, except by a bust or correction event.
 */
import { AssertionError } from '../utils/assert.js';

/** States of the TradeManager. "Denied" is ours, "rejected" the venue's. */
export const ORDER_STATUSES = [
  'initialized',
  'denied',
  'submitted',
  'accepted',
  'rejected',
  'partially_filled',
  'filled',
  'pending_cancel',
  'canceled',
  'expired',
] as const;
/** A state of the TradeManager. */
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** What can happen to an order, seen from the TradeManager. */
export type OrderTransition =
  | 'deny'
  | 'submit'
  | 'accept'
  | 'reject'
  | 'partial_fill'
  | 'fill'
  | 'request_cancel'
  | 'cancel'
  | 'cancel_refused'
  | 'expire';

type OrderTable = Readonly<Record<OrderStatus, Readonly<Partial<Record<OrderTransition, OrderStatus>>>>>;

/** The TradeManager's table. */
export const ORDER_TRANSITIONS: OrderTable = {
  initialized: { deny: 'denied', submit: 'submitted' },
  // A fill can arrive before the acceptance message (F34).
  submitted: {
    accept: 'accepted',
    reject: 'rejected',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
  },
  accepted: {
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    reject: 'rejected',
  },
  partially_filled: {
    accept: 'partially_filled',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
  },
  // The venue decides: the fill wins the race against a cancel (F37).
  pending_cancel: {
    accept: 'pending_cancel',
    partial_fill: 'pending_cancel',
    fill: 'filled',
    cancel: 'canceled',
    cancel_refused: 'accepted',
    expire: 'expired',
    reject: 'rejected',
  },
  denied: {},
  rejected: {},
  filled: {},
  canceled: {},
  expired: {},
};

/** Alpaca's order states, as far as the exchange uses them. */
export const VENUE_ORDER_STATUSES = [
  'pending_new',
  'accepted',
  'new',
  'partially_filled',
  'filled',
  'pending_cancel',
  'canceled',
  'expired',
  'rejected',
] as const;
/** A state of the exchange, in Alpaca's words. */
export type VenueOrderStatus = (typeof VENUE_ORDER_STATUSES)[number];
/** What can happen to an order at the exchange. */
export type VenueTransition =
  'arrive' | 'queue' | 'activate' | 'reject' | 'partial_fill' | 'fill' | 'request_cancel' | 'cancel' | 'expire';

type VenueTable = Readonly<Record<VenueOrderStatus, Readonly<Partial<Record<VenueTransition, VenueOrderStatus>>>>>;

/** The exchange's table. `accepted` waits for a session or an auction, `new` works in the market (R23). */
export const VENUE_TRANSITIONS: VenueTable = {
  pending_new: {
    activate: 'new',
    queue: 'accepted',
    reject: 'rejected',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
  },
  accepted: {
    activate: 'new',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    reject: 'rejected',
  },
  new: {
    queue: 'accepted',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
  },
  partially_filled: {
    queue: 'partially_filled',
    activate: 'partially_filled',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
  },
  pending_cancel: {
    partial_fill: 'pending_cancel',
    fill: 'filled',
    cancel: 'canceled',
    expire: 'expired',
    activate: 'pending_cancel',
    queue: 'pending_cancel',
    reject: 'rejected',
  },
  filled: {},
  canceled: {},
  expired: {},
  rejected: {},
};

/** How the TradeManager reads each state of the venue. */
export const STATUS_OF_VENUE: Readonly<Record<VenueOrderStatus, OrderStatus>> = {
  pending_new: 'submitted',
  accepted: 'accepted',
  new: 'accepted',
  partially_filled: 'partially_filled',
  filled: 'filled',
  pending_cancel: 'pending_cancel',
  canceled: 'canceled',
  expired: 'expired',
  rejected: 'rejected',
};

/** The next state of the TradeManager's order; an event the table does not list fails an assertion. */
export function nextOrderStatus(status: OrderStatus, transition: OrderTransition): OrderStatus {
  const next = ORDER_TRANSITIONS[status][transition];
  // The message is built only when it is needed: this runs several times per order.
  if (next === undefined) throw new AssertionError(`order state ${status} has no transition ${transition}`);
  return next;
}

/** The next state of the exchange's order; an event the table does not list fails an assertion. */
export function nextVenueStatus(status: VenueOrderStatus, transition: VenueTransition): VenueOrderStatus {
  const next = VENUE_TRANSITIONS[status][transition];
  if (next === undefined) throw new AssertionError(`venue order state ${status} has no transition ${transition}`);
  return next;
}

/** Whether an order in this state can no longer change. */
export function isTerminal(status: OrderStatus): boolean {
  return (
    status === 'filled' || status === 'canceled' || status === 'expired' || status === 'rejected' || status === 'denied'
  );
}
