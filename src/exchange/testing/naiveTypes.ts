/** What the naive exchange and the session generator speak of: rows of the market, orders, and outcomes as lines. */
import type { Order, TimeInForce } from '../../domain/order.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import { isOrderEvent } from '../../domain/venueEvents.js';
import type { DatedSale, PaidFees } from './NaiveMoney.js';

/** One row of market data, known at the instant in which it is given; prices at six decimals. */
export type NaiveRow =
  | {
      readonly kind: 'bar';
      readonly symbolId: number;
      /** Length in micros; the bar ends at the instant. */
      readonly span: number;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
      readonly volume: number;
    }
  | {
      readonly kind: 'quote';
      readonly symbolId: number;
      readonly bid: number;
      readonly bidSize: number;
      readonly ask: number;
      readonly askSize: number;
      readonly flags: number;
    }
  | {
      readonly kind: 'print';
      readonly symbolId: number;
      readonly price: number;
      readonly size: number;
      readonly flags: number;
    }
  | {
      readonly kind: 'quoteBar';
      readonly symbolId: number;
      readonly span: number;
      /** Open, high, low, close. */
      readonly bid: readonly [number, number, number, number];
      readonly bidSize: number;
      readonly ask: readonly [number, number, number, number];
      readonly askSize: number;
    }
  | {
      readonly kind: 'status';
      readonly symbolId: number;
      readonly status: number;
      /** Of a row of price bands, else 0. */
      readonly lower: number;
      readonly upper: number;
    };

export type NaiveBar = Extract<NaiveRow, { kind: 'bar' }>;
export type NaiveQuote = Extract<NaiveRow, { kind: 'quote' }>;
export type NaiveQuoteBar = Extract<NaiveRow, { kind: 'quoteBar' }>;
export type NaivePrint = Extract<NaiveRow, { kind: 'print' }>;
export type NaiveStatus = Extract<NaiveRow, { kind: 'status' }>;

/** Orders that belong together. */
export interface NaiveGroup {
  /** Of an oco there is none. */
  entry: NaiveOrder | undefined;
  /** Take profit first. */
  exits: NaiveOrder[];
}

/** Why a member ended that did not end by itself: by which member it happened first is not compared. */
export const WITH_GROUP = 'with its group';
const GROUP_REASONS: ReadonlySet<string> = new Set([
  'the other exit of its group has filled',
  'an exit of its group has filled',
  'another order of its group was canceled',
  'its entry ended before it was filled',
  'its entry opened nothing',
  'what its entry opened is closed',
]);

/** What a replace that is on its way would make of an order. */
export interface NaiveAsk {
  readonly quantity: number;
  readonly reservePrice: number;
}

/** An order at the naive exchange. */
export interface NaiveOrder {
  order: Order;
  submittedAt: number;
  arrivesAt: number;
  /** When it came into being, counted. */
  rank: number;
  /** Replaces on their way to it, until all are answered, and how many are. */
  asked: NaiveAsk[];
  answers: number;
  /** The order that took its place. */
  next?: NaiveOrder;
  /** Its client order id was used before: it is refused when it arrives, and reserves nothing until then. */
  readonly isDuplicate: boolean;
  /** On arrival a preset may make an order for the opening of one for the day. */
  tif: TimeInForce;
  /** `held` is a leg whose entry has not filled. */
  state: 'sent' | 'held' | 'waiting' | 'working' | 'done';
  group: NaiveGroup | undefined;
  /** When the entry of a leg filled, at least in part; 0 before, and of others. */
  armedAt: number;
  filled: number;
  /** Value of the fills. */
  value: number;
  /** Its fills, for what is charged by their dates. */
  readonly sales: DatedSale[];
  paid: PaidFees;
  /** What one share is reserved at. */
  reservePrice: number;
  /** Part of what is left that would open a position. */
  opening: number;
  isElected: boolean;
  /** A market order that a price test made a limit. */
  isRepriced: boolean;
  /** Where its stop stands, 0 for none; of a trailing one it follows the best price, 0 before the first. */
  stop: number;
  best: number;
  /** Evidence from before it began to work is not looked at; 0 for what worked on arrival. */
  looksFrom: number;
  /** When its stop was reached; a bar that had begun by then is not looked at. */
  electedAt: number;
  /** A limit that a usable quote did not reach. */
  rests: boolean;
  /** A market order that waited for the open may still meet the auction. */
  awaitsAuction: boolean;
  /** When its day is over; Infinity for lasting orders. */
  endsAt: number;
  /** Shares ahead of it at its price, -1 while nothing is known of a queue. */
  ahead: number;
}

/** An outcome as one line: all that the two exchanges must agree on. */
export function outcomeLine(
  type: string,
  orderId: string,
  time: number,
  ...facts: (string | number | boolean)[]
): string {
  return [type, orderId, `@${time}`, ...facts].join(' ');
}

/** The terms of an order that took the place of another. */
export function termsOf(order: Order): (string | number)[] {
  const { id, clientOrderId, quantity, limitPrice, stopPrice, trail, timeInForce } = order;
  const trailed = trail === undefined ? 0 : trail.kind === 'price' ? trail.amount : trail.ppm;
  return [id, clientOrderId, quantity, limitPrice ?? 0, stopPrice ?? 0, trailed, timeInForce];
}

/** The same line of an event of the exchange. */
export function lineOf(event: VenueEvent): string {
  if (!isOrderEvent(event)) return `${event.type} ${event.accountId}`;
  const line = (...facts: (string | number | boolean)[]): string =>
    outcomeLine(event.type, event.orderId, event.time, ...facts);
  switch (event.type) {
    case 'accepted':
      return line(event.waiting ? 'waiting' : 'working');
    case 'filled': {
      const { fill, final } = event;
      const fees = fill.fees.filter(({ amount }) => amount !== 0).map(({ kind, amount }) => `${kind} ${amount}`);
      const reported = `reported @${fill.reportTime}`;
      return line(fill.quantity, `at ${fill.price}`, final ? 'final' : 'part', ...fees, reported);
    }
    case 'rejected':
    case 'replaceRejected':
    case 'cancelRejected':
    case 'expired':
      return line(event.reason);
    case 'canceled':
      return line(GROUP_REASONS.has(event.reason) ? WITH_GROUP : event.reason);
    case 'replaced':
      return line(...termsOf(event.order));
    case 'triggered':
      return line(event.stopPrice ?? '');
    case 'resized':
      return line(event.quantity);
    default:
      return line();
  }
}
