/**
 * Reads trades, quotes and bars straight from the bytes of a MessagePack frame, as {@link JsonScanner} does from JSON:
 * what it takes, decoder and {@link MessageReader} would take in the same way, and it stops before everything else.
 */
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import { UNKNOWN_CODE, tapeIndex } from './conditions.js';
import type { RowWriter } from './RowWriter.js';
import { MOST_VALUE, Value } from './RowWriter.js';
import type { SymbolIndex } from './SymbolIndex.js';
import * as Key from './wireKeys.js';
import { BAR_SEEN, Kind, QUOTE_SEEN, Seen, TRADE_SEEN } from './wireKeys.js';
import { momentOf } from './wireTime.js';

/** Where a scanner stands that cannot go on. */
const STOP = -1;
const NO_TIME = -1;
const FIXSTR = 0xa0;
const LETTER = 0xa1;
const FLOAT_64 = 0xcb;
const UINT_64 = 0xcf;
const INT_64 = 0xd3;
const HIGH_WORD = 0x1_0000_0000;
/** Bytes of scalars by their first byte from 0xc0 on, itself included; 0: not one that is skipped. */
const SCALAR_BYTES = Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 5, 9, 2, 3, 5, 9, 2, 3, 5, 9, 3, 4, 6, 10, 18);

/** See the module header. */
export class MsgpackScanner {
  /** Messages of the frame scanned last whose rows were written. */
  taken = 0;
  readonly #symbols: SymbolIndex;
  readonly #writer: RowWriter;
  #letter = 0;
  #codes = 0;
  #key = 0;

  constructor(symbols: SymbolIndex, writer: RowWriter) {
    this.#symbols = symbols;
    this.#writer = writer;
  }

  /** Whether the whole frame was read; else {@link taken} messages were, and the rest is for others. */
  scan(bytes: Buffer): boolean {
    this.taken = 0;
    const head = bytes[0] ?? 0;
    let count = head & 0x0f;
    let at = 1;
    if (head === 0xdc && bytes.length >= 3) {
      count = bytes.readUInt16BE(1);
      at = 3;
    } else if (head >>> 4 !== 9) return false;
    for (; count > 0; count -= 1) {
      at = this.#message(bytes, at);
      if (at === STOP) return false;
      this.taken += 1;
    }
    return at === bytes.length;
  }

