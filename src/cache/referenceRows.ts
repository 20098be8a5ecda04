/**
 * What is kept of an instrument beside market data, as Parquet: adjustment factors, corporate actions and dated
 * tickers, `kind=factor/symbol=SPY/factors.parquet` and so on. A file holds every version of the list, each row with
 * the time at which its version was `received`; the newest version counts, or the newest of those known at a time.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FACTOR_SCALE } from '../domain/history.js';
import type { AdjustmentFactor, MergeOutcome, TickerPeriod } from '../domain/history.js';
import type { SourceCorporateAction } from '../domain/marketSource.js';
import { formatDecimal, parseDecimal } from '../domain/units.js';
import type { Micros } from '../domain/units.js';
import { actionCells, actionsOf, replaceActions } from './actionRows.js';
import type { ActionList, DateRange } from './actionRows.js';
import { referenceFolder } from './cacheLayout.js';
import type { ReferenceKind } from './cacheLayout.js';
import { temporaryPath } from './durableFile.js';
import { literal } from './ParquetEngine.js';
import { checkNoted, checksumPath, publishChecked } from './referenceChecksum.js';
import type { CacheTools } from './SeriesFiles.js';
import { fileState } from './SeriesFiles.js';
import { corrupt } from './seriesManifest.js';

/** The columns of each kind's files after `received`, with their SQL types; the first ones sort the rows. */
const COLUMNS: Readonly<Record<ReferenceKind, Readonly<Record<string, string>>>> = {
  factor: { until: 'DATE', price_factor: 'DECIMAL(18,10)', split_factor: 'DECIMAL(18,10)' },
  ticker: { until: 'DATE', ticker: 'VARCHAR', exchange: 'VARCHAR' },
  action: {
    ex_date: 'DATE',
    action: 'VARCHAR',
    until: 'DATE',
    ratio_to: 'BIGINT',
    ratio_from: 'BIGINT',
    cash: 'DECIMAL(18,10)',
  },
};

/** Cells of one row in the order of the columns; empty texts are nulls. */
type Cells = readonly string[];

interface Version {
  readonly received: number;
  readonly rows: readonly Cells[];
}

/** Reads and replaces the reference rows of instruments below a cache's root. */
export class ReferenceRows {
  readonly #root: string;
  readonly #tools: CacheTools;
  /** Files found undamaged, with the state they had. */
  readonly #checked = new Map<string, string>();

  constructor(root: string, tools: CacheTools) {
    this.#root = root;
    this.#tools = tools;
  }

  /** An instrument's factors by date as known at a time; undefined if none were stored by then. */
  async factors(symbol: string, knownAt = Infinity): Promise<readonly AdjustmentFactor[] | undefined> {
    const version = await this.#version('factor', symbol, knownAt);
    return version?.rows.map(([until = '', price = '', split = '']) => {
      const priceFactor = parseDecimal(price, FACTOR_SCALE);
      const splitFactor = parseDecimal(split, FACTOR_SCALE);
      if (!(priceFactor !== undefined && priceFactor > 0 && splitFactor !== undefined && splitFactor > 0)) {
        throw corrupt(this.path('factor', symbol), `holds a factor that is not a positive number on ${until}`);
      }
      return { until, priceFactor, splitFactor };
    });
  }

  /** A security's tickers by date; empty if none were stored. */
  async tickers(symbol: string): Promise<readonly TickerPeriod[]> {
    const version = await this.#version('ticker', symbol, Infinity);
    return (version?.rows ?? []).map(([until = '', ticker = '', exchange = '']) => ({ until, ticker, exchange }));
  }

  /** An instrument's splits and dividends as known at a time; undefined if nobody was asked by then. */
  async actions(symbol: string, knownAt = Infinity): Promise<ActionList | undefined> {
    const version = await this.#version('action', symbol, knownAt);
    return version === undefined ? undefined : actionsOf(symbol, version.rows);
  }

  /** Replaces an instrument's factors. */
  putFactors(symbol: string, factors: readonly AdjustmentFactor[], now: Micros): Promise<MergeOutcome> {
    const decimal = (value: number): string => formatDecimal(value, FACTOR_SCALE, 10);
    const rows = factors.map((row) => [row.until, decimal(row.priceFactor), decimal(row.splitFactor)]);
    return this.#put('factor', symbol, rows, now);
  }

  /** Replaces a security's tickers. */
  putTickers(symbol: string, periods: readonly TickerPeriod[], now: Micros): Promise<MergeOutcome> {
    const rows = periods.map((row) => [row.until, row.ticker, row.exchange]);
    return this.#put('ticker', symbol, rows, now);
  }

  /** Replaces what is stored of a range of ex-dates. */
  async putActions(
    symbol: string,
    actions: readonly SourceCorporateAction[],
    range: DateRange,
    now: Micros,
  ): Promise<MergeOutcome> {
    const stored = await this.actions(symbol);
    return this.#put('action', symbol, actionCells(replaceActions(stored, actions, range)), now);
  }

