/** Opens the embedded database: one SQLite file with a write-ahead log, synced at every commit. */
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import Libsql from 'libsql';
import { PapertapeError } from '../../domain/errors.js';
import { migrationProvider } from './migrations.js';
import type { Tables } from './schema.js';

/** The database with its tables. */
export type SqlDatabase = Kysely<Tables>;

/**
 * Opens or creates the database at `path` (`:memory:` for tests) and brings its schema up to date. Throws
 * `DATA_DIR_UNUSABLE` when the file cannot be opened, or was made by a newer version.
 */
export async function openDatabase(path: string): Promise<SqlDatabase> {
  let database: SqlDatabase;
  try {
    const connection = new Libsql(path);
    // FULL syncs the log at each commit: what was answered survives a power cut.
    connection.exec('PRAGMA journal_mode = WAL');
    connection.exec('PRAGMA synchronous = FULL');
    connection.exec('PRAGMA foreign_keys = ON');
    connection.exec('PRAGMA busy_timeout = 5000');
    database = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) });
  } catch (cause) {
    throw unusable(path, cause);
  }
  const { error } = await new Migrator({ db: database, provider: migrationProvider }).migrateToLatest();
  if (error !== undefined) {
    await database.destroy();
    throw unusable(path, error);
  }
  return database;
}

function unusable(path: string, cause: unknown): PapertapeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PapertapeError('DATA_DIR_UNUSABLE', `The database ${path} cannot be opened: ${why}.`, {
    remedy: 'Check that the data directory is writable and was not made by a newer version of Papertape.',
    cause,
  });
}
