/**
 * Market data in memory: columns, never an object per event.
 *
 * A table holds rows of one kind for any number of symbols, sorted by time (then symbol id). `symbolId`
 * indexes the session's symbol list. Prices are integers at `priceScale` held in float64; sizes and volumes
 * are whole shares; times are {@link Micros}. Columns may be longer than `length`; rows beyond it are void.
 */
import type { Timeframe } from './timeframe.js';

interface Table {
  /** Number of valid rows. */
  length: number;
  /** Index into the symbol list of the session; ascending within one time. */
  symbolId: Uint16Array;
  /** Micros at which the row becomes known; non-decreasing. Bars: their end. */
  time: Float64Array;
}

/** Bars of one timeframe: cover [start, time), known at `time`. Absent minutes have no row. */
export interface BarTable extends Table {
  readonly kind: 'bar';
  readonly timeframe: Timeframe;
  start: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
}

/** Bid and ask bars of one timeframe; a side without a quote is 0 throughout. Sizes are those at the close. */
export interface QuoteBarTable extends Table {
  readonly kind: 'quoteBar';
  readonly timeframe: Timeframe;
  start: Float64Array;
  bidOpen: Float64Array;
  bidHigh: Float64Array;
  bidLow: Float64Array;
  bidClose: Float64Array;
  bidSize: Float64Array;
  askOpen: Float64Array;
  askHigh: Float64Array;
  askLow: Float64Array;
  askClose: Float64Array;
  askSize: Float64Array;
}

/** Changes of the best bid and offer; each row holds both sides, an absent side is 0. */
export interface QuoteTable extends Table {
  readonly kind: 'quote';
  bid: Float64Array;
  bidSize: Float64Array;
  ask: Float64Array;
  askSize: Float64Array;
  /** Bits of {@link QuoteFlag}. */
  flags: Uint16Array;
}

/** Reported trades ("prints"), in reported order within one time and symbol. */
export interface PrintTable extends Table {
  readonly kind: 'print';
  price: Float64Array;
  size: Float64Array;
  /** Bits of {@link PrintFlag}. */
  flags: Uint16Array;
  /** ASCII code of the reporting exchange's SIP letter, 0 if unknown. */
  exchange: Uint8Array;
}

/** Changes of a symbol's trading status, and what else the venues say about trading in it. */
export interface StatusTable extends Table {
  readonly kind: 'status';
  /** A {@link TradingStatus} code. */
  status: Uint8Array;
  /** Price bands of a `BANDS` row, both 0 if they are lifted; 0 in other rows. */
  lower: Float64Array;
  upper: Float64Array;
}

/**
 * Messages of one venue's book, order by order, in the venue's sequence. What they tell is the displayed book; see
 * {@link BookAction} for what each column means in each row.
 */
export interface BookTable extends Table {
  readonly kind: 'book';
  /** A {@link BookAction} code. */
  action: Uint8Array;
  /** The side that the resting order is of: 0 buy, 1 sell. */
  side: Uint8Array;
  /** The venue's number of the order, a safe integer above 0; 0 where there is none. */
  number: Float64Array;
  /** Of the order, or of the execution. */
  price: Float64Array;
  size: Float64Array;
}

/** Codes of {@link BookTable}. */
export const BookAction = {
  /** Depth that stood before the record began, without a number. */
  DEPTH: 0,
  /** A new displayed order. */
  ADD: 1,
  /** `size` shares of an order were canceled: a part, or all that was left. */
  CANCEL: 2,
  /** `size` shares of a displayed order were executed. */
  EXECUTION: 3,
  /** A hidden order was executed; its price need not lie on the grid. */
  HIDDEN_EXECUTION: 4,
  /** The book begins anew, e.g. with a day; side, number, price and size mean nothing. */
  CLEAR: 5,
  /**
   * Of a market that our own orders trade in: `size` shares that they took of an order leave the display. Nobody else
   * is affected; who took them knows already.
   */
  TAKEN_BY_OWN: 6,
  /** Of such a market: `size` shares of our own orders of a side were executed at `price`, in their own order. */
  OWN_EXECUTION: 7,
} as const;

