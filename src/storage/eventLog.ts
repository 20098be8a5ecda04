/**
 * The tape on disk: a decision log that is durable before it answers, and the market channel beside it.
 *
 * Order of a commit: market data first (synced if any is new), then the decisions' group with the market position
 * in its header, then the acknowledgement. So a durable decision never refers to data that a power cut can take,
 * and what was acknowledged is known outside the log. Opening an existing log is recovery, and the only way in.
 */
import type { ErrorCode } from '../domain/errors.js';
import { PapertapeError } from '../domain/errors.js';
import type { EventLog, EventLogState } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import { assert } from '../utils/assert.js';
import type { FileSystem } from './fileSystem.js';
import { AckFile, readAck } from './logAck.js';
import { diskFault } from './logFaults.js';
import { chainSeed, logIdOf } from './logFormat.js';
import { LogGroupBuffer } from './logGroup.js';
import type { LogGroup } from './logGroup.js';
import { MarketLog } from './logMarket.js';
import { readLog } from './logReader.js';
import type { LogEnd } from './logReader.js';
import { LogWriter } from './logWriter.js';
import type { LogWriterOptions } from './logWriter.js';

/** Something that the user should hear of, but that stops nothing. */
export interface StorageNotice {
  readonly code: ErrorCode;
  readonly message: string;
}

/** How to open a tape. Sizes are bytes. */
export interface EventLogOptions {
  readonly fs: FileSystem;
  /** Created if there is none. */
  readonly directory: string;
  /** Any text that names the log, such as the session's id; only read when the log is created. */
  readonly name: string;
  /** Default 256 MiB. */
  readonly segmentBytes?: number;
  /** Room kept for essential records when the disk is full; default 16 MiB. */
  readonly reserveBytes?: number;
  /**
   * Room kept ahead in the market channel; default 512 KiB. With 0 every byte is written once instead of twice,
   * and a full disk may be noticed only by a commit, which then throws `STORAGE_FULL` and keeps its records.
   */
  readonly marketReserveBytes?: number;
  /** Steps in which room is taken from the disk; default 1 MiB. */
  readonly extendBytes?: number;
  /** Largest group; `append` beyond it is refused until a commit. Default 8 MiB. */
  readonly maxGroupBytes?: number;
  /** Called with each recovered group in order, before the log opens; the group is valid during the call. */
  readonly onGroup?: (group: LogGroup) => void;
  /** Called with the bytes of each group that was committed, once it is durable; valid during the call. */
  readonly onCommitted?: (group: Uint8Array) => void;
  readonly onNotice?: (notice: StorageNotice) => void;
}

const MIB = 1_048_576;
const DEFAULTS = {
  segmentBytes: 256 * MIB,
  reserveBytes: 16 * MIB,
  marketReserveBytes: MIB / 2,
  extendBytes: MIB,
  maxGroupBytes: 8 * MIB,
} as const;

/**
 * Opens the tape of a directory for writing, recovering what is there.
 *
 * A torn tail is cut and reported as `JOURNAL_TAIL_TRUNCATED`. Throws the errors of {@link readLog}, and
 * `STORAGE_FULL` or `STORAGE_READ_ONLY` if a new log cannot be written. The caller holds the directory's lock.
 */
