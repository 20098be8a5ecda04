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
  'held',
  'accepted',
  'rejected',
  'partially_filled',
  'filled',
  'pending_cancel',
  'canceled',
  'pending_replace',
  'replaced',
  'done_for_day',
  'expired',
] as const;
/** A state of the TradeManager. */
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/**
 * What can happen to an order, seen from the TradeManager. `hold`: a leg waits for its entry, or for more of it;
 * `resize` and `restate`: its size or its prices are others now; `resume`: a new session after `done_for_day`;
 * `replace_refused_held`: the order that was not replaced is a leg that still waits.
 */
export type OrderTransition =
  | 'deny'
  | 'submit'
  | 'hold'
  | 'resize'
  | 'restate'
  | 'accept'
  | 'reject'
  | 'partial_fill'
  | 'fill'
  | 'request_cancel'
  | 'cancel'
  | 'cancel_refused'
  | 'request_replace'
  | 'replace'
  | 'replace_refused'
  | 'replace_refused_held'
  | 'done_for_day'
  | 'resume'
  | 'expire';

type OrderTable = Readonly<Record<OrderStatus, Readonly<Partial<Record<OrderTransition, OrderStatus>>>>>;

/** The TradeManager's table. */
export const ORDER_TRANSITIONS: OrderTable = {
  initialized: { deny: 'denied', submit: 'submitted' },
  // A fill can arrive before the acceptance message (F34).
  submitted: {
    hold: 'held',
    accept: 'accepted',
    reject: 'rejected',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    cancel: 'canceled',
    expire: 'expired',
  },
  held: {
    resize: 'held',
    restate: 'held',
    accept: 'accepted',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    cancel: 'canceled',
    expire: 'expired',
    reject: 'rejected',
  },
  accepted: {
    hold: 'held',
    resize: 'accepted',
    restate: 'accepted',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    cancel: 'canceled',
    done_for_day: 'done_for_day',
    expire: 'expired',
    reject: 'rejected',
  },
  partially_filled: {
    hold: 'partially_filled',
    resize: 'partially_filled',
    restate: 'partially_filled',
    accept: 'partially_filled',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    cancel: 'canceled',
    done_for_day: 'done_for_day',
    expire: 'expired',
  },
  // The venue decides: the fill wins the race against a cancel (F37), and so does a replace that was there first.
  pending_cancel: {
    resize: 'pending_cancel',
    restate: 'pending_cancel',
    hold: 'pending_cancel',
    accept: 'pending_cancel',
    partial_fill: 'pending_cancel',
    fill: 'filled',
    cancel: 'canceled',
    cancel_refused: 'accepted',
    replace: 'replaced',
    replace_refused: 'pending_cancel',
    replace_refused_held: 'pending_cancel',
    done_for_day: 'pending_cancel',
    resume: 'pending_cancel',
    expire: 'expired',
    reject: 'rejected',
  },
  // What is filled before the replace arrives stays filled; the last fill leaves nothing to replace.
  pending_replace: {
    resize: 'pending_replace',
    restate: 'pending_replace',
    hold: 'pending_replace',
    accept: 'pending_replace',
    partial_fill: 'pending_replace',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    replace: 'replaced',
    replace_refused: 'accepted',
    replace_refused_held: 'held',
    done_for_day: 'pending_replace',
    resume: 'pending_replace',
    expire: 'expired',
    reject: 'rejected',
  },
  done_for_day: {
    hold: 'held',
    resize: 'done_for_day',
    restate: 'done_for_day',
    resume: 'accepted',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    cancel: 'canceled',
    expire: 'expired',
  },
  denied: {},
  rejected: {},
  filled: {},
  canceled: {},
  replaced: {},
  expired: {},
};

/** Alpaca's order states, as far as the exchange uses them. */
export const VENUE_ORDER_STATUSES = [
  'pending_new',
  'accepted',
  'held',
  'new',
  'partially_filled',
  'filled',
  'pending_cancel',
  'canceled',
  'pending_replace',
  'replaced',
  'done_for_day',
  'expired',
  'rejected',
] as const;
/** A state of the exchange, in Alpaca's words. */
export type VenueOrderStatus = (typeof VENUE_ORDER_STATUSES)[number];
/** What can happen to an order at the exchange. */
export type VenueTransition =
  | 'queue'
  | 'hold'
  | 'activate'
  | 'reject'
  | 'partial_fill'
  | 'fill'
  | 'request_cancel'
  | 'cancel'
  | 'request_replace'
  | 'replace'
  | 'replace_refused'
  | 'replace_refused_held'
  | 'done_for_day'
  | 'resume'
  | 'expire';

