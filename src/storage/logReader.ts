/**
 * Reads a channel of a tape group by group, verifying everything on the way, and finds out how it ends.
 *
 * What is wrong inside the part that is known to be durable is refused by name; what is wrong beyond it is a
 * group that was never finished (a torn tail) and ends the log. Memory is one group, whatever the tape's size.
 */
import type { FileHandle, FileSystem } from './fileSystem.js';
import { readAck } from './logAck.js';
import { corrupt, diskFault, segmentMissing } from './logFaults.js';
import { chainSeed, GROUP_HEADER_BYTES, sameBytes, SEGMENT_HEADER_BYTES, segmentName } from './logFormat.js';
import type { LogChannel, LogPosition, SegmentHeader } from './logFormat.js';
import { decodeGroupHeader, LogGroup, verifyGroup } from './logGroup.js';
import { listSegments, readAt, readSegmentHeader } from './logSegment.js';

/** How much is read from the disk at once; a larger group is read whole. */
const WINDOW_BYTES = 1_048_576;

/** What must be there for the log to be whole. */
export interface DurableTo {
  /** Every record up to this one was acknowledged; 0 if none or, for the market channel, unknown. */
  readonly seq: number;
  readonly position: LogPosition;
  /** The log that was acknowledged, where known. */
  readonly logId?: Uint8Array;
}

/** How to read. */
export interface ReadLogOptions {
  /** Default `decisions`. */
  readonly channel?: LogChannel;
  /** Groups that end before this record are verified but not given; default 1. */
  readonly fromSeq?: number;
  /** Called after each group with the bytes read so far, over all segments. */
  readonly onProgress?: (bytes: number) => void;
  /**
   * For the market channel, what the decisions refer to. For decisions the acknowledgement file says it.
   */
  readonly durableTo?: DurableTo;
}

/** What lies behind the last whole group: nothing, zeros (space kept ahead, F18), or a part of a group (F15). */
export type LogTail = 'none' | 'zeros' | 'torn';

/** Where a log ends. */
export interface LogEnd {
  /** Undefined if there is no segment yet. */
  readonly logId: Uint8Array | undefined;
  /** 0 if there is no record. */
  readonly lastSeq: number;
  /** End of the last whole group; segment 0 if there is no segment. */
  readonly position: LogPosition;
  readonly tail: LogTail;
  /** Bytes behind the last whole group. */
  readonly tailBytes: number;
  /** The market position of the last group that has one. */
  readonly market: LogPosition | undefined;
}

interface Walk {
  seq: number;
  chain: Uint8Array;
  market: LogPosition | undefined;
  bytesRead: number;
}

/**
 * Iterates over the groups of a channel in `directory`; the generator's return value is the log's end.
 *
 * Throws `JOURNAL_CORRUPT`, `JOURNAL_SEGMENT_MISSING`, `JOURNAL_VERSION_UNSUPPORTED`, or `DATA_DIR_UNUSABLE` if
 * the disk cannot be read. A group is valid until the next one is asked for.
 */
export function* readLog(
  fs: FileSystem,
  directory: string,
  options: ReadLogOptions = {},
): Generator<LogGroup, LogEnd, void> {
  const channel = options.channel ?? 'decisions';
  const durable = options.durableTo ?? (channel === 'decisions' ? acknowledged(fs, directory) : undefined);
  const numbers = listSegments(fs, directory, channel, durable?.position.segment ?? 0);
  const walk: Walk = { seq: 0, chain: new Uint8Array(0), market: undefined, bytesRead: 0 };
  let header: SegmentHeader | undefined;
  let end: LogEnd | undefined;
  for (const [index, number] of numbers.entries()) {
    const path = `${directory}/${segmentName(channel, number)}`;
    const file = openForReading(fs, path);
    try {
      const next = readSegmentHeader(file, path, channel, number, walk.seq);
      follow(next, path, header, walk, number === 1, durable);
      header = next;
      const last = index === numbers.length - 1;
      end = yield* readSegment(file, path, next, walk, last, durable, options);
    } finally {
      file.close();
    }
  }
  return end ?? emptyEnd();
}

function acknowledged(fs: FileSystem, directory: string): DurableTo | undefined {
  try {
    return readAck(fs, directory);
  } catch (error) {
    throw diskFault(error, 'read', directory);
  }
}

function openForReading(fs: FileSystem, path: string): FileHandle {
  try {
    return fs.open(path, 'read');
  } catch (error) {
    throw diskFault(error, 'read', path);
  }
}

/** Checks that a segment follows the one before it (F17), or starts the walk with it. */
function follow(
  next: SegmentHeader,
  path: string,
  previous: SegmentHeader | undefined,
  walk: Walk,
  isFirst: boolean,
  durable: DurableTo | undefined,
): void {
  if (previous === undefined) {
    const fresh = next.firstSeq === 1 && sameBytes(next.chain, chainSeed(next.logId, next.channel));
    if (isFirst && !fresh) throw segmentMissing(path, 'does not start a log');
    if (durable?.logId !== undefined && !sameBytes(durable.logId, next.logId)) {
      throw segmentMissing(path, 'belongs to another log');
    }
    walk.seq = next.firstSeq - 1;
    walk.chain = next.chain;
    return;
  }
  if (!sameBytes(next.logId, previous.logId)) throw segmentMissing(path, 'belongs to another log');
  if (next.firstSeq !== walk.seq + 1 || !sameBytes(next.chain, walk.chain)) {
    throw segmentMissing(path, 'does not follow the segment before it');
  }
}

