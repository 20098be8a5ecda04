/**
 * Opens the embedded database: one SQLite file with a write-ahead log, synced at every commit. The process that holds
 * the lock of the data directory owns it; another one may write a row for it, and then each waits for the other.
 */
import { Kysely, Migrator, SqliteAdapter, SqliteDialect } from 'kysely';
import type { SqliteDatabase } from 'kysely';
import Libsql from 'libsql';
import { PapertapeError } from '../../domain/errors.js';
import { assert } from '../../utils/assert.js';
import { systemClock } from '../../utils/clock.js';
import { migrationProvider } from './migrations.js';
import type { Tables } from './schema.js';

/** Statements kept; those of the program are fewer, and a list of any length makes one of its own. */
const MOST_PREPARED = 200;
/** How often a schema that another process is making is looked at, and how long between. */
const MOST_TURNS = 40;
const TURN_MS = 50;
/** What SQLite says of the tables that migrations are noted in where another process has just made them. */
const MADE_TWICE = /already exists|UNIQUE constraint failed: kysely/;

/** The database with its tables. */
export type SqlDatabase = Kysely<Tables>;

const FOREIGN_WRITES = new WeakMap<SqlDatabase, () => number>();

/**
 * A number that changes whenever another connection, of this process or another one, has written to the database; what
 * this connection writes does not count. It reads no table.
 */
export function foreignWrites(database: SqlDatabase): number {
  const read = FOREIGN_WRITES.get(database);
  assert(read !== undefined, 'the database was opened by this module');
  return read();
}

/**
 * Opens or creates the database at `path` (`:memory:` for tests) and brings its schema up to date. Throws
 * `DATA_DIR_UNUSABLE` when the file cannot be opened, or was made by a newer version.
 */
export async function openDatabase(path: string): Promise<SqlDatabase> {
  const database = connect(path, 'FULL');
  for (let turn = 1; ; turn += 1) {
    const { error } = await migratorOf(database).migrateToLatest();
    if (error === undefined) return database;
    // Another process makes the same tables at this moment, and they are there soon.
    if (turn === MOST_TURNS || !(error instanceof Error) || !MADE_TWICE.test(error.message)) {
      await database.destroy();
      throw unusable(path, error);
    }
    await new Promise<void>((done) => {
      systemClock.setTimer(TURN_MS, done);
    });
  }
}

/**
 * Opens the database of a process that is running, whose schema is its own affair. Throws `DATA_DIR_LOCKED` when it
 * is another version's, and `DATA_DIR_UNUSABLE` when the file cannot be opened.
 */
export function joinDatabase(path: string): Promise<SqlDatabase> {
  return join(path, 'FULL');
}

async function join(path: string, synchronous: Synchronous): Promise<SqlDatabase> {
  const database = connect(path, synchronous);
  try {
    const migrations = await migratorOf(database).getMigrations();
    if (migrations.every(({ executedAt }) => executedAt !== undefined)) return database;
  } catch (error) {
    await database.destroy();
    throw unusable(path, error);
  }
  await database.destroy();
  throw new PapertapeError('DATA_DIR_LOCKED', `The Papertape that works on ${path} is of another version.`, {
    remedy: 'Stop it first, or use the program that it was started with.',
  });
}

/**
 * Joins the database for writing projections only. A power cut may take its last commits, whole: the tables are then
 * those of an earlier `applied_seq`, and the tape has the rest. Throws as {@link joinDatabase} does.
 */
export function joinProjections(path: string): Promise<SqlDatabase> {
  return join(path, 'NORMAL');
}

/** FULL syncs the log at each commit: what was answered survives a power cut. NORMAL leaves that to others. */
type Synchronous = 'FULL' | 'NORMAL';

function connect(path: string, synchronous: Synchronous): SqlDatabase {
  try {
    const connection = new Libsql(path);
    // First of all: what follows may have to wait for a process that does the same.
    connection.exec('PRAGMA busy_timeout = 5000');
    connection.exec('PRAGMA journal_mode = WAL');
    connection.exec(`PRAGMA synchronous = ${synchronous}`);
    connection.exec('PRAGMA foreign_keys = ON');
    const database = new Kysely<Tables>({ dialect: new WholeSchemaDialect({ database: writingAtOnce(connection) }) });
    const version = connection.prepare('PRAGMA data_version');
    FOREIGN_WRITES.set(database, () => (version.get() as { readonly data_version: number }).data_version);
    return database;
  } catch (cause) {
    throw unusable(path, cause);
  }
}

/** All migrations that are due are one transaction, which SQLite can do: a kill in between leaves none of them. */
class WholeSchemaDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new WholeSchemaAdapter();
  }
}

class WholeSchemaAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * Transactions that take the right to write when they begin and wait for it there. One that took it at its first
 * write would fail if another process had written since its first read, and waiting would not help it.
 *
 * Statements are prepared once: none is read row by row, so that each is done with before it is used again.
 */
function writingAtOnce(connection: Libsql.Database): SqliteDatabase {
  const prepared = new Map<string, ReturnType<SqliteDatabase['prepare']>>();
  return {
    prepare: (text) => {
      const known = prepared.get(text);
      if (known !== undefined) return known;
      const statement = connection.prepare(text === 'begin' ? 'begin immediate' : text);
      if (prepared.size >= MOST_PREPARED) prepared.clear();
      prepared.set(text, statement);
      return statement;
    },
    close: () => {
      connection.close();
    },
  };
}

function migratorOf(database: SqlDatabase): Migrator {
  return new Migrator({ db: database, provider: migrationProvider });
}

function unusable(path: string, cause: unknown): PapertapeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PapertapeError('DATA_DIR_UNUSABLE', `The database ${path} cannot be opened: ${why}.`, {
    remedy: 'Check that the data directory is writable and was not made by a newer version of Papertape.',
    cause,
  });
}
