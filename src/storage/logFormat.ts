/**
 * The bytes of a tape: segment header, group header, record. All numbers are little-endian.
 *
 * A segment is a header followed by groups; a group is a header followed by whole records, and is the unit that
 * survives or is lost. Each group's chain value is SHA-256 over the previous group's value, the first
 * {@link GROUP_HASHED_BYTES} bytes of its header and its records, so no group can be taken out, put in, moved or
 * altered without breaking every later one. Records are padded with zeros to four bytes.
 *
 * Segment header: 0 magic `PTAPELOG`, 8 format version, 12 segment number, 16 first sequence number (64 bit),
 * 24 log id (16 bytes), 40 chain value at the start (32 bytes), 72 channel, 124 CRC-32C of the bytes before.
 * Group header: 0 magic `PTGR`, 4 bytes of records, 8 number of records, 12 segment of the market position,
 * 16 first sequence number, 24 offset of the market position, 32 its chain value, 64 the group's chain value,
 * 96 zero, 100 CRC-32C of the bytes before.
 * Record: 0 CRC-32C of everything after it, 4 bytes of payload, 8 sequence number, 16 time, 24 type, 25 flags,
 * 26 zero, 28 payload.
 */
import { createHash } from 'node:crypto';
import { assert } from '../utils/assert.js';
import { crc32c } from './logChecksum.js';

/** Version that this code writes and the only one it reads. */
export const FORMAT_VERSION = 1;
/** Length of a segment header. */
export const SEGMENT_HEADER_BYTES = 128;
/** Length of a group header. */
export const GROUP_HEADER_BYTES = 104;
/** The part of a group header that its chain value covers. */
export const GROUP_HASHED_BYTES = 64;
/** Length of a record without its payload. */
export const RECORD_HEADER_BYTES = 28;
/** Length of a chain value. */
export const CHAIN_BYTES = 32;
/** Length of a log's id. */
export const LOG_ID_BYTES = 16;

const SEGMENT_MAGIC = new Uint8Array([0x50, 0x54, 0x41, 0x50, 0x45, 0x4c, 0x4f, 0x47]);
/** `PTGR` as a little-endian word. */
export const GROUP_MAGIC = 0x52475450;
const WORD = 4_294_967_296;

/** The two channels of a tape: decisions are synced with each group and kept; market data are not. */
export type LogChannel = 'decisions' | 'market';

const CHANNEL_CODES: Readonly<Record<LogChannel, number>> = { decisions: 0, market: 1 };

/** A point between two groups: every byte of the segment before `offset`, with the chain value there. */
export interface LogPosition {
  readonly segment: number;
  readonly offset: number;
  /** {@link CHAIN_BYTES} bytes. */
  readonly chain: Uint8Array;
}

/** What a segment header says. */
export interface SegmentHeader {
  readonly channel: LogChannel;
  readonly segment: number;
  readonly firstSeq: number;
  /** {@link LOG_ID_BYTES} bytes. */
  readonly logId: Uint8Array;
  readonly chain: Uint8Array;
}

/** Stops on machines whose memory order differs from the file's, where the fast paths would write nonsense. */
export function assertLittleEndian(): void {
  assert(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, 'tapes need a little-endian machine');
}

/** A view of exactly the bytes of `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Writes a safe integer as 64 bits, two's complement. */
export function setInteger(view: DataView, offset: number, value: number): void {
  const high = Math.floor(value / WORD);
  view.setUint32(offset, value - high * WORD, true);
  view.setInt32(offset + 4, high, true);
}

/** Reads what {@link setInteger} wrote. */
export function getInteger(view: DataView, offset: number): number {
  return view.getInt32(offset + 4, true) * WORD + view.getUint32(offset, true);
}

/** Whether two byte strings are equal. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** The id of a log from its name (any text, such as the session's id). */
export function logIdOf(name: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`papertape log ${name}`).digest().subarray(0, LOG_ID_BYTES));
}

/** The chain value before the first group of a channel. */
export function chainSeed(logId: Uint8Array, channel: LogChannel): Uint8Array {
  return new Uint8Array(createHash('sha256').update(channel).update(logId).digest());
}

/** The chain value of a whole group (header and records) that follows the value `previous`. */
export function chainOf(previous: Uint8Array, group: Uint8Array): Uint8Array {
  return new Uint8Array(
    createHash('sha256')
      .update(previous)
      .update(group.subarray(0, GROUP_HASHED_BYTES))
      .update(group.subarray(GROUP_HEADER_BYTES))
      .digest(),
  );
}

/** Encodes a segment header. */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = viewOf(bytes);
  bytes.set(SEGMENT_MAGIC, 0);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, header.segment, true);
  setInteger(view, 16, header.firstSeq);
  bytes.set(header.logId, 24);
  bytes.set(header.chain, 40);
  view.setUint8(72, CHANNEL_CODES[header.channel]);
  view.setUint32(SEGMENT_HEADER_BYTES - 4, crc32c(bytes, 0, SEGMENT_HEADER_BYTES - 4), true);
  return bytes;
}

/**
 * Decodes a segment header. Magic, version and checksum keep their places in every version, so a damaged
 * header and a header from the future are told apart: the answer is `damaged` or the unknown version.
 */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | 'damaged' | { readonly version: number } {
  if (bytes.length < SEGMENT_HEADER_BYTES || !sameBytes(bytes.subarray(0, 8), SEGMENT_MAGIC)) return 'damaged';
  const view = viewOf(bytes);
  if (view.getUint32(SEGMENT_HEADER_BYTES - 4, true) !== crc32c(bytes, 0, SEGMENT_HEADER_BYTES - 4)) return 'damaged';
  const version = view.getUint32(8, true);
  if (version !== FORMAT_VERSION) return { version };
  return {
    channel: view.getUint8(72) === CHANNEL_CODES.decisions ? 'decisions' : 'market',
    segment: view.getUint32(12, true),
    firstSeq: getInteger(view, 16),
    logId: bytes.slice(24, 24 + LOG_ID_BYTES),
    chain: bytes.slice(40, 40 + CHAIN_BYTES),
  };
}

/** The file name of a segment; numbers start at 1. */
export function segmentName(channel: LogChannel, segment: number): string {
  return `${channel}-${segment.toString().padStart(6, '0')}.log`;
}

/** The segment number that a file name of the channel says; undefined for other names. */
export function segmentNumber(channel: LogChannel, name: string): number | undefined {
  const match = /^([a-z]+)-(\d{6,9})\.log$/.exec(name);
  if (match === null || match[1] !== channel) return undefined;
  return Number(match[2]);
}
