/**
 * The store of market history: Parquet files that any tool can read, with checksums, coverage and earlier versions
 * beside them, and a log that takes the rows of thousands of symbols at once.
 *
 * Layout in `cacheLayout.ts`, columns in `parquetColumns.ts`. One process writes at a time (the owner of the data
 * directory); within it writes follow one another. Files are checked against their checksum when first read. Answers
 * are kept in memory within a budget, and equal questions asked at once are answered once.
 */
import { join } from 'node:path';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import { rowAtOrAfter } from '../domain/tables.js';
import type { AdjustmentFactor, HistoryTable, MergeOutcome, TickerPeriod } from '../domain/history.js';
import type {
  CoveredStretch,
  HistoryArchive,
  HistoryOrigin,
  HistorySeries,
  TimeStretch,
} from '../domain/historyArchive.js';
import type { SourceCorporateAction } from '../domain/marketSource.js';
import type { HistoryCoverage, HistoryQuery } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import { systemClock } from '../utils/clock.js';
import type { Clock } from '../utils/clock.js';
import { adjustTable } from './adjustment.js';
import { wasAsked } from './actionRows.js';
import type { DateRange } from './actionRows.js';
import { createAdjuster } from './adjuster.js';
import type { Adjuster } from './adjuster.js';
import { nodeDisk } from './cacheDisk.js';
import type { CacheDisk } from './cacheDisk.js';
import type { StoreContents } from './cacheErrors.js';
import { dataMissing, writeFailure } from './cacheErrors.js';
import { canonicalSymbol, feedOf, REVISIONS_FOLDER, ROW_LOG_FOLDER } from './cacheLayout.js';
import { hashRows, hashValue } from './contentHash.js';
import { regularRows, timeRangeOf } from './historyFilter.js';
import { createHistoryTable, keyColumn, mergeSymbols, timeframeOf } from './historyTables.js';
import { fileOrigin } from './fileOrigin.js';
import { Instruments } from './instruments.js';
import { LoadedTables } from './LoadedTables.js';
import { filterRows, mergeRows, portionsOf, sliceRows, stamped } from './mergeRows.js';
import type { StampedRows } from './mergeRows.js';
import { ParquetEngine } from './ParquetEngine.js';
import { RecentLog } from './RecentLog.js';
import { ReferenceRows } from './referenceRows.js';
import { SeriesFiles } from './SeriesFiles.js';
import type { CacheTools } from './SeriesFiles.js';
import { compareSeries, coverageOf, isSameSeries } from './seriesList.js';
import { SeriesWriter } from './SeriesWriter.js';
import { withClaims, without } from './stretches.js';

/** The cache: an archive on disk. */
export interface HistoricalCache extends HistoryArchive {
  /** SHA-256 that identifies the data a query reads: equal data give equal hashes on every machine. */
  contentHash(query: HistoryQuery): Promise<string>;
  /** A symbol's adjustment factors by date: imported, else of its splits and dividends; undefined without either. */
  factors(symbol: string): Promise<readonly AdjustmentFactor[] | undefined>;
  /** A security's tickers by date. */
  tickers(symbol: string): Promise<readonly TickerPeriod[]>;
  /** Moves the rows of the row log into the Parquet files of their series. */
  fold(): Promise<void>;
  /** Ends the embedded database; safe to call twice. */
  close(): Promise<void>;
}

/** What a cache works with; everything has a default. */
export interface HistoricalCacheOptions {
  readonly clock?: Clock;
  readonly disk?: CacheDisk;
  /** An open database to share; by default the cache opens one of its own, and ends it. */
  readonly engine?: ParquetEngine;
  /** Bytes of answers that are kept in memory. */
  readonly memoryBytes?: number;
  /** Rows in the row log from which on they are folded into files, a few series with every append. */
  readonly rowLogRows?: number;
}

