/**
 * The market channel of a tape: bulk data in the same framing as decisions, but not synced with each group.
 *
 * Its data become durable when a decision that follows them does (the decision log syncs this channel first), at
 * the end of a segment and on close. A group of it is lost whole or not at all.
 */
import { PapertapeError } from '../domain/errors.js';
import type { Micros } from '../domain/units.js';
import { diskFault } from './logFaults.js';
import { LogGroupBuffer } from './logGroup.js';
import { RECORD_HEADER_BYTES } from './logFormat.js';
import type { LogPosition } from './logFormat.js';
import type { LogWriter } from './logWriter.js';

/** A group is written when the next record would make it longer; longer groups cost memory, shorter ones calls. */
const FLUSH_BYTES = 262_144;
/** Room that a record takes besides its payload, at most. */
const RECORD_OVERHEAD = RECORD_HEADER_BYTES + 3;

/** The market channel, open for writing. */
export class MarketLog {
  private readonly writer: LogWriter;
  private readonly group = new LogGroupBuffer(FLUSH_BYTES * 2);
  private seq: number;
  private failure: PapertapeError | undefined = undefined;
  /** Length to which the group may grow without asking the disk. */
  private limit = 0;

  constructor(writer: LogWriter, lastSeq: number) {
    this.writer = writer;
    this.seq = lastSeq;
  }

  /** Number of the last record appended; this channel counts on its own, from 1. */
  get lastSeq(): number {
    return this.seq;
  }

  /** End of the last group written. */
  get position(): LogPosition {
    return this.writer.position;
  }

  /**
   * Appends a record and returns its number; `type` is 0 to 255, the payload is copied. A record is taken only if
   * the disk has already given the room for it; else `STORAGE_FULL` is thrown and the record is not on the tape.
   */
  append(type: number, time: Micros, payload: Uint8Array): number {
    if (this.group.byteLength + payload.length + RECORD_OVERHEAD > this.limit) this.takeRoom(payload.length);
    const seq = this.seq + 1;
    this.group.add(seq, type, time, payload, false);
    this.seq = seq;
    return seq;
  }

  /** Writes what is pending, without a sync: after a kill of the process it is there, after a power cut perhaps. */
  flush(): void {
    if (this.failure !== undefined) throw this.failure;
    if (this.group.count === 0) return;
    try {
      this.writer.rotateFor(this.group.byteLength, this.group.firstSeq);
      this.writer.write(this.group, undefined);
    } catch (error) {
      if (error instanceof PapertapeError && error.code === 'STORAGE_FULL') throw error;
      throw this.fail(error);
    }
    this.group.clear();
    this.limit = 0;
  }

  /** Makes everything appended so far durable and returns where it ends. */
  sync(): LogPosition {
    this.flush();
    try {
      this.writer.sync();
    } catch (error) {
      throw this.fail(error);
    }
    return this.writer.position;
  }

  /** Whether the disk gives room for another group; asks it anew. */
  hasRoom(): boolean {
    if (this.failure !== undefined) throw this.failure;
    try {
      return this.writer.makeRoom(Math.max(FLUSH_BYTES, this.group.byteLength));
    } catch (error) {
      throw this.fail(error);
    }
  }

  /** Writes, syncs and closes. */
  close(): void {
    if (this.failure !== undefined) {
      this.writer.abandon();
      return;
    }
    try {
      this.flush();
    } finally {
      this.writer.close();
    }
  }

  /** Closes without writing, after the decision log has failed. */
  abandon(): void {
    this.writer.abandon();
  }

  private takeRoom(payloadBytes: number): void {
    if (this.failure !== undefined) throw this.failure;
    const recordBytes = payloadBytes + RECORD_OVERHEAD;
    if (this.group.byteLength + recordBytes > FLUSH_BYTES) this.flush();
    const limit = Math.max(FLUSH_BYTES, this.group.byteLength + recordBytes);
    let given: boolean;
    try {
      given = this.writer.makeRoom(limit);
    } catch (error) {
      throw this.fail(error);
    }
    if (!given) {
      throw new PapertapeError('STORAGE_FULL', `The disk has no room for market data in ${this.writer.path}.`, {
        remedy: 'Free space on the disk; recording and trading resume when there is room again.',
      });
    }
    this.limit = limit;
  }

  private fail(error: unknown): PapertapeError {
    this.failure = diskFault(error, 'sync', this.writer.path);
    return this.failure;
  }
}
