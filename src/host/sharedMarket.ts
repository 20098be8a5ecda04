/** Market data in memory that threads share: one copy here, none per thread. */
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import { columnNames, columnOf, createTableLike } from '../domain/tables.js';

/** The batch with its columns in shared memory, no longer than its rows. */
export function shareMarket({ tables, order, length }: MarketBatch): MarketBatch {
  return { tables: tables.map(shareTable), order: order === null ? null : sharedCopy(order), length };
}

/** The table with its columns in shared memory, no longer than its rows. */
export function shareTable<T extends MarketTable>(table: T): T {
  const shared = createTableLike(table, 0);
  for (const name of columnNames(table.kind)) {
    Reflect.set(shared, name, sharedCopy(columnOf(table, name).subarray(0, table.length)));
  }
  shared.length = table.length;
  return shared;
}

function sharedCopy<C extends Uint8Array | Uint16Array | Float64Array>(column: C): C {
  const memory = new SharedArrayBuffer(column.byteLength);
  // All of these take a buffer; TypeScript does not see that the class stays the same.
  const copy = Reflect.construct(column.constructor as new (memory: SharedArrayBuffer) => C, [memory]) as C;
  copy.set(column);
  return copy;
}
