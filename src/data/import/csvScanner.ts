/**
 * Reads delimited text as bytes: finds the fields of each line without making a string of either.
 *
 * Takes comma, semicolon or tab (whichever the first line has most of), LF or CRLF, quoted fields without escaped
 * quotes or line breaks, a byte order mark, and gzip. The first line is the header; empty lines are skipped.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { PapertapeError } from '../../domain/errors.js';

const LF = 10;
const CR = 13;
const QUOTE = 34;
const MAX_FIELDS = 256;
const MAX_LINE_BYTES = 1 << 20;

/** The line being read; its fields are `bytes[starts[i], ends[i])`. One object for all lines: copy, never keep. */
export interface CsvRow {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Number of fields. */
  readonly count: number;
  /** Line number in the file; the header is line 1. */
  readonly line: number;
}

/** Takes the rows of one file. */
export interface CsvHandler {
  /** Called once, before any row; names as they stand, trimmed. Throws to refuse the file. */
  onHeader(names: readonly string[]): void;
  onRow(row: CsvRow): void;
  /** Bytes of the file read so far, as stored. */
  onProgress(bytesDone: number, bytesTotal: number): void;
}

/** Reads a whole file. Throws `DATA_FILE_UNREADABLE` if it cannot be read, decompressed or is cut short. */
export async function scanCsv(path: string, isGzip: boolean, handler: CsvHandler): Promise<void> {
  const scanner = new Scanner(path, handler);
  let bytesTotal = 0;
  try {
    bytesTotal = (await stat(path)).size;
  } catch (cause) {
    throw unreadable(path, 'cannot be opened', cause);
  }
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  let refusal: unknown;
  const consume = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      try {
        scanner.push(chunk);
        handler.onProgress(file.bytesRead, bytesTotal);
      } catch (error) {
        refusal = error;
        throw error;
      }
    }
  };
  try {
    if (isGzip) await pipeline(file, createGunzip({ chunkSize: 1 << 18 }), consume);
    else await pipeline(file, consume);
  } catch (cause) {
    if (refusal instanceof Error) throw refusal;
    throw unreadable(path, isGzip ? 'cannot be decompressed; it is damaged or cut short' : 'cannot be read', cause);
  }
  scanner.end();
  handler.onProgress(bytesTotal, bytesTotal);
}

class Scanner {
  readonly #path: string;
  readonly #handler: CsvHandler;
  readonly #row: { -readonly [Name in keyof CsvRow]: CsvRow[Name] } = {
    bytes: new Uint8Array(0),
    starts: new Int32Array(MAX_FIELDS),
    ends: new Int32Array(MAX_FIELDS),
    count: 0,
    line: 0,
  };
  #carry: Buffer = Buffer.alloc(0);
  #delimiter = 0;

  constructor(path: string, handler: CsvHandler) {
    this.#path = path;
    this.#handler = handler;
  }

  push(chunk: Buffer): void {
    const bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
    const used = this.#scan(bytes, 0);
    if (bytes.length - used > MAX_LINE_BYTES) {
      throw unreadable(this.#path, `has a line of more than ${MAX_LINE_BYTES} bytes, so it is no table`);
    }
    // A copy, as the stream reuses nothing but a view would keep the whole chunk alive.
    this.#carry = Buffer.from(bytes.subarray(used));
  }

  end(): void {
    if (this.#carry.length > 0) this.#scan(Buffer.concat([this.#carry, Buffer.from('\n')]), 0);
    if (this.#delimiter === 0) throw unreadable(this.#path, 'is empty');
  }

  /** Handles every complete line and returns where the first incomplete one begins. */
  #scan(bytes: Buffer, from: number): number {
    let lineStart = from;
    if (this.#delimiter === 0) {
      const end = bytes.indexOf(LF, lineStart);
      if (end < 0) return lineStart;
      this.#readHeader(bytes.toString('utf8', lineStart, end));
      lineStart = end + 1;
    }
    const row = this.#row;
    const { starts, ends } = row;
    const delimiter = this.#delimiter;
    const length = bytes.length;
    row.bytes = bytes;
    let count = 0;
    let fieldStart = lineStart;
    let isQuoted = false;
    for (let at = lineStart; at < length; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) isQuoted = !isQuoted;
      if (byte === delimiter && !isQuoted) {
        if (count < MAX_FIELDS - 1) {
          starts[count] = fieldStart;
          ends[count] = at;
          count += 1;
        }
        fieldStart = at + 1;
      } else if (byte === LF) {
        isQuoted = false;
        starts[count] = fieldStart;
        ends[count] = at > fieldStart && bytes[at - 1] === CR ? at - 1 : at;
        row.line += 1;
        if (count > 0 || (ends[0] ?? 0) > fieldStart) {
          row.count = count + 1;
          unquote(row);
          this.#handler.onRow(row);
        }
        count = 0;
        fieldStart = at + 1;
        lineStart = fieldStart;
      }
    }
    return lineStart;
  }

  #readHeader(line: string): void {
    const text = line.replace(/^\uFEFF/, '').replace(/\r$/, '');
    const countOf = (separator: string): number => text.split(separator).length;
    const separator = [',', ';', '\t'].reduce((best, next) => (countOf(next) > countOf(best) ? next : best));
    this.#delimiter = separator.charCodeAt(0);
    this.#row.line = 1;
    const names = text.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
    this.#handler.onHeader(names);
  }
}

/** Takes the quotes off the fields that have them. */
function unquote(row: CsvRow): void {
  for (let index = 0; index < row.count; index++) {
    const start = row.starts[index] ?? 0;
    const end = row.ends[index] ?? 0;
    if (row.bytes[start] === QUOTE && end - start >= 2 && row.bytes[end - 1] === QUOTE) {
      row.starts[index] = start + 1;
      row.ends[index] = end - 1;
    }
  }
}

/** A field as text, for what is not on the fast path. */
export function fieldText(row: CsvRow, index: number): string {
  const start = row.starts[index] ?? 0;
  const end = row.ends[index] ?? 0;
  return Buffer.from(row.bytes.buffer, row.bytes.byteOffset + start, end - start).toString('utf8');
}

/** A `DATA_FILE_UNREADABLE` error. */
export function unreadable(path: string, how: string, cause?: unknown): PapertapeError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new PapertapeError('DATA_FILE_UNREADABLE', `The file ${path} ${how}${code}.`, {
    remedy: 'Check the path and the file, and get it again if it is damaged.',
    ...(cause === undefined ? {} : { cause }),
  });
}
