/** Identifies data by their values, independent of files, libraries and machines (little-endian throughout). */
import { createHash } from 'node:crypto';
import type { HistoryTable } from '../domain/history.js';
import { columnOf } from '../domain/tables.js';
import { FILE_COLUMNS } from './parquetColumns.js';

/** SHA-256 in hexadecimal over the stored columns of a table, column by column. */
export function hashRows(table: HistoryTable): string {
  const hash = createHash('sha256').update(`${table.kind} ${table.length}\n`);
  for (const spec of FILE_COLUMNS[table.kind]) {
    const column = columnOf(table, spec.field);
    hash.update(new Uint8Array(column.buffer, column.byteOffset, table.length * column.BYTES_PER_ELEMENT));
  }
  return hash.digest('hex');
}

/** SHA-256 in hexadecimal of a JSON value. */
export function hashValue(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
