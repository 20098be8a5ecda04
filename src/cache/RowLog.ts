/**
 * The row log: rows of many symbols in the order in which they came, one durable write however many symbols there
 * are. Segments `rowlog/00000001.rows` grow at their end; rows leave them when they are folded into the Parquet
 * files of their series, after which the segment is deleted. Reading back stops at a torn end, which a crash leaves;
 * damage before it is refused by name.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PapertapeError } from '../domain/errors.js';
import type { AppendFile, CacheDisk } from './cacheDisk.js';
import { codeOf } from './cacheDisk.js';
import { encodeRecord, readRecord } from './rowRecord.js';
import type { LoggedRows } from './rowRecord.js';
import { fileState } from './SeriesFiles.js';
import { corrupt } from './seriesManifest.js';

/** What was read of a segment. */
export interface SegmentContent {
  readonly records: readonly LoggedRows[];
  /** Bytes of its whole records; what follows was not written to its end. */
  readonly length: number;
  /** Whether something is wrong before the end. */
  readonly isDamaged: boolean;
  /** Whether the end of a record that was never acknowledged follows. */
  readonly isTorn: boolean;
}

/** Writes and finds the segments below a folder. */
export class RowLog {
  readonly #folder: string;
  readonly #disk: CacheDisk;
  #open: { readonly name: string; readonly file: AppendFile; length: number } | undefined;
  #symbols: readonly string[] | undefined;

  constructor(folder: string, disk: CacheDisk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** The segments' names, oldest first. */
  segments(): readonly string[] {
    return segmentNames(this.#folder);
  }

  /** Changes when another process writes or folds. */
  state(): string {
    return this.segments()
      .map((name) => `${name} ${fileState(join(this.#folder, name))}`)
      .join('\n');
  }

  /** Reads a segment; none if it was deleted meanwhile. Throws `CACHE_CORRUPT` for a damaged one. */
  read(name: string): SegmentContent {
    const path = join(this.#folder, name);
    const content = readSegment(path);
    if (content.isDamaged) throw corrupt(path, 'is damaged before its end');
    return content;
  }

  /** Appends durably; on failure nothing of it is there. Returns the segment's name. */
  async append(rows: LoggedRows): Promise<string> {
    const open = (this.#open ??= await this.#begin());
    const record = encodeRecord(rows, this.#symbols);
    try {
      open.file.write(record, open.length);
    } catch (cause) {
      await this.#cut(open.name, open.length);
      throw cause;
    }
    open.length += record.length;
    this.#symbols = rows.symbols;
    return open.name;
  }

  /** Ends the segment; the next append begins another. */
  roll(): void {
    this.#open?.file.close();
    this.#open = undefined;
    this.#symbols = undefined;
  }

  /** Deletes segments whose rows are all in Parquet files. */
  async drop(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#disk.remove(join(this.#folder, name));
    if (names.length > 0) await this.#disk.sync(this.#folder);
  }

  /** A new segment: what a crash has left at the end of an older one is never written over. */
  async #begin() {
    this.#disk.makeFolder(this.#folder);
    const last = Number(this.segments().at(-1)?.slice(0, 8) ?? 0);
    const name = `${String(last + 1).padStart(8, '0')}.rows`;
    const file = this.#disk.openAppend(join(this.#folder, name));
    await this.#disk.sync(this.#folder);
    return { name, file, length: 0 };
  }

  /** Takes back what a failed write has left; if even that fails, goes on in another segment. */
  async #cut(name: string, length: number): Promise<void> {
    try {
      await this.#disk.truncate(join(this.#folder, name), length);
    } catch {
      this.roll();
    }
  }
}

/** The segments of a folder by name, oldest first. */
export function segmentNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d{8}\.rows$/.test(name))
      .sort();
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return [];
    throw new PapertapeError('DATA_DIR_UNUSABLE', `The folder ${folder} cannot be read (${codeOf(cause)}).`, {
      remedy: 'Check the disk and the permissions of the folder, or choose another one with --data-dir.',
      cause,
    });
  }
}

/** Reads the whole records of a segment up to a torn end or the first damage. */
export function readSegment(path: string): SegmentContent {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return { records: [], length: 0, isDamaged: false, isTorn: false };
    throw corrupt(path, 'cannot be read', cause);
  }
  const records: LoggedRows[] = [];
  let at = 0;
  let symbols: readonly string[] | undefined;
  while (at < bytes.length) {
    const record = readRecord(bytes, at, symbols);
    if (record === 'torn' || record === 'damaged') {
      return { records, length: at, isDamaged: record === 'damaged', isTorn: record === 'torn' };
    }
    records.push(record.rows);
    symbols = record.rows.symbols;
    at = record.next;
  }
  return { records, length: at, isDamaged: false, isTorn: false };
}
