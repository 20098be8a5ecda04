/**
 * Snapshots of the kernel's state: files that shorten recovery and are never needed for it.
 *
 * A snapshot is written whole beside the old ones, synced, renamed, and the directory synced, so that at every
 * moment the newest finished one is intact (F20). It carries the log's id, the last record it contains, and a
 * SHA-256 over everything; what does not fit is ignored with a notice, never an error (F24).
 */
import { createHash } from 'node:crypto';
import { assert } from '../utils/assert.js';
import type { StorageNotice } from './eventLog.js';
import type { FileSystem } from './fileSystem.js';
import { readWhole, removeQuietly, writeAtomically } from './fileSystem.js';
import { diskFault } from './logFaults.js';
import { getInteger, LOG_ID_BYTES, logIdOf, sameBytes, setInteger, viewOf } from './logFormat.js';

/** Header: 0 magic, 4 version, 8 sequence number, 16 log id, 32 SHA-256 of the header so far and the content. */
const HEADER_BYTES = 64;
const HASHED_HEADER_BYTES = 32;
/** `PTSN` as a little-endian word. */
const MAGIC = 0x4e535450;
const VERSION = 1;

/** A snapshot as loaded: the state after record `seq`. */
export interface Snapshot {
  readonly seq: number;
  readonly content: Uint8Array;
}

/** Where snapshots are and how many stay. */
export interface SnapshotStoreOptions {
  readonly fs: FileSystem;
  /** Created with the first snapshot. */
  readonly directory: string;
  /** The name that the log was created with. */
  readonly logName: string;
  /** How many of the newest are kept; at least 1, default 3. */
  readonly keep?: number;
  readonly onNotice?: (notice: StorageNotice) => void;
}

/** The snapshots of one log. */
export class SnapshotStore {
  readonly #options: SnapshotStoreOptions;
  readonly #logId: Uint8Array;
  readonly #keep: number;

  constructor(options: SnapshotStoreOptions) {
    this.#options = options;
    this.#logId = logIdOf(options.logName);
    this.#keep = options.keep ?? 3;
    assert(this.#keep >= 1, 'at least one snapshot is kept');
  }

  /**
   * Saves the state after record `seq` and removes the oldest snapshots beyond those to keep. The record must be
   * durable already. Throws `STORAGE_FULL` and the other disk faults; older snapshots are then untouched.
   */
  save(seq: number, content: Uint8Array): void {
    const { fs, directory } = this.#options;
    const bytes = new Uint8Array(HEADER_BYTES + content.length);
    const view = viewOf(bytes);
    view.setUint32(0, MAGIC, true);
    view.setUint32(4, VERSION, true);
    setInteger(view, 8, seq);
    bytes.set(this.#logId, 16);
    bytes.set(content, HEADER_BYTES);
    bytes.set(hashOf(bytes), HASHED_HEADER_BYTES);
    try {
      fs.makeDirectory(directory);
      writeAtomically(fs, directory, snapshotName(seq), bytes);
    } catch (error) {
      throw diskFault(error, 'write', `${directory}/${snapshotName(seq)}`);
    }
    for (const old of this.#saved().slice(this.#keep)) removeQuietly(fs, `${directory}/${snapshotName(old)}`);
  }

  /**
   * The newest undamaged snapshot that is not newer than the log's last record; undefined if there is none, and
   * then the log is applied from its start. Each one passed over is reported as `SNAPSHOT_IGNORED`.
   */
  load(lastSeq: number): Snapshot | undefined {
    for (const seq of this.#saved()) {
      const fault = seq > lastSeq ? `it is newer than the log, which ends at record ${lastSeq}` : this.#read(seq);
      if (typeof fault !== 'string') return fault;
      const path = `${this.#options.directory}/${snapshotName(seq)}`;
      this.#options.onNotice?.({ code: 'SNAPSHOT_IGNORED', message: `The snapshot ${path} is not used: ${fault}.` });
    }
    return undefined;
  }

  /** The snapshot, or what is wrong with it. */
  #read(seq: number): Snapshot | string {
    const { fs, directory } = this.#options;
    let bytes: Uint8Array | undefined;
    try {
      bytes = readWhole(fs, `${directory}/${snapshotName(seq)}`);
    } catch {
      return 'it cannot be read';
    }
    if (bytes === undefined || bytes.length < HEADER_BYTES) return 'it is too short';
    const view = viewOf(bytes);
    if (view.getUint32(0, true) !== MAGIC) return 'it is no snapshot';
    if (!sameBytes(bytes.subarray(HASHED_HEADER_BYTES, HEADER_BYTES), hashOf(bytes))) return 'its hash is wrong';
    if (view.getUint32(4, true) !== VERSION) return `its format version is ${view.getUint32(4, true)}`;
    if (getInteger(view, 8) !== seq) return `it was renamed: it holds record ${getInteger(view, 8)}`;
    if (!sameBytes(bytes.subarray(16, 16 + LOG_ID_BYTES), this.#logId)) return 'it belongs to another log';
    return { seq, content: bytes.subarray(HEADER_BYTES) };
  }

  /** Sequence numbers of the snapshots, newest first. */
  #saved(): readonly number[] {
    const { fs, directory } = this.#options;
    let names: readonly string[];
    try {
      names = fs.list(directory);
    } catch (error) {
      throw diskFault(error, 'read', directory);
    }
    return names
      .map((name) => /^snapshot-(\d{16})\.snap$/.exec(name)?.[1])
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => b - a);
  }
}

function snapshotName(seq: number): string {
  return `snapshot-${seq.toString().padStart(16, '0')}.snap`;
}

function hashOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256')
    .update(bytes.subarray(0, HASHED_HEADER_BYTES))
    .update(bytes.subarray(HEADER_BYTES))
    .digest();
}