function* readSegment(
  file: FileHandle,
  path: string,
  header: SegmentHeader,
  walk: Walk,
  isLast: boolean,
  durable: DurableTo | undefined,
  options: ReadLogOptions,
): Generator<LogGroup, LogEnd, void> {
  const size = sizeOf(file, path);
  const fromSeq = options.fromSeq ?? 1;
  let window: Uint8Array = new Uint8Array(0);
  let windowStart = 0;
  /** Bytes `[offset, offset + length)`, fewer at the end of the file. */
  const take = (offset: number, length: number): Uint8Array => {
    const from = offset - windowStart;
    if (from < 0 || from + length > window.length) {
      window = readAt(file, path, offset, Math.min(Math.max(length, WINDOW_BYTES), size - offset));
      windowStart = offset;
      return window.subarray(0, length);
    }
    return window.subarray(from, from + length);
  };

  let offset = SEGMENT_HEADER_BYTES;
  let damage = 'a group is unfinished';
  let damagedSeq = walk.seq + 1;
  let damagedAt = offset;
  checkPosition(path, header, offset, walk, durable);
  while (offset < size) {
    damagedSeq = walk.seq + 1;
    damagedAt = offset;
    const groupHeader = decodeGroupHeader(take(offset, Math.min(GROUP_HEADER_BYTES, size - offset)));
    if (groupHeader === undefined) {
      damage = 'the header of a group is damaged or unfinished';
      break;
    }
    const length = GROUP_HEADER_BYTES + groupHeader.bodyBytes;
    if (length > size - offset) {
      damage = 'a group is unfinished';
      break;
    }
    const bytes = take(offset, length);
    const fault = verifyGroup(bytes, groupHeader, walk.seq, walk.chain);
    if (fault !== undefined) {
      damage = fault.reason;
      damagedSeq = fault.seq;
      damagedAt = offset + fault.offset;
      break;
    }
    const group = new LogGroup(header.segment, offset, groupHeader, bytes);
    offset += length;
    walk.seq = group.lastSeq;
    walk.chain = group.chain;
    walk.market = group.market ?? walk.market;
    walk.bytesRead += length;
    checkPosition(path, header, offset, walk, durable);
    if (group.lastSeq >= fromSeq) yield group;
    options.onProgress?.(walk.bytesRead);
  }
  const tail = offset === size ? 'none' : isZero(file, path, offset, size) ? 'zeros' : 'torn';
  const position = { segment: header.segment, offset, chain: walk.chain };
  if (!isLast) {
    if (tail === 'torn') throw corrupt(path, damagedSeq, damagedAt, damage);
  } else if (endsBefore(position, walk.seq, durable)) {
    const reason = tail === 'torn' ? damage : 'records that were acknowledged are missing';
    throw corrupt(path, Math.max(damagedSeq, walk.seq + 1), Math.max(damagedAt, offset), reason);
  } else if (tail === 'torn' && durable === undefined && header.channel === 'decisions') {
    // Created before the first segment and never removed: without it nobody can say what was acknowledged.
    throw corrupt(
      path,
      damagedSeq,
      damagedAt,
      `${damage}, and there is no acknowledgement file to tell if it may be cut`,
    );
  }
  return { logId: header.logId, lastSeq: walk.seq, position, tail, tailBytes: size - offset, market: walk.market };
}

/** The chain value at the durable position must be the recorded one: the channels belong together. */
function checkPosition(
  path: string,
  header: SegmentHeader,
  offset: number,
  walk: Walk,
  durable: DurableTo | undefined,
): void {
  if (durable === undefined) return;
  const { segment, offset: wanted, chain } = durable.position;
  if (segment !== header.segment || wanted !== offset) return;
  if (!sameBytes(chain, walk.chain)) {
    throw corrupt(path, walk.seq, offset, 'the records are not those that were acknowledged');
  }
}

function endsBefore(position: LogPosition, seq: number, durable: DurableTo | undefined): boolean {
  if (durable === undefined) return false;
  if (seq < durable.seq) return true;
  const needed = durable.position;
  if (position.segment !== needed.segment) return position.segment < needed.segment;
  return position.offset < needed.offset;
}

function isZero(file: FileHandle, path: string, from: number, size: number): boolean {
  for (let offset = from; offset < size; offset += WINDOW_BYTES) {
    for (const byte of readAt(file, path, offset, Math.min(WINDOW_BYTES, size - offset))) {
      if (byte !== 0) return false;
    }
  }
  return true;
}

function sizeOf(file: FileHandle, path: string): number {
  try {
    return file.size();
  } catch (error) {
    throw diskFault(error, 'read', path);
  }
}

function emptyEnd(): LogEnd {
  const position = { segment: 0, offset: 0, chain: new Uint8Array(0) };
  return { logId: undefined, lastSeq: 0, position, tail: 'none', tailBytes: 0, market: undefined };
}
