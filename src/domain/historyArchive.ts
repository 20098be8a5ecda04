/**
 * What a store of history knows beyond its rows: who said what about which time, in which versions, of which
 * instrument. For those who fill, check and serve it; strategies and backtests see {@link HistoryStore} alone.
 */
import type { HistoryTable, HistoryWriter, MergeOutcome } from './history.js';
import type { FeedQuality, SourceCorporateAction } from './marketSource.js';
import type { HistoryCoverage, HistoryKind, HistoryStore } from './ports.js';
import type { Timeframe } from './timeframe.js';
import type { Micros } from './units.js';

/** A stretch of time, [from, to). */
export interface TimeStretch {
  readonly from: Micros;
  readonly to: Micros;
}

/** Who says what is stored, and about which time. */
export interface HistoryOrigin {
  readonly quality: FeedQuality;
  /**
   * The stretches that the source has said everything about: what has no row there did not happen. Sorted, disjoint;
   * by start for bars.
   */
  readonly covered: readonly TimeStretch[];
}

/** The rows of one instrument that a store keeps together. */
export interface HistorySeries {
  /** Permanent id of the instrument (X1). */
  readonly symbol: string;
  readonly kind: HistoryKind;
  /** Undefined for quotes and prints. */
  readonly timeframe: Timeframe | undefined;
  /** The source, for data that are not consolidated; undefined for those that are. */
  readonly feed: string | undefined;
}

/** A stretch that a source has said everything about. */
export interface CoveredStretch extends TimeStretch {
  readonly quality: FeedQuality;
  /** When it was said, by the store's clock. */
  readonly receivedAt: Micros;
}

/** Everything that can be done with stored history, for those who fill, check and serve it. */
export interface HistoryArchive extends HistoryStore, HistoryWriter {
  /**
   * As in {@link HistoryWriter}; what the rows replace is kept as the earlier version. With `origin` the symbol is an
   * instrument's id. Without they are a file's rows: consolidated, covering each day from its first row to its last.
   */
  merge(symbol: string, table: HistoryTable, origin?: HistoryOrigin): Promise<MergeOutcome>;
  /**
   * Merges rows of many symbols at once: `table.symbolId` indexes `symbols`, tickers as of the last row, and the rows
   * of a symbol are sorted by time. One durable write however many symbols there are, for rows as a market brings
   * them.
   */
  append(symbols: readonly string[], table: HistoryTable, origin: HistoryOrigin): Promise<void>;
  /**
   * Says that these are all splits and dividends with ex-dates in [from, to] (`YYYY-MM-DD`); they replace what was
   * stored of those dates.
   */
  putActions(
    symbol: string,
    actions: readonly SourceCorporateAction[],
    range: { readonly from: string; readonly to: string },
  ): Promise<MergeOutcome>;
  /** The id of the instrument that had a ticker on a New York date (today if absent), or the text as an id. */
  instrument(ticker: string, date?: string): Promise<string>;
  /** What an instrument was called on a New York date, today if absent. */
  ticker(instrument: string, date?: string): Promise<string>;
  /** Whether an instrument's factors are stored, or a source was asked about all actions of the dates. */
  knowsActions(instrument: string, range: { readonly from: string; readonly to: string }): Promise<boolean>;
  /** All series, those of single venues and samples included, sorted by symbol. */
  series(): Promise<readonly HistorySeries[]>;
  /** First and last date and size of a series; undefined without a row. */
  extent(series: HistorySeries): Promise<HistoryCoverage | undefined>;
  /** What sources have said everything about, sorted and disjoint. */
  stretches(series: HistorySeries): Promise<readonly CoveredStretch[]>;
  /** Trading hours whose rows were lost by damage and that no source has told again; sorted and disjoint. */
  lost(series: HistorySeries): Promise<readonly TimeStretch[]>;
  /** Starts of a series' bars, or times of its events, within [from, to), ascending. */
  times(series: HistorySeries, from: Micros, to: Micros): Promise<Float64Array>;
}
