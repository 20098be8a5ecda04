/**
 * The files that the tape needs, as a port, and its implementation on the real disk.
 *
 * Everything is synchronous: the kernel's worker is the only writer and waits for the disk before it answers.
 * Failures are thrown as Node does (an `Error` with a `code` such as `ENOSPC`); the simulated disk of the
 * tests throws the same, so that the code above meets every fault in the same shape.
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { makeFolder } from '../utils/makeFolder.js';

/** An open file. Offsets and lengths are bytes. */
export interface FileHandle {
  /** Reads up to `length` bytes into `target` at `targetOffset`; returns how many, 0 at the end. */
  read(target: Uint8Array, targetOffset: number, length: number, position: number): number;
  /** Writes up to `length` bytes; returns how many (a disk that fills up may take a part). */
  write(source: Uint8Array, sourceOffset: number, length: number, position: number): number;
  /** Makes content and length durable (`fdatasync`). */
  sync(): void;
  truncate(length: number): void;
  size(): number;
  /** Whether a directory still names the file; an unlinked file takes writes that nobody will ever read. */
  isLinked(): boolean;
  close(): void;
}

/** How a file is opened: `create` demands that there is none yet. */
export type OpenMode = 'read' | 'readWrite' | 'create';

/** The file operations of the tape, its snapshots and its acknowledgement file. */
export interface FileSystem {
  open(path: string, mode: OpenMode): FileHandle;
  /** Names in a directory in code-unit order; empty if there is no such directory. */
  list(directory: string): readonly string[];
  /** Replaces `to` atomically. */
  rename(from: string, to: string): void;
  /** Removes a file; none is fine. */
  remove(path: string): void;
  /** Creates a directory and its parents, durably; an existing one is fine. */
  makeDirectory(directory: string): void;
  /** Makes the names in a directory durable. */
  syncDirectory(directory: string): void;
}

/** The system's error code (`ENOSPC`, `EIO`, …) of a thrown value, if it carries one. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Writes all of `source` at `position`, in as many calls as the disk wants. */
export function writeFully(file: FileHandle, source: Uint8Array, position: number): void {
  let done = 0;
  while (done < source.length) done += file.write(source, done, source.length - done, position + done);
}

/** Reads up to `length` bytes from `position`; shorter only at the file's end. */
export function readFully(file: FileHandle, position: number, length: number): Uint8Array {
  const target = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = file.read(target, done, length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done === length ? target : target.subarray(0, done);
}

/** Reads a whole file; undefined if there is none. */
export function readWhole(fs: FileSystem, path: string): Uint8Array | undefined {
  let file: FileHandle;
  try {
    file = fs.open(path, 'read');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return readFully(file, 0, file.size());
  } finally {
    file.close();
  }
}

/**
 * Writes a file so that after a power cut there is either all of it or nothing: a temporary file, synced,
 * renamed, and the directory synced. A failure leaves an older file of the name as it was.
 */
export function writeAtomically(fs: FileSystem, directory: string, name: string, content: Uint8Array): void {
  replaceFile(fs, `${directory}/${name}`, content, 'synced');
  fs.syncDirectory(directory);
}

/** Puts a file in the place of another: a reader finds all of one of them, unsynced only without a power cut. */
export function replaceFile(fs: FileSystem, path: string, content: Uint8Array, how: 'synced' | 'unsynced'): void {
  const temporary = `${path}.new`;
  fs.remove(temporary);
  try {
    const file = fs.open(temporary, 'create');
    try {
      writeFully(file, content, 0);
      if (how === 'synced') file.sync();
    } finally {
      file.close();
    }
    fs.rename(temporary, path);
  } catch (error) {
    removeQuietly(fs, temporary);
    throw error;
  }
}

/** Removes a leftover while another error is on its way; the next start removes it if this fails. */
export function removeQuietly(fs: FileSystem, path: string): void {
  try {
    fs.remove(path);
  } catch {
    // The fault that matters is the one being reported; a leftover temporary file harms nothing.
  }
}

class NodeFileHandle implements FileHandle {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  read(target: Uint8Array, targetOffset: number, length: number, position: number): number {
    return readSync(this.#descriptor, target, targetOffset, length, position);
  }

  write(source: Uint8Array, sourceOffset: number, length: number, position: number): number {
    return writeSync(this.#descriptor, source, sourceOffset, length, position);
  }

  sync(): void {
    fdatasyncSync(this.#descriptor);
  }

  truncate(length: number): void {
    ftruncateSync(this.#descriptor, length);
  }

  size(): number {
    return fstatSync(this.#descriptor).size;
  }

  isLinked(): boolean {
    return fstatSync(this.#descriptor).nlink > 0;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

const OPEN_FLAGS: Readonly<Record<OpenMode, string>> = { read: 'r', readWrite: 'r+', create: 'wx+' };

/** The real disk. */
export const nodeFileSystem: FileSystem = {
  open: (path, mode) => new NodeFileHandle(openSync(path, OPEN_FLAGS[mode], 0o600)),
  list: (directory) => {
    try {
      return readdirSync(directory).sort();
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw error;
    }
  },
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { force: true }),
  makeDirectory: (directory) => {
    const created = makeFolder(directory);
    if (created === undefined) return;
    const top = dirname(resolve(created));
    for (let parent = dirname(resolve(directory)); parent.length >= top.length; parent = dirname(parent)) {
      syncDirectory(parent);
      if (parent === dirname(parent)) break;
    }
  },
  syncDirectory,
};

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