export function openEventLog(options: EventLogOptions): FileEventLog {
  const { fs, directory } = options;
  const sizes = { ...DEFAULTS, ...definedSizes(options) };
  const notices: StorageNotice[] = [];
  try {
    fs.makeDirectory(directory);
  } catch (error) {
    throw diskFault(error, 'write', directory);
  }
  const decisionsEnd = recover(readLog(fs, directory), options.onGroup);
  const durableMarket = decisionsEnd.market;
  const marketEnd = recover(
    readLog(fs, directory, {
      channel: 'market',
      ...(durableMarket === undefined ? {} : { durableTo: { seq: 0, position: durableMarket } }),
    }),
  );
  const logId = decisionsEnd.logId ?? acknowledgedId(fs, directory) ?? logIdOf(options.name);
  for (const [channel, end] of [['decisions', decisionsEnd] as const, ['market', marketEnd] as const]) {
    if (end.tail !== 'torn') continue;
    notices.push({
      code: 'JOURNAL_TAIL_TRUNCATED',
      message: `JOURNAL_TAIL_TRUNCATED bytes=${end.tailBytes}: the unfinished end of the ${channel} log was cut.`,
    });
  }
  const start = { seq: 0, position: { segment: 0, offset: 0, chain: chainSeed(logId, 'decisions') }, logId };
  // Before the first segment: from then on a log without this file is a log that lost it.
  const ack = AckFile.open(fs, directory, start);
  const writers: LogWriter[] = [];
  try {
    const decisions = openWriter('decisions', logId, decisionsEnd);
    writers.push(decisions);
    const marketWriter = openWriter('market', logId, marketEnd);
    writers.push(marketWriter);
    if (decisionsEnd.lastSeq > 0) ack.write(decisionsEnd.lastSeq, decisions.position);
    for (const notice of notices) options.onNotice?.(notice);
    const market = new MarketLog(marketWriter, marketEnd.lastSeq);
    return new FileEventLog(decisions, ack, market, decisionsEnd.lastSeq, sizes.maxGroupBytes, options);
  } catch (error) {
    for (const writer of writers) writer.abandon();
    ack.close();
    throw error;
  }

  function openWriter(channel: 'decisions' | 'market', id: Uint8Array, end: LogEnd): LogWriter {
    const writerSizes: LogWriterOptions =
      channel === 'decisions' ? sizes : { ...sizes, reserveBytes: sizes.marketReserveBytes };
    try {
      return LogWriter.open(fs, directory, channel, id, end, writerSizes);
    } catch (error) {
      throw diskFault(error, 'write', directory);
    }
  }
}

function definedSizes(options: EventLogOptions): Partial<Record<keyof typeof DEFAULTS, number>> {
  const keys = ['segmentBytes', 'reserveBytes', 'marketReserveBytes', 'extendBytes', 'maxGroupBytes'] as const;
  const sizes: Partial<Record<keyof typeof DEFAULTS, number>> = {};
  for (const key of keys) {
    const size = options[key];
    if (size === undefined) continue;
    assert(Number.isSafeInteger(size) && size >= 0, `${key} is a number of bytes`);
    sizes[key] = size;
  }
  return sizes;
}

function acknowledgedId(fs: FileSystem, directory: string): Uint8Array | undefined {
  try {
    return readAck(fs, directory)?.logId;
  } catch (error) {
    throw diskFault(error, 'read', directory);
  }
}

function recover(groups: Generator<LogGroup, LogEnd, void>, onGroup?: (group: LogGroup) => void): LogEnd {
  for (;;) {
    const next = groups.next();
    if (next.done === true) return next.value;
    onGroup?.(next.value);
  }
}

/** The decision log on disk, with its market channel. */
export class FileEventLog implements EventLog {
  /** The market channel; decisions committed after data were appended here refer to them. */
  readonly market: MarketLog;
  readonly #writer: LogWriter;
  readonly #ack: AckFile;
  readonly #maxGroupBytes: number;
  readonly #listeners: Pick<EventLogOptions, 'onNotice' | 'onCommitted'>;
  readonly #group = new LogGroupBuffer();
  #state: EventLogState = 'open';
  #failure: PapertapeError | undefined;
  #lastSeq: number;
  #durableSeq: number;

  constructor(
    writer: LogWriter,
    ack: AckFile,
    market: MarketLog,
    lastSeq: number,
    maxGroupBytes: number,
    listeners: Pick<EventLogOptions, 'onNotice' | 'onCommitted'>,
  ) {
    this.#writer = writer;
    this.#ack = ack;
    this.market = market;
    this.#lastSeq = lastSeq;
    this.#durableSeq = lastSeq;
    this.#maxGroupBytes = maxGroupBytes;
    this.#listeners = listeners;
    // From the first moment on, a full disk must find the reserve taken.
    if (!writer.makeRoom(0)) this.#halt();
  }

  get state(): EventLogState {
    return this.#state;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get durableSeq(): number {
    return this.#durableSeq;
  }

  get pendingCount(): number {
    return this.#group.count;
  }

