/**
 * Appends groups to the segments of one channel: position, chain value, rotation, and room kept ahead.
 *
 * With a reserve, zeros are written ahead of the position, so that the disk has given those blocks before they are
 * needed: when it fills up, what is inside the reserve can still be written (F19). It also makes a sync cheaper,
 * since a group then changes no file length. The writer holds no policy: whoever owns it decides what a full or
 * failing disk means.
 */
import { PapertapeError } from '../domain/errors.js';
import type { FileHandle, FileSystem } from './fileSystem.js';
import { writeFully } from './fileSystem.js';
import { diskFault, isDiskFull, readOnly } from './logFaults.js';
import { chainSeed, SEGMENT_HEADER_BYTES, segmentName } from './logFormat.js';
import type { LogChannel, LogPosition } from './logFormat.js';
import type { LogGroupBuffer } from './logGroup.js';
import type { LogEnd } from './logReader.js';
import { createSegment, cutTornTail, openSegment, removeLeftovers, ZEROS } from './logSegment.js';

/** Sizes of a channel's files, in bytes. */
export interface LogWriterOptions {
  /** A segment that would grow beyond this is followed by a new one. */
  readonly segmentBytes: number;
  /** Room kept ahead of the position; 0 for none. */
  readonly reserveBytes: number;
  /** Steps in which the room ahead grows. */
  readonly extendBytes: number;
}

/** The end of a channel, open for writing. */
export class LogWriter {
  readonly #fs: FileSystem;
  readonly #directory: string;
  readonly #channel: LogChannel;
  readonly #logId: Uint8Array;
  readonly #options: LogWriterOptions;
  #file: FileHandle;
  #path: string;
  #segment: number;
  #position: number;
  /** Length of the file: everything between position and capacity is zeros. */
  #capacity: number;
  #chain: Uint8Array;
  #unsynced = false;

  private constructor(
    fs: FileSystem,
    directory: string,
    channel: LogChannel,
    logId: Uint8Array,
    options: LogWriterOptions,
    file: FileHandle,
    position: LogPosition,
    capacity: number,
  ) {
    this.#fs = fs;
    this.#directory = directory;
    this.#channel = channel;
    this.#logId = logId;
    this.#options = options;
    this.#file = file;
    this.#segment = position.segment;
    this.#path = `${directory}/${segmentName(channel, position.segment)}`;
    this.#position = position.offset;
    this.#capacity = capacity;
    this.#chain = position.chain;
  }

  /**
   * Continues a channel at the end that reading it gave, or starts it. A torn tail is kept in a file beside the
   * segment before it is cut; everything that was read is made durable; room that was kept ahead stays.
   */
  static open(
    fs: FileSystem,
    directory: string,
    channel: LogChannel,
    logId: Uint8Array,
    end: LogEnd,
    options: LogWriterOptions,
  ): LogWriter {
    removeLeftovers(fs, directory, channel);
    const fresh = end.position.segment === 0;
    const chain = fresh ? chainSeed(logId, channel) : end.position.chain;
    const position = fresh ? { segment: 1, offset: SEGMENT_HEADER_BYTES, chain } : end.position;
    if (fresh) createSegment(fs, directory, { channel, segment: 1, firstSeq: 1, logId, chain }, 0);
    const path = `${directory}/${segmentName(channel, position.segment)}`;
    const file = openSegment(fs, path);
    try {
      const { offset } = position;
      if (end.tail === 'torn') cutTornTail(fs, file, path, offset, options.reserveBytes > 0);
      else if (options.reserveBytes === 0 && end.tailBytes > 0) file.truncate(offset);
      file.sync();
      fs.syncDirectory(directory);
      return new LogWriter(fs, directory, channel, logId, options, file, position, Math.max(offset, file.size()));
    } catch (error) {
      file.close();
      throw diskFault(error, 'sync', path);
    }
  }