  /** The file of an instrument's rows. */
  path(kind: ReferenceKind, symbol: string): string {
    return join(referenceFolder(this.#root, kind, symbol), `${kind}s.parquet`);
  }

  /** Changes whenever what an instrument's prices are adjusted by is replaced. */
  state(symbol: string): string {
    return `${fileState(this.path('factor', symbol))} ${fileState(this.path('action', symbol))}`;
  }

  /** The instruments that have rows of a kind, or had some that are missing. */
  async symbols(kind: ReferenceKind): Promise<readonly string[]> {
    const folders = await readdir(dirname(dirname(this.path(kind, 'X')))).catch(() => []);
    const symbols = folders.filter((name) => name.startsWith('symbol=')).map((name) => name.slice('symbol='.length));
    const isThere = (path: string): boolean => existsSync(path) || existsSync(checksumPath(path));
    return symbols.filter((symbol) => isThere(this.path(kind, symbol)));
  }

  /** The tickers of all instruments by id, read at once. */
  async allTickers(): Promise<ReadonlyMap<string, readonly TickerPeriod[]>> {
    const all = new Map<string, TickerPeriod[]>();
    const newest = new Map<string, number>();
    const paths = (await this.symbols('ticker')).map((symbol) => this.path('ticker', symbol));
    if (paths.length === 0) return all;
    for (const path of paths) await this.#check(path);
    const rows = await this.#texts(paths, ['filename', 'epoch', 'until', 'ticker', 'exchange']);
    for (const [path = '', epoch = ''] of rows) {
      newest.set(path, Math.max(newest.get(path) ?? 0, Number(epoch)));
    }
    for (const [path = '', epoch = '', until = '', ticker = '', exchange = ''] of rows) {
      if (Number(epoch) !== newest.get(path)) continue;
      const symbol = basename(dirname(path)).slice('symbol='.length);
      const periods = all.get(symbol) ?? [];
      periods.push({ until, ticker, exchange });
      all.set(symbol, periods);
    }
    return all;
  }

  /** Every version that is stored, oldest first. Throws `CACHE_CORRUPT`. */
  async versions(kind: ReferenceKind, symbol: string): Promise<readonly Version[]> {
    const path = this.path(kind, symbol);
    await this.#check(path);
    if (!existsSync(path)) return [];
    const rows = await this.#texts([path], ['epoch', ...Object.keys(COLUMNS[kind])]);
    const versions = new Map<number, Cells[]>();
    for (const [epoch = '', ...cells] of rows) {
      const received = Number(epoch);
      const version = versions.get(received) ?? [];
      version.push(cells);
      versions.set(received, version);
    }
    return [...versions].map(([received, cells]) => ({ received, rows: cells })).toSorted(byReceipt);
  }

  async #version(kind: ReferenceKind, symbol: string, knownAt: Micros): Promise<Version | undefined> {
    return (await this.versions(kind, symbol)).findLast((version) => version.received <= knownAt);
  }

  async #texts(paths: readonly string[], columns: readonly string[]): Promise<readonly Cells[]> {
    try {
      return await (await this.#tools.engine()).readTexts(paths, columns);
    } catch (cause) {
      throw corrupt(paths.length === 1 ? (paths[0] ?? '') : `${this.#root} (reference rows)`, 'cannot be read', cause);
    }
  }

  async #put(kind: ReferenceKind, symbol: string, rows: readonly Cells[], now: Micros): Promise<MergeOutcome> {
    const versions = await this.versions(kind, symbol);
    const last = versions.at(-1);
    const outcome = compare(last?.rows ?? [], rows);
    if (outcome === undefined) return { added: 0, replaced: 0, unchanged: rows.length };
    // Versions are told apart by their time, so a clock that stands still or goes back must not make two of one.
    const received = Math.max(now, (last?.received ?? 0) + 1);
    const types = Object.entries(COLUMNS[kind]);
    const all = [...versions, { received, rows }].flatMap((version) =>
      version.rows.map((cells) => {
        const values = types.map(([, type], index) => cast(cells[index] ?? '', type));
        return `(${[...values, `make_timestamptz(${version.received}::BIGINT)`].join(', ')})`;
      }),
    );
    const names = [...types.map(([name]) => name), 'received'].join(', ');
    const path = this.path(kind, symbol);
    const { disk, engine } = this.#tools;
    disk.makeFolder(dirname(path));
    const order = `received, ${types[0]?.[0] ?? ''}`;
    const sql = `SELECT * FROM (VALUES ${all.join(', ')}) AS rows(${names}) ORDER BY ${order}`;
    const parquet = await engine();
    await disk.writeWith(temporaryPath(path), (temporary) => parquet.writeQuery(sql, temporary));
    await publishChecked(disk, path);
    return outcome;
  }

  /** Checks a file's bytes once for as long as its size and time of change stay. */
  async #check(path: string): Promise<void> {
    const state = fileState(path);
    if (state !== '-' && this.#checked.get(path) === state) return;
    await checkNoted(path);
    this.#checked.set(path, state);
  }
}

function byReceipt(a: Version, b: Version): number {
  return a.received - b.received;
}

function cast(cell: string, type: string): string {
  return cell === '' && type !== 'VARCHAR' ? `NULL::${type}` : `${literal(cell)}::${type}`;
}

/** What replacing all rows does, row by first cells; undefined when they are equal. */
function compare(stored: readonly Cells[], rows: readonly Cells[]): MergeOutcome | undefined {
  const texts = new Set(stored.map((cells) => JSON.stringify(cells)));
  const keys = new Set(stored.map(([key]) => key));
  const unchanged = rows.filter((cells) => texts.has(JSON.stringify(cells))).length;
  if (unchanged === rows.length && stored.length === rows.length) return undefined;
  const replaced = rows.filter((cells) => !texts.has(JSON.stringify(cells)) && keys.has(cells[0])).length;
  return { added: rows.length - unchanged - replaced, replaced, unchanged };
}
