/** The part of a market that one trial runs on, and the bars before it that warm its indicators up. */
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import type { BarTable, MarketBatch } from '../../domain/marketTables.js';
import { mergeTables } from '../../domain/mergeTables.js';
import { columnNames, columnOf, createBarTable, rowAtOrAfter, sliceTable } from '../../domain/tables.js';
import type { Micros } from '../../domain/units.js';
import { dateBefore } from '../warmUpNeed.js';
import type { WarmUpNeed } from '../warmUpNeed.js';

/** Rows at or after `from` and before `to`; the columns are shared. */
export function windowOf(market: MarketBatch, from: Micros, to: Micros): MarketBatch {
  const tables = market.tables.map((table) =>
    sliceTable(table, rowAtOrAfter(table.time, table.length, from), rowAtOrAfter(table.time, table.length, to)),
  );
  const isWhole = tables.every((table, index) => table.length === market.tables[index]?.length);
  return isWhole ? market : mergeTables(tables);
}

/**
 * The bars before `from` that are wanted: of the market itself where it begins earlier, else of `history`, which lies
 * before the market. Undefined if there are none.
 */
export function warmUpBars(
  need: WarmUpNeed | undefined,
  from: Micros,
  market: MarketBatch,
  history: BarTable | undefined,
): BarTable | undefined {
  if (need === undefined) return undefined;
  const earliest = fromNewYork(dateBefore(newYorkDate(from), need.sessions), 0);
  const parts: BarTable[] = [];
  for (const table of [history, ...market.tables]) {
    if (table?.kind !== 'bar' || table.timeframe !== need.timeframe) continue;
    const first = rowAtOrAfter(table.time, table.length, earliest);
    const end = rowAtOrAfter(table.time, table.length, from);
    if (end > first) parts.push(sliceTable(table, first, end));
  }
  const [only, ...more] = parts;
  return only === undefined || more.length === 0 ? only : joined(only, parts);
}

function joined(like: BarTable, parts: readonly BarTable[]): BarTable {
  const all = createBarTable(
    like.timeframe,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  for (const part of parts) {
    for (const name of columnNames('bar')) columnOf(all, name).set(columnOf(part, name), all.length);
    all.length += part.length;
  }
  return all;
}
