/**
 * Reads trades, quotes and bars straight from the bytes of a JSON frame: no text, no object, no number that crosses a
 * call. It takes exactly what JSON.parse and {@link MessageReader} would take in the same way, in any order of keys,
 * and stops before the first message in which anything else is found: blanks, escapes, exponents, other kinds. What a
 * scan has done is rows alone, so that its caller can go on from there, or take them back.
 */
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import { UNKNOWN_CODE, tapeIndex } from './conditions.js';
import type { RowWriter } from './RowWriter.js';
import { MOST_VALUE, Value } from './RowWriter.js';
import type { SymbolIndex } from './SymbolIndex.js';
import * as Key from './wireKeys.js';
import { BAR_SEEN, Kind, QUOTE_SEEN, Seen, TRADE_SEEN } from './wireKeys.js';
import { wireDay } from './wireTime.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const POINT = 0x2e;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Where a scanner stands that cannot go on. */
const STOP = -1;
const MOST_DIGITS = 15;
const PRICE_DECIMALS = 6;
const POWERS = Float64Array.of(1, 10, 100, 1_000, 10_000, 100_000, 1_000_000);
const NO_TIME = -1;

/** See the module header. */
export class JsonScanner {
  /** Messages of the frame scanned last whose rows were written. */
  taken = 0;
  readonly #symbols: SymbolIndex;
  readonly #writer: RowWriter;
  /** The date read last, as digits, and its first moment. */
  #date = 0;
  #dayStart = 0.5;
  /** What the last string, list of codes or key was. */
  #letter = 0;
  #codes = 0;
  #key = 0;

  constructor(symbols: SymbolIndex, writer: RowWriter) {
    this.#symbols = symbols;
    this.#writer = writer;
  }

  /** Whether the whole frame was read; else {@link taken} messages were, and the rest is for others. */
  scan(bytes: Uint8Array): boolean {
    this.taken = 0;
    if (bytes[0] !== OPEN_LIST) return false;
    let at = 1;
    for (;;) {
      at = this.#message(bytes, at);
      if (at === STOP) return false;
      this.taken += 1;
      const next = bytes[at];
      at += 1;
      if (next === COMMA) continue;
      return next === CLOSE_LIST && at === bytes.length;
    }
  }

