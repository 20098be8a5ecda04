/**
 * Why a fill happened, as numbers; the English sentence is made on reading (exchange/receiptText.ts).
 * All prices are integers at the session's scale; absent figures are 0 unless said otherwise.
 */
import type { DurationMicros, Micros, Price, Quantity, Shares } from './units.js';

/**
 * What a fill was decided on, best first (EXCHANGE.md "Fills"); `injected` fills were asked for by a test, `broker`
 * fills happened at a remote broker.
 */
export type FillBasis = 'book' | 'nbbo' | 'quoteBar' | 'lastSale' | 'tradeBar' | 'auction' | 'injected' | 'broker';

/**
 * What of the market the evidence shows: all venues together, one of them, a conflated last price (M7), or a market
 * that was made up.
 */
export const FEED_COVERAGES = ['consolidated', 'oneVenue', 'sampled', 'simulated', 'unknown'] as const;
/** What of the market the evidence shows. */
export type FeedCoverage = (typeof FEED_COVERAGES)[number];

/** The evidence and the models behind one fill. */
export interface Receipt {
  readonly basis: FillBasis;
  /** Name of the rule that gave the price, e.g. `far-side`, `bar-open`, `limit-traded-through`, `closing-auction`. */
  readonly rule: string;
  /** Event time of the quote, print or bar that decided. */
  readonly evidenceTime: Micros;
  /** Input sequence number of that event within the session (row count since its start). */
  readonly evidenceSequence: number;
  /** The values of that event: bid/ask and sizes for quotes, the price and size of a print, OHLCV of a bar. */
  readonly bid: Price;
  readonly bidSize: Shares;
  readonly ask: Price;
  readonly askSize: Shares;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly last: Price;
  /** Size of the print or volume of the bar. */
  readonly volume: Shares;
  /** When the order was decided, and when it reached the venue. */
  readonly decidedAt: Micros;
  readonly arrivedAt: Micros;
  /** Price that the basis gave before slippage and modelled spread; the fill's price is after both. */
  readonly basePrice: Price;
  /** Half of the modelled spread, and the slippage, that were added against the order. */
  readonly halfSpread: Price;
  readonly slippage: Price;
  /** The impact of the whole order so far, in the same direction (M11). */
  readonly impact: Price;
  /** Price bands in force, both 0 if there were none (R7). */
  readonly bandLower: Price;
  readonly bandUpper: Price;
  /** The limit that a short-sale restriction put on the order; 0 if none did (R8). */
  readonly shortFloor: Price;
  /**
   * The latencies that were applied: data to strategy (within the way to the venue), and from the fill to its report
   * (M8). Of what a bar decided that is 0, unless the latency is longer than the bar or a report before it is waited
   * for.
   */
  readonly dataLatency: DurationMicros;
  readonly reportLatency: DurationMicros;
  /** Shares ahead in the queue when the order came to rest, and left when it filled; -1 without a queue model. */
  readonly queueAtEntry: Quantity;
  readonly queueAtFill: Quantity;
  /** Largest share of the evidence's volume or displayed size that could be taken, 0-1; 0 where unlimited. */
  readonly participationLimit: number;
  /** Share of it that this fill took, 0-1. */
  readonly participation: number;
  /** Trigger price of a stop and time of the print or bar that elected it; 0 for other orders. */
  readonly triggerPrice: Price;
  readonly triggerTime: Micros;
  /** Where the evidence came from: `sim`, `recorded`, ... */
  readonly feed: string;
  /** How late the feed is by its terms, 0 for real time, and what of the market it shows. */
  readonly feedDelay: DurationMicros;
  readonly coverage: FeedCoverage;
  readonly preset: string;
  /** Names and versions of the models that decided: price, participation, latency, slippage, fee plan. */
  readonly models: string;
  /** What a reader must know besides, e.g. a fee rate whose start date is not certain (R16); absent if nothing. */
  readonly notes?: string;
}

/** Why an open order has not filled, as numbers; the sentence is made on reading. */
export interface OpenOrderExplanation {
  /** A stable code, e.g. `waiting-for-open`, `limit-below-ask`, `stop-not-reached`, `queue-ahead`, `halted`. */
  readonly code: string;
  readonly since: Micros;
  /** The order's own price and the market's price that it waits for. */
  readonly orderPrice: Price;
  readonly marketPrice: Price;
  readonly queueAhead: Quantity;
}
