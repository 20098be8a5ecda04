/** What data a run was fed, in words that tell of which hours they are. Pure. */
import { phaseAt } from '../calendar/sessions.js';
import type { MarketTable } from '../domain/marketTables.js';
import { formatCount } from './figureText.js';

/** One table that was fed: what it holds, such as `1m bars of regular hours`, and how many rows. */
export interface DataTable {
  readonly what: string;
  readonly rows: number;
}

/** The tables in their order. Of other hours is only what was asked for (`extendedHours`) and is there. */
export function dataTables(tables: readonly MarketTable[], extendedHours: boolean): readonly DataTable[] {
  return tables.map((table) => ({ what: describeTable(table, extendedHours), rows: table.length }));
}

/** `780 5m bars of regular hours, 1,200 quotes of regular hours`. */
export function dataText(tables: readonly DataTable[]): string {
  return tables.map(({ what, rows }) => `${formatCount(rows)} ${what}`).join(', ');
}

function describeTable(table: MarketTable, extendedHours: boolean): string {
  // A daily bar covers regular hours in any case.
  if (table.kind === 'bar' && table.timeframe === '1d') return '1d bars';
  const isWide = extendedHours && isOfOtherHours(table);
  const asked = extendedHours ? 'of regular hours, as there are no others' : 'of regular hours';
  const hours = isWide ? 'of all hours' : asked;
  if (table.kind === 'bar') return `${table.timeframe} bars ${hours}`;
  if (table.kind === 'quoteBar') return `${table.timeframe} quote bars ${hours}`;
  return `${table.kind}s ${hours}`;
}

/** Whether a row lies outside regular hours. */
function isOfOtherHours(table: MarketTable): boolean {
  const times = table.kind === 'bar' || table.kind === 'quoteBar' ? table.start : table.time;
  for (let row = 0; row < table.length; row += 1) if (phaseAt(times[row] ?? 0) !== 'regular') return true;
  return false;
}
