/**
 * Reads and writes Parquet files through one embedded DuckDB in memory.
 *
 * Columns cross the border as the 64-bit integers that vectors and files hold: two 32-bit loads per value instead
 * of a bigint, and no SQL cast. Files are byte-for-byte reproducible for the same rows and library version.
 */
import { BIGINT, DECIMAL, DuckDBDataChunk, DuckDBInstance, TIMESTAMPTZ, USMALLINT, UTINYINT } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBType, DuckDBVector } from '@duckdb/node-api';
import { assert } from '../utils/assert.js';
import { columnOf } from '../domain/tables.js';
import type { HistoryTable } from '../domain/history.js';
import type { HistoryKind } from '../domain/ports.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { createHistoryTable } from './historyTables.js';
import { FILE_COLUMNS, SQL_TYPE } from './parquetColumns.js';
import type { ColumnSpec, ColumnType } from './parquetColumns.js';

const TWO_32 = 4_294_967_296;
/** Rows of a DuckDB vector. */
const VECTOR_SIZE = 2048;
const PARQUET = '(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V2)';

const VECTOR_TYPE: Readonly<Record<ColumnType, DuckDBType>> = {
  time: TIMESTAMPTZ,
  price: DECIMAL(18, 6),
  count: BIGINT,
  flags: USMALLINT,
  letter: UTINYINT,
};

/** What rows of which files are wanted: key in [from, to), either end may be infinite. */
export interface ParquetRange {
  readonly files: readonly string[];
  readonly kind: HistoryKind;
  readonly timeframe: Timeframe | undefined;
  readonly from: Micros;
  readonly to: Micros;
  /** At least the number of rows that come. */
  readonly capacity: number;
}

/** The embedded database; made on first use, one statement of a kind at a time. */
export class ParquetEngine {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #tables = 0;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** Starts a database that never looks for extensions outside (everything needed is linked in). */
  static async open(): Promise<ParquetEngine> {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    // Its cache tells versions of a file by their time of change in seconds; a file replaced twice in one would be
    // read as it was. The system's page cache serves as well.
    await connection.run('SET enable_external_file_cache = false');
    return new ParquetEngine(instance, connection);
  }