  #message(bytes: Buffer, at: number): number {
    const head = bytes[at] ?? 0;
    // A map of up to 15 pairs that begins with T and one letter.
    if (head >>> 4 !== 8 || bytes[at + 1] !== LETTER || bytes[at + 2] !== Key.KIND || bytes[at + 3] !== LETTER)
      return STOP;
    const pairs = (head & 0x0f) - 1;
    switch (bytes[at + 4]) {
      case Kind.TRADE:
        return this.#trade(bytes, at + 5, pairs);
      case Kind.QUOTE:
        return this.#quote(bytes, at + 5, pairs);
      case Kind.BAR:
        return this.#bar(bytes, at + 5, pairs, false);
      case Kind.REVISED_BAR:
        return this.#bar(bytes, at + 5, pairs, true);
      default:
        return STOP;
    }
  }

  #trade(bytes: Buffer, from: number, pairs: number): number {
    const writer = this.#writer;
    let at = from;
    let seen = 0;
    let tape = 3;
    writer.values[Value.ID] = 0;
    writer.exchange = 0;
    this.#codes = 0;
    for (let left = pairs; left > 0; left -= 1) {
      at = this.#readKey(bytes, at);
      switch (this.#key) {
        case Key.SYMBOL:
          at = this.#symbol(bytes, at);
          seen |= Seen.SYMBOL;
          break;
        case Key.TIME:
          at = this.#time(bytes, at);
          seen |= Seen.TIME;
          break;
        case Key.PRICE:
          at = this.#price(bytes, at, Value.PRICE);
          seen |= Seen.A;
          break;
        case Key.SIZE:
          at = this.#integer(bytes, at, Value.SIZE);
          seen |= Seen.B;
          break;
        case Key.ID:
          at = this.#integer(bytes, at, Value.ID);
          break;
        case Key.EXCHANGE:
          at = this.#readLetter(bytes, at);
          writer.exchange = this.#letter;
          break;
        case Key.TAPE:
          at = this.#readLetter(bytes, at);
          tape = tapeIndex(this.#letter);
          break;
        case Key.CODES:
          at = this.#readCodes(bytes, at);
          break;
        default:
          at = this.#skip(bytes, at);
      }
      if (at === STOP) return STOP;
    }
    if ((seen & TRADE_SEEN) !== TRADE_SEEN) return STOP;
    writer.turnDay();
    const flags = writer.trades.flagsOfPacked(this.#codes, tape);
    return (flags & UNKNOWN_CODE) === 0 && writer.writeTrade(flags) ? at : STOP;
  }

  #quote(bytes: Buffer, from: number, pairs: number): number {
    const writer = this.#writer;
    let at = from;
    let seen = 0;
    this.#codes = 0;
    for (let left = pairs; left > 0; left -= 1) {
      at = this.#readKey(bytes, at);
      switch (this.#key) {
        case Key.SYMBOL:
          at = this.#symbol(bytes, at);
          seen |= Seen.SYMBOL;
          break;
        case Key.TIME:
          at = this.#time(bytes, at);
          seen |= Seen.TIME;
          break;
        case Key.BID:
          at = this.#price(bytes, at, Value.BID);
          seen |= Seen.A;
          break;
        case Key.BID_SIZE:
          at = this.#integer(bytes, at, Value.BID_SIZE);
          seen |= Seen.B;
          break;
        case Key.ASK:
          at = this.#price(bytes, at, Value.ASK);
          seen |= Seen.C;
          break;
        case Key.ASK_SIZE:
          at = this.#integer(bytes, at, Value.ASK_SIZE);
          seen |= Seen.D;
          break;
        case Key.CODES:
          at = this.#readCodes(bytes, at);
          break;
        default:
          at = this.#skip(bytes, at);
      }
      if (at === STOP) return STOP;
    }
    if ((seen & QUOTE_SEEN) !== QUOTE_SEEN) return STOP;
    const flags = writer.quotes.flagsOfPacked(this.#codes);
    return (flags & UNKNOWN_CODE) === 0 && writer.writeQuote(flags) ? at : STOP;
  }

  #bar(bytes: Buffer, from: number, pairs: number, revised: boolean): number {
    let at = from;
    let seen = 0;
    for (let left = pairs; left > 0; left -= 1) {
      at = this.#readKey(bytes, at);
      switch (this.#key) {
        case Key.SYMBOL:
          at = this.#symbol(bytes, at);
          seen |= Seen.SYMBOL;
          break;
        case Key.TIME:
          at = this.#time(bytes, at);
          seen |= Seen.TIME;
          break;
        case Key.OPEN:
          at = this.#price(bytes, at, Value.OPEN);
          seen |= Seen.A;
          break;
        case Key.HIGH:
          at = this.#price(bytes, at, Value.HIGH);
          seen |= Seen.B;
          break;
        case Key.LOW:
          at = this.#price(bytes, at, Value.LOW);
          seen |= Seen.C;
          break;
        case Key.CODES:
          at = this.#price(bytes, at, Value.CLOSE);
          seen |= Seen.D;
          break;
        case Key.VOLUME:
          at = this.#integer(bytes, at, Value.VOLUME);
          seen |= Seen.E;
          break;
        default:
          at = this.#skip(bytes, at);
      }
      if (at === STOP) return STOP;
    }
    if ((seen & BAR_SEEN) !== BAR_SEEN) return STOP;
    return this.#writer.writeBar(revised) ? at : STOP;
  }

  /** A key of one or two characters; a longer one is 0, which nobody asks for. */
  #readKey(bytes: Buffer, at: number): number {
    const head = bytes[at] ?? 0;
    const length = head - FIXSTR;
    this.#key = 0;
    if (length < 1 || length > 31) return STOP;
    const first = bytes[at + 1] ?? 0;
    // A second kind would count for the decoder, and it does not take a key with underscores at its ends.
    if ((first === Key.KIND && length === 1) || first === 0x5f) return STOP;
    if (length === 1) this.#key = first;
    else if (length === 2) {
      const second = bytes[at + 2] ?? 0;
      // A key with a zero in it is not the shorter one.
      if (second === 0) return STOP;
      this.#key = first | (second << 8);
    }
    return at + 1 + length;
  }

  #symbol(bytes: Buffer, from: number): number {
    if (from === STOP) return STOP;
    const length = (bytes[from] ?? 0) - FIXSTR;
    if (length < 1 || length > 8) return STOP;
    let low = 0;
    let high = 0;
    for (let at = 0; at < length; at += 1) {
      const byte = bytes[from + 1 + at] ?? 0;
      if (byte < 0x21 || byte > 0x7e) return STOP;
      if (at < 4) low |= byte << (at * 8);
      else high |= byte << (at * 8 - 32);
    }
    const id = this.#symbols.idOfPacked(low, high);
    if (id < 0) return STOP;
    this.#writer.symbolId = id;
    return from + 1 + length;
  }

  #price(bytes: Buffer, at: number, slot: number): number {
    if (at === STOP) return STOP;
    if (bytes[at] !== FLOAT_64) {
      const end = this.#integer(bytes, at, slot);
      if (end === STOP) return STOP;
      const price = (this.#writer.values[slot] ?? 0) * RAW_PRICE_SCALE;
      if (price > MOST_VALUE) return STOP;
      this.#writer.values[slot] = price;
      return end;
    }
    if (at + 9 > bytes.length || (bytes[at + 1] ?? 0) > 0x7f) return STOP;
    const value = bytes.readDoubleBE(at + 1);
    const price = Math.round(value * RAW_PRICE_SCALE);
    // False for NaN and Infinity too.
    if (!(price <= MOST_VALUE && price / RAW_PRICE_SCALE === value)) return STOP;
    this.#writer.values[slot] = price;
    return at + 9;
  }

  /** A whole number from 0 to the largest that is taken, however it is coded. */
  #integer(bytes: Buffer, at: number, slot: number): number {
    if (at === STOP) return STOP;
    const head = bytes[at] ?? 0xc1;
    const { values } = this.#writer;
    if (head < 0x80) {
      values[slot] = head;
      return at + 1;
    }
    const length = head >= FLOAT_64 && head <= INT_64 ? (SCALAR_BYTES[head - 0xc0] ?? 0) : 0;
    // A set sign bit of a signed number, and of a float, is a negative one.
    const isSigned = head === FLOAT_64 || head > UINT_64;
    if (length === 0 || at + length > bytes.length || (isSigned && (bytes[at + 1] ?? 0) > 0x7f)) return STOP;
    let value: number;
    if (head === FLOAT_64) value = bytes.readDoubleBE(at + 1);
    else if (length === 9) value = bytes.readUInt32BE(at + 1) * HIGH_WORD + bytes.readUInt32BE(at + 5);
    else value = bytes.readUIntBE(at + 1, length - 1);
    if (!(value <= MOST_VALUE) || (head === FLOAT_64 && !Number.isInteger(value))) return STOP;
    values[slot] = value;
    return at + length;
  }

  /** The timestamp extension in each of its three forms. */
  #time(bytes: Buffer, at: number): number {
    if (at === STOP) return STOP;
    const head = bytes[at];
    let time = NO_TIME;
    let end = STOP;
    if (head === 0xd7 && bytes[at + 1] === 0xff && at + 10 <= bytes.length) {
      const high = bytes.readUInt32BE(at + 2);
      time = momentOf((high & 3) * HIGH_WORD + bytes.readUInt32BE(at + 6), high >>> 2) ?? NO_TIME;
      end = at + 10;
    } else if (head === 0xd6 && bytes[at + 1] === 0xff && at + 6 <= bytes.length) {
      time = momentOf(bytes.readUInt32BE(at + 2), 0) ?? NO_TIME;
      end = at + 6;
    } else if (head === 0xc7 && bytes[at + 1] === 12 && bytes[at + 2] === 0xff && at + 15 <= bytes.length) {
      const seconds = bytes.readInt32BE(at + 7) * HIGH_WORD + bytes.readUInt32BE(at + 11);
      time = momentOf(seconds, bytes.readUInt32BE(at + 3)) ?? NO_TIME;
      end = at + 15;
    }
    if (time === NO_TIME) return STOP;
    this.#writer.values[Value.TIME] = time;
    return end;
  }

  #readLetter(bytes: Buffer, at: number): number {
    if (at === STOP || bytes[at] !== LETTER) return STOP;
    const letter = bytes[at + 1] ?? 0;
    if (letter < 0x21 || letter > 0x7e) return STOP;
    this.#letter = letter;
    return at + 2;
  }

  /** A list of up to four strings of one character each. */
  #readCodes(bytes: Buffer, from: number): number {
    if (from === STOP) return STOP;
    const count = (bytes[from] ?? 0) - 0x90;
    if (count < 0 || count > 4) return STOP;
    let codes = 0;
    let at = from + 1;
    for (let shift = 0; shift < count * 8; shift += 8) {
      const code = bytes[at + 1] ?? 0;
      if (bytes[at] !== LETTER || code < 0x20 || code > 0x7e) return STOP;
      codes |= code << shift;
      at += 2;
    }
    this.#codes = codes;
    return at;
  }

  /** A value that nobody asks for: a string or another scalar. */
  #skip(bytes: Buffer, at: number): number {
    if (at === STOP) return STOP;
    const head = bytes[at] ?? 0xc1;
    let length = 0;
    if (head < 0x80 || head >= 0xe0) length = 1;
    else if (head >>> 5 === 5) length = 1 + (head & 0x1f);
    else if (head === 0xd9) length = 2 + (bytes[at + 1] ?? 0);
    else if (head >= 0xc0) length = SCALAR_BYTES[head - 0xc0] ?? 0;
    return length === 0 || at + length > bytes.length ? STOP : at + length;
  }
}