const DEFAULT_MEMORY_BYTES = 512 * 2 ** 20;
/** Three to four hundred megabytes: a day of minutes of 10,000 symbols. */
const DEFAULT_ROW_LOG_ROWS = 5_000_000;
/** Series that are folded with an append; a file takes about ten milliseconds. */
const FOLD_SLICE = 32;
/** Series in the row log up to which closing the cache folds them. */
const FOLD_AT_CLOSE = 64;

/** Opens the cache in a folder, which is made by the first write. */
export function createHistoricalCache(root: string, options: HistoricalCacheOptions = {}): HistoricalCache {
  return new ParquetCache(root, options);
}

class ParquetCache implements HistoricalCache {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #writer: SeriesWriter;
  readonly #recent: RecentLog;
  readonly #reference: ReferenceRows;
  readonly #adjuster: Adjuster;
  readonly #loaded: LoadedTables;
  readonly #rowLogRows: number;
  readonly #shared: ParquetEngine | undefined;
  #engine: Promise<ParquetEngine> | undefined;
  #writes: Promise<unknown> = Promise.resolve();
  #instruments: Promise<Instruments> | undefined;
  #lastStamp = 0;
  #newestLogged = -Infinity;
  #hasAppended = false;

  constructor(root: string, options: HistoricalCacheOptions) {
    const { clock = systemClock, disk = nodeDisk } = options;
    const tools: CacheTools = { disk, engine: () => this.#open() };
    this.#root = root;
    this.#clock = clock;
    this.#shared = options.engine;
    this.#writer = new SeriesWriter(new SeriesFiles(root, tools), new SeriesFiles(join(root, REVISIONS_FOLDER), tools));
    this.#recent = new RecentLog(join(root, ROW_LOG_FOLDER), disk);
    this.#reference = new ReferenceRows(root, tools);
    this.#loaded = new LoadedTables(options.memoryBytes ?? DEFAULT_MEMORY_BYTES);
    this.#rowLogRows = options.rowLogRows ?? DEFAULT_ROW_LOG_ROWS;
    this.#adjuster = createAdjuster({
      reference: this.#reference,
      rows: (series, range) => this.#rows(series, range, undefined),
      state: (series) => this.#stateOf(series, { from: -Infinity, to: Infinity }),
      today: () => this.#today(),
    });
  }

  async load(query: HistoryQuery): Promise<HistoryTable> {
    const range = timeRangeOf(query);
    this.#recent.refresh();
    const instruments = await this.#knownInstruments();
    const series = query.symbols.map((symbol) => seriesOf(query, instruments.idOf(symbol, query.to)));
    const states = [];
    for (const one of series) {
      states.push(await this.#stateOf(one, range));
      if (query.knownAt !== undefined) states.push(await this.#writer.revisions.state(one, range));
      if (query.adjust !== 'raw') states.push(await this.#adjuster.state(one));
    }
    const question = JSON.stringify([series.map(({ symbol }) => symbol), { ...query, symbols: undefined }]);
    return this.#loaded.get(question, states.join('\n'), series.length === 1, () => this.#answer(query, series, range));
  }

  async #answer(query: HistoryQuery, series: readonly HistorySeries[], range: TimeStretch): Promise<HistoryTable> {
    const factors = await this.#adjuster.factors(series, query);
    const parts: HistoryTable[] = [];
    const missing: string[] = [];
    for (const [id, one] of series.entries()) {
      const stored = await this.#rows(one, range, query.knownAt);
      const part = query.extendedHours ? stored : regularRows(stored);
      adjustTable(part, factors[id] ?? [], query.adjust);
      if (part.length === 0) missing.push(query.symbols[id] ?? one.symbol);
      parts.push(part);
    }
    if (missing.length > 0) throw dataMissing(query, missing, await this.#contents());
    return mergeSymbols(parts);
  }

  async #contents(): Promise<StoreContents> {
    const instruments = await this.#knownInstruments();
    return {
      coverage: await this.coverage(),
      series: await this.series(),
      idOf: (symbol, date) => instruments.idOf(symbol, date),
    };
  }

  async contentHash(query: HistoryQuery): Promise<string> {
    const range = timeRangeOf(query);
    this.#recent.refresh();
    const { kind, timeframe = null, from, to, adjust, extendedHours, feed = null, knownAt = null } = query;
    const adjustTo = adjust === 'raw' ? undefined : query.adjustTo;
    const instruments = await this.#knownInstruments();
    const symbols = [];
    for (const name of query.symbols) {
      const series = seriesOf(query, instruments.idOf(name, to));
      const rows = hashRows(await this.#rows(series, range, query.knownAt));
      const all = adjust === 'raw' ? undefined : await this.#adjuster.allFactors(series.symbol, query.knownAt);
      // What prices are multiplied by; a declared ratio changes none.
      const factors = all?.map(({ declared: _, ...factor }) => factor) ?? null;
      symbols.push({ symbol: series.symbol, rows, factors });
    }
    const question = { kind, timeframe, from, to, adjust, extendedHours, feed, knownAt, symbols };
    return hashValue(adjustTo === undefined ? question : { ...question, adjustTo });
  }

  async merge(symbol: string, table: HistoryTable, origin?: HistoryOrigin): Promise<MergeOutcome> {
    const given = canonicalSymbol(symbol);
    return this.#exclusively(async () => {
      const { quality, covered } = origin ?? fileOrigin(table);
      const instruments = await this.#knownInstruments();
      const id = origin === undefined ? instruments.idForRows(given, lastDateOf(table, covered)) : given;
      const series = { symbol: id, kind: table.kind, timeframe: timeframeOf(table), feed: feedOf(quality) };
      this.#recent.refresh();
      const receivedAt = await this.#stampFor(series);
      const claims = covered.map(({ from, to }) => ({ from, to, quality, receivedAt }));
      return this.#writeSeries(series, [stamped(table, receivedAt)], claims);
    });
  }

  append(symbols: readonly string[], table: HistoryTable, origin: HistoryOrigin): Promise<void> {
    return this.#exclusively(async () => {
      const instruments = await this.#knownInstruments();
      const date = lastDateOf(table, origin.covered);
      const ids = symbols.map((symbol) => instruments.idOf(symbol, date));
      this.#recent.refresh();
      await this.#foldSome(table);
      this.#hasAppended = true;
      await this.#recent.append({ ...origin, receivedAt: this.#stamp(), symbols: ids, table });
    });
  }

  fold(): Promise<void> {
    return this.#exclusively(async () => {
      // A fold that is under way holds what was there at its start; the second one takes the rest.
      for (let round = 0; round < 2; round++) {
        this.#recent.beginFold();
        await this.#foldSeries(Infinity);
      }
    });
  }

  putFactors(symbol: string, factors: readonly AdjustmentFactor[]): Promise<MergeOutcome> {
    return this.#putReference(symbol, (id, now) => this.#reference.putFactors(id, factors, now));
  }

  putActions(symbol: string, actions: readonly SourceCorporateAction[], range: DateRange): Promise<MergeOutcome> {
    return this.#putReference(symbol, (id, now) => this.#reference.putActions(id, actions, range, now));
  }

  putTickers(symbol: string, periods: readonly TickerPeriod[]): Promise<MergeOutcome> {
    return this.#exclusively(async () => {
      const outcome = await this.#reference.putTickers(canonicalSymbol(symbol), periods, this.#clock.now());
      this.#instruments = undefined;
      return outcome;
    });
  }

  async factors(symbol: string): Promise<readonly AdjustmentFactor[] | undefined> {
    return this.#adjuster.allFactors(await this.instrument(symbol));
  }

  tickers(symbol: string): Promise<readonly TickerPeriod[]> {
    return this.#reference.tickers(canonicalSymbol(symbol));
  }

  async instrument(ticker: string, date = this.#today()): Promise<string> {
    return (await this.#knownInstruments()).idOf(ticker, date);
  }

  async ticker(instrument: string, date = this.#today()): Promise<string> {
    return (await this.#knownInstruments()).tickerOf(canonicalSymbol(instrument), date);
  }

  async knowsActions(instrument: string, range: DateRange): Promise<boolean> {
    const id = canonicalSymbol(instrument);
    if ((await this.#reference.factors(id)) !== undefined) return true;
    const actions = await this.#reference.actions(id);
    return actions !== undefined && wasAsked(actions, range);
  }

  async series(): Promise<readonly HistorySeries[]> {
    this.#recent.refresh();
    const all = [...(await this.#writer.current.series()), ...this.#recent.series()].toSorted(compareSeries);
    return all.filter((series, index) => !isSameSeries(series, all[index - 1]));
  }

  async coverage(): Promise<readonly HistoryCoverage[]> {
    const stretches: HistoryCoverage[] = [];
    for (const series of await this.series()) {
      const coverage = series.feed === undefined ? await this.extent(series) : undefined;
      if (coverage !== undefined) stretches.push(coverage);
    }
    return stretches;
  }

  async extent(series: HistorySeries): Promise<HistoryCoverage | undefined> {
    this.#recent.refresh();
    return coverageOf(series, (await this.#writer.current.manifest(series)).files, this.#recent.of(series));
  }

  async stretches(series: HistorySeries): Promise<readonly CoveredStretch[]> {
    this.#recent.refresh();
    const { covered } = await this.#writer.current.manifest(series);
    return withClaims(covered, this.#recent.claims(series));
  }

  async lost(series: HistorySeries): Promise<readonly TimeStretch[]> {
    const { lost } = await this.#writer.current.manifest(series);
    return without(lost, this.#recent.claims(series));
  }

  async times(series: HistorySeries, from: Micros, to: Micros): Promise<Float64Array> {
    this.#recent.refresh();
    const table = await this.#rows(series, { from, to }, undefined);
    return keyColumn(table).subarray(0, table.length);
  }

  async close(): Promise<void> {
    await this.#writes;
    if (this.#hasAppended && new Set(this.#recent.series()).size <= FOLD_AT_CLOSE) await this.fold();
    this.#hasAppended = false;
    this.#recent.close();
    this.#loaded.clear();
    const engine = this.#engine;
    this.#engine = undefined;
    (await engine)?.close();
  }

  /** A series' rows within a range, from files and row log. */
  async #rows(series: HistorySeries, range: TimeStretch, knownAt: Micros | undefined): Promise<HistoryTable> {
    // The log before the files: rows that move from one to the other meanwhile are in both, not in neither.
    const recent = this.#recent.of(series).flatMap((rows) => [...portionsOf(withinRange(rows, range))]);
    if (recent.length === 0 && knownAt === undefined) {
      const read = await this.#writer.current.read(series, range);
      return read?.table ?? createHistoryTable(series.kind, series.timeframe, 0);
    }
    let rows =
      knownAt === undefined
        ? await this.#writer.stamped(series, range)
        : await this.#writer.asReceived(series, range, knownAt);
    for (const portion of recent) {
      const wasKnown = knownAt === undefined || (portion.received[0] ?? 0) <= knownAt;
      if (portion.table.length === 0 || !wasKnown) continue;
      const known = knownBy(portion, knownAt);
      rows = rows.table.length === 0 ? known : mergeRows(rows, known).rows;
    }
    return rows.table;
  }

  async #stateOf(series: HistorySeries, range: TimeStretch): Promise<string> {
    return `${this.#recent.state(series)} ${await this.#writer.current.state(series, range)}`;
  }

  /** Writes rows into files, those of the log first. */
  async #writeSeries(
    series: HistorySeries,
    rows: readonly StampedRows[],
    claims: readonly CoveredStretch[],
  ): Promise<MergeOutcome> {
    const recent = this.#recent.of(series);
    const said = this.#recent.claims(series);
    if (recent.length + said.length > 0) {
      await this.#writer.write(series, recent, said);
      this.#recent.taken(series);
    }
    return this.#writer.write(series, rows, claims);
  }

  /** Keeps the row log small: folds when a day is over or there are too many rows, a few series at a time. */
  async #foldSome(incoming: HistoryTable): Promise<void> {
    const first = keyColumn(incoming)[0];
    const isNewDay =
      first !== undefined && this.#newestLogged > -Infinity && newYorkDate(first) > newYorkDate(this.#newestLogged);
    if (first !== undefined) this.#newestLogged = Math.max(this.#newestLogged, first);
    if (isNewDay || this.#recent.rows > this.#rowLogRows) this.#recent.beginFold();
    if (this.#recent.isFolding) await this.#foldSeries(FOLD_SLICE);
  }

  async #foldSeries(most: number): Promise<void> {
    for (let count = 0; count < most; count++) {
      const series = this.#recent.nextToFold();
      if (series === undefined) break;
      await this.#writer.write(series, this.#recent.of(series), this.#recent.claims(series));
      this.#recent.folded(series);
    }
    await this.#recent.endFold();
  }

  /** A time of receipt that is later than every one before it, whatever the clock does. */
  #stamp(): Micros {
    this.#lastStamp = Math.max(this.#clock.now(), this.#lastStamp + 1, this.#recent.lastReceived + 1);
    return this.#lastStamp;
  }

  /** As {@link #stamp}, and later than every row of a series: what is merged last holds. */
  async #stampFor(series: HistorySeries): Promise<Micros> {
    const { files } = await this.#writer.current.manifest(series);
    const last = files.reduce((latest, file) => Math.max(latest, file.lastReceived), 0);
    this.#lastStamp = Math.max(this.#lastStamp, last);
    return this.#stamp();
  }

  #putReference(symbol: string, put: (id: string, now: Micros) => Promise<MergeOutcome>): Promise<MergeOutcome> {
    return this.#exclusively(async () => put(await this.instrument(symbol), this.#clock.now()));
  }

  /** Today's New York date. */
  #today(): string {
    return formatDate(newYorkDate(this.#clock.now()));
  }

  #knownInstruments(): Promise<Instruments> {
    this.#instruments ??= this.#reference.allTickers().then((periods) => new Instruments(periods));
    return this.#instruments;
  }

  #open(): Promise<ParquetEngine> {
    if (this.#shared !== undefined) return Promise.resolve(this.#shared);
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
}

function seriesOf(query: HistoryQuery, symbol: string): HistorySeries {
  return { symbol, kind: query.kind, timeframe: query.timeframe, feed: query.feed };
}

function withinRange(rows: StampedRows, { from, to }: TimeStretch): StampedRows {
  const key = keyColumn(rows.table);
  const isInside = key.subarray(0, rows.table.length).every((time) => time >= from && time < to);
  return isInside ? rows : filterRows(rows, (row) => (key[row] ?? 0) >= from && (key[row] ?? 0) < to);
}

/** The rows of a portion that were received by a time; receipt ascends within it. */
function knownBy(rows: StampedRows, knownAt: Micros | undefined): StampedRows {
  if (knownAt === undefined) return rows;
  return sliceRows(rows, 0, rowAtOrAfter(rows.received, rows.table.length, knownAt + 1));
}

/** The New York date of the last row, or of the end of what is said where there is none. */
function lastDateOf(table: HistoryTable, covered: readonly TimeStretch[]): string {
  let last = (covered.at(-1)?.to ?? 1) - 1;
  const key = keyColumn(table);
  for (let row = 0; row < table.length; row++) last = row === 0 ? (key[0] ?? 0) : Math.max(last, key[row] ?? 0);
  return formatDate(newYorkDate(last));
}
