/**
 * Writing history: what importers and sources hand to a store, and what a store keeps beside the rows
 * (adjustment factors, dated tickers). Reading is {@link HistoryStore} in ports.ts.
 */
import type { BarTable, PrintTable, QuoteBarTable, QuoteTable } from './marketTables.js';

/** A table that a history store keeps. */
export type HistoryTable = BarTable | QuoteBarTable | QuoteTable | PrintTable;

/** Integer steps of one in {@link AdjustmentFactor}: ten decimals. */
export const FACTOR_SCALE = 10_000_000_000;

/**
 * What turns raw prices of a stretch of days into comparable ones: adjusted price = raw × price factor × split
 * factor, adjusted volume = raw ÷ split factor. Both factors are positive integers at {@link FACTOR_SCALE}.
 */
export interface AdjustmentFactor {
  /** The last trading date it applies to, `YYYY-MM-DD`; it begins the day after the row before it. */
  readonly until: string;
  readonly priceFactor: number;
  readonly splitFactor: number;
  /**
   * New shares for old ones after it, where the factors were reckoned from declared actions; 1 for 1 where only a
   * dividend was declared. Absent in rows of a factor file.
   */
  readonly declared?: { readonly to: number; readonly from: number };
}

/** The ticker of a security up to and including a date (X1). */
export interface TickerPeriod {
  readonly until: string;
  readonly ticker: string;
  /** Letter of the listing exchange; empty if unknown. */
  readonly exchange: string;
}

/** What merging rows into a store did. */
export interface MergeOutcome {
  /** Rows that were not there before. */
  readonly added: number;
  /** Rows that replaced stored rows of the same time with other values. */
  readonly replaced: number;
  /** Rows that were there already. */
  readonly unchanged: number;
}

/** Takes history in. Repeating a call changes nothing. */
export interface HistoryWriter {
  /**
   * Merges rows of one symbol, at the raw price scale and sorted by time; their `symbolId` is ignored. The rows
   * of one time (of one start, for bars) are replaced together by those of the table. The symbol is an instrument's
   * permanent id, or the ticker that it had at the last row. Throws `SYMBOL_INVALID` for the id of an instrument that
   * was called otherwise then.
   */
  merge(symbol: string, table: HistoryTable): Promise<MergeOutcome>;
  /** Replaces a symbol's factors; sorted by date. */
  putFactors(symbol: string, factors: readonly AdjustmentFactor[]): Promise<MergeOutcome>;
  /** Replaces the dated tickers of a security, which is named by its permanent id; sorted by date. */
  putTickers(symbol: string, periods: readonly TickerPeriod[]): Promise<MergeOutcome>;
}