  append(type: number, time: Micros, payload: Uint8Array, essential = false): number {
    this.#refuseUnusable();
    assert(Number.isInteger(type) && type >= 0 && type <= 255, `record type ${type} is not 0 to 255`);
    assert(Number.isSafeInteger(time), `record time ${time} is not an integer of microseconds`);
    if (this.#state === 'halted' && !essential) throw storageFull(this.#writer.path);
    if (this.#group.count > 0 && this.#group.byteLength + payload.length > this.#maxGroupBytes) {
      throw new PapertapeError('OVERLOADED', `${this.#group.count} records wait for the disk; no more are taken.`, {
        remedy: 'Try again when the disk has caught up.',
      });
    }
    const seq = this.#lastSeq + 1;
    this.#group.add(seq, type, time, payload, essential);
    this.#lastSeq = seq;
    return seq;
  }

  commit(): number {
    this.#refuseUnusable();
    if (this.#group.count === 0) return this.#durableSeq;
    let bytes: Uint8Array;
    try {
      const market = this.market.lastSeq === 0 ? undefined : this.market.sync();
      const length = this.#group.byteLength;
      if (market !== undefined && !this.market.hasRoom()) this.#halt();
      if (this.#state === 'open') {
        this.#writer.rotateFor(length, this.#group.firstSeq);
        if (!this.#writer.makeRoom(length)) this.#halt();
      }
      if (this.#state === 'halted' && !this.#writer.fits(length)) throw storageFull(this.#writer.path);
      bytes = this.#writer.write(this.#group, market);
      this.#writer.sync();
      this.#ack.write(this.#lastSeq, this.#writer.position);
    } catch (error) {
      if (error instanceof PapertapeError && error.code === 'STORAGE_FULL') {
        this.#halt();
        throw error;
      }
      throw this.#fail(error);
    }
    this.#group.clear();
    this.#durableSeq = this.#lastSeq;
    this.#listeners.onCommitted?.(bytes);
    return this.#durableSeq;
  }

  discardPending(): void {
    this.#group.clear();
    this.#lastSeq = this.#durableSeq;
  }

  resume(): boolean {
    if (this.#state !== 'halted') return this.#state === 'open';
    try {
      if (!this.#writer.makeRoom(this.#group.byteLength) || !this.market.hasRoom()) return false;
      // Some disks take the zeros and find out only now that they have no room for them.
      this.#writer.sync();
    } catch (error) {
      if (error instanceof PapertapeError && error.code === 'STORAGE_FULL') return false;
      throw this.#fail(error);
    }
    this.#state = 'open';
    return true;
  }

  close(): void {
    if (this.#state === 'closed') return;
    let marketOpen = true;
    let writerOpen = true;
    try {
      if (this.#state === 'failed') return;
      this.commit();
      marketOpen = false;
      this.market.close();
      writerOpen = false;
      this.#writer.close();
    } finally {
      this.#state = 'closed';
      if (marketOpen) this.market.abandon();
      if (writerOpen) this.#writer.abandon();
      this.#ack.close();
    }
  }

  /** Closes without the decisions that were appended since the last commit: as if the process had been killed. */
  abandon(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    // A file that a failure has closed already keeps no other one open.
    try {
      this.market.abandon();
    } finally {
      try {
        this.#writer.abandon();
      } finally {
        this.#ack.close();
      }
    }
  }

  #halt(): void {
    if (this.#state === 'halted') return;
    this.#state = 'halted';
    this.#listeners.onNotice?.({ code: 'STORAGE_FULL', message: storageFull(this.#writer.path).message });
  }

  #fail(error: unknown): PapertapeError {
    this.#failure = diskFault(error, 'sync', this.#writer.path);
    this.#state = 'failed';
    return this.#failure;
  }

  #refuseUnusable(): void {
    if (this.#failure !== undefined) throw this.#failure;
    assert(this.#state !== 'closed', 'the event log is closed');
  }
}

function storageFull(path: string): PapertapeError {
  return new PapertapeError(
    'STORAGE_FULL',
    `The disk has no room for ${path}; only cancels and the kill switch work.`,
    {
      remedy: 'Free space on the disk; trading resumes when there is room again.',
    },
  );
}
