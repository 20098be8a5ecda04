/** Cuts market data in memory into portions that end with an instant, so that a run can report its progress. */
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import { sliceTable } from '../domain/tables.js';

/** Portions of at least `events` events (the last may be smaller) that share the batch's memory. */
export function* sliceMarket(market: MarketBatch, events: number): Generator<MarketBatch> {
  const { tables, order, length } = market;
  const rows = new Uint32Array(tables.length);
  let next = 0;
  while (next < length) {
    const from = next;
    const firstRows = rows.slice();
    next = Math.min(length, from + events);
    if (order === null) rows[0] = next;
    else for (let event = from; event < next; event += 1) step(rows, order[event] ?? 0);
    const time = timeOf(tables, order, rows, next - 1, -1);
    while (next < length && timeOf(tables, order, rows, next, 0) === time) {
      step(rows, order?.[next] ?? 0);
      next += 1;
    }
    yield {
      tables: tables.map((table, index) => sliceTable(table, firstRows[index] ?? 0, rows[index] ?? 0)),
      order: order?.subarray(from, next) ?? null,
      length: next - from,
    };
  }
}

/** Time of an event, given the rows that its table has behind it; `shift` is -1 for the event just passed. */
function timeOf(
  tables: readonly MarketTable[],
  order: Uint8Array | null,
  rows: Uint32Array,
  event: number,
  shift: number,
): number {
  const index = order?.[event] ?? 0;
  return tables[index]?.time[(rows[index] ?? 0) + shift] ?? Infinity;
}

function step(rows: Uint32Array, index: number): void {
  rows[index] = (rows[index] ?? 0) + 1;
}
