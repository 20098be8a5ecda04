/**
 * The integers of a limit order book: sides, limits, refusals and where each field lies in a row. Rows of one kind
 * share one Int32Array, so that an order is one half of a cache line and growth is one copy. A row begins at a
 * multiple of its length, a power of two; so `row | FIELD` is a field's place, without the overflow check of a sum.
 *
 * Sizes are whole shares, not micro-shares: 2^31 − 1 micro-shares would be 2,147 shares, and no exchange shows
 * fractions; a broker fills them beside the book at its price. Prices are whole ticks.
 */
import type { RejectionReason } from '../domain/refusals.js';

/** Side of an order: {@link BUY} rests as a bid, {@link SELL} as an ask. */
export type BookSide = 0 | 1;
/** A buy order. */
export const BUY = 0;
/** A sell order. */
export const SELL = 1;

/** The side in bit 0 of a number. No choice between two: sides alternate at random, and a branch is guessed wrong. */
export function sideOf(flags: number): BookSide {
  return (flags & 1) as BookSide;
}

/** The side that an order trades with. */
export function oppositeOf(side: BookSide): BookSide {
  return (side ^ 1) as BookSide;
}

/** The best bid of a book without bids. */
export const NO_BID = 0;
/** The best ask of a book without asks: above every price, so that nothing crosses it. */
export const NO_ASK = 0x7fff_ffff;
/** The highest price in ticks; the lowest is 1. As the limit of a buy order it means "at any price". */
export const MAX_TICK = NO_ASK - 1;
/** The lowest price in ticks; as the limit of a sell order it means "at any price". */
export const MIN_TICK = 1;
/** The most shares of one order, and of all orders at one price together. */
export const MAX_SIZE = 0x7fff_ffff;

/** What a command returns that was refused: a negative number, see {@link refusalReason}. Nothing has changed. */
export const Refusal = { SIZE: -1, PRICE: -2, UNKNOWN: -3, CROSSES: -4 } as const;

/** The venue's word for a {@link Refusal}; undefined if `result` is none. */
export function refusalReason(result: number): RejectionReason | undefined {
  switch (result) {
    case Refusal.SIZE:
      return 'QUANTITY_INVALID';
    case Refusal.PRICE:
    case Refusal.CROSSES:
      return 'PRICE_INVALID';
    case Refusal.UNKNOWN:
      return 'ORDER_UNKNOWN';
    default:
      return undefined;
  }
}

/** log2 of the integers in an order row. */
export const ORDER_SHIFT = 3;
/** Price in ticks. */
export const TICK = 0;
/** Shares left; 0 in a row that is free. */
export const SIZE = 1;
/** Handle of the next older order at the price; 0 if it is the oldest. */
export const PREV = 2;
/** Handle of the next younger order at the price, 0 if it is the youngest; in a free row the next free one. */
export const NEXT = 3;
/** {@link BUY} or {@link SELL} in bit 0, {@link DAY} beside it. */
export const FLAGS = 4;
/** What the caller knows the order by. */
export const REF = 5;
/** Whose order it is; 0 for nobody's, who may trade with anyone. */
export const OWNER = 6;
/** Time priority: counts up by one for every order that joins a queue; wraps around after 2^32 of them. */
export const STAMP = 7;

/** The flag of an order that ends with the session. */
export const DAY = 2;

/** log2 of the integers in a level row. */
export const LEVEL_SHIFT = 2;
/** Handle of the oldest order. */
export const HEAD = 0;
/** Handle of the youngest order. */
export const TAIL = 1;
/** Shares of all orders. */
export const TOTAL = 2;
/** Number of orders; 0 in a row that is free. */
export const COUNT = 3;

/** log2 of the integers in a report row. */
export const REPORT_SHIFT = 3;
/** Fields of a report row: what happened to one resting order. The sizes are shares. */
export const Report = {
  /** {@link ReportKind}. */
  KIND: 0,
  /** Handle of the resting order; free again if `LEFT` is 0. */
  HANDLE: 1,
  /** What its owner's caller knows it by. */
  REF: 2,
  OWNER: 3,
  SIDE: 4,
  TICK: 5,
  /** Shares traded or canceled. */
  SIZE: 6,
  /** Shares left in the order. */
  LEFT: 7,
} as const;

/** Kinds of reports. */
export const ReportKind = {
  /** The incoming order traded with the resting one, at the resting one's price. */
  TRADE: 0,
  /** The resting order was canceled because it would have traded with its own owner. */
  SELF_TRADE_CANCEL: 1,
  /** The resting order was canceled at the end of its session. */
  EXPIRED: 2,
} as const;
