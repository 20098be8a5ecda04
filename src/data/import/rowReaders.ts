/**
 * Turns the rows of a file into tables, one per symbol, and refuses rows that cannot be right. A refused row leaves
 * no trace; the rows after it are judged by the last row that was kept.
 */
import type { HistoryKind } from '../../domain/ports.js';
import type { Timeframe } from '../../domain/timeframe.js';
import { assert } from '../../utils/assert.js';
import { BarRows } from './barRows.js';
import { QuoteBarRows } from './quoteBarRows.js';
import type { RowContext, RowReader } from './RowReader.js';
import { PrintRows, QuoteRows } from './tickRows.js';

/** The reader of one symbol's rows of a kind. */
export function createRowReader(kind: HistoryKind, timeframe: Timeframe | undefined, context: RowContext): RowReader {
  if (kind === 'print') return new PrintRows(context);
  if (kind === 'quote') return new QuoteRows(context);
  assert(timeframe !== undefined, 'bars have a timeframe');
  return kind === 'bar' ? new BarRows(timeframe, context) : new QuoteBarRows(timeframe, context);
}
