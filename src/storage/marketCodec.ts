/**
 * Market batches as bytes, for the market segments of a tape.
 *
 * Format 2: a byte 2, then deflated: order flag and order bytes, then per table its kind, timeframe, row count
 * and columns. Integer columns are differences (times to the row before, other columns to the last row of the
 * same symbol) as zigzag varints; a column with a fraction is stored as raw float64. Exact both ways. Format 1, still
 * read, had no price bands in its status tables.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { PapertapeError } from '../domain/errors.js';
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import {
  columnNames,
  columnOf,
  createBarTable,
  createPrintTable,
  createQuoteBarTable,
  createQuoteTable,
  createStatusTable,
} from '../domain/tables.js';
import { TIMEFRAMES, timeframeCode } from '../domain/timeframe.js';

const FORMAT = 2;
/** Columns that tables of format 1 did not have; they stay 0. */
const ADDED_IN_2: readonly string[] = ['lower', 'upper'];
const KINDS = ['status', 'quote', 'print', 'quoteBar', 'bar'] as const;
const RAW = 1;
const DELTA = 0;

/** Encodes a batch; the batch is not changed. */
export function encodeMarketBatch(batch: MarketBatch): Uint8Array {
  const out = new ByteWriter();
  out.byte(batch.order === null ? 0 : 1);
  out.varint(batch.length);
  if (batch.order !== null) out.bytes(batch.order.subarray(0, batch.length));
  const tables = batch.tables;
  out.varint(tables.length);
  for (const table of tables) encodeTable(table, out);
  const packed = deflateRawSync(out.finish(), { level: 1 });
  const bytes = new Uint8Array(packed.length + 1);
  bytes[0] = FORMAT;
  bytes.set(packed, 1);
  return bytes;
}

/** Decodes what {@link encodeMarketBatch} wrote; throws `JOURNAL_VERSION_UNSUPPORTED` or `JOURNAL_CORRUPT`. */
export function decodeMarketBatch(bytes: Uint8Array): MarketBatch {
  const format = bytes[0];
  if (format !== FORMAT && format !== 1) {
    throw new PapertapeError(
      'JOURNAL_VERSION_UNSUPPORTED',
      `A market segment has format ${bytes[0] ?? 'none'}; this version reads 1 to ${FORMAT}.`,
    );
  }
  try {
    const input = new ByteReader(inflateRawSync(bytes.subarray(1)));
    const hasOrder = input.byte() === 1;
    const length = input.varint();
    const order = hasOrder ? input.bytes(length) : null;
    const count = input.varint();
    const tables: MarketTable[] = [];
    for (let i = 0; i < count; i += 1) tables.push(decodeTable(input, format));
    return { tables, order, length };
  } catch (error) {
    if (error instanceof PapertapeError) throw error;
    throw new PapertapeError('JOURNAL_CORRUPT', 'A market record cannot be decoded.', { cause: error });
  }
}

function encodeTable(table: MarketTable, out: ByteWriter): void {
  out.byte(KINDS.indexOf(table.kind));
  out.byte('timeframe' in table ? timeframeCode(table.timeframe) : 255);
  out.varint(table.length);
  for (const name of columnNames(table.kind)) {
    const column = columnOf(table, name);
    if (!(column instanceof Float64Array)) {
      out.bytes(new Uint8Array(column.slice(0, table.length).buffer));
      continue;
    }
    let whole = true;
    for (let row = 0; row < table.length; row += 1) if (!Number.isSafeInteger(column[row])) whole = false;
    if (!whole) {
      out.byte(RAW);
      out.bytes(new Uint8Array(column.slice(0, table.length).buffer));
      continue;
    }
    out.byte(DELTA);
    const last = new Float64Array(highestSymbol(table) + 1);
    const bySymbol = name !== 'time';
    for (let row = 0; row < table.length; row += 1) {
      const slot = bySymbol ? (table.symbolId[row] ?? 0) : 0;
      const value = column[row] ?? 0;
      out.signed(value - (last[slot] ?? 0));
      last[slot] = value;
    }
  }
}

