/**
 * One group of records: the buffer in which it is built and the view with which it is read.
 *
 * Building is the hot path of recording a market, so the buffer is reused, grows by doubling, and is written in
 * 32-bit words; nothing is allocated per record.
 */
import { assert } from '../utils/assert.js';
import type { Micros } from '../domain/units.js';
import { crc32c, crc32cOfWords } from './logChecksum.js';
import {
  assertLittleEndian,
  CHAIN_BYTES,
  chainOf,
  getInteger,
  GROUP_HEADER_BYTES,
  GROUP_MAGIC,
  RECORD_HEADER_BYTES,
  sameBytes,
  setInteger,
  viewOf,
} from './logFormat.js';
import type { LogPosition } from './logFormat.js';

const WORD = 4_294_967_296;
/** Record flag: may be written while the disk is full. */
const ESSENTIAL = 1;

/** Collects the records of the next group. */
export class LogGroupBuffer {
  private bytes: Uint8Array;
  private words: Int32Array;
  private end = GROUP_HEADER_BYTES;
  private records = 0;
  private first = 0;

  constructor(initialBytes = 65_536) {
    assertLittleEndian();
    this.bytes = new Uint8Array(initialBytes);
    this.words = new Int32Array(this.bytes.buffer);
  }

  /** Number of records collected. */
  get count(): number {
    return this.records;
  }

  /** Bytes of the group if it were finished now, its header included. */
  get byteLength(): number {
    return this.end;
  }

  /** Sequence number of the first record; void while empty. */
  get firstSeq(): number {
    return this.first;
  }

  /** Copies a record into the group. `seq` follows that of the record before; `type` is 0 to 255. */
  add(seq: number, type: number, time: Micros, payload: Uint8Array, essential: boolean): void {
    const length = payload.length;
    const start = this.end;
    const end = (start + RECORD_HEADER_BYTES + length + 3) & ~3;
    if (end > this.bytes.length) this.grow(end);
    const words = this.words;
    const bytes = this.bytes;
    const word = start >>> 2;
    const seqHigh = Math.floor(seq / WORD);
    const timeHigh = Math.floor(time / WORD);
    words[word + 1] = length;
    words[word + 2] = seq - seqHigh * WORD;
    words[word + 3] = seqHigh;
    words[word + 4] = time - timeHigh * WORD;
    words[word + 5] = timeHigh;
    words[word + 6] = type | (essential ? ESSENTIAL << 8 : 0);
    // The last word first: what the payload does not cover of it must be zero.
    if (length > 0) words[(end >>> 2) - 1] = 0;
    const target = start + RECORD_HEADER_BYTES;
    // A call into the runtime costs more than a few stores.
    if (length > 16) bytes.set(payload, target);
    else for (let index = 0; index < length; index += 1) bytes[target + index] = payload[index] ?? 0;
    words[word] = crc32cOfWords(words, word + 1, end >>> 2) | 0;
    if (this.records === 0) this.first = seq;
    this.records += 1;
    this.end = end;
  }

  /** Completes the group after the chain value `previous`; the bytes are valid until the next `add` or `clear`. */
  finish(previous: Uint8Array, market: LogPosition | undefined): { bytes: Uint8Array; chain: Uint8Array } {
    assert(this.records > 0, 'a group has at least one record');
    const group = this.bytes.subarray(0, this.end);
    const view = viewOf(group);
    group.fill(0, 0, GROUP_HEADER_BYTES);
    view.setUint32(0, GROUP_MAGIC, true);
    view.setUint32(4, this.end - GROUP_HEADER_BYTES, true);
    view.setUint32(8, this.records, true);
    setInteger(view, 16, this.first);
    if (market !== undefined) {
      view.setUint32(12, market.segment, true);
      setInteger(view, 24, market.offset);
      group.set(market.chain, 32);
    }
    const chain = chainOf(previous, group);
    group.set(chain, 64);
    view.setUint32(GROUP_HEADER_BYTES - 4, crc32c(group, 0, GROUP_HEADER_BYTES - 4), true);
    return { bytes: group, chain };
  }

  /** Forgets the records. */
  clear(): void {
    this.end = GROUP_HEADER_BYTES;
    this.records = 0;
  }

  private grow(needed: number): void {
    let size = this.bytes.length * 2;
    while (size < needed) size *= 2;
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(0, this.end));
    this.bytes = bytes;
    this.words = new Int32Array(bytes.buffer);
  }
}

/** What a group header says, once its checksum is right. */
export interface GroupHeader {
  /** Bytes of the records. */
  readonly bodyBytes: number;
  readonly count: number;
  readonly firstSeq: number;
}

/** Decodes the header at the start of `bytes`; undefined if it is no whole, undamaged group header. */
export function decodeGroupHeader(bytes: Uint8Array): GroupHeader | undefined {
  if (bytes.length < GROUP_HEADER_BYTES) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== GROUP_MAGIC) return undefined;
  if (view.getUint32(GROUP_HEADER_BYTES - 4, true) !== crc32c(bytes, 0, GROUP_HEADER_BYTES - 4)) return undefined;
  return { bodyBytes: view.getUint32(4, true), count: view.getUint32(8, true), firstSeq: getInteger(view, 16) };
}

