/**
 * The store of market history: Parquet files that any tool can read, with checksums and counts beside them.
 *
 * Layout in `cacheLayout.ts`, columns in `parquetColumns.ts`. One process writes at a time (the owner of the data
 * directory); within it writes follow one another. Files are checked against their checksum when first read.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { newYorkDate, fromNewYork } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import type { AdjustmentFactor, HistoryTable, HistoryWriter, MergeOutcome, TickerPeriod } from '../domain/history.js';
import type { HistoryCoverage, HistoryQuery, HistoryStore } from '../domain/ports.js';
import { sliceTable } from '../domain/tables.js';
import { isTimeframe, timeframeCode } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { makeFolder } from '../utils/makeFolder.js';
import { adjustTable } from './adjustment.js';
import { canonicalSymbol, periodEnd, periodOf, periodOfDate, seriesFolder } from './cacheLayout.js';
import type { SeriesKey } from './cacheLayout.js';
import { hashRows, hashValue } from './contentHash.js';
import { dataMissing, factorsMissing, writeFailure } from './cacheErrors.js';
import { publishFiles, temporaryPath } from './durableFile.js';
import { regularRows, timeRangeOf } from './historyFilter.js';
import type { TimeRange } from './historyFilter.js';
import { createHistoryTable, keyColumn, mergeSymbols, rowAtOrAfter, timeframeOf } from './historyTables.js';
import { mergeRows } from './mergeRows.js';
import { ParquetEngine } from './ParquetEngine.js';
import { ReferenceRows } from './referenceRows.js';
import { checkFile, corrupt, hashFile, readManifest, settleEntry, writeManifest } from './seriesManifest.js';
import type { FileContent, FileEntry } from './seriesManifest.js';

/** The cache: reads as a {@link HistoryStore}, is written by importers. */
export interface HistoricalCache extends HistoryStore, HistoryWriter {
  /** SHA-256 that identifies the data a query reads: equal data give equal hashes on every machine. */
  contentHash(query: HistoryQuery): Promise<string>;
  /** A symbol's adjustment factors by date; undefined if none are stored. */
  factors(symbol: string): Promise<readonly AdjustmentFactor[] | undefined>;
  /** A security's tickers by date. */
  tickers(symbol: string): Promise<readonly TickerPeriod[]>;
  /** Ends the embedded database; safe to call twice. */
  close(): Promise<void>;
}

/** Opens the cache in a folder, which is made by the first write. */
export function createHistoricalCache(root: string): HistoricalCache {
  return new ParquetCache(root);
}

