/**
 * One session's tape, open for writing: the decision log, and the market channel beside it.
 *
 * The kernel's sink and the host append; {@link SessionTape.commit} makes it durable, and only then may anything
 * about it leave the thread (K3). Reading a tape from the start is `readTape.ts`.
 */
import type { MarketBatch } from '../domain/marketTables.js';
import type { Micros } from '../domain/units.js';
import { openEventLog, type EventLogOptions, type FileEventLog, type StorageNotice } from '../storage/eventLog.js';
import type { FileSystem } from '../storage/fileSystem.js';
import { encodeMarketBatch } from '../storage/marketCodec.js';
import { decodeRecord, encodeRecord, recordCode, type PlacedRecord, type TapeRecord } from './tapeRecords.js';

/** The one record type of the market channel. */
const MARKET_BATCH = 1;

/** Room that a tape keeps ahead of its records; see `EventLogOptions`. */
export type TapeSizes = Pick<EventLogOptions, 'reserveBytes' | 'marketReserveBytes' | 'extendBytes'>;

/** A tape being written. */
export class SessionTape {
  readonly #log: FileEventLog;

  private constructor(log: FileEventLog) {
    this.#log = log;
  }

  /**
   * Opens the tape of a directory, recovering it; `onRecord` gets each record that is there, in order. Throws
   * what `openEventLog` throws. The caller holds the lock of the data directory.
   *
   * `onGroup` gets the bytes of every durable group, those that are there and those that follow, in order; they are
   * valid during the call.
   */
  static open(options: {
    readonly fs: FileSystem;
    readonly directory: string;
    readonly sessionId: string;
    readonly onRecord: (placed: PlacedRecord) => void;
    readonly onGroup?: ((bytes: Uint8Array) => void) | undefined;
    readonly onNotice: (notice: StorageNotice) => void;
    /** Room kept ahead of the records; the log's own sizes unless given. */
    readonly sizes?: TapeSizes;
  }): SessionTape {
    const log = openEventLog({
      fs: options.fs,
      directory: options.directory,
      name: options.sessionId,
      ...options.sizes,
      onNotice: options.onNotice,
      ...(options.onGroup === undefined ? {} : { onCommitted: options.onGroup }),
      onGroup: (group) => {
        options.onGroup?.(group.bytes);
        group.forEach((seq, type, _time, payload) => {
          options.onRecord({ seq, record: decodeRecord(seq, type, payload) });
        });
      },
    });
    return new SessionTape(log);
  }

  /** Number of the last record, durable or not. */
  get lastSeq(): number {
    return this.#log.lastSeq;
  }

  /** Whether records wait for {@link commit}. */
  get pending(): boolean {
    return this.#log.pendingCount > 0;
  }

  /** `halted` while the disk is full: only essential records are taken. */
  get state(): FileEventLog['state'] {
    return this.#log.state;
  }

  /** Appends a decision record and returns its number. `essential` ones (cancels, the kill switch) use the reserve. */
  append(record: TapeRecord, time: Micros, essential = false): number {
    return this.#log.append(recordCode(record), time, encodeRecord(record), essential);
  }

  /** Appends market data; they are durable no later than the next committed decision. */
  appendMarket(batch: MarketBatch, time: Micros): void {
    this.#log.market.append(MARKET_BATCH, time, encodeMarketBatch(batch));
  }

  /** Makes all appended decisions durable, and returns the number of the last. */
  commit(): number {
    return this.#log.commit();
  }

  /** Writes market data to the operating system, so that a kill of the process loses none. */
  flushMarket(): void {
    this.#log.market.flush();
  }

  /** Tries to leave the halted state once the disk has room again. */
  resume(): boolean {
    return this.#log.resume();
  }

  close(): void {
    this.#log.close();
  }

  /** Closes without the decisions that were appended since the last commit. */
  abandon(): void {
    this.#log.abandon();
  }
}