type VenueTable = Readonly<Record<VenueOrderStatus, Readonly<Partial<Record<VenueTransition, VenueOrderStatus>>>>>;

/**
 * The exchange's table. `accepted` waits for a session or an auction, `held` for an entry, `new` works in the market
 * (R23). A replace needs no request before it: only the desk reports those.
 */
export const VENUE_TRANSITIONS: VenueTable = {
  pending_new: {
    hold: 'held',
    activate: 'new',
    queue: 'accepted',
    reject: 'rejected',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    cancel: 'canceled',
  },
  accepted: {
    hold: 'held',
    activate: 'new',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    replace: 'replaced',
    cancel: 'canceled',
    done_for_day: 'done_for_day',
    expire: 'expired',
    reject: 'rejected',
  },
  held: {
    activate: 'new',
    queue: 'accepted',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    replace: 'replaced',
    cancel: 'canceled',
    expire: 'expired',
    reject: 'rejected',
  },
  new: {
    hold: 'held',
    queue: 'accepted',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    replace: 'replaced',
    cancel: 'canceled',
    done_for_day: 'done_for_day',
    expire: 'expired',
    reject: 'rejected',
  },
  partially_filled: {
    hold: 'partially_filled',
    queue: 'partially_filled',
    activate: 'partially_filled',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    replace: 'replaced',
    cancel: 'canceled',
    done_for_day: 'done_for_day',
    expire: 'expired',
  },
  pending_cancel: {
    hold: 'pending_cancel',
    partial_fill: 'pending_cancel',
    fill: 'filled',
    cancel: 'canceled',
    replace: 'replaced',
    replace_refused: 'pending_cancel',
    replace_refused_held: 'pending_cancel',
    done_for_day: 'pending_cancel',
    resume: 'pending_cancel',
    expire: 'expired',
    activate: 'pending_cancel',
    queue: 'pending_cancel',
    reject: 'rejected',
  },
  pending_replace: {
    hold: 'pending_replace',
    partial_fill: 'pending_replace',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    replace: 'replaced',
    replace_refused: 'new',
    replace_refused_held: 'held',
    done_for_day: 'pending_replace',
    resume: 'pending_replace',
    expire: 'expired',
    activate: 'pending_replace',
    queue: 'pending_replace',
    reject: 'rejected',
  },
  done_for_day: {
    hold: 'held',
    resume: 'new',
    request_cancel: 'pending_cancel',
    request_replace: 'pending_replace',
    replace: 'replaced',
    cancel: 'canceled',
    expire: 'expired',
  },
  filled: {},
  canceled: {},
  replaced: {},
  expired: {},
  rejected: {},
};

/** How the TradeManager reads each state of the venue. */
export const STATUS_OF_VENUE: Readonly<Record<VenueOrderStatus, OrderStatus>> = {
  pending_new: 'submitted',
  accepted: 'accepted',
  held: 'held',
  new: 'accepted',
  partially_filled: 'partially_filled',
  filled: 'filled',
  pending_cancel: 'pending_cancel',
  canceled: 'canceled',
  pending_replace: 'pending_replace',
  replaced: 'replaced',
  done_for_day: 'done_for_day',
  expired: 'expired',
  rejected: 'rejected',
};

/** One column of a table: which state follows from which. A few names are compared faster than one is looked up. */
class Column<S extends string> {
  private readonly from: S[] = [];
  private readonly to: S[] = [];
  /** What was asked for last, most often the next one too. */
  private lastFrom: S | undefined = undefined;
  private lastTo: S | undefined = undefined;

  add(from: S, to: S): void {
    this.from.push(from);
    this.to.push(to);
  }

  next(status: S): S | undefined {
    if (status !== this.lastFrom) {
      this.lastFrom = status;
      this.lastTo = this.to[this.from.indexOf(status)];
    }
    return this.lastTo;
  }
}

/**
 * The columns of the tables, for the functions below: reading a property by a name that varies is one of the slowest
 * things to do, comparing names is among the fastest.
 */
function columnOf<S extends string, T extends string>(
  table: Readonly<Record<S, Readonly<Partial<Record<T, S>>>>>,
  statuses: readonly S[],
  transition: T,
): Column<S> {
  const column = new Column<S>();
  for (const status of statuses) {
    const next = table[status][transition];
    if (next !== undefined) column.add(status, next);
  }
  return column;
}

