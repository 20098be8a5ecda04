/**
 * `load`: history from disk and from memory. Five million one-minute bars of one symbol in monthly Parquet files are
 * loaded into columns, against DuckDB handing over the same columns of the same files, run by turns; then the same
 * question from the hot cache. `append` adds one minute of 10,000 symbols durably and reads that minute of all of
 * them, while every symbol has a file of the days before and the log holds an hour of minutes.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createHistoricalCache } from '../src/cache/historicalCache.js';
import type { HistoricalCache } from '../src/cache/historicalCache.js';
import { ParquetEngine } from '../src/cache/ParquetEngine.js';
import { nyse } from '../src/calendar/sessions.js';
import { dateOf, formatDate } from '../src/calendar/tradingDate.js';
import type { BarTable } from '../src/domain/marketTables.js';
import type { HistoryQuery } from '../src/domain/ports.js';
import { createBarTable } from '../src/domain/tables.js';
import { MINUTE } from '../src/domain/timeframe.js';
import { figures } from './harness.js';
import type { BenchResult } from './harness.js';

const BARS = 5_000_000;
const WARM_UPS = 2;
const RUNS = 5;
const HOT_RUNS = 15;
const SYMBOLS = 10_000;
const LOGGED_MINUTES = 60;
const APPEND_RUNS = 9;
const CENT = 10_000;
const SHARE_OF_DUCKDB = 0.8;
const HOT_GATE = 60_000_000;

/** Measures the cases. */
export async function run(): Promise<BenchResult[]> {
  const root = mkdtempSync(join(tmpdir(), 'papertape-load-'));
  const engine = await ParquetEngine.open();
  try {
    return [...(await loadCases(join(root, 'one'), engine)), await appendCase(join(root, 'many'), engine)];
  } finally {
    engine.close();
    rmSync(root, { recursive: true });
  }
}

async function loadCases(root: string, engine: ParquetEngine): Promise<BenchResult[]> {
  const table = minutes(BARS);
  const first = formatDate(nyse.nextSession(dateOf(1990, 1, 1)).date);
  const writer = createHistoricalCache(root, { engine });
  await writer.merge('WALK', table);
  await writer.close();
  const last = (await writer.coverage())[0]?.to ?? '';
  const query: HistoryQuery = {
    symbols: ['WALK'],
    kind: 'bar',
    timeframe: '1m',
    from: first,
    to: last,
    adjust: 'raw',
    extendedHours: true,
  };
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");

  const ours: number[] = [];
  const theirs: number[] = [];
  for (let index = 0; index < WARM_UPS + RUNS; index++) {
    theirs.push(await timed(() => readAlone(connection, root)));
    // A cache of its own each time: checksums and manifests are part of a first load.
    const cache = createHistoricalCache(root, { engine });
    ours.push(
      await timed(async () => {
        checkLoaded(await cache.load(query), table);
      }),
    );
    await cache.close();
  }
  connection.closeSync();
  instance.closeSync();
  const duckdb = figures('load/duckdb-alone', 'bars', BARS, theirs[0] ?? 0, theirs.slice(WARM_UPS), 0);
  const parquet = figures('load/parquet-to-columns', 'bars', BARS, ours[0] ?? 0, ours.slice(WARM_UPS), 0);

  const cache = createHistoricalCache(root, { engine });
  checkLoaded(await cache.load(query), table);
  const hot: number[] = [];
  for (let index = 0; index < HOT_RUNS; index++) {
    hot.push(
      await timed(async () => {
        checkLoaded(await cache.load(query), table);
      }),
    );
  }
  await cache.close();
  return [
    duckdb,
    {
      ...parquet,
      gatePerSecond: SHARE_OF_DUCKDB * duckdb.perSecond,
      note: `${(parquet.perSecond / duckdb.perSecond).toFixed(2)} × DuckDB alone; with checksums of every file`,
    },
    {
      ...figures('load/hot-cache', 'bars', BARS, hot[0] ?? 0, hot.slice(WARM_UPS), 0),
      gatePerSecond: HOT_GATE,
      note: 'symbol ids of the asker’s own, all other columns shared',
    },
  ];
}

/** What DuckDB takes to hand over every chunk of the same columns. */
async function readAlone(connection: DuckDBConnection, root: string): Promise<void> {
  const files = join(root, 'kind=bar/timeframe=1m/symbol=WALK/*.parquet');
  const columns = '"start", "end", "open", "high", "low", "close", "volume"';
  const result = await connection.stream(`SELECT ${columns} FROM read_parquet('${files}', hive_partitioning = false)`);
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    rows += chunk.rowCount;
    for (let index = 0; index < 7; index++) chunk.getColumnVector(index);
  }
  if (rows !== BARS) throw new Error(`DuckDB read ${rows} rows instead of ${BARS}`);
}

