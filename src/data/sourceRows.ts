/** Makes and fills {@link SourceRows}: growable columns, no allocation per row once the capacity is there. */
import {
  createBarTable,
  createPrintTable,
  createQuoteTable,
  createStatusTable,
  growColumns,
} from '../domain/tables.js';
import type { SourceRows } from '../domain/marketSource.js';

/** Empty rows with room for `capacity` of each kind. */
export function createSourceRows(capacity: number): SourceRows {
  return {
    receivedAt: 0,
    length: 0,
    kinds: new Uint8Array(capacity),
    statuses: createStatusTable(capacity),
    quotes: createQuoteTable(capacity),
    prints: createPrintTable(capacity),
    printIds: new Float64Array(capacity),
    bars: createBarTable('1m', capacity),
    barStates: new Uint8Array(capacity),
  };
}

/** Forgets all rows and takes the time of the next message. */
export function clearSourceRows(rows: SourceRows, receivedAt: number): void {
  rows.receivedAt = receivedAt;
  rows.length = 0;
  rows.statuses.length = 0;
  rows.quotes.length = 0;
  rows.prints.length = 0;
  rows.bars.length = 0;
}

/**
 * Makes room for one more row of any kind; call it before writing a row. All columns have one capacity, so that the
 * check is one comparison.
 */
export function ensureSourceRoom(rows: SourceRows): void {
  if (rows.length < rows.kinds.length) return;
  const capacity = Math.max(16, rows.kinds.length * 2);
  rows.kinds = grown(rows.kinds, new Uint8Array(capacity));
  rows.barStates = grown(rows.barStates, new Uint8Array(capacity));
  rows.printIds = grown(rows.printIds, new Float64Array(capacity));
  for (const table of [rows.statuses, rows.quotes, rows.prints, rows.bars]) growColumns(table, capacity);
}

function grown<Column extends Uint8Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
