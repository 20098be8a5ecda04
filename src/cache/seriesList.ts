/** Lists of series as people see them: in order, without doubles, with first and last date and size. */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import type { HistorySeries } from '../domain/historyArchive.js';
import type { HistoryCoverage } from '../domain/ports.js';
import { timeframeCode } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { keyColumn } from './historyTables.js';
import type { StampedRows } from './mergeRows.js';
import type { FileEntry } from './seriesManifest.js';

/** Order by symbol, consolidated data first, kind and timeframe. */
export function compareSeries(a: HistorySeries, b: HistorySeries): number {
  return (
    compareText(a.symbol, b.symbol) ||
    compareText(a.feed ?? '', b.feed ?? '') ||
    compareText(a.kind, b.kind) ||
    codeOf(a.timeframe) - codeOf(b.timeframe)
  );
}

/** Whether two series are one. */
export function isSameSeries(a: HistorySeries, b: HistorySeries | undefined): boolean {
  return b !== undefined && compareSeries(a, b) === 0;
}

/** From when to when a series goes; undefined without a row. Rows of the log that restate rows of files count too. */
export function coverageOf(
  series: HistorySeries,
  files: readonly FileEntry[],
  recent: readonly StampedRows[],
): HistoryCoverage | undefined {
  let from = files[0]?.from;
  let to = files.at(-1)?.to;
  let rows = files.reduce((sum, file) => sum + file.rows, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const { table } of recent) {
    const key = keyColumn(table).subarray(0, table.length);
    rows += table.length;
    for (const time of key) {
      const date = formatDate(newYorkDate(time));
      if (from === undefined || date < from) from = date;
      if (to === undefined || date > to) to = date;
    }
  }
  if (from === undefined || to === undefined) return undefined;
  const { symbol, kind, timeframe } = series;
  return { symbol, kind, timeframe, from, to, rows, bytes };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function codeOf(timeframe: Timeframe | undefined): number {
  return timeframe === undefined ? -1 : timeframeCode(timeframe);
}