/** The ends and some rows between; all rows are compared by the tests of the cache. */
function checkLoaded(loaded: unknown, table: BarTable): void {
  const bars = loaded as BarTable;
  if (bars.length !== BARS) throw new Error(`${bars.length} bars instead of ${BARS}`);
  for (let row = 0; row < BARS; row += 99_991) {
    if (bars.start[row] !== table.start[row] || bars.close[row] !== table.close[row]) {
      throw new Error(`row ${row} differs`);
    }
  }
}

async function appendCase(root: string, engine: ParquetEngine): Promise<BenchResult> {
  const symbols = Array.from({ length: SYMBOLS }, (_, index) => `S${String(index).padStart(5, '0')}`);
  const yesterday = nyse.nextSession(dateOf(2025, 6, 2));
  const today = nyse.nextSession(yesterday.date);
  const quality = { source: 'bench', coverage: 'consolidated', delay: 0 } as const;
  const cache = createHistoricalCache(root, { engine, rowLogRows: Infinity });
  await giveHistory(cache, root, symbols, yesterday.open);
  let minute = 0;
  const appendNext = async (): Promise<number> => {
    const start = today.premarketOpen + minute * MINUTE;
    minute += 1;
    const covered = [{ from: start, to: start + MINUTE }];
    await cache.append(symbols, oneMinute(start, minute), { quality, covered });
    return start;
  };
  while (minute < LOGGED_MINUTES) await appendNext();
  const times: number[] = [];
  const appends: number[] = [];
  for (let index = 0; index < APPEND_RUNS; index++) {
    const began = performance.now();
    await appendNext();
    appends.push(performance.now() - began);
    const date = formatDate(today.date);
    const query = { symbols, kind: 'bar', timeframe: '1m', from: date, to: date, adjust: 'raw' } as const;
    const table = await cache.load({ ...query, extendedHours: true });
    times.push(performance.now() - began);
    if (table.kind !== 'bar' || table.length !== minute * SYMBOLS) throw new Error('rows are missing');
    if (table.close[table.length - 1] !== closeOf(SYMBOLS - 1, minute)) throw new Error('the last row differs');
  }
  await cache.close();
  const appendMs = figures('', '', 1, 0, appends.slice(2), 0).medianMs;
  return {
    ...figures('load/append-10k-symbols', 'rows', SYMBOLS, times[0] ?? 0, times.slice(2), 0),
    gatePerSecond: SYMBOLS,
    note: `one minute of each symbol appended (${appendMs.toFixed(0)} ms, synced) and the whole day of all read back`,
  };
}

/** A file of yesterday for every symbol, copied from the first. */
async function giveHistory(
  cache: HistoricalCache,
  root: string,
  symbols: readonly string[],
  start: number,
): Promise<void> {
  const table = createBarTable('1m', 390);
  for (let row = 0; row < 390; row++) setBar(table, row, start + row * MINUTE, 100 * CENT);
  table.length = 390;
  const [first = ''] = symbols;
  await cache.merge(first, table);
  const folder = join(root, 'kind=bar/timeframe=1m');
  const manifest = readFileSync(join(folder, `symbol=${first}`, '_manifest.json'));
  for (const symbol of symbols.slice(1)) {
    cpSync(join(folder, `symbol=${first}`), join(folder, `symbol=${symbol}`), { recursive: true });
    writeFileSync(join(folder, `symbol=${symbol}`, '_manifest.json'), manifest);
  }
}

function oneMinute(start: number, minute: number): BarTable {
  const table = createBarTable('1m', SYMBOLS);
  for (let row = 0; row < SYMBOLS; row++) {
    setBar(table, row, start, closeOf(row, minute));
    table.symbolId[row] = row;
  }
  table.length = SYMBOLS;
  return table;
}

function closeOf(symbol: number, minute: number): number {
  return (1000 + symbol + minute) * CENT;
}

function setBar(table: BarTable, row: number, start: number, price: number): void {
  table.start[row] = start;
  table.time[row] = start + MINUTE;
  table.open[row] = table.high[row] = table.low[row] = table.close[row] = price;
  table.volume[row] = 100;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** A walk in cents over the minutes of the calendar's days from 04:00 to 20:00. */
function minutes(count: number): BarTable {
  const table = createBarTable('1m', count);
  let state = 42;
  let price = 10_000;
  let session = nyse.nextSession(dateOf(1990, 1, 1));
  let row = 0;
  while (row < count) {
    for (let start = session.premarketOpen; start < session.afterHoursClose && row < count; start += MINUTE) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      const open = price;
      price = Math.min(200_000, Math.max(500, price + ((state >>> 24) % 11) - 5));
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      table.open[row] = open * CENT;
      table.close[row] = price * CENT;
      table.high[row] = (Math.max(open, price) + ((state >>> 16) & 3)) * CENT;
      table.low[row] = (Math.min(open, price) - ((state >>> 12) & 3)) * CENT;
      table.volume[row] = 1000 + ((state >>> 8) & 8191);
      row += 1;
    }
    session = nyse.nextSession(session.date);
  }
  table.length = count;
  return table;
}
