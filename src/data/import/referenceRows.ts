/** Rows of factor files and map files: reference facts of a symbol by date. */
import { formatDate } from '../../calendar/tradingDate.js';
import { FACTOR_SCALE } from '../../domain/history.js';
import type { AdjustmentFactor, TickerPeriod } from '../../domain/history.js';
import { parseDecimal } from '../../domain/units.js';
import { fieldText } from './csvScanner.js';
import type { CsvRow } from './csvScanner.js';
import { parseDateAt } from './fieldParsers.js';
import type { RefusalReason } from './importReport.js';
import type { ColumnRole, Layout } from './layouts.js';
import { optionalText } from './tickRows.js';

/** Collects reference rows by symbol; a later row of one date replaces the earlier. */
export class ReferenceFileRows {
  readonly factors = new Map<string, AdjustmentFactor[]>();
  readonly tickers = new Map<string, TickerPeriod[]>();
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** Takes a row, or says why not. */
  read(symbol: string, row: CsvRow): RefusalReason | undefined {
    const column = this.#layout.columns.get('date') ?? 0;
    const start = row.starts[column] ?? 0;
    const date = parseDateAt(row.bytes, start, (row.ends[column] ?? 0) - start);
    if (Number.isNaN(date)) return 'timeInvalid';
    // Reference rows use far dates ("for ever") that the calendar need not know.
    const until = Number.isFinite(date) ? formatDate(date) : isoDate(fieldText(row, column));
    return this.#layout.kind === 'factor' ? this.#readFactor(symbol, until, row) : this.#readTicker(symbol, until, row);
  }

  #readFactor(symbol: string, until: string, row: CsvRow): RefusalReason | undefined {
    const priceFactor = parseDecimal(this.#text(row, 'priceFactor'), FACTOR_SCALE);
    const splitFactor = parseDecimal(this.#text(row, 'splitFactor'), FACTOR_SCALE);
    if (priceFactor === undefined || splitFactor === undefined) return 'notANumber';
    if (priceFactor <= 0 || splitFactor <= 0) return 'notPositive';
    return append(this.factors, symbol, { until, priceFactor, splitFactor });
  }

  #readTicker(symbol: string, until: string, row: CsvRow): RefusalReason | undefined {
    const ticker = this.#text(row, 'ticker').toUpperCase();
    if (ticker === '') return 'symbolInvalid';
    return append(this.tickers, symbol, { until, ticker, exchange: this.#text(row, 'exchange') });
  }

  #text(row: CsvRow, role: ColumnRole): string {
    return optionalText(row, this.#layout.columns.get(role) ?? -1);
  }
}

function isoDate(text: string): string {
  return text.length === 8 ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : text;
}

function append<T extends { readonly until: string }>(
  bySymbol: Map<string, T[]>,
  symbol: string,
  entry: T,
): RefusalReason | undefined {
  const rows = bySymbol.get(symbol);
  if (rows === undefined) {
    bySymbol.set(symbol, [entry]);
    return undefined;
  }
  const last = rows.at(-1);
  if (last !== undefined && entry.until <= last.until)
    return entry.until === last.until ? 'duplicate' : 'timeBackwards';
  rows.push(entry);
  return undefined;
}
