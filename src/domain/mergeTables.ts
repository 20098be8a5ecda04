/** Puts tables of several kinds into the one total order of X13: time, kind rank, timeframe, symbol, row. */
import { assert } from '../utils/assert.js';
import { KIND_RANK } from './marketTables.js';
import type { MarketBatch, MarketTable } from './marketTables.js';
import { timeframeCode } from './timeframe.js';

/** The place of a table's rows among the rows of one time, ascending. */
export function rankOfTable(table: MarketTable): number {
  const timeframe = table.kind === 'bar' || table.kind === 'quoteBar' ? timeframeCode(table.timeframe) : 0;
  return KIND_RANK[table.kind] * 64 + timeframe;
}

/**
 * One batch of all rows, in order. The columns are shared, not copied; the batch lists the tables by rank. At most
 * one table per kind and timeframe, at most 256 in all.
 */
export function mergeTables(tables: readonly MarketTable[]): MarketBatch {
  const sorted = tables.toSorted((a, b) => rankOfTable(a) - rankOfTable(b));
  const ranks = new Set(sorted.map(rankOfTable));
  assert(ranks.size === sorted.length && sorted.length <= 256, 'there is one table per kind and timeframe');
  const length = sorted.reduce((sum, table) => sum + table.length, 0);
  if (sorted.length === 1) return { tables: sorted, order: null, length };

  const order = new Uint8Array(length);
  const times = sorted.map((table) => table.time);
  const ends = Uint32Array.from(sorted, (table) => table.length);
  const next = new Uint32Array(sorted.length);
  /** Time of each table's next row. */
  const heads = Float64Array.from(sorted, (table) => (table.length > 0 ? (table.time[0] ?? Infinity) : Infinity));
  let event = 0;
  while (event < length) {
    let time = Infinity;
    for (let index = 0; index < heads.length; index++) time = Math.min(time, heads[index] ?? Infinity);
    for (let index = 0; index < heads.length; index++) {
      if (heads[index] !== time) continue;
      const column = times[index];
      const end = ends[index] ?? 0;
      let row = next[index] ?? 0;
      do {
        order[event++] = index;
        row += 1;
      } while (row < end && column?.[row] === time);
      next[index] = row;
      heads[index] = row < end ? (column?.[row] ?? Infinity) : Infinity;
    }
  }
  return { tables: sorted, order, length };
}
