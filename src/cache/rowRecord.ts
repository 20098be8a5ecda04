/**
 * Rows of many symbols as one record of the row log, little-endian:
 *
 *     u32 magic · u32 version · u32 length of the description · u32 length of the columns
 *     u32 CRC-32 of description and columns · u32 CRC-32 of the 20 bytes before
 *     description (JSON), then each column of `columnNames`; both padded to multiples of 8
 *
 * A description without symbols means those of the record before it in the file.
 */
import { crc32 } from 'node:zlib';
import type { HistoryTable } from '../domain/history.js';
import type { TimeStretch } from '../domain/historyArchive.js';
import type { FeedCoverage, FeedQuality } from '../domain/marketSource.js';
import type { HistoryKind } from '../domain/ports.js';
import { columnNames, columnOf } from '../domain/tables.js';
import { isTimeframe } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { createHistoryTable, timeframeOf } from './historyTables.js';

/** Rows as they are appended: all received at one time from one source. */
export interface LoggedRows {
  readonly receivedAt: number;
  readonly quality: FeedQuality;
  /** What the source has said everything about, for every one of the symbols. */
  readonly covered: readonly TimeStretch[];
  /** Instrument ids; `symbolId` of the rows indexes them. */
  readonly symbols: readonly string[];
  readonly table: HistoryTable;
}

/** A record that was read: its rows, and where the next begins. */
export interface ReadRecord {
  readonly rows: LoggedRows;
  readonly next: number;
}

const MAGIC = 0x4c52_5450;
const VERSION = 1;
const HEADER_BYTES = 24;

interface Description {
  readonly receivedAt: number;
  readonly quality: FeedQuality;
  readonly covered: readonly TimeStretch[];
  readonly kind: HistoryKind;
  readonly timeframe: Timeframe | null;
  readonly length: number;
  readonly symbols: readonly string[] | null;
}

/** Encodes a record; its symbols are left out when they are those of the record before. */
export function encodeRecord(rows: LoggedRows, before: readonly string[] | undefined): Uint8Array {
  const { table, receivedAt, quality, covered } = rows;
  const description: Description = {
    receivedAt,
    quality,
    covered,
    kind: table.kind,
    timeframe: timeframeOf(table) ?? null,
    length: table.length,
    symbols: sameTexts(rows.symbols, before) ? null : rows.symbols,
  };
  const text = Buffer.from(JSON.stringify(description), 'utf8');
  const textBytes = padded(text.length);
  const columns = columnNames(table.kind).map((name) => columnOf(table, name).subarray(0, table.length));
  const columnBytes = columns.reduce((sum, column) => sum + padded(column.byteLength), 0);
  const record = new Uint8Array(HEADER_BYTES + textBytes + columnBytes);
  record.set(text, HEADER_BYTES);
  let at = HEADER_BYTES + textBytes;
  for (const column of columns) {
    record.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += padded(column.byteLength);
  }
  const view = new DataView(record.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, text.length, true);
  view.setUint32(12, columnBytes, true);
  view.setUint32(16, crc32(record.subarray(HEADER_BYTES)), true);
  view.setUint32(20, crc32(record.subarray(0, 20)), true);
  return record;
}

/**
 * Reads the record at an offset. `torn` when it was not written to its end: the file ends within it or after it
 * with a wrong checksum, or holds nothing but zeros from there on. `damaged` when something follows it.
 */
export function readRecord(
  bytes: Uint8Array,
  offset: number,
  before: readonly string[] | undefined,
): ReadRecord | 'torn' | 'damaged' {
  const rest = bytes.length - offset;
  if (rest < HEADER_BYTES) return 'torn';
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, rest);
  const isHeader = view.getUint32(0, true) === MAGIC && view.getUint32(4, true) === VERSION;
  if (!isHeader || view.getUint32(20, true) !== crc32(bytes.subarray(offset, offset + 20))) {
    return isZero(bytes, offset) ? 'torn' : 'damaged';
  }
  const textLength = view.getUint32(8, true);
  const body = padded(textLength) + view.getUint32(12, true);
  const next = offset + HEADER_BYTES + body;
  if (next > bytes.length) return 'torn';
  if (view.getUint32(16, true) !== crc32(bytes.subarray(offset + HEADER_BYTES, next))) {
    return next === bytes.length ? 'torn' : 'damaged';
  }
  const textAt = offset + HEADER_BYTES;
  const described: unknown = JSON.parse(Buffer.from(bytes.subarray(textAt, textAt + textLength)).toString('utf8'));
  if (!isDescription(described)) return 'damaged';
  const symbols = described.symbols ?? before;
  if (symbols === undefined) return 'damaged';
  const { receivedAt, quality, covered } = described;
  const table = readColumns(bytes, textAt + padded(textLength), described);
  return { rows: { receivedAt, quality, covered, symbols, table }, next };
}

function readColumns(bytes: Uint8Array, start: number, described: Description): HistoryTable {
  const { kind, timeframe, length } = described;
  const table = createHistoryTable(kind, timeframe ?? undefined, length);
  let at = start;
  for (const name of columnNames(kind)) {
    const column = columnOf(table, name);
    new Uint8Array(column.buffer).set(bytes.subarray(at, at + column.byteLength));
    at += padded(column.byteLength);
  }
  table.length = length;
  return table;
}

/** Whether two lists hold the same texts in the same order. */
export function sameTexts(a: readonly string[], b: readonly string[] | undefined): boolean {
  return a === b || (b?.length === a.length && a.every((text, index) => text === b[index]));
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function isZero(bytes: Uint8Array, offset: number): boolean {
  return bytes.subarray(offset).every((byte) => byte === 0);
}

const KINDS: readonly unknown[] = ['bar', 'quoteBar', 'quote', 'print'] satisfies readonly HistoryKind[];
const COVERAGES: readonly unknown[] = [
  'consolidated',
  'venue',
  'sampled',
  'simulated',
] satisfies readonly FeedCoverage[];

/** A record with a right checksum was written by this program; its shape tells other versions of it. */
function isDescription(value: unknown): value is Description {
  if (typeof value !== 'object' || value === null) return false;
  const get = (name: string): unknown => Reflect.get(value, name);
  const [timeframe, quality, symbols] = [get('timeframe'), get('quality'), get('symbols')];
  const isBars = get('kind') === 'bar' || get('kind') === 'quoteBar';
  return (
    KINDS.includes(get('kind')) &&
    (isBars ? typeof timeframe === 'string' && isTimeframe(timeframe) : timeframe === null) &&
    Number.isSafeInteger(get('receivedAt')) &&
    Number.isSafeInteger(get('length')) &&
    Array.isArray(get('covered')) &&
    typeof quality === 'object' &&
    quality !== null &&
    COVERAGES.includes(Reflect.get(quality, 'coverage')) &&
    (symbols === null || Array.isArray(symbols))
  );
}