/** Normalised meaning of a print's sale conditions (R1, R2). Importers map vendor codes to these bits. */
export const PrintFlag = {
  /** May set high and low. */
  HIGH_LOW: 1,
  /** May set the last price (and so elect stops, R3). */
  LAST: 2,
  /** Counts into volume. */
  VOLUME: 4,
  /** The primary market's opening auction trade. */
  OPENING_AUCTION: 8,
  /** The primary market's closing auction trade. */
  CLOSING_AUCTION: 16,
  /** Marked by the source as doubtful: never decides anything. */
  SUSPICIOUS: 32,
  /** Outside regular hours (Form T). */
  EXTENDED_HOURS: 64,
  ODD_LOT: 128,
  /** Reported by a trade reporting facility, not traded on a lit venue (M6). */
  OFF_EXCHANGE: 256,
  /** The primary market's trade that reopens a symbol after a halt or pause (R7). */
  REOPENING_AUCTION: 512,
  /** A conflated last price without size and conditions, not a single trade (M7). */
  SAMPLED: 1024,
  /** The primary market's official opening and closing price: messages without volume, no trades (R4). */
  OFFICIAL_OPEN: 2048,
  OFFICIAL_CLOSE: 4096,
  /** Reported after trades that were made later. */
  OUT_OF_SEQUENCE: 8192,
} as const;

/** Why a quote may not fill an order (R11); 0 means firm and eligible. */
export const QuoteFlag = {
  /** Not firm, slow, an indication, closed or halted. */
  NOT_FIRM: 1,
  SUSPICIOUS: 2,
  /** Beyond a price band of the limit up-limit down plan (R7). */
  BEYOND_BANDS: 4,
} as const;

/** Codes of {@link StatusTable}. */
export const TradingStatus = {
  /** No halt is in force any more; trading resumes with the primary market's reopening print (R7). */
  TRADING: 0,
  /** A regulatory halt, or one whose kind the source does not tell. */
  HALTED: 1,
  /** A trading pause of the limit up-limit down plan. */
  LULD_PAUSE: 2,
  /** A market-wide circuit breaker by level; published for each symbol. */
  MARKET_WIDE_1: 3,
  MARKET_WIDE_2: 4,
  MARKET_WIDE_3: 5,
  /** Halted here by a person, not by a market; lifted by `OPERATOR_RELEASE` alone. */
  OPERATOR_HALT: 6,
  OPERATOR_RELEASE: 7,
  /** The row publishes price bands (R7). */
  BANDS: 8,
  /** The short-sale price test comes into force, or is lifted (R8). */
  SHORT_SALE_RESTRICTED: 9,
  SHORT_SALE_FREE: 10,
  /** Nothing changed: the channel is alive (R9). The symbol does not matter. */
  HEARTBEAT: 11,
} as const;

/** Whether a symbol counts as halted after a status row, given what it counted as before. */
export function isHaltedAfter(status: number, before: boolean): boolean {
  if (status === TradingStatus.TRADING || status === TradingStatus.OPERATOR_RELEASE) return false;
  return before || (status >= TradingStatus.HALTED && status <= TradingStatus.OPERATOR_HALT);
}

/** Any table. */
export type MarketTable = BarTable | QuoteBarTable | QuoteTable | PrintTable | StatusTable | BookTable;

/**
 * A stretch of market data in one total order.
 *
 * `order` holds one entry per event: the index into `tables` of the table whose next row comes; rows of a
 * table are consumed in sequence. It is null when there is exactly one table. All rows of one time form an
 * instant; a batch never ends inside an instant.
 */
export interface MarketBatch {
  readonly tables: readonly MarketTable[];
  readonly order: Uint8Array | null;
  /** Number of events: the sum of the tables' lengths. */
  readonly length: number;
}

/** Rank of kinds at one time (X13): status < book < quote < print < quote bar < bar, shorter timeframes first. */
export const KIND_RANK: Readonly<Record<MarketTable['kind'], number>> = {
  status: 0,
  book: 1,
  quote: 2,
  print: 3,
  quoteBar: 4,
  bar: 5,
};