/** One record as read. `payload` is a view that is valid until the reader goes on; `slice()` it to keep it. */
export interface LogRecord {
  readonly seq: number;
  readonly type: number;
  readonly time: Micros;
  readonly essential: boolean;
  readonly payload: Uint8Array;
}

/** A verified group. Valid until the reader goes on. */
export class LogGroup {
  /** Segment of the channel in which it stands. */
  readonly segment: number;
  /** Offset of its header in the segment. */
  readonly offset: number;
  readonly firstSeq: number;
  readonly count: number;
  readonly chain: Uint8Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(segment: number, offset: number, header: GroupHeader, bytes: Uint8Array) {
    this.segment = segment;
    this.offset = offset;
    this.firstSeq = header.firstSeq;
    this.count = header.count;
    this.chain = bytes.slice(64, 64 + CHAIN_BYTES);
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  /** The group as it stands in the log, its header included. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  get lastSeq(): number {
    return this.firstSeq + this.count - 1;
  }

  /** Where the market channel stood when the group was decided; undefined without market data. */
  get market(): LogPosition | undefined {
    const segment = this.#view.getUint32(12, true);
    if (segment === 0) return undefined;
    return { segment, offset: getInteger(this.#view, 24), chain: this.#bytes.slice(32, 32 + CHAIN_BYTES) };
  }

  /** Visits the records in order without making an object for each. */
  forEach(visit: (seq: number, type: number, time: Micros, payload: Uint8Array, essential: boolean) => void): void {
    const view = this.#view;
    let at = GROUP_HEADER_BYTES;
    for (let index = 0; index < this.count; index += 1) {
      const length = view.getUint32(at + 4, true);
      const payload = at + RECORD_HEADER_BYTES;
      visit(
        getInteger(view, at + 8),
        view.getUint8(at + 24),
        getInteger(view, at + 16),
        this.#bytes.subarray(payload, payload + length),
        (view.getUint8(at + 25) & ESSENTIAL) !== 0,
      );
      at = (payload + length + 3) & ~3;
    }
  }

  /** The records, one object each. */
  records(): readonly LogRecord[] {
    const records: LogRecord[] = [];
    this.forEach((seq, type, time, payload, essential) => records.push({ seq, type, time, essential, payload }));
    return records;
  }
}

/** A group in memory: the bytes of one that was written here or verified. */
export function groupOf(bytes: Uint8Array): LogGroup {
  const header = decodeGroupHeader(bytes);
  assert(header !== undefined, 'the bytes are a group');
  return new LogGroup(0, 0, header, bytes);
}

/** What is wrong with a group, and from which record on. */
export interface GroupDamage {
  readonly seq: number;
  /** Offset within the group. */
  readonly offset: number;
  readonly reason: string;
}

/**
 * Checks a whole group (its header already decoded) that should follow `previousSeq` and the chain value
 * `previousChain`: every record's checksum, length and number, and the chain value. Undefined if all is well.
 */
export function verifyGroup(
  bytes: Uint8Array,
  header: GroupHeader,
  previousSeq: number,
  previousChain: Uint8Array,
): GroupDamage | undefined {
  if (header.firstSeq !== previousSeq + 1) {
    return { seq: previousSeq + 1, offset: 0, reason: `the group starts with record ${header.firstSeq}` };
  }
  const view = viewOf(bytes);
  let at = GROUP_HEADER_BYTES;
  for (let index = 0; index < header.count; index += 1) {
    const seq = header.firstSeq + index;
    const room = bytes.length - at - RECORD_HEADER_BYTES;
    if (room < 0) return { seq, offset: at, reason: 'the record lies beyond its group' };
    const length = view.getUint32(at + 4, true);
    if (length > room) return { seq, offset: at, reason: 'the length of the record is wrong' };
    const end = (at + RECORD_HEADER_BYTES + length + 3) & ~3;
    if (checksumOf(bytes, at + 4, end) !== view.getUint32(at, true)) {
      return { seq, offset: at, reason: 'the checksum of the record is wrong' };
    }
    if (getInteger(view, at + 8) !== seq) return { seq, offset: at, reason: 'the number of the record is wrong' };
    at = end;
  }
  if (at !== bytes.length) return { seq: header.firstSeq, offset: at, reason: 'bytes follow the last record' };
  if (!sameBytes(chainOf(previousChain, bytes), bytes.subarray(64, 64 + CHAIN_BYTES))) {
    return { seq: header.firstSeq, offset: 0, reason: 'the group does not follow the one before it' };
  }
  return undefined;
}

function checksumOf(bytes: Uint8Array, start: number, end: number): number {
  const from = bytes.byteOffset + start;
  if ((from & 3) !== 0) return crc32c(bytes, start, end);
  const words = new Int32Array(bytes.buffer, from, (end - start) >>> 2);
  return crc32cOfWords(words, 0, words.length);
}
