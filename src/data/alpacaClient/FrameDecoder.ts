/**
 * Frames of the stock stream as rows, corrections and control messages. Scanners take the frames that the market fills
 * the socket with; whatever they stop at is parsed whole and read message by message from there, so that both ways
 * give the same. A frame that cannot be parsed at all leaves no row behind.
 */
import { isUtf8 } from 'node:buffer';
import { ExtensionCodec, decode } from '@msgpack/msgpack';
import type { PrintCorrection, SourceRows } from '../../domain/marketSource.js';
import { TradingStatus } from '../../domain/marketTables.js';
import type { Micros } from '../../domain/units.js';
import { clearSourceRows } from '../sourceRows.js';
import { JsonScanner } from './JsonScanner.js';
import type { WireFields } from './MessageReader.js';
import { MessageReader } from './MessageReader.js';
import { MsgpackScanner } from './MsgpackScanner.js';
import { RowWriter, Value } from './RowWriter.js';
import type { SymbolIndex } from './SymbolIndex.js';
import { momentOf } from './wireTime.js';
import { WireInstant } from './wireValues.js';

const TIMESTAMP = -1;
const OPEN_LIST = 0x5b;

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: TIMESTAMP,
  encode: () => null,
  decode: (data) => new WireInstant(momentOfExtension(data)),
});

/** See the module header. What {@link decode} found is in `rows`, `corrections` and `controls` until the next frame. */
export class FrameDecoder {
  readonly rows: SourceRows;
  corrections: readonly PrintCorrection[] = [];
  controls: readonly WireFields[] = [];
  /** Frames that were parsed, and those that could not be. */
  parsedFrames = 0;
  unreadableFrames = 0;
  readonly #writer: RowWriter;
  readonly #reader: MessageReader;
  readonly #json: JsonScanner;
  readonly #msgpack: MsgpackScanner;

  constructor(symbols: SymbolIndex) {
    const writer = new RowWriter();
    this.#writer = writer;
    this.rows = writer.rows;
    this.#reader = new MessageReader(symbols, writer);
    this.#json = new JsonScanner(symbols, writer);
    this.#msgpack = new MsgpackScanner(symbols, writer);
  }

  /** Takes a frame that came at `receivedAt`; false if it cannot be read, so that what it held is missing. */
  decode(frame: Buffer, isBinary: boolean, receivedAt: number): boolean {
    clearSourceRows(this.rows, receivedAt);
    this.corrections = NOTHING;
    this.controls = NOTHING;
    // No MessagePack list begins like one of JSON.
    const isMsgpack = isBinary && frame[0] !== OPEN_LIST;
    const scanner = isMsgpack ? this.#msgpack : this.#json;
    return scanner.scan(frame) || this.#read(isMsgpack ? unpack(frame) : parse(frame), scanner.taken, receivedAt);
  }

  /** Rows of a single heartbeat at this time of the market. */
  heartbeat(time: Micros, receivedAt: number): SourceRows {
    clearSourceRows(this.rows, receivedAt);
    this.#writer.symbolId = 0;
    this.#writer.values[Value.TIME] = time;
    this.#writer.writeStatus(TradingStatus.HEARTBEAT, false);
    return this.rows;
  }

  /** What was refused and not understood so far, by name. */
  counters(): Record<string, number> {
    const reader = this.#reader;
    return {
      parsedFrames: this.parsedFrames,
      unreadableFrames: this.unreadableFrames,
      unknownConditions: reader.unknownConditions,
      unknownStatuses: reader.unknownStatuses,
      ignoredStatuses: reader.ignoredStatuses,
      ...Object.fromEntries([...reader.refusals].map(([reason, count]) => [`refused.${reason}`, count])),
    };
  }

  /** Messages refused so far whose content is missing. */
  get missing(): number {
    return this.#reader.missing;
  }

  #read(messages: readonly unknown[] | undefined, from: number, receivedAt: number): boolean {
    if (messages === undefined) {
      clearSourceRows(this.rows, receivedAt);
      this.unreadableFrames += 1;
      return false;
    }
    this.parsedFrames += 1;
    const reader = this.#reader;
    reader.corrections = [];
    reader.controls = [];
    for (let at = from; at < messages.length; at += 1) reader.read(messages[at]);
    this.corrections = reader.corrections;
    this.controls = reader.controls;
    return true;
  }
}

const NOTHING: readonly never[] = [];

function parse(frame: Buffer): readonly unknown[] | undefined {
  if (!isUtf8(frame)) return undefined;
  try {
    const value: unknown = JSON.parse(frame.toString('utf8'));
    return Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function unpack(frame: Buffer): readonly unknown[] | undefined {
  try {
    const value: unknown = decode(frame, { extensionCodec });
    return Array.isArray(value) ? value : undefined;
  } catch {
    // The decoder throws errors of several kinds, all of them about the bytes.
    return undefined;
  }
}

function momentOfExtension(data: Uint8Array): number | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length === 4) return momentOf(bytes.readUInt32BE(0), 0);
  if (bytes.length === 8) {
    const high = bytes.readUInt32BE(0);
    return momentOf((high & 3) * 0x1_0000_0000 + bytes.readUInt32BE(4), high >>> 2);
  }
  if (bytes.length !== 12) return undefined;
  return momentOf(bytes.readInt32BE(4) * 0x1_0000_0000 + bytes.readUInt32BE(8), bytes.readUInt32BE(0));
}