  #message(bytes: Uint8Array, at: number): number {
    // {"T":"t"
    if (bytes[at] !== OPEN_OBJECT || bytes[at + 1] !== QUOTE || bytes[at + 2] !== Key.KIND || bytes[at + 3] !== QUOTE)
      return STOP;
    if (bytes[at + 4] !== COLON || bytes[at + 5] !== QUOTE || bytes[at + 7] !== QUOTE) return STOP;
    switch (bytes[at + 6]) {
      case Kind.TRADE:
        return this.#trade(bytes, at + 8);
      case Kind.QUOTE:
        return this.#quote(bytes, at + 8);
      case Kind.BAR:
        return this.#bar(bytes, at + 8, false);
      case Kind.REVISED_BAR:
        return this.#bar(bytes, at + 8, true);
      default:
        return STOP;
    }
  }

  #trade(bytes: Uint8Array, from: number): number {
    const writer = this.#writer;
    let at = from;
    let seen = 0;
    let tape = 3;
    writer.values[Value.ID] = 0;
    writer.exchange = 0;
    this.#codes = 0;
    while (bytes[at] === COMMA) {
      at = this.#readKey(bytes, at + 1);
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
    if (bytes[at] !== CLOSE_OBJECT || (seen & TRADE_SEEN) !== TRADE_SEEN) return STOP;
    writer.turnDay();
    const flags = writer.trades.flagsOfPacked(this.#codes, tape);
    return (flags & UNKNOWN_CODE) === 0 && writer.writeTrade(flags) ? at + 1 : STOP;
  }

  #quote(bytes: Uint8Array, from: number): number {
    const writer = this.#writer;
    let at = from;
    let seen = 0;
    this.#codes = 0;
    while (bytes[at] === COMMA) {
      at = this.#readKey(bytes, at + 1);
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
    if (bytes[at] !== CLOSE_OBJECT || (seen & QUOTE_SEEN) !== QUOTE_SEEN) return STOP;
    const flags = writer.quotes.flagsOfPacked(this.#codes);
    return (flags & UNKNOWN_CODE) === 0 && writer.writeQuote(flags) ? at + 1 : STOP;
  }

  #bar(bytes: Uint8Array, from: number, revised: boolean): number {
    let at = from;
    let seen = 0;
    while (bytes[at] === COMMA) {
      at = this.#readKey(bytes, at + 1);
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
    if (bytes[at] !== CLOSE_OBJECT || (seen & BAR_SEEN) !== BAR_SEEN) return STOP;
    return this.#writer.writeBar(revised) ? at + 1 : STOP;
  }

  /** Reads `"k":` or `"kk":` and gives the place after it. A longer key is 0, which nobody asks for; so is `T`. */
  #readKey(bytes: Uint8Array, at: number): number {
    this.#key = 0;
    if (bytes[at] !== QUOTE) return STOP;
    const first = bytes[at + 1] ?? 0;
    // A second kind would count in JSON.parse, and an escape can spell any key.
    if (first === Key.KIND || first === QUOTE || first === BACKSLASH || first < 0x20 || first > 0x7e) return STOP;
    if (bytes[at + 2] === QUOTE) {
      this.#key = first;
      return bytes[at + 3] === COLON ? at + 4 : STOP;
    }
    const second = bytes[at + 2] ?? 0;
    if (bytes[at + 3] === QUOTE && second !== BACKSLASH && second >= 0x20 && second <= 0x7e) {
      this.#key = first | (second << 8);
      return bytes[at + 4] === COLON ? at + 5 : STOP;
    }
    const end = this.#skipText(bytes, at);
    return end !== STOP && bytes[end] === COLON ? end + 1 : STOP;
  }

  #symbol(bytes: Uint8Array, from: number): number {
    if (from === STOP || bytes[from] !== QUOTE) return STOP;
    let at = from + 1;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 8) {
      const byte = bytes[at] ?? 0;
      at += 1;
      if (byte === QUOTE) break;
      if (byte < 0x21 || byte > 0x7e || byte === BACKSLASH || shift === 64) return STOP;
      if (shift < 32) low |= byte << shift;
      else high |= byte << (shift - 32);
    }
    const id = this.#symbols.idOfPacked(low, high);
    if (id < 0) return STOP;
    this.#writer.symbolId = id;
    return at;
  }

  /** A decimal without sign and exponent, of at most six places, as a price. */
  #price(bytes: Uint8Array, from: number, slot: number): number {
    if (from === STOP) return STOP;
    let at = from;
    let value = 0;
    let digit = (bytes[at] ?? 0) - 0x30;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at += 1;
      digit = (bytes[at] ?? 0) - 0x30;
    }
    let digits = at - from;
    if (digits === 0 || (digits > 1 && bytes[from] === 0x30)) return STOP;
    let decimals = 0;
    if (bytes[at] === POINT) {
      const start = at + 1;
      at = start;
      digit = (bytes[at] ?? 0) - 0x30;
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        at += 1;
        digit = (bytes[at] ?? 0) - 0x30;
      }
      decimals = at - start;
      if (decimals === 0 || decimals > PRICE_DECIMALS) return STOP;
      digits += decimals;
    }
    if (digits > MOST_DIGITS) return STOP;
    const price = value * (POWERS[PRICE_DECIMALS - decimals] ?? 0);
    if (price > MOST_VALUE) return STOP;
    this.#writer.values[slot] = price;
    return at;
  }

  #integer(bytes: Uint8Array, from: number, slot: number): number {
    if (from === STOP) return STOP;
    let at = from;
    let value = 0;
    let digit = (bytes[at] ?? 0) - 0x30;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at += 1;
      digit = (bytes[at] ?? 0) - 0x30;
    }
    const digits = at - from;
    if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && bytes[from] === 0x30)) return STOP;
    this.#writer.values[slot] = value;
    return at;
  }

  /** `"YYYY-MM-DDTHH:MM:SS[.f…]Z"` with up to nine places. */
  #time(bytes: Uint8Array, from: number): number {
    if (from === STOP || bytes[from] !== QUOTE) return STOP;
    if (bytes[from + 5] !== 0x2d || bytes[from + 8] !== 0x2d || bytes[from + 11] !== 0x54) return STOP;
    if (bytes[from + 14] !== COLON || bytes[from + 17] !== COLON) return STOP;
    const century = two(bytes, from + 1);
    const year = two(bytes, from + 3);
    const month = two(bytes, from + 6);
    const day = two(bytes, from + 9);
    const hour = two(bytes, from + 12);
    const minute = two(bytes, from + 15);
    const second = two(bytes, from + 18);
    if ((century | year | month | day | hour | minute | second) < 0) return STOP;
    if (hour > 23 || minute > 59 || second > 59) return STOP;
    const date = ((century * 100 + year) * 100 + month) * 100 + day;
    if (date !== this.#date && !this.#turnDate(date)) return STOP;
    let at = from + 20;
    let micros = 0;
    if (bytes[at] === POINT) {
      at += 1;
      let places = 0;
      let digit = (bytes[at] ?? 0) - 0x30;
      while (digit >= 0 && digit <= 9) {
        if (places < 6) micros = micros * 10 + digit;
        places += 1;
        at += 1;
        digit = (bytes[at] ?? 0) - 0x30;
      }
      if (places === 0 || places > 9) return STOP;
      if (places < 6) micros *= POWERS[6 - places] ?? 0;
    }
    if (bytes[at] !== 0x5a || bytes[at + 1] !== QUOTE) return STOP;
    this.#writer.values[Value.TIME] = this.#dayStart + (hour * 60 + minute) * MINUTE + second * SECOND + micros;
    return at + 2;
  }

  #turnDate(date: number): boolean {
    const start = wireDay(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100) ?? NO_TIME;
    if (start === NO_TIME) return false;
    this.#date = date;
    this.#dayStart = start;
    return true;
  }

  /** A string of one character. */
  #readLetter(bytes: Uint8Array, at: number): number {
    if (at === STOP || bytes[at] !== QUOTE || bytes[at + 2] !== QUOTE) return STOP;
    const letter = bytes[at + 1] ?? 0;
    if (letter < 0x21 || letter > 0x7e || letter === QUOTE || letter === BACKSLASH) return STOP;
    this.#letter = letter;
    return at + 3;
  }

  /** A list of up to four strings of one character each. */
  #readCodes(bytes: Uint8Array, from: number): number {
    if (from === STOP || bytes[from] !== OPEN_LIST) return STOP;
    this.#codes = 0;
    if (bytes[from + 1] === CLOSE_LIST) return from + 2;
    let at = from;
    for (let shift = 0; shift < 32; shift += 8) {
      if (bytes[at + 1] !== QUOTE || bytes[at + 3] !== QUOTE) return STOP;
      const code = bytes[at + 2] ?? 0;
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return STOP;
      this.#codes |= code << shift;
      at += 4;
      if (bytes[at] === CLOSE_LIST) return at + 1;
      if (bytes[at] !== COMMA) return STOP;
    }
    return STOP;
  }

  /** A value that nobody asks for: a plain string, or a number without sign and exponent. */
  #skip(bytes: Uint8Array, from: number): number {
    if (from === STOP) return STOP;
    if (bytes[from] === QUOTE) return this.#skipText(bytes, from);
    let at = from;
    let points = 0;
    for (;;) {
      const byte = bytes[at] ?? 0;
      if (byte === POINT && at > from) points += 1;
      else if (byte < 0x30 || byte > 0x39) break;
      at += 1;
    }
    const isNumber = at > from && points < 2 && bytes[at - 1] !== POINT;
    const leadsWithZero = bytes[from] === 0x30 && at - from > 1 && bytes[from + 1] !== POINT;
    return isNumber && !leadsWithZero ? at : STOP;
  }

  #skipText(bytes: Uint8Array, from: number): number {
    for (let at = from + 1; ; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) return at + 1;
      if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return STOP;
    }
  }
}

/** Two digits, or a negative number. */
function two(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] ?? 0) - 0x30;
  const low = (bytes[at + 1] ?? 0) - 0x30;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : -1;
}