  /** Reads rows in the order of the files. */
  async read(range: ParquetRange): Promise<HistoryTable> {
    const specs = FILE_COLUMNS[range.kind];
    const table = createHistoryTable(range.kind, range.timeframe, range.capacity);
    const fields = specs.map((spec) => columnOf(table, spec.field));
    const key = quoted(specs[0]?.name ?? '');
    const files = range.files.map(globLiteral).join(', ');
    const result = await this.#connection.stream(
      `SELECT ${specs.map((spec) => quoted(spec.name)).join(', ')} ` +
        `FROM read_parquet([${files}], hive_partitioning = false) WHERE ${within(key, range)}`,
    );
    let row = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const count = chunk.rowCount;
      assert(row + count <= range.capacity, 'the manifest counts every row of its files');
      for (let index = 0; index < fields.length; index++) {
        const field = fields[index];
        if (field !== undefined) copyOut(chunk.getColumnVector(index), field, row, count);
      }
      row += count;
    }
    table.length = row;
    return table;
  }

  /** Writes a table's rows in their order as one file. */
  async write(table: HistoryTable, path: string): Promise<void> {
    const specs = FILE_COLUMNS[table.kind];
    const name = `rows_${++this.#tables}`;
    const columns = specs.map((spec) => `${quoted(spec.name)} ${SQL_TYPE[spec.type]}`).join(', ');
    await this.#connection.run(`CREATE TEMP TABLE ${name} (${columns})`);
    try {
      await this.#append(name, table, specs);
      await this.#connection.run(`COPY ${name} TO ${literal(path)} ${PARQUET}`);
    } finally {
      await this.#connection.run(`DROP TABLE ${name}`);
    }
  }

  async #append(name: string, table: HistoryTable, specs: readonly ColumnSpec[]): Promise<void> {
    const fields = specs.map((spec) => columnOf(table, spec.field));
    const chunk = DuckDBDataChunk.create(specs.map((spec) => VECTOR_TYPE[spec.type]));
    const appender = await this.#connection.createAppender(name);
    for (let row = 0; row < table.length; row += VECTOR_SIZE) {
      const count = Math.min(VECTOR_SIZE, table.length - row);
      chunk.reset();
      chunk.rowCount = count;
      for (let index = 0; index < fields.length; index++) {
        const field = fields[index];
        const vector = chunk.getColumnVector(index);
        if (field !== undefined) copyIn(field, row, count, vector);
        vector.flush();
      }
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  /** Writes the rows of a query as a Parquet file, for small reference tables. */
  async writeQuery(sql: string, path: string): Promise<void> {
    await this.#connection.run(`COPY (${sql}) TO ${literal(path)} ${PARQUET}`);
  }

  /** The rows of a small Parquet file as texts, columns as named. */
  async readTexts(path: string, columns: readonly string[]): Promise<readonly (readonly string[])[]> {
    const selected = columns.map((name) => `${quoted(name)}::VARCHAR`).join(', ');
    const sql = `SELECT ${selected} FROM read_parquet([${globLiteral(path)}], hive_partitioning = false)`;
    const reader = await this.#connection.runAndReadAll(sql);
    return reader.getRows().map((row) => row.map((value) => String(value)));
  }

  /** Ends the database. */
  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

type Field = Float64Array | Uint16Array | Uint8Array;

interface Memory {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
}

/** The memory of a vector: DuckDB's binding hands it out under one of two names, by column type. */
function memoryOf(vector: DuckDBVector): Memory {
  const memory: unknown = Reflect.get(vector, 'items') ?? Reflect.get(vector, 'dataView');
  assert(ArrayBuffer.isView(memory) && memory.buffer instanceof ArrayBuffer, 'a DuckDB vector shows its memory');
  return { buffer: memory.buffer, byteOffset: memory.byteOffset };
}

function narrowView(memory: Memory, field: Uint16Array | Uint8Array, count: number): Uint16Array | Uint8Array {
  const Column = field instanceof Uint16Array ? Uint16Array : Uint8Array;
  return new Column(memory.buffer, memory.byteOffset, count);
}

function copyOut(vector: DuckDBVector, field: Field, at: number, count: number): void {
  const memory = memoryOf(vector);
  if (!(field instanceof Float64Array)) {
    field.set(narrowView(memory, field, count), at);
    return;
  }
  const low = new Uint32Array(memory.buffer, memory.byteOffset, count * 2);
  const high = new Int32Array(memory.buffer, memory.byteOffset, count * 2);
  for (let row = 0, word = 0; row < count; row++, word += 2) {
    field[at + row] = (high[word + 1] ?? 0) * TWO_32 + (low[word] ?? 0);
  }
}

function copyIn(field: Field, at: number, count: number, vector: DuckDBVector): void {
  const memory = memoryOf(vector);
  if (!(field instanceof Float64Array)) {
    narrowView(memory, field, count).set(field.subarray(at, at + count));
    return;
  }
  const words = new Uint32Array(memory.buffer, memory.byteOffset, count * 2);
  for (let row = 0, word = 0; row < count; row++, word += 2) {
    const value = field[at + row] ?? 0;
    const high = Math.floor(value / TWO_32);
    words[word] = value - high * TWO_32;
    words[word + 1] = high;
  }
}

function within(key: string, range: ParquetRange): string {
  const after = range.from === -Infinity ? 'true' : `${key} >= make_timestamptz(${range.from}::BIGINT)`;
  const before = range.to === Infinity ? 'true' : `${key} < make_timestamptz(${range.to}::BIGINT)`;
  return `${after} AND ${before}`;
}

/** An SQL string. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An SQL string that `read_parquet` takes as one file, whatever characters its path holds. */
function globLiteral(path: string): string {
  return literal(path.replace(/[*?[]/g, (character) => `[${character}]`));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
