/**
 * Where the cache keeps what: hive-like folders that DuckDB, pandas and polars read as columns, one file per
 * month (per year for daily bars):
 *
 *     kind=bar/timeframe=1m/symbol=SPY/2013-10.parquet
 *     kind=print/symbol=SPY/2013-10.parquet
 */
import { join } from 'node:path';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistoryKind } from '../domain/ports.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';

/** The rows of one symbol, kind and timeframe. */
export interface SeriesKey {
  readonly symbol: string;
  readonly kind: HistoryKind;
  /** Undefined for quotes and prints. */
  readonly timeframe: Timeframe | undefined;
}

/** The folder of a series below the cache's. */
export function seriesFolder(root: string, key: SeriesKey): string {
  const timeframe = key.timeframe === undefined ? [] : [`timeframe=${key.timeframe}`];
  return join(root, `kind=${key.kind}`, ...timeframe, `symbol=${key.symbol}`);
}

/** The folder of reference rows (factors, tickers) of a symbol. */
export function referenceFolder(root: string, kind: 'factor' | 'ticker', symbol: string): string {
  return join(root, `kind=${kind}`, `symbol=${symbol}`);
}

/** `SPY 1m bar`, as messages name a series. */
export function describeSeries(key: SeriesKey): string {
  return [key.symbol, key.timeframe, key.kind].filter((part) => part !== undefined).join(' ');
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

/** The period of a date given as text. */
export function periodOfDate(date: string, timeframe: Timeframe | undefined): string {
  return date.slice(0, periodLength(timeframe));
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
