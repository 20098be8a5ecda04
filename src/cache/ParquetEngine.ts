/**
 * Reads and writes Parquet files through one embedded DuckDB in memory.
 *
 * Columns cross the border as the 64-bit integers that vectors and files hold: two 32-bit loads per value instead
 * of a bigint, and no SQL cast. Files are byte-for-byte reproducible for the same rows and library version.
 */
import { BIGINT, DECIMAL, DuckDBDataChunk, DuckDBInstance, TIMESTAMPTZ, USMALLINT, UTINYINT } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { assert } from '../utils/assert.js';
import { columnOf } from '../domain/tables.js';
import type { HistoryTable } from '../domain/history.js';
import type { HistoryKind } from '../domain/ports.js';
import { TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { createHistoryTable, keyColumn } from './historyTables.js';
import { FILE_COLUMNS, SQL_TYPE } from './parquetColumns.js';
import type { ColumnType } from './parquetColumns.js';
import { copyIn, copyOut } from './vectorColumns.js';
import type { Field } from './vectorColumns.js';

/** Rows of a DuckDB vector. */
const VECTOR_SIZE = 2048;
const PARQUET = '(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V2)';

const VECTOR_TYPE: Readonly<Record<ColumnType, DuckDBType>> = {
  time: TIMESTAMPTZ,
  price: DECIMAL(18, 6),
  adjusted: DECIMAL(18, 8),
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
  /** Whether every bar ends its timeframe's length after its start, so that ends need not be read. */
  readonly endsFollow?: boolean;
}

/** Rows of files with the times that were asked for beside them. */
export interface ParquetRows {
  readonly table: HistoryTable;
  /** One column per name that was asked for, one value per row at least. */
  readonly times: readonly Float64Array[];
}

/** One column on its way into a file; values of 64 bits are integers in steps of its type. */
export interface FileColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly field: Field;
}

/** A column of a file as it says itself. */
export interface FoundColumn {
  readonly name: string;
  /** SQL type. */
  readonly type: string;
}

/** The embedded database; every reader and writer has a connection of its own, so that they do not cut in. */
export class ParquetEngine {
  readonly #instance: DuckDBInstance;
  readonly #idle: DuckDBConnection[] = [];
  #tables = 0;

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  /** Starts a database that never looks for extensions outside (everything needed is linked in). */
  static async open(): Promise<ParquetEngine> {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return new ParquetEngine(instance);
  }

