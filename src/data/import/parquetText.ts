/**
 * Turns a Parquet file into the delimited text that the importer reads, so that both formats pass the same checks.
 * Times with a zone come out as UTC with their offset, others without.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { unreadable } from './csvScanner.js';

/** Calls `use` with the path of a text file that holds the rows; it is removed afterwards. */
export async function withParquetAsText<T>(path: string, use: (textPath: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'papertape-import-'));
  try {
    const textPath = join(folder, 'rows.csv');
    await convert(path, textPath);
    return await use(textPath);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function convert(path: string, textPath: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    const source = literal(path.replace(/[*?[]/g, (character) => `[${character}]`));
    await connection.run(`COPY (SELECT * FROM read_parquet([${source}])) TO ${literal(textPath)} (FORMAT csv, HEADER)`);
    connection.closeSync();
  } catch (cause) {
    throw unreadable(path, 'is no readable Parquet file', cause);
  } finally {
    instance.closeSync();
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