  /** End of the last group written. */
  get position(): LogPosition {
    return { segment: this.#segment, offset: this.#position, chain: this.#chain };
  }

  /** Path of the segment being written. */
  get path(): string {
    return this.#path;
  }

  /** Whether something was written since the last sync. */
  get unsynced(): boolean {
    return this.#unsynced;
  }

  /** Whether a group of this length fits into the room that the disk has already given. */
  fits(groupBytes: number): boolean {
    return this.#position + groupBytes <= this.#capacity;
  }

  /**
   * Makes room for a group and keeps the reserve behind it. Returns false if the disk is full: then only what
   * {@link fits} can be written. Other faults throw.
   */
  makeRoom(groupBytes: number): boolean {
    const { reserveBytes, extendBytes } = this.#options;
    if (reserveBytes === 0) return true;
    if (this.#capacity >= this.#position + groupBytes + reserveBytes) return true;
    const target = roundUp(this.#position + groupBytes + reserveBytes, extendBytes);
    try {
      while (this.#capacity < target) {
        const length = Math.min(ZEROS.length, target - this.#capacity);
        this.#capacity += this.#file.write(ZEROS, 0, length, this.#capacity);
        this.#unsynced = true;
      }
      return true;
    } catch (error) {
      if (isDiskFull(error)) return false;
      throw diskFault(error, 'write', this.#path);
    }
  }

  /**
   * Goes on in a new segment if the group would make this one too long. Returns false if there is no room for a
   * new segment: writing goes on in the old one, which may grow beyond its limit (F20).
   */
  rotateFor(groupBytes: number, firstSeq: number): boolean {
    const isEmpty = this.#position === SEGMENT_HEADER_BYTES;
    if (isEmpty || this.#position + groupBytes <= this.#options.segmentBytes) return true;
    const next = this.#segment + 1;
    // What a segment holds is durable before the next one says where it ended.
    this.sync();
    const path = `${this.#directory}/${segmentName(this.#channel, next)}`;
    const { reserveBytes, extendBytes } = this.#options;
    // The new segment brings its own reserve, else the first full disk after a rotation would find none.
    const room = reserveBytes === 0 ? 0 : roundUp(SEGMENT_HEADER_BYTES + groupBytes + reserveBytes, extendBytes);
    const header = { channel: this.#channel, segment: next, firstSeq, logId: this.#logId, chain: this.#chain };
    try {
      createSegment(this.#fs, this.#directory, header, room);
    } catch (error) {
      if (error instanceof PapertapeError && error.code === 'STORAGE_FULL') return false;
      throw error;
    }
    const file = openSegment(this.#fs, path);
    const old = this.#file;
    const oldPath = this.#path;
    const oldEnd = this.#position;
    const keptAhead = this.#capacity > oldEnd;
    this.#file = file;
    this.#path = path;
    this.#segment = next;
    this.#position = SEGMENT_HEADER_BYTES;
    this.#capacity = Math.max(room, SEGMENT_HEADER_BYTES);
    try {
      if (keptAhead) {
        old.truncate(oldEnd);
        old.sync();
      }
    } catch (error) {
      throw diskFault(error, 'sync', oldPath);
    } finally {
      old.close();
    }
    return true;
  }

  /**
   * Writes a group at the end and gives its bytes, valid until the group is filled again. If this throws, the position
   * has not moved and the next group overwrites it.
   */
  write(group: LogGroupBuffer, market: LogPosition | undefined): Uint8Array {
    const { bytes, chain } = group.finish(this.#chain, market);
    try {
      writeFully(this.#file, bytes, this.#position);
    } catch (error) {
      throw diskFault(error, 'write', this.#path);
    }
    this.#position += bytes.length;
    this.#capacity = Math.max(this.#capacity, this.#position);
    this.#chain = chain;
    this.#unsynced = true;
    return bytes;
  }

  /** Makes everything written durable. Any failure is final: what the disk dropped cannot be known. */
  sync(): void {
    if (!this.#unsynced) return;
    try {
      this.#file.sync();
      if (!this.#file.isLinked()) throw readOnly(this.#path, 'it was removed');
    } catch (error) {
      throw diskFault(error, 'sync', this.#path);
    }
    this.#unsynced = false;
  }

  /** Gives the room kept ahead back to the disk, syncs and closes. */
  close(): void {
    try {
      if (this.#capacity > this.#position) {
        this.#file.truncate(this.#position);
        this.#unsynced = true;
      }
      this.sync();
    } catch (error) {
      throw diskFault(error, 'sync', this.#path);
    } finally {
      this.#file.close();
    }
  }

  /** Closes without touching the file, after a fault. */
  abandon(): void {
    this.#file.close();
  }
}

function roundUp(bytes: number, step: number): number {
  return step <= 1 ? bytes : Math.ceil(bytes / step) * step;
}
