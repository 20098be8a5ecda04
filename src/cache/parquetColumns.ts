/**
 * The columns of the cache's Parquet files and how each becomes a column in memory.
 *
 * Times are TIMESTAMP WITH TIME ZONE (microseconds, UTC: no reader can take them for local time). Prices are
 * DECIMAL(18,6): exact, and dollars for whoever opens the file, while the bytes on disk are the same 64-bit
 * integers that memory holds, so that loading converts nothing. pandas shows them as `Decimal`; one
 * `astype(float)` makes them numbers; adjusted prices of kept runs are DECIMAL(18,8). Sizes are BIGINT, flags USMALLINT
 * (bits of PrintFlag, QuoteFlag), exchange the ASCII code of the SIP letter. Every row ends with `received`, when the
 * cache took it in; earlier versions of rows, in files of their own, also with `superseded`, when they were replaced.
 */
import type { HistoryKind } from '../domain/ports.js';

/** How a column is stored. */
export type ColumnType = 'time' | 'price' | 'adjusted' | 'count' | 'flags' | 'letter';

/** One column of a file and the table column that it is. */
export interface ColumnSpec {
  /** Name in the file. */
  readonly name: string;
  /** Name in the table (see `domain/tables.ts`). */
  readonly field: string;
  readonly type: ColumnType;
}

/** SQL type of each column type. */
export const SQL_TYPE: Readonly<Record<ColumnType, string>> = {
  time: 'TIMESTAMPTZ',
  price: 'DECIMAL(18,6)',
  adjusted: 'DECIMAL(18,8)',
  count: 'BIGINT',
  flags: 'USMALLINT',
  letter: 'UTINYINT',
};

const column = (type: ColumnType, name: string, field = name): ColumnSpec => ({ name, field, type });
const price = (name: string, field = name): ColumnSpec => column('price', name, field);

const SPAN = [column('time', 'start'), column('time', 'end', 'time')];

/** Name of the column that says when the cache received a row, in every file of market data. */
export const RECEIVED = 'received';
/** Name of the column that says when a row was replaced, in files of earlier versions. */
export const SUPERSEDED = 'superseded';

/** The columns of a table per kind; the first is the one that rows are sorted and merged by. */
export const FILE_COLUMNS: Readonly<Record<HistoryKind, readonly ColumnSpec[]>> = {
  bar: [...SPAN, price('open'), price('high'), price('low'), price('close'), column('count', 'volume')],
  quoteBar: [
    ...SPAN,
    price('bid_open', 'bidOpen'),
    price('bid_high', 'bidHigh'),
    price('bid_low', 'bidLow'),
    price('bid_close', 'bidClose'),
    column('count', 'bid_size', 'bidSize'),
    price('ask_open', 'askOpen'),
    price('ask_high', 'askHigh'),
    price('ask_low', 'askLow'),
    price('ask_close', 'askClose'),
    column('count', 'ask_size', 'askSize'),
  ],
  quote: [
    column('time', 'time'),
    price('bid'),
    column('count', 'bid_size', 'bidSize'),
    price('ask'),
    column('count', 'ask_size', 'askSize'),
    column('flags', 'flags'),
  ],
  print: [
    column('time', 'time'),
    price('price'),
    column('count', 'size'),
    column('flags', 'flags'),
    column('letter', 'exchange'),
  ],
};
