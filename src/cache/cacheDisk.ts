/**
 * The writing operations of the cache on the disk, in one place: each is a step at which a crash, a full disk or a
 * failing one can end a write, and tests end it at every one of them. Errors are thrown as Node does, with a `code`.
 */
import { closeSync, constants, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { copyFile, link, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { makeFolder } from '../utils/makeFolder.js';

/** An open file that grows at its end. */
export interface AppendFile {
  /** Writes all of `bytes` at an offset and makes them durable. */
  write(bytes: Uint8Array, offset: number): void;
  close(): void;
}

/** What the cache does to the disk; reading is plain `node:fs`. */
export interface CacheDisk {
  makeFolder(path: string): void;
  writeText(path: string, text: string): Promise<void>;
  /** Lets somebody else write a file: DuckDB, which knows no ports. */
  writeWith(path: string, write: (path: string) => Promise<void>): Promise<void>;
  /** Makes a file's content, or a folder's names, durable. */
  sync(path: string): Promise<void>;
  /** Replaces `to` atomically. */
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name in place of whatever has it. */
  keepAs(path: string, name: string): Promise<void>;
  /** Removes a file; none is fine. */
  remove(path: string): Promise<void>;
  truncate(path: string, length: number): Promise<void>;
  openAppend(path: string): AppendFile;
}

/** The real disk. */
export const nodeDisk: CacheDisk = {
  makeFolder: (path) => void makeFolder(path),
  writeText: (path, text) => writeFile(path, text),
  writeWith: (path, write) => write(path),
  async sync(path) {
    const file = await open(path, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename: (from, to) => rename(from, to),
  async keepAs(path, name) {
    await rm(name, { force: true });
    try {
      await link(path, name);
    } catch (cause) {
      // Not every file system has second names.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(codeOf(cause))) throw cause;
      await copyFile(path, name);
    }
  },
  remove: (path) => rm(path, { force: true }),
  truncate: (path, length) => truncate(path, length),
  openAppend(path) {
    const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o666);
    return {
      write(bytes, offset) {
        let done = 0;
        while (done < bytes.length) {
          done += writeSync(descriptor, bytes, done, bytes.length - done, offset + done);
        }
        fdatasyncSync(descriptor);
      },
      close: () => {
        closeSync(descriptor);
      },
    };
  },
};

/** The system's error code of a thrown value, or an empty text. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