class ParquetCache implements HistoricalCache {
  readonly #root: string;
  readonly #reference: ReferenceRows;
  #engine: Promise<ParquetEngine> | undefined;
  #writes: Promise<unknown> = Promise.resolve();
  /** Files found undamaged, with the size and time they had. */
  readonly #checked = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
    this.#reference = new ReferenceRows(root, () => this.#open());
  }

  async load(query: HistoryQuery): Promise<HistoryTable> {
    const range = timeRangeOf(query);
    const symbols = query.symbols.map(canonicalSymbol);
    const factors = await this.#factorsFor(query, symbols);
    const parts: HistoryTable[] = [];
    const missing: string[] = [];
    for (const symbol of symbols) {
      const part = await this.#loadSymbol({ symbol, kind: query.kind, timeframe: query.timeframe }, query, range);
      adjustTable(part, factors.get(symbol) ?? [], query.adjust);
      if (part.length === 0) missing.push(symbol);
      parts.push(part);
    }
    if (missing.length > 0) throw dataMissing(query, missing, await this.coverage());
    return mergeSymbols(parts);
  }

  async #loadSymbol(key: SeriesKey, query: HistoryQuery, range: TimeRange): Promise<HistoryTable> {
    const stored = await this.#read(key, await this.#filesWithin(key, query), range);
    return query.extendedHours ? stored : regularRows(stored);
  }

  /** The factors of every symbol that a query adjusts. */
  async #factorsFor(
    query: HistoryQuery,
    symbols: readonly string[],
  ): Promise<ReadonlyMap<string, readonly AdjustmentFactor[]>> {
    const factors = new Map<string, readonly AdjustmentFactor[]>();
    if (query.adjust === 'raw') return factors;
    for (const symbol of symbols) {
      const rows = await this.factors(symbol);
      if (rows !== undefined) factors.set(symbol, rows);
    }
    const missing = symbols.filter((symbol) => !factors.has(symbol));
    if (missing.length > 0) throw factorsMissing(missing, query.adjust);
    return factors;
  }

  async coverage(): Promise<readonly HistoryCoverage[]> {
    const stretches: HistoryCoverage[] = [];
    for (const key of await this.#series()) {
      const files = await this.#files(key);
      const first = files[0];
      const last = files.at(-1);
      if (first === undefined || last === undefined) continue;
      const rows = files.reduce((sum, file) => sum + file.rows, 0);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      stretches.push({ ...key, from: first.from, to: last.to, rows, bytes });
    }
    return stretches.toSorted(
      (a, b) =>
        compareText(a.symbol, b.symbol) || compareText(a.kind, b.kind) || codeOf(a.timeframe) - codeOf(b.timeframe),
    );
  }

  async contentHash(query: HistoryQuery): Promise<string> {
    timeRangeOf(query);
    const { kind, timeframe = null, from, to, adjust, extendedHours } = query;
    const symbols = [];
    for (const symbol of query.symbols.map(canonicalSymbol)) {
      const files = await this.#filesWithin({ symbol, kind, timeframe: query.timeframe }, query);
      const factors = adjust === 'raw' ? null : ((await this.factors(symbol)) ?? null);
      symbols.push({ symbol, files: files.map(({ name, rowsSha256 }) => [name, rowsSha256]), factors });
    }
    return hashValue({ kind, timeframe, from, to, adjust, extendedHours, symbols });
  }

  merge(symbol: string, table: HistoryTable): Promise<MergeOutcome> {
    return this.#exclusively(async () => {
      const key = { symbol: canonicalSymbol(symbol), kind: table.kind, timeframe: timeframeOf(table) };
      const folder = seriesFolder(this.#root, key);
      makeFolder(folder);
      const files = new Map((await this.#files(key)).map((file) => [file.name, file]));
      const changed: FileEntry[] = [];
      let outcome: MergeOutcome = { added: 0, replaced: 0, unchanged: 0 };
      for (const period of splitByPeriod(table)) {
        const part = await this.#preparePeriod(key, files.get(period.name), period);
        if (part.entry !== undefined) changed.push(part.entry);
        outcome = sumOf(outcome, part.outcome);
      }
      if (changed.length > 0) await this.#publish(folder, files, changed);
      return outcome;
    });
  }

  /** Merges one file's rows and, if that changes any, writes the result beside it. */
  async #preparePeriod(
    key: SeriesKey,
    entry: FileEntry | undefined,
    { name, table: incoming }: Period,
  ): Promise<{ readonly entry?: FileEntry; readonly outcome: MergeOutcome }> {
    const stored =
      entry === undefined
        ? createHistoryTable(key.kind, key.timeframe, 0)
        : await this.#read(key, [entry], { from: -Infinity, to: Infinity });
    const { table, outcome } = mergeRows(stored, incoming);
    if (outcome.added + outcome.replaced === 0) return { outcome };
    const temporary = temporaryPath(join(seriesFolder(this.#root, key), name));
    await (await this.#open()).write(table, temporary);
    return { entry: { name, ...(await describeFile(temporary, table)), previous: entry ?? null }, outcome };
  }

  /** Gives prepared files their names; see `seriesManifest.ts` for the steps. */
  async #publish(folder: string, files: ReadonlyMap<string, FileEntry>, changed: readonly FileEntry[]): Promise<void> {
    const next = new Map(files);
    for (const entry of changed) next.set(entry.name, entry);
    await writeManifest(folder, [...next.values()]);
    const paths = changed.map(({ name }) => join(folder, name));
    await publishFiles(paths.map((path) => ({ temporary: temporaryPath(path), path })));
    for (const { previous: _, ...entry } of changed) next.set(entry.name, entry);
    await writeManifest(folder, [...next.values()]);
  }

  putFactors(symbol: string, factors: readonly AdjustmentFactor[]): Promise<MergeOutcome> {
    return this.#exclusively(() => this.#reference.putFactors(canonicalSymbol(symbol), factors));
  }

  putTickers(symbol: string, periods: readonly TickerPeriod[]): Promise<MergeOutcome> {
    return this.#exclusively(() => this.#reference.putTickers(canonicalSymbol(symbol), periods));
  }

  factors(symbol: string): Promise<readonly AdjustmentFactor[] | undefined> {
    return this.#reference.factors(canonicalSymbol(symbol));
  }

  tickers(symbol: string): Promise<readonly TickerPeriod[]> {
    return this.#reference.tickers(canonicalSymbol(symbol));
  }

  async close(): Promise<void> {
    await this.#writes;
    const engine = this.#engine;
    this.#engine = undefined;
    (await engine)?.close();
  }

  #open(): Promise<ParquetEngine> {
    return (this.#engine ??= ParquetEngine.open());
  }

  /** Runs one write after the other. */
  #exclusively<T>(write: () => Promise<T>): Promise<T> {
    const result = this.#writes.then(write).catch((cause: unknown) => {
      throw writeFailure(this.#root, cause);
    });
    this.#writes = result.catch(() => undefined);
    return result;
  }

  async #files(key: SeriesKey): Promise<readonly FileEntry[]> {
    const folder = seriesFolder(this.#root, key);
    const settled: FileEntry[] = [];
    for (const entry of await readManifest(folder)) {
      const file = await settleEntry(folder, entry);
      if (file !== undefined) settled.push(file);
    }
    return settled;
  }

  async #filesWithin(key: SeriesKey, query: HistoryQuery): Promise<readonly FileEntry[]> {
    const first = periodOfDate(query.from, key.timeframe);
    const last = periodOfDate(query.to, key.timeframe);
    const files = await this.#files(key);
    return files.filter((file) => {
      const period = file.name.slice(0, -'.parquet'.length);
      return period >= first && period <= last && file.to >= query.from && file.from <= query.to;
    });
  }

  async #read(key: SeriesKey, files: readonly FileEntry[], range: TimeRange): Promise<HistoryTable> {
    if (files.length === 0) return createHistoryTable(key.kind, key.timeframe, 0);
    const folder = seriesFolder(this.#root, key);
    for (const file of files) await this.#check(folder, file);
    const paths = files.map((file) => join(folder, file.name));
    const capacity = files.reduce((sum, file) => sum + file.rows, 0);
    try {
      const engine = await this.#open();
      return await engine.read({ files: paths, kind: key.kind, timeframe: key.timeframe, ...range, capacity });
    } catch (cause) {
      throw corrupt(paths.length === 1 ? (paths[0] ?? folder) : join(folder, '*.parquet'), 'cannot be read', cause);
    }
  }

  /** Checks a file's bytes once for as long as its size and time of change stay. */
  async #check(folder: string, entry: FileEntry): Promise<void> {
    const path = join(folder, entry.name);
    const found = await stat(path).catch(() => undefined);
    const state = `${entry.sha256} ${found?.size} ${found?.mtimeMs} ${found?.ino}`;
    if (found !== undefined && this.#checked.get(path) === state) return;
    await checkFile(folder, entry);
    this.#checked.set(path, state);
  }

  /** The series that have a folder. */
  async #series(): Promise<readonly SeriesKey[]> {
    const keys: SeriesKey[] = [];
    for (const kind of ['quote', 'print'] as const) {
      for (const symbol of await values(join(this.#root, `kind=${kind}`), 'symbol')) {
        keys.push({ symbol, kind, timeframe: undefined });
      }
    }
    for (const kind of ['bar', 'quoteBar'] as const) {
      const folder = join(this.#root, `kind=${kind}`);
      for (const timeframe of await values(folder, 'timeframe')) {
        if (!isTimeframe(timeframe)) continue;
        const symbols = await values(join(folder, `timeframe=${timeframe}`), 'symbol');
        for (const symbol of symbols) keys.push({ symbol, kind, timeframe });
      }
    }
    return keys;
  }
}

/** The values of a hive folder's `name=value` entries. */
async function values(folder: string, name: string): Promise<readonly string[]> {
  const entries = await readdir(folder).catch(() => []);
  return entries.filter((entry) => entry.startsWith(`${name}=`)).map((entry) => entry.slice(name.length + 1));
}

/** The rows of one file. */
interface Period {
  /** File name. */
  readonly name: string;
  readonly table: HistoryTable;
}

/** A table in stretches of one file each. */
function* splitByPeriod(table: HistoryTable): Generator<Period> {
  const key = keyColumn(table);
  let row = 0;
  while (row < table.length) {
    const period = periodOf(key[row] ?? 0, timeframeOf(table));
    const end = rowAtOrAfter(key, table.length, fromNewYork(periodEnd(period), 0));
    yield { name: `${period}.parquet`, table: sliceTable(table, row, end) };
    row = end;
  }
}

async function describeFile(path: string, table: HistoryTable): Promise<FileContent> {
  const key = keyColumn(table);
  const dateAt = (row: number): string => formatDate(newYorkDate(key[row] ?? 0));
  const { size } = await stat(path);
  return {
    rows: table.length,
    bytes: size,
    sha256: (await hashFile(path)) ?? '',
    rowsSha256: hashRows(table),
    from: dateAt(0),
    to: dateAt(table.length - 1),
  };
}

function sumOf(a: MergeOutcome, b: MergeOutcome): MergeOutcome {
  return {
    added: a.added + b.added,
    replaced: a.replaced + b.replaced,
    unchanged: a.unchanged + b.unchanged,
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function codeOf(timeframe: Timeframe | undefined): number {
  return timeframe === undefined ? -1 : timeframeCode(timeframe);
}