  /** Reads rows in the order of the files, with the named time columns that tables do not have. */
  read(range: ParquetRange, timeColumns: readonly string[] = []): Promise<ParquetRows> {
    const length = range.endsFollow === true && range.timeframe !== undefined ? TIMEFRAME_DURATION[range.timeframe] : 0;
    const specs = FILE_COLUMNS[range.kind].filter(({ field }) => length === 0 || field !== 'time');
    const table = createHistoryTable(range.kind, range.timeframe, range.capacity);
    const times = timeColumns.map(() => new Float64Array(range.capacity));
    const fields = [...specs.map((spec) => columnOf(table, spec.field)), ...times];
    const names = [...specs.map((spec) => spec.name), ...timeColumns].map(quoted).join(', ');
    const key = quoted(specs[0]?.name ?? '');
    const files = range.files.map(globLiteral).join(', ');
    const sql = `SELECT ${names} FROM read_parquet([${files}], hive_partitioning = false)${within(key, range)}`;
    return this.#lend(async (connection) => {
      const result = await connection.stream(sql);
      let row = 0;
      let next = result.fetchChunk();
      for (;;) {
        const chunk = await next;
        if (chunk === null || chunk.rowCount === 0) break;
        // The database decodes the next chunk while this one is copied.
        next = result.fetchChunk();
        const count = chunk.rowCount;
        assert(row + count <= range.capacity, 'the manifest counts every row of its files');
        for (let index = 0; index < fields.length; index++) {
          const field = fields[index];
          if (field !== undefined) copyOut(chunk.getColumnVector(index), field, row, count);
        }
        row += count;
      }
      table.length = row;
      if (length > 0) addLength(keyColumn(table), length, table.time, row);
      return { table, times };
    });
  }

  /** Writes a table's rows in their order as one file, with further columns of times. */
  async write(table: HistoryTable, times: Readonly<Record<string, Float64Array>>, path: string): Promise<void> {
    const columns: FileColumn[] = [
      ...FILE_COLUMNS[table.kind].map(({ name, type, field }) => ({ name, type, field: columnOf(table, field) })),
      ...Object.entries(times).map(([name, field]) => ({ name, type: 'time' as const, field })),
    ];
    await this.writeColumns(columns, table.length, path);
  }

  /** Writes columns of `length` rows as one file. */
  writeColumns(columns: readonly FileColumn[], length: number, path: string): Promise<void> {
    return this.#lend(async (connection) => {
      const name = `rows_${++this.#tables}`;
      const types = columns.map((column) => `${quoted(column.name)} ${SQL_TYPE[column.type]}`).join(', ');
      await connection.run(`CREATE TEMP TABLE ${name} (${types})`);
      try {
        await append(connection, name, columns, length);
        await connection.run(`COPY ${name} TO ${literal(path)} ${PARQUET}`);
      } finally {
        await connection.run(`DROP TABLE ${name}`);
      }
    });
  }

  /** Columns of 64-bit values of a file that {@link writeColumns} wrote, as they were given. */
  readColumns(path: string, names: readonly string[], length: number): Promise<readonly Float64Array[]> {
    const file = `read_parquet([${globLiteral(path)}], hive_partitioning = false)`;
    const sql = `SELECT ${names.map(quoted).join(', ')} FROM ${file}`;
    return this.#lend(async (connection) => {
      const fields = names.map(() => new Float64Array(length));
      const result = await connection.stream(sql);
      let row = 0;
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return fields;
        const { rowCount } = chunk;
        fields.forEach((field, index) => copyOut(chunk.getColumnVector(index), field, row, rowCount));
        row += rowCount;
      }
    });
  }

  /** Writes the rows of a query as a Parquet file, for small reference tables. */
  async writeQuery(sql: string, path: string): Promise<void> {
    await this.#lend((connection) => connection.run(`COPY (${sql}) TO ${literal(path)} ${PARQUET}`));
  }

  /**
   * The rows of small Parquet files as texts in the order of the files, columns as named; nulls are empty. `filename`
   * is the path of a row's file, `epoch` its `received` in microseconds.
   */
  async readTexts(paths: readonly string[], columns: readonly string[]): Promise<readonly (readonly string[])[]> {
    const value = (name: string): string => (name === 'epoch' ? 'epoch_us("received")' : quoted(name));
    const selected = columns.map((name) => `coalesce(${value(name)}::VARCHAR, '')`).join(', ');
    const files = paths.map(globLiteral).join(', ');
    const sql = `SELECT ${selected} FROM read_parquet([${files}], hive_partitioning = false, filename = true)`;
    const reader = await this.#lend((connection) => connection.runAndReadAll(sql));
    return reader.getRows().map((row) => row.map((value) => String(value)));
  }

  /** The columns of a Parquet file and its number of rows, from its own description. */
  async describe(path: string): Promise<{ readonly columns: readonly FoundColumn[]; readonly rows: number }> {
    const file = `read_parquet([${globLiteral(path)}], hive_partitioning = false)`;
    return this.#lend(async (connection) => {
      const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${file}`);
      const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${file}`);
      const columns = described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
      return { columns, rows: Number(counted.getRows()[0]?.[0]) };
    });
  }

  /** Ends the database. */
  close(): void {
    for (const connection of this.#idle.splice(0)) connection.closeSync();
    this.#instance.closeSync();
  }

  async #lend<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.#connect());
    try {
      return await use(connection);
    } finally {
      this.#idle.push(connection);
    }
  }

  async #connect(): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    // Its cache tells versions of a file by their time of change in seconds; a file replaced twice in one would be
    // read as it was. The system's page cache serves as well.
    await connection.run('SET enable_external_file_cache = false');
    // Room for decoding to go on while rows are copied out.
    await connection.run("SET streaming_buffer_size = '32MB'");
    return connection;
  }
}

async function append(
  connection: DuckDBConnection,
  name: string,
  columns: readonly FileColumn[],
  length: number,
): Promise<void> {
  const chunk = DuckDBDataChunk.create(columns.map((column) => VECTOR_TYPE[column.type]));
  const appender = await connection.createAppender(name);
  for (let row = 0; row < length; row += VECTOR_SIZE) {
    const count = Math.min(VECTOR_SIZE, length - row);
    chunk.reset();
    chunk.rowCount = count;
    columns.forEach(({ field }, index) => {
      const vector = chunk.getColumnVector(index);
      copyIn(field, row, count, vector);
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function within(key: string, { from, to }: ParquetRange): string {
  const conditions = [
    ...(from === -Infinity ? [] : [`${key} >= make_timestamptz(${from}::BIGINT)`]),
    ...(to === Infinity ? [] : [`${key} < make_timestamptz(${to}::BIGINT)`]),
  ];
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

function addLength(start: Float64Array, length: number, end: Float64Array, rows: number): void {
  for (let row = 0; row < rows; row++) end[row] = (start[row] ?? 0) + length;
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
