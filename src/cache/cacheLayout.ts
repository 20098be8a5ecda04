/**
 * Where the cache keeps what: hive-like folders that DuckDB, pandas and polars read as columns, one file per
 * month (per year for daily bars). Data of one venue or samples lie in a tree of their own, as do earlier versions:
 *
 *     kind=bar/timeframe=1m/symbol=SPY/2013-10.parquet
 *     kind=print/symbol=SPY/2013-10.parquet
 *     feed=alpaca%2Fiex/kind=bar/timeframe=1m/symbol=SPY/2013-10.parquet
 *     revisions/kind=bar/timeframe=1m/symbol=SPY/2013-10.parquet
 *     kind=factor/symbol=SPY/factors.parquet
 *     rowlog/00000001.rows
 *     quarantine/…
 */
import { join } from 'node:path';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistorySeries } from '../domain/historyArchive.js';
import type { FeedQuality } from '../domain/marketSource.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';

/** Folder of earlier versions of rows, below the cache's. */
export const REVISIONS_FOLDER = 'revisions';
/** Folder of the row log, below the cache's. */
export const ROW_LOG_FOLDER = 'rowlog';
/** Folder of damaged files, below the cache's. */
export const QUARANTINE_FOLDER = 'quarantine';

/** The folder of a series below the cache's, relative. */
export function seriesFolder(series: HistorySeries): string {
  const feed = series.feed === undefined ? [] : [`feed=${encodeURIComponent(series.feed)}`];
  const timeframe = series.timeframe === undefined ? [] : [`timeframe=${series.timeframe}`];
  return join(...feed, `kind=${series.kind}`, ...timeframe, `symbol=${series.symbol}`);
}

/** The feed under which data of a quality are kept: none for consolidated data, which go together. */
export function feedOf(quality: FeedQuality): string | undefined {
  return quality.coverage === 'consolidated' ? undefined : quality.source;
}

/** Kinds of rows that are kept beside market data. */
export type ReferenceKind = 'factor' | 'ticker' | 'action';

/** The folder of reference rows of an instrument. */
export function referenceFolder(root: string, kind: ReferenceKind, symbol: string): string {
  return join(root, `kind=${kind}`, `symbol=${symbol}`);
}

/** `SPY 1m bar` or `SPY 1m bar of alpaca/iex`, as messages name a series. */
export function describeSeries(series: HistorySeries): string {
  const what = [series.symbol, series.timeframe, series.kind].filter((part) => part !== undefined && part !== '');
  return `${what.join(' ')}${series.feed === undefined ? '' : ` of ${series.feed}`}`;
}

/**
 * The spelling under which a symbol is kept: upper case, so that it is one folder on every file system. Throws
 * `SYMBOL_INVALID` for anything but letters, digits, `.` and `-`, 1 to 20 of them, starting with a letter or digit.
 */
export function canonicalSymbol(symbol: string): string {
  // Before the change of case: letters of other scripts turn into these by it, and would be another instrument.
  if (/^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$/.test(symbol)) return symbol.toUpperCase();
  throw new PapertapeError('SYMBOL_INVALID', `"${symbol}" is not a symbol that the data cache can hold.`, {
    remedy: 'Use 1 to 20 letters, digits, dots and hyphens, such as BRK.B.',
  });
}

/** The name, without extension, of the file that holds a time: its New York month, or year for daily bars. */
export function periodOf(time: Micros, timeframe: Timeframe | undefined): string {
  return formatDate(newYorkDate(time)).slice(0, periodLength(timeframe));
}

/** The first date after a period. */
export function periodEnd(period: string): TradingDate {
  const year = Number(period.slice(0, 4));
  const month = period.length === 4 ? 12 : Number(period.slice(5, 7));
  const next = month === 12 ? `${pad(year + 1, 4)}-01-01` : `${pad(year, 4)}-${pad(month + 1, 2)}-01`;
  return parseDate(next);
}

function periodLength(timeframe: Timeframe | undefined): number {
  return timeframe === '1d' ? 4 : 7;
}

function pad(value: number, width: number): string {
  return value.toString().padStart(width, '0');
}
