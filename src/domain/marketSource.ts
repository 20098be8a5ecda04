/**
 * Sources of real market data: what they bring, how good it is, and what they say about themselves.
 *
 * A live source turns a vendor's messages into {@link SourceRows}, in the order of arrival, and knows nothing of
 * order between sources, of duplicates or of bars: that is the stream router's. A history source answers questions
 * about the past. Both are adapters; prices are at the raw price scale, times are source times.
 */
import type { HistoryTable } from './history.js';
import type { PapertapeError } from './errors.js';
import type { BarTable, PrintTable, QuoteTable, StatusTable } from './marketTables.js';
import type { Timeframe } from './timeframe.js';
import type { DurationMicros, Micros, Price, Shares } from './units.js';

/**
 * How much of the market a feed shows: every venue, one venue, or a price now and then (M6, M7). Only `consolidated`
 * data may enter figures of the whole market; `simulated` never leaves a simulated session.
 */
export type FeedCoverage = 'consolidated' | 'venue' | 'sampled' | 'simulated';

/** What every price of a feed is worth. */
export interface FeedQuality {
  /** The feed's name as people see it, e.g. `alpaca/iex`; also what data of it are kept under. */
  readonly source: string;
  readonly coverage: FeedCoverage;
  /** By how much the vendor holds the data back on purpose; 0 for real time. */
  readonly delay: DurationMicros;
}

/** Kinds of rows in {@link SourceRows.kinds}. */
export const SourceRowKind = { STATUS: 0, QUOTE: 1, PRINT: 2, BAR: 3 } as const;

/** What a bar row of a source is, by {@link SourceRows.barStates}. */
export const SourceBarState = {
  /** The bar is over and says what the source knew then. */
  FINAL: 0,
  /** A bar told before, with late trades counted in. */
  REVISED: 1,
} as const;

/**
 * The rows of one message of a source, in the order of arrival. Row `i` is the next row, in sequence, of the table
 * that `kinds[i]` names. Times may go back and repeat. `symbolId` indexes the source's `symbols`. The object
 * belongs to the source, which writes over it after the call.
 */
export interface SourceRows {
  /** When the message came, by the process's clock. */
  receivedAt: Micros;
  /** Number of rows: the sum of the tables' lengths. */
  length: number;
  kinds: Uint8Array;
  readonly statuses: StatusTable;
  readonly quotes: QuoteTable;
  /**
   * A conflated price carries `PrintFlag.SAMPLED`; without `PrintFlag.VOLUME` its size is unknown and 0, and the
   * volume of the bar that holds it is not complete.
   */
  readonly prints: PrintTable;
  /** The source's number of each print, a safe integer above 0 that is unique per symbol, venue and day; 0: none. */
  printIds: Float64Array;
  /** One-minute bars. */
  readonly bars: BarTable;
  /** {@link SourceBarState} of each bar. */
  barStates: Uint8Array;
}

/** A print that was taken back, or put right. */
export interface PrintCorrection {
  readonly kind: 'cancel' | 'correct';
  /** Index into the source's `symbols`. */
  readonly symbolId: number;
  /** Time of the original print as far as the source tells it, else of the message. */
  readonly time: Micros;
  /** As in {@link SourceRows.printIds}. */
  readonly printId: number;
  readonly price: Price;
  readonly size: Shares;
  /** What stands in its place; with `correct` only. */
  readonly corrected?: {
    readonly printId: number;
    readonly price: Price;
    readonly size: Shares;
    /** Bits of `PrintFlag`. */
    readonly flags: number;
  };
}

/** Where a source stands. `since` and `retryAt` are times of the process's clock. */
export type SourceState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'live'; readonly since: Micros }
  /** Connected, but nothing comes although the market is open (F44). */
  | { readonly kind: 'stalled'; readonly since: Micros }
  | { readonly kind: 'waiting'; readonly attempt: number; readonly retryAt: Micros; readonly error: PapertapeError }
  /** The source will not try again by itself: a refused key, a plan without this feed. */
  | { readonly kind: 'failed'; readonly error: PapertapeError };

/** Hears what a live source brings. Called from the event loop, never while another call runs. */
export interface SourceListener {
  onRows(rows: SourceRows): void;
  onCorrection(correction: PrintCorrection): void;
  onState(state: SourceState): void;
  /** The vendor took a symbol, or refused it; a refused symbol is not asked for again until it is wanted anew. */
  onSymbol(symbol: string, state: 'subscribed' | 'refused', reason: string | undefined): void;
  /**
   * Something of a connection's data may be missing from here on back to `since` (a reconnect, a dropped message):
   * bars that overlap are incomplete until history has filled them.
   */
  onGap(since: Micros, until: Micros): void;
}

/** A live source: one connection to one feed. */
export interface MarketDataSource {
  readonly quality: FeedQuality;
  /** Symbols by id; grows at its end and is never reordered. */
  readonly symbols: readonly string[];
  /** Connects, and stays connected until {@link stop}. Once per object. */
  start(listener: SourceListener): void;
  /** The symbols that are wanted from now on, all of them; what is subscribed follows as soon as it can (F45). */
  want(symbols: readonly string[]): void;
  /** What came and what was refused, by reason; names are stable and values only grow. */
  counters(): Readonly<Record<string, number>>;
  /** Ends the connection; the listener hears `stopped` and nothing after it. */
  stop(): Promise<void>;
}

/** History wanted of a source. Times are half open: `from` inclusive, `to` exclusive, by start for bars. */
export interface HistoryRequest {
  readonly symbol: string;
  readonly kind: 'bar' | 'quote' | 'print';
  /** Required for bars. */
  readonly timeframe?: Timeframe;
  readonly from: Micros;
  readonly to: Micros;
  /** A live need (a gap in a running session) goes before a backfill. */
  readonly priority: 'live' | 'backfill';
}

/** A page of history: finished rows only, sorted by time, within the request. */
export interface HistoryPage {
  readonly table: HistoryTable;
  /** The stretch of time, half open, that the source has said everything about with this page. */
  readonly covered: { readonly from: Micros; readonly to: Micros };
}

/** A split or cash dividend as a source tells it. */
export interface SourceCorporateAction {
  readonly kind: 'split' | 'dividend';
  readonly symbol: string;
  /** Ex-date `YYYY-MM-DD`. */
  readonly exDate: string;
  /** New shares per old share as a fraction of positive integers; of splits. */
  readonly ratio?: { readonly to: number; readonly from: number };
  /** Dollars per share in decimal text; of dividends. */
  readonly cash?: string;
}

/** A source of history. Every method throws `SOURCE_…` errors of the registry and ends when `signal` is aborted. */
export interface HistorySource {
  readonly quality: FeedQuality;
  /** Pages in any order; together they cover the request, or the call throws. */
  read(request: HistoryRequest, signal: AbortSignal): AsyncIterable<HistoryPage>;
  /** Start of the oldest bar that the source has of a symbol; undefined if it does not tell. */
  earliest(symbol: string, timeframe: Timeframe, signal: AbortSignal): Promise<Micros | undefined>;
  /** Splits and dividends with ex-dates in [from, to] (`YYYY-MM-DD`), oldest first. */
  corporateActions(
    symbol: string,
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<readonly SourceCorporateAction[]>;
}