const orderColumn = (transition: OrderTransition) => columnOf(ORDER_TRANSITIONS, ORDER_STATUSES, transition);
const venueColumn = (transition: VenueTransition) => columnOf(VENUE_TRANSITIONS, VENUE_ORDER_STATUSES, transition);

const ON_ORDER = {
  deny: orderColumn('deny'),
  submit: orderColumn('submit'),
  accept: orderColumn('accept'),
  reject: orderColumn('reject'),
  partial_fill: orderColumn('partial_fill'),
  fill: orderColumn('fill'),
  request_cancel: orderColumn('request_cancel'),
  cancel: orderColumn('cancel'),
  cancel_refused: orderColumn('cancel_refused'),
  expire: orderColumn('expire'),
};
/** Transitions of few orders. */
const ON_ORDER_SELDOM: ReadonlyMap<OrderTransition, Column<OrderStatus>> = new Map(
  (
    [
      'hold',
      'resize',
      'restate',
      'request_replace',
      'replace',
      'replace_refused',
      'replace_refused_held',
      'done_for_day',
      'resume',
    ] as const
  ).map((transition) => [transition, orderColumn(transition)]),
);
const ON_VENUE = {
  queue: venueColumn('queue'),
  activate: venueColumn('activate'),
  reject: venueColumn('reject'),
  partial_fill: venueColumn('partial_fill'),
  fill: venueColumn('fill'),
  request_cancel: venueColumn('request_cancel'),
  cancel: venueColumn('cancel'),
  expire: venueColumn('expire'),
};
const ON_VENUE_SELDOM: ReadonlyMap<VenueTransition, Column<VenueOrderStatus>> = new Map(
  (
    ['hold', 'request_replace', 'replace', 'replace_refused', 'replace_refused_held', 'done_for_day', 'resume'] as const
  ).map((transition) => [transition, venueColumn(transition)]),
);

function orderSteps(transition: OrderTransition): Column<OrderStatus> | undefined {
  switch (transition) {
    case 'deny':
      return ON_ORDER.deny;
    case 'submit':
      return ON_ORDER.submit;
    case 'accept':
      return ON_ORDER.accept;
    case 'reject':
      return ON_ORDER.reject;
    case 'partial_fill':
      return ON_ORDER.partial_fill;
    case 'fill':
      return ON_ORDER.fill;
    case 'request_cancel':
      return ON_ORDER.request_cancel;
    case 'cancel':
      return ON_ORDER.cancel;
    case 'cancel_refused':
      return ON_ORDER.cancel_refused;
    case 'expire':
      return ON_ORDER.expire;
    default:
      return ON_ORDER_SELDOM.get(transition);
  }
}

function venueSteps(transition: VenueTransition): Column<VenueOrderStatus> | undefined {
  switch (transition) {
    case 'queue':
      return ON_VENUE.queue;
    case 'activate':
      return ON_VENUE.activate;
    case 'reject':
      return ON_VENUE.reject;
    case 'partial_fill':
      return ON_VENUE.partial_fill;
    case 'fill':
      return ON_VENUE.fill;
    case 'request_cancel':
      return ON_VENUE.request_cancel;
    case 'cancel':
      return ON_VENUE.cancel;
    case 'expire':
      return ON_VENUE.expire;
    default:
      return ON_VENUE_SELDOM.get(transition);
  }
}

/** The next state of the TradeManager's order; an event the table does not list fails an assertion. */
export function nextOrderStatus(status: OrderStatus, transition: OrderTransition): OrderStatus {
  const next = orderSteps(transition)?.next(status);
  // The message is built only when it is needed: this runs several times per order.
  if (next === undefined) throw new AssertionError(`order state ${status} has no transition ${transition}`);
  return next;
}

/** The next state of the exchange's order; an event the table does not list fails an assertion. */
export function nextVenueStatus(status: VenueOrderStatus, transition: VenueTransition): VenueOrderStatus {
  const next = venueSteps(transition)?.next(status);
  if (next === undefined) throw new AssertionError(`venue order state ${status} has no transition ${transition}`);
  return next;
}

/** Whether an order in this state can no longer change. */
export function isTerminal(status: OrderStatus): boolean {
  switch (status) {
    case 'filled':
    case 'canceled':
    case 'replaced':
    case 'expired':
    case 'rejected':
    case 'denied':
      return true;
    default:
      return false;
  }
}
