/**
 * One process per data directory (F06), by a lock that the operating system takes away when the process dies.
 *
 * Node has no `flock`, so the lock is SQLite's: an exclusive transaction on an empty database in the directory
 * holds an `fcntl` lock of the kernel. That has no race between two starters and no stale state to break, which a
 * pid file (numbers are reused) or a socket file (two starters may both remove the dead one) would have; and it
 * holds between containers that share the directory, which an abstract socket does not. The pid file beside it is
 * only for the message. POSIX drops the lock if the process closes any other descriptor of the locked file, so
 * nothing else may open it: backups leave `.lock` files out.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'libsql';
import { PapertapeError } from '../domain/errors.js';
import { makeFolder } from '../utils/makeFolder.js';
import { systemErrorCode } from './fileSystem.js';

const LOCK_FILE = 'papertape.lock';
const PID_FILE = 'papertape.lock.pid';

/** A held lock. */
export class DataDirLock {
  readonly #database: Database.Database;
  readonly #pidPath: string;
  #held = true;

  private constructor(database: Database.Database, pidPath: string) {
    this.#database = database;
    this.#pidPath = pidPath;
  }

  /**
   * Takes the lock of `directory`, which is created if there is none. Throws `DATA_DIR_LOCKED` with the holder's
   * pid if another process has it, and `DATA_DIR_UNUSABLE` if the directory cannot be written. `use` says what the
   * directory is wanted for: whoever only writes history into it need not choose another one.
   */
  static acquire(directory: string, use: 'all' | 'history' = 'all'): DataDirLock {
    const path = `${directory}/${LOCK_FILE}`;
    const pidPath = `${directory}/${PID_FILE}`;
    let database: Database.Database | undefined;
    try {
      makeFolder(directory);
      database = new Database(path, { timeout: 0 });
      database.exec('BEGIN EXCLUSIVE');
      writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 });
      return new DataDirLock(database, pidPath);
    } catch (error) {
      database?.close();
      if (systemErrorCode(error)?.startsWith('SQLITE_BUSY') === true) throw lockedBy(directory, use);
      const code = systemErrorCode(error) ?? 'no reason given';
      throw new PapertapeError('DATA_DIR_UNUSABLE', `The data directory ${directory} cannot be written (${code}).`, {
        remedy: 'Choose another one with --data-dir, or make this one writable.',
        cause: error,
      });
    }
  }

  /** Gives the lock back; doing so twice is fine. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    rmSync(this.#pidPath, { force: true });
    this.#database.close();
  }
}

function lockedBy(directory: string, use: 'all' | 'history'): PapertapeError {
  const message = `Another Papertape (${holderOf(directory)}) works on the data directory ${directory}.`;
  if (use === 'all') {
    return new PapertapeError('DATA_DIR_LOCKED', message, {
      remedy: 'Stop that process, or choose another directory with --data-dir.',
    });
  }
  const pid = lockHolder(directory);
  const kill = pid === undefined ? '' : `, or with \`kill ${pid}\``;
  return new PapertapeError('DATA_DIR_LOCKED', `${message} History is written while no other one does.`, {
    remedy:
      `Stop it with Ctrl+C where it runs${kill}, run this again, then start it again: a session goes on where it ` +
      'was. Backtests may run meanwhile.',
  });
}

/** The process that holds the lock of a directory, as it has written; undefined if that cannot be told. */
export function lockHolder(directory: string): number | undefined {
  try {
    const pid = Number(readFileSync(`${directory}/${PID_FILE}`, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    // There is no file: nobody holds it, or somebody who has not written yet.
    return undefined;
  }
}

/** The holder as the pid file has it; a starter that has just taken the lock may not have written it yet. */
function holderOf(directory: string): string {
  const pid = lockHolder(directory);
  return pid === undefined ? 'pid not yet known' : `pid ${pid}`;
}
