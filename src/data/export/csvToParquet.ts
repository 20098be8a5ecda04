/** Turns CSV files with a head into Parquet files with typed columns, through an embedded database. */
import { rmSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

/** A column of a file, with its type as DuckDB calls it. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'TIMESTAMPTZ' | 'DECIMAL(18,6)' | 'DECIMAL(24,8)';
}

/** A file to turn; the CSV file is removed, one at `target` is written over. */
export interface CsvConversion {
  readonly csv: string;
  readonly target: string;
  /** In the order of the file; empty cells are null. */
  readonly columns: readonly ParquetColumn[];
}

/** Turns them one after the other. Throws what the database throws for a file that cannot be read or written. */
export async function csvToParquet(files: readonly CsvConversion[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    for (const { csv, target, columns } of files) {
      const types = columns.map(({ name, type }) => `${literal(name)}: '${type}'`).join(', ');
      await connection.run(
        `COPY (SELECT * FROM read_csv(${literal(csv)}, header = true, columns = {${types}}, auto_detect = false, ` +
          `quote = '"', escape = '"', allow_quoted_nulls = false)) TO ${literal(target)} ` +
          '(FORMAT parquet, COMPRESSION zstd)',
      );
      rmSync(csv);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A time as these files write it: `2026-11-30T14:30:00.000250Z`. */
export function isoMicros(time: number): string {
  const seconds = Math.floor(time / 1_000_000);
  const micros = String(time - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}.${micros}Z`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
