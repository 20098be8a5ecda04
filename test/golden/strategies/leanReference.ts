/** What a rule of LEAN's looks up apart from the bars that come to it: earlier bars and quotes. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { referenceData } from '../../referenceData.js';
import { atNewYork } from './leanRule.js';

const MILLISECOND = 1000;
const MINUTE = 60_000_000;

/** Rows of a file as fields, without the header. */
function rowsOf(path: string): string[][] {
  const bytes = readFileSync(referenceData(path));
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
}

/** What makes an adjusted price of one of a date. */
function factorOn(symbol: string, date: string): number {
  const rows = rowsOf('lean/factor_files.csv').filter(([name, until = '']) => name === symbol && until >= date);
  const [, , price = '1', split = '1'] = rows[0] ?? [];
  return Number(price) * Number(split);
}

/** Adjusted closes of the last hours before a date, oldest first. */
export function hourClosesBefore(symbol: string, date: string, count: number): number[] {
  const name = symbol.toLowerCase();
  const rows = rowsOf(`lean/hour/${name}.csv.gz`).filter(([day = '']) => day < date);
  const factor = factorOn(name, date);
  return rows.slice(-count).map(([, , , , , close]) => Number(close) * factor);
}

/** Adjusted closes of the last regular minutes before a date, oldest first. */
export function minuteClosesBefore(symbol: string, date: string, count: number): number[] {
  const name = symbol.toLowerCase();
  const rows = rowsOf(`lean/minute/${name}_trade.csv.gz`).filter(
    ([day = '', ms]) => day < date && Number(ms) >= 570 * 60_000 && Number(ms) < 960 * 60_000,
  );
  const factor = factorOn(name, date);
  return rows.slice(-count).map(([, , , , , close]) => Number(close) * factor);
}

/** Adjusted bid and ask at the end of each minute, by the minute's end in micros. */
export function quotesOf(
  symbol: string,
  date: string,
): ReadonlyMap<number, { readonly bid: number; readonly ask: number }> {
  const name = symbol.toLowerCase();
  const factor = factorOn(name, date);
  const days = new Map<string, number>();
  return new Map(
    rowsOf(`lean/minute/${name}_quote.csv.gz`).map((row) => {
      const [day = '', ms, , , , bid, , , , , ask] = row;
      if (!days.has(day)) days.set(day, atNewYork(day, 0));
      const end = (days.get(day) ?? 0) + Number(ms) * MILLISECOND + MINUTE;
      return [end, { bid: Number(bid) * factor, ask: Number(ask) * factor }];
    }),
  );
}
