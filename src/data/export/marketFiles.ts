/**
 * Market rows as files that other programs read: CSV, or Parquet with typed columns. One file per kind of rows (and
 * length of bars), a row per event, in order. Times are UTC with microseconds, prices dollars, sizes whole shares.
 */
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PapertapeError } from '../../domain/errors.js';
import type { MarketBatch, MarketTable } from '../../domain/marketTables.js';
import { columnNames, columnOf } from '../../domain/tables.js';
import { formatDecimal } from '../../domain/units.js';
import { makeFolder } from '../../utils/makeFolder.js';
import { csvToParquet, isoMicros } from './csvToParquet.js';
import type { ParquetColumn } from './csvToParquet.js';

/** A file that was written. */
export interface WrittenFile {
  readonly path: string;
  readonly rows: number;
}

const TIMES: ReadonlySet<string> = new Set(['time', 'start']);
const PRICE =
  /^(?:bid|ask|price|lower|upper|open|high|low|close|bidOpen|bidHigh|bidLow|bidClose|ask(?:Open|High|Low|Close))$/;
const FLUSH_CHARACTERS = 1_000_000;

interface OpenFile {
  readonly path: string;
  readonly handle: number;
  readonly columns: readonly string[];
  text: string;
  rows: number;
}

/** Writes batches to CSV files in a folder, which is made. */
export class MarketCsvWriter {
  readonly #folder: string;
  readonly #symbols: readonly string[];
  readonly #priceScale: number;
  readonly #files = new Map<string, OpenFile>();

  constructor(folder: string, symbols: readonly string[], priceScale: number) {
    this.#folder = folder;
    this.#symbols = symbols;
    this.#priceScale = priceScale;
    try {
      makeFolder(folder);
    } catch (error) {
      throw unwritable(folder, error);
    }
  }

  /** Adds the rows of a batch. Throws `FILE_UNWRITABLE`. */
  write({ tables }: MarketBatch): void {
    for (const table of tables) if (table.length > 0) this.#writeTable(table);
  }

  /** Ends the files and tells them, by name. */
  close(): readonly WrittenFile[] {
    const written: WrittenFile[] = [];
    for (const file of this.#files.values()) {
      this.#flush(file);
      closeSync(file.handle);
      written.push({ path: file.path, rows: file.rows });
    }
    this.#files.clear();
    return written.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #writeTable(table: MarketTable): void {
    const file = this.#fileOf(table);
    const columns = file.columns.map((name) => ({ name, values: columnOf(table, name) }));
    for (let row = 0; row < table.length; row += 1) {
      let line = this.#symbols[table.symbolId[row] ?? 0] ?? '';
      for (const { name, values } of columns) line += `,${this.#text(name, values[row] ?? 0)}`;
      file.text += `${line}\n`;
      file.rows += 1;
      if (file.text.length >= FLUSH_CHARACTERS) this.#flush(file);
    }
  }

  #text(name: string, value: number): string {
    if (TIMES.has(name)) return isoMicros(value);
    if (PRICE.test(name)) return formatDecimal(value, this.#priceScale);
    if (name === 'exchange') return value === 0 ? '' : String.fromCharCode(value);
    return String(value);
  }

  #fileOf(table: MarketTable): OpenFile {
    const name = 'timeframe' in table ? `${table.kind}-${table.timeframe}` : table.kind;
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const path = join(this.#folder, `${name}.csv`);
    const columns = columnNames(table.kind).filter((column) => column !== 'symbolId');
    let handle: number;
    try {
      handle = openSync(path, 'wx');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
        throw alreadyThere(path);
      }
      throw unwritable(path, error);
    }
    const file = { path, handle, columns, text: `${['symbol', ...columns].join(',')}\n`, rows: 0 };
    this.#files.set(name, file);
    return file;
  }

  #flush(file: OpenFile): void {
    try {
      // To the end: a disk that is nearly full takes a part of it without an error.
      writeFileSync(file.handle, file.text);
    } catch (error) {
      throw unwritable(file.path, error);
    }
    file.text = '';
  }
}

/**
 * Turns CSV files of {@link MarketCsvWriter} into Parquet files beside them, which then stand in their place. Throws
 * `FILE_EXISTS` before it writes one if any is there, and `FILE_UNWRITABLE`.
 */
export async function toParquet(files: readonly WrittenFile[]): Promise<readonly WrittenFile[]> {
  const taken = files.map(({ path }) => parquetPath(path)).find((path) => existsSync(path));
  if (taken !== undefined) {
    for (const { path } of files) rmSync(path);
    throw alreadyThere(taken);
  }
  try {
    await csvToParquet(files.map(({ path }) => ({ csv: path, target: parquetPath(path), columns: columnsOf(path) })));
  } catch (error) {
    throw unwritable('the Parquet files', error);
  }
  return files.map(({ path, rows }) => ({ path: parquetPath(path), rows }));
}

/** The columns of a file with their types, in its order. */
function columnsOf(path: string): readonly ParquetColumn[] {
  const kind = /([A-Za-z]+)(?:-[^/\\]*)?\.csv$/.exec(path)?.[1] ?? '';
  const columns = columnNames(kind as MarketTable['kind']).filter((name) => name !== 'symbolId');
  return [{ name: 'symbol', type: 'VARCHAR' }, ...columns.map((name) => ({ name, type: typeOf(name) }))];
}

function typeOf(name: string): ParquetColumn['type'] {
  if (TIMES.has(name)) return 'TIMESTAMPTZ';
  if (PRICE.test(name)) return 'DECIMAL(18,6)';
  return name === 'exchange' ? 'VARCHAR' : 'BIGINT';
}

function parquetPath(csv: string): string {
  return csv.replace(/\.csv$/, '.parquet');
}

function alreadyThere(path: string): PapertapeError {
  return new PapertapeError('FILE_EXISTS', `The file ${path} is already there.`, {
    remedy: 'Name another folder with --out, or move the file away.',
  });
}

function unwritable(path: string, error: unknown): PapertapeError {
  return new PapertapeError('FILE_UNWRITABLE', `${path} cannot be written.`, {
    remedy: 'Name another folder with --out, or free space on the disk.',
    cause: error,
  });
}