function decodeTable(input: ByteReader, format: number): MarketTable {
  const kind = KINDS[input.byte()];
  const timeframe = TIMEFRAMES[input.byte()];
  const length = input.varint();
  const table = emptyTable(kind, timeframe, length);
  table.length = length;
  for (const name of columnNames(table.kind)) {
    if (format === 1 && ADDED_IN_2.includes(name)) continue;
    const column = columnOf(table, name);
    if (!(column instanceof Float64Array)) {
      new Uint8Array(column.buffer, 0, length * column.BYTES_PER_ELEMENT).set(
        input.bytes(length * column.BYTES_PER_ELEMENT),
      );
      continue;
    }
    if (input.byte() === RAW) {
      new Uint8Array(column.buffer).set(input.bytes(length * 8));
      continue;
    }
    const last = new Float64Array(highestSymbol(table) + 1);
    const bySymbol = name !== 'time';
    for (let row = 0; row < length; row += 1) {
      const slot = bySymbol ? (table.symbolId[row] ?? 0) : 0;
      const value = (last[slot] ?? 0) + input.signed();
      column[row] = value;
      last[slot] = value;
    }
  }
  return table;
}

/** The symbol ids are a table's first column, so both directions know them before the others. */
function highestSymbol(table: MarketTable): number {
  let highest = 0;
  for (let row = 0; row < table.length; row += 1) highest = Math.max(highest, table.symbolId[row] ?? 0);
  return highest;
}

function emptyTable(
  kind: MarketTable['kind'] | undefined,
  timeframe: (typeof TIMEFRAMES)[number] | undefined,
  length: number,
): MarketTable {
  switch (kind) {
    case 'status':
      return createStatusTable(length);
    case 'quote':
      return createQuoteTable(length);
    case 'print':
      return createPrintTable(length);
    case 'bar':
      if (timeframe !== undefined) return createBarTable(timeframe, length);
      break;
    case 'quoteBar':
      if (timeframe !== undefined) return createQuoteBarTable(timeframe, length);
      break;
    case undefined:
      break;
  }
  throw new PapertapeError('JOURNAL_CORRUPT', 'A market record names an unknown kind of table.');
}

/** Writes integers of any safe size; numbers beyond 32 bits by division, since bit operations are 32-bit. */
class ByteWriter {
  #buffer = new Uint8Array(4_096);
  #length = 0;

  byte(value: number): void {
    this.#room(1);
    this.#buffer[this.#length] = value;
    this.#length += 1;
  }

  bytes(values: Uint8Array): void {
    this.#room(values.length);
    this.#buffer.set(values, this.#length);
    this.#length += values.length;
  }

  varint(value: number): void {
    this.#room(9);
    let rest = value;
    while (rest >= 128) {
      this.#buffer[this.#length] = (rest % 128) + 128;
      this.#length += 1;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length] = rest;
    this.#length += 1;
  }

  /** The sign is the lowest bit of the first byte, so that differences up to ±2^53 fit. */
  signed(value: number): void {
    const size = Math.abs(value);
    const low = size % 64;
    const rest = Math.floor(size / 64);
    this.byte(low * 2 + (value < 0 ? 1 : 0) + (rest > 0 ? 128 : 0));
    if (rest > 0) this.varint(rest);
  }

  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + bytes));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

class ByteReader {
  readonly #buffer: Uint8Array;
  #at = 0;

  constructor(buffer: Uint8Array) {
    this.#buffer = buffer;
  }

  byte(): number {
    const value = this.#buffer[this.#at];
    if (value === undefined) throw new PapertapeError('JOURNAL_CORRUPT', 'A market record ends too early.');
    this.#at += 1;
    return value;
  }

  bytes(count: number): Uint8Array {
    if (this.#at + count > this.#buffer.length)
      throw new PapertapeError('JOURNAL_CORRUPT', 'A market record ends too early.');
    const values = this.#buffer.slice(this.#at, this.#at + count);
    this.#at += count;
    return values;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  signed(): number {
    const first = this.byte();
    let size = (first & 127) >> 1;
    if (first >= 128) size += this.varint() * 64;
    return (first & 1) === 1 ? -size : size;
  }
}
