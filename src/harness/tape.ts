/**
 * Market data of a recorded session, or of a day that was imported, for tests of strategies: opened as `papertape
 * verify` and `papertape replay` open them. Only the market is taken: neither the session's strategies nor the
 * commands that were given in it. Nothing on disk is changed.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { openHistory } from '../compose.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { createHistoricalCache } from '../cache/historicalCache.js';
import { PapertapeError } from '../domain/errors.js';
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import { mergeTables, rankOfTable } from '../domain/mergeTables.js';
import type { MarketStream } from '../domain/ports.js';
import { columnNames, columnOf, createTableLike } from '../domain/tables.js';
import { timeframeCode } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import { openMarket, openNewMarket } from '../host/marketSource.js';
import type { OpenMarket } from '../host/marketSource.js';
import { readTape, readTapeMarket } from '../host/readTape.js';
import { streamOfBatches } from '../host/tapeStream.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import type { TestData } from './testData.js';

/** What {@link tape} cannot know. */
export interface TapeOptions {
  /** The symbols to use; all that are there if absent. */
  readonly symbols?: readonly string[];
  /** Which day of imported history; needed where it has more than one. New York date. */
  readonly date?: string;
  /** Where the history is that a replay's tape refers to; the tape's own data directory if absent. */
  readonly dataDir?: string;
}

/** Rows that are read at once; the portions are joined anyway. */
const PORTION = 1_000_000;

/**
 * The market of a folder: a session's tape (`.papertape/tapes/SESSION`), a data directory that was imported into
 * (`papertape data import FILES --data-dir FOLDER`), or its `history`. Of imported history the finest data of each
 * symbol are taken, as a replay does, premarket and after hours included. Rejects with `TAPE_NOT_FOUND`,
 * `DATA_MISSING`, `SYMBOL_UNKNOWN`, and the errors of a damaged tape or cache.
 */
export async function tape(path: string, options: TapeOptions = {}): Promise<TestData> {
  const folder = resolve(path);
  if (isCache(folder)) return imported(folder, createHistoricalCache(folder), options);
  if (isCache(join(folder, 'history'))) return imported(folder, openHistory(folder), options);
  if (!existsSync(folder)) throw nothingIn(folder, 'There is no such folder.');
  return recorded(folder, options);
}

function isCache(folder: string): boolean {
  return ['bar', 'quoteBar', 'quote', 'print'].some((kind) => existsSync(join(folder, `kind=${kind}`)));
}

async function recorded(directory: string, options: TapeOptions): Promise<TestData> {
  const { session } = readTape(nodeFileSystem, directory);
  const { config, market } = session;
  if (market.kind !== 'history') {
    const stream = streamOfBatches(config.symbols, readTapeMarket(nodeFileSystem, directory));
    return dataOf(directory, stream, config.priceScale, options);
  }
  const dataDir = options.dataDir ?? dirname(dirname(directory));
  return withCache(openHistory(dataDir), async (history) => {
    const { stream } = await openMarket(market, () => history);
    return dataOf(directory, stream, config.priceScale, options);
  });
}

function imported(folder: string, cache: HistoricalCache, options: TapeOptions): Promise<TestData> {
  return withCache(cache, async (history) => {
    const coverage = await history.coverage();
    const from = coverage.reduce((first, entry) => (entry.from < first ? entry.from : first), '9999-12-31');
    const to = coverage.reduce((last, entry) => (entry.to > last ? entry.to : last), '');
    const date = options.date ?? (from === to ? from : undefined);
    if (date === undefined) {
      throw new PapertapeError('DATA_MISSING', `The history in ${folder} has more than one day: ${from} to ${to}.`, {
        remedy: `Name the one to use: tape('${basename(folder)}', { date: '${from}' }).`,
      });
    }
    const market: OpenMarket = await openNewMarket({ kind: 'replay', date, symbols: options.symbols }, () => history);
    return dataOf(folder, market.stream, RAW_PRICE_SCALE, options);
  });
}

async function withCache<T>(cache: HistoricalCache, use: (history: HistoricalCache) => Promise<T>): Promise<T> {
  try {
    return await use(cache);
  } finally {
    await cache.close();
  }
}

function dataOf(folder: string, stream: MarketStream, priceScale: number, { symbols }: TapeOptions): TestData {
  const wanted = symbols ?? stream.symbols;
  const unknown = wanted.filter((symbol) => !stream.symbols.includes(symbol));
  if (unknown.length > 0) {
    throw new PapertapeError('SYMBOL_UNKNOWN', `The tape in ${folder} has no ${unknown.join(', ')}.`, {
      remedy: `It has ${stream.symbols.join(', ')}.`,
    });
  }
  const idOf = stream.symbols.map((symbol) => wanted.indexOf(symbol));
  const market = mergeTables(joinTables(portionsOf(stream), idOf));
  if (market.length === 0) throw nothingIn(folder, 'It has no market data.');
  const prints = market.tables.some((table) => table.kind === 'print' && table.length > 0);
  return {
    symbols: wanted,
    priceScale,
    market,
    timeframe: shortestBars(market) ?? '1m',
    ...(prints ? { prints } : {}),
  };
}

function portionsOf(stream: MarketStream): readonly MarketBatch[] {
  const portions: MarketBatch[] = [];
  for (;;) {
    const portion = stream.readUntil(Infinity, PORTION);
    if (portion.length === 0) return portions;
    portions.push(portion);
  }
}

/** One table per kind and timeframe; rows of symbols whose new id is below zero are left out. */
function joinTables(portions: readonly MarketBatch[], idOf: readonly number[]): readonly MarketTable[] {
  const parts = new Map<number, { readonly table: MarketTable; readonly rows: Uint32Array }[]>();
  for (const table of portions.flatMap(({ tables }) => tables)) {
    const all = new Uint32Array(table.length).map((_, row) => row);
    const rows = all.filter((row) => (idOf[table.symbolId[row] ?? 0] ?? -1) >= 0);
    if (rows.length === 0) continue;
    const rank = rankOfTable(table);
    const those = parts.get(rank) ?? [];
    those.push({ table, rows });
    parts.set(rank, those);
  }
  const joined: MarketTable[] = [];
  for (const those of parts.values()) {
    const [first] = those;
    if (first === undefined) continue;
    const length = those.reduce((sum, { rows }) => sum + rows.length, 0);
    const to = createTableLike(first.table, length);
    for (const name of columnNames(first.table.kind)) {
      const target = columnOf(to, name);
      let next = 0;
      for (const { table, rows } of those) {
        const source = columnOf(table, name);
        for (const row of rows) target[next++] = source[row] ?? 0;
      }
    }
    for (let row = 0; row < length; row += 1) to.symbolId[row] = idOf[to.symbolId[row] ?? 0] ?? 0;
    to.length = length;
    joined.push(to);
  }
  return joined;
}

function shortestBars({ tables }: MarketBatch): Timeframe | undefined {
  let shortest: Timeframe | undefined;
  for (const table of tables) {
    if (table.kind !== 'bar' || table.length === 0) continue;
    if (shortest === undefined || timeframeCode(table.timeframe) < timeframeCode(shortest)) shortest = table.timeframe;
  }
  return shortest;
}

function nothingIn(folder: string, why: string): PapertapeError {
  return new PapertapeError('TAPE_NOT_FOUND', `There is no tape in ${folder}. ${why}`, {
    remedy: 'Name the folder of a recorded session, or one that was made by `papertape data import --data-dir`.',
  });
}
