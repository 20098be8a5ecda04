/** Adjustment factors and dated tickers as Parquet: `kind=factor/symbol=SPY/factors.parquet`, likewise tickers. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FACTOR_SCALE } from '../domain/history.js';
import type { AdjustmentFactor, MergeOutcome, TickerPeriod } from '../domain/history.js';
import { formatDecimal, parseDecimal } from '../domain/units.js';
import { makeFolder } from '../utils/makeFolder.js';
import { referenceFolder } from './cacheLayout.js';
import { publishFiles, temporaryPath } from './durableFile.js';
import { literal } from './ParquetEngine.js';
import type { ParquetEngine } from './ParquetEngine.js';
import { corrupt } from './seriesManifest.js';

/** Reads and replaces the reference rows of symbols below a cache's root. */
export class ReferenceRows {
  readonly #root: string;
  readonly #engine: () => Promise<ParquetEngine>;

  constructor(root: string, engine: () => Promise<ParquetEngine>) {
    this.#root = root;
    this.#engine = engine;
  }

  /** A symbol's factors by date; undefined if none were ever stored. */
  async factors(symbol: string): Promise<readonly AdjustmentFactor[] | undefined> {
    const path = this.#path('factor', symbol);
    const rows = await this.#read(path, ['until', 'price_factor', 'split_factor']);
    return rows?.map(([until = '', price = '', split = '']) => {
      const priceFactor = parseDecimal(price, FACTOR_SCALE);
      const splitFactor = parseDecimal(split, FACTOR_SCALE);
      if (!(priceFactor !== undefined && priceFactor > 0 && splitFactor !== undefined && splitFactor > 0)) {
        throw corrupt(path, `holds a factor that is not a positive number on ${until}`);
      }
      return { until, priceFactor, splitFactor };
    });
  }

  /** A security's tickers by date; empty if none were stored. */
  async tickers(symbol: string): Promise<readonly TickerPeriod[]> {
    const rows = await this.#read(this.#path('ticker', symbol), ['until', 'ticker', 'exchange']);
    return (rows ?? []).map(([until = '', ticker = '', exchange = '']) => ({ until, ticker, exchange }));
  }

  /** Replaces a symbol's factors. */
  async putFactors(symbol: string, factors: readonly AdjustmentFactor[]): Promise<MergeOutcome> {
    const stored = (await this.factors(symbol)) ?? [];
    const outcome = compare(stored, factors);
    if (outcome === undefined) return { added: 0, replaced: 0, unchanged: factors.length };
    const decimal = (value: number): string => `${formatDecimal(value, FACTOR_SCALE, 0)}::DECIMAL(18,10)`;
    const rows = factors.map(
      (row) => `(DATE ${literal(row.until)}, ${decimal(row.priceFactor)}, ${decimal(row.splitFactor)})`,
    );
    await this.#write('factor', symbol, rows, 'until, price_factor, split_factor');
    return outcome;
  }

  /** Replaces a security's tickers. */
  async putTickers(symbol: string, periods: readonly TickerPeriod[]): Promise<MergeOutcome> {
    const outcome = compare(await this.tickers(symbol), periods);
    if (outcome === undefined) return { added: 0, replaced: 0, unchanged: periods.length };
    const rows = periods.map((row) => `(DATE ${literal(row.until)}, ${literal(row.ticker)}, ${literal(row.exchange)})`);
    await this.#write('ticker', symbol, rows, 'until, ticker, exchange');
    return outcome;
  }

  #path(kind: 'factor' | 'ticker', symbol: string): string {
    return join(referenceFolder(this.#root, kind, symbol), `${kind}s.parquet`);
  }

  async #read(path: string, columns: readonly string[]): Promise<readonly (readonly string[])[] | undefined> {
    if (!existsSync(path)) return undefined;
    try {
      return await (await this.#engine()).readTexts(path, columns);
    } catch (cause) {
      throw corrupt(path, 'cannot be read', cause);
    }
  }

  async #write(kind: 'factor' | 'ticker', symbol: string, rows: readonly string[], columns: string): Promise<void> {
    const path = this.#path(kind, symbol);
    makeFolder(dirname(path));
    const sql = `SELECT * FROM (VALUES ${rows.join(', ')}) AS rows(${columns}) ORDER BY until`;
    await (await this.#engine()).writeQuery(sql, temporaryPath(path));
    await publishFiles([{ temporary: temporaryPath(path), path }]);
  }
}

/** What replacing all rows does; undefined when they are equal. */
function compare(stored: readonly { until: string }[], rows: readonly { until: string }[]): MergeOutcome | undefined {
  const known = new Map(stored.map((row) => [row.until, JSON.stringify(row)]));
  const unchanged = rows.filter((row) => known.get(row.until) === JSON.stringify(row)).length;
  if (unchanged === rows.length && stored.length === rows.length) return undefined;
  const replaced = rows.filter((row) => known.has(row.until)).length - unchanged;
  return { added: rows.length - unchanged - replaced, replaced, unchanged };
}
