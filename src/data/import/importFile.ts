/**
 * Imports a file of market history: recognises its layout, reads and judges every row, and merges what is right
 * into a store. Nothing is written until the whole file was read, so a damaged file changes nothing; a file that
 * is imported twice changes nothing either.
 */
import { open } from 'node:fs/promises';
import type { HistoryWriter, MergeOutcome } from '../../domain/history.js';
import type { Timeframe } from '../../domain/timeframe.js';
import { assert } from '../../utils/assert.js';
import { fieldText, scanCsv, unreadable } from './csvScanner.js';
import type { CsvRow } from './csvScanner.js';
import { RefusalCounter } from './importReport.js';
import type { ImportedSymbol, ImportReport, RefusalReason } from './importReport.js';
import { recogniseLayout, symbolOfPath, timeframeUnknown } from './layouts.js';
import type { ColumnRole, Layout } from './layouts.js';
import { NumberFields } from './NumberFields.js';
import { withParquetAsText } from './parquetText.js';
import { ReferenceFileRows } from './referenceRows.js';
import type { RowContext, RowReader } from './RowReader.js';
import { createRowReader } from './rowReaders.js';
import { rowTimes } from './rowTimes.js';
import type { ImportZone } from './rowTimes.js';

/** How far an import has come. */
export interface ImportProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly rows: number;
}

/** What the caller says of the files; everything is optional and overrules what is recognised. */
export interface ImportOptions {
  /** The symbol of all rows; by default the file's symbol column, or its name up to `_` or `.csv`. */
  readonly symbol?: string | undefined;
  readonly timeframe?: Timeframe | undefined;
  /** Column names by role, for files of no known layout. */
  readonly map?: Readonly<Partial<Record<ColumnRole, string>>> | undefined;
  /** The zone of times that carry no offset. */
  readonly timezone?: ImportZone | undefined;
  /** Whether prices of more than 6 decimals are rounded (half to even) instead of refused. */
  readonly roundPrices?: boolean | undefined;
  /** Called every few hundred kilobytes. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

/**
 * Imports one file: CSV, gzipped CSV or Parquet. Throws `DATA_FILE_UNREADABLE`, `DATA_LAYOUT_UNKNOWN` or
 * `SYMBOL_INVALID`; a row that is wrong is counted in the report instead.
 */
export async function importFile(
  path: string,
  store: HistoryWriter,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const format = await formatOf(path);
  if (format === 'parquet') return withParquetAsText(path, (text) => importText(text, path, false, store, options));
  return importText(path, path, format === 'gzip', store, options);
}

async function importText(
  textPath: string,
  path: string,
  isGzip: boolean,
  store: HistoryWriter,
  options: ImportOptions,
): Promise<ImportReport> {
  const collector = new FileRows(path, options);
  await scanCsv(textPath, isGzip, {
    onHeader: (names) => collector.begin(names),
    onRow: (row) => collector.take(row),
    onProgress: (bytesDone, bytesTotal) => {
      options.onProgress?.({ bytesDone, bytesTotal, rows: collector.rowsRead });
    },
  });
  return collector.store(store);
}

/** The rows of one file on their way to the store. */
class FileRows {
  rowsRead = 0;
  readonly #path: string;
  readonly #options: ImportOptions;
  readonly #refusals = new RefusalCounter();
  readonly #readers = new Map<string, RowReader>();
  #context: RowContext | undefined;
  #reference: ReferenceFileRows | undefined;
  #timeframe: Timeframe | undefined;
  #symbolColumn = -1;
  #fixedSymbol = '';

  constructor(path: string, options: ImportOptions) {
    this.#path = path;
    this.#options = options;
  }

  begin(header: readonly string[]): void {
    const layout = recogniseLayout(this.#path, header, this.#options);
    this.#context = {
      layout,
      times: rowTimes(layout, this.#path, this.#options.timezone),
      numbers: new NumberFields(layout, this.#options.roundPrices ?? false),
    };
    if (layout.kind === 'factor' || layout.kind === 'ticker') this.#reference = new ReferenceFileRows(layout);
    this.#timeframe = layout.timeframe;
    this.#symbolColumn = this.#options.symbol === undefined ? (layout.columns.get('symbol') ?? -1) : -1;
    this.#fixedSymbol = this.#options.symbol ?? symbolOfPath(this.#path);
  }

  take(row: CsvRow): void {
    this.rowsRead += 1;
    const refusal = this.#read(row);
    if (refusal !== undefined) this.#refusals.add(refusal, row.line);
  }

  #read(row: CsvRow): RefusalReason | undefined {
    const symbol = this.#symbolColumn < 0 ? this.#fixedSymbol : fieldText(row, this.#symbolColumn).toUpperCase();
    if (this.#symbolColumn >= 0 && !/^[A-Z0-9][A-Z0-9.-]{0,19}$/.test(symbol)) return 'symbolInvalid';
    if (this.#reference !== undefined) return this.#reference.read(symbol, row);
    const reader = this.#readers.get(symbol) ?? this.#startReader(symbol, row);
    return reader.read(row);
  }

  #startReader(symbol: string, row: CsvRow): RowReader {
    const { context, kind } = this.#eventContext();
    if (kind === 'bar' || kind === 'quoteBar') this.#timeframe ??= context.times.isDateOnly(row) ? '1d' : undefined;
    if (this.#timeframe === undefined && (kind === 'bar' || kind === 'quoteBar')) throw timeframeUnknown(this.#path);
    const reader = createRowReader(kind, this.#timeframe, context);
    this.#readers.set(symbol, reader);
    return reader;
  }

  #eventContext() {
    const context = this.#context;
    assert(context !== undefined, 'the header comes before the rows');
    const { kind } = context.layout;
    assert(kind !== 'factor' && kind !== 'ticker', 'reference rows have no tables');
    return { context, kind };
  }

  async store(store: HistoryWriter): Promise<ImportReport> {
    const layout = this.#layout();
    const symbols: ImportedSymbol[] = [];
    const note = (symbol: string, rows: number, outcome: MergeOutcome): void => {
      symbols.push({ symbol: symbol.toUpperCase(), rows, outcome });
    };
    for (const [symbol, { table }] of this.#readers) {
      if (table.length > 0) note(symbol, table.length, await store.merge(symbol, table));
    }
    for (const [symbol, rows] of this.#reference?.factors ?? []) {
      note(symbol, rows.length, await store.putFactors(symbol, rows));
    }
    for (const [symbol, rows] of this.#reference?.tickers ?? []) {
      note(symbol, rows.length, await store.putTickers(symbol, rows));
    }
    return {
      path: this.#path,
      layout: layout.name,
      kind: layout.kind,
      timeframe: this.#timeframe,
      rowsRead: this.rowsRead,
      rowsKept: this.rowsRead - this.#refusals.total,
      refused: this.#refusals.summary(),
      symbols,
    };
  }

  #layout(): Layout {
    assert(this.#context !== undefined, 'the file was read');
    return this.#context.layout;
  }
}

/** Tells the format by the first bytes; a file's name may say anything. */
async function formatOf(path: string): Promise<'text' | 'gzip' | 'parquet'> {
  const head = Buffer.alloc(4);
  try {
    const file = await open(path, 'r');
    try {
      await file.read(head, 0, head.length, 0);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unreadable(path, 'cannot be opened', cause);
  }
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const magic = head.toString('latin1');
  if (magic === 'PAR1') return 'parquet';
  if (magic.startsWith('PK')) throw unreadable(path, 'is a ZIP archive, which holds files of its own');
  return 'text';
}
