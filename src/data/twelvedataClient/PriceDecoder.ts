/**
 * Decodes the price events of the stream from their bytes, without an allocation. It knows what it has seen: per
 * instrument everything from the symbol to the timestamp is the same in every event, so that an event that begins with
 * the very bytes of one that `JSON.parse` has read means the same, and only the numbers behind are new:
 *
 *     {"event":"price","symbol":"AAPL","currency":"USD",…,"timestamp":1592249566,"price":342.0157,"day_volume":2763}
 *                               └──────────── learned ───────────────┘
 *
 * Whatever differs in a byte, or in the shape of its numbers (sign, exponent, more than 15 digits, blanks, another
 * order, another field), is not decoded here; the caller reads it with `JSON.parse` and lets this one learn.
 */
import { priceOfDigits } from './decimals.js';
import { SECOND } from '../../domain/timeframe.js';
import { NO_DAY_VOLUME } from './TickVolume.js';

/** Where {@link PriceDecoder.values} keeps what the last event said. */
export const TIME = 0;
export const PRICE = 1;
export const DAY_VOLUME = 2;

/** What {@link PriceDecoder.decode} answers for a message that it does not know. */
export const NOT_DECODED = -1;

// All of one class, so that the loops over bytes see one shape of object.
const PREFIX = Buffer.from('{"event":"price","symbol":"');
const PRICE_KEY = Buffer.from(',"price":');
const VOLUME_KEY = Buffer.from(',"day_volume":');
const TIMESTAMP_KEY = '"timestamp":';
/** Fields that would change the meaning if they stood in the learned part. */
const MOVED_FIELDS = ['"event"', '"symbol"', '"price"', '"day_volume"'];

const QUOTE = 34;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const BRACE = 125;
/** As many digits as a double holds whatever they are. */
const MOST_DIGITS = 15;
const BUCKETS = 4096;
/** Shapes that are learned of one symbol; a feed whose beginning changes with every event is not learned for ever. */
const MOST_SHAPES = 4;
const LONGEST_SHAPE = 400;

interface Shape {
  readonly bytes: Buffer;
  readonly symbolId: number;
  next: Shape | undefined;
}

/** See the module header. */
export class PriceDecoder {
  /** Time in Micros, price at the raw price scale, day volume or `NO_DAY_VOLUME`; of the last event decoded. */
  readonly values = Float64Array.of(0.5, 0.5, 0.5);
  readonly #buckets = Array.from({ length: BUCKETS }, (): Shape | undefined => undefined);
  readonly #shapesOf = new Map<number, number>();
  /** Where the reading of a number ended. */
  #at = 0;

  /** The id of the symbol whose price it is, with {@link values}; or {@link NOT_DECODED}. */
  decode(bytes: Buffer): number {
    const start = PREFIX.length;
    if (!hasAt(bytes, 0, PREFIX)) return NOT_DECODED;
    let shape = this.#buckets[hashOf(bytes, start)];
    while (shape !== undefined && !hasAt(bytes, start, shape.bytes)) shape = shape.next;
    if (shape === undefined) return NOT_DECODED;
    return this.#readNumbers(bytes, start + shape.bytes.length) ? shape.symbolId : NOT_DECODED;
  }

  /** Remembers the shape of a message that `JSON.parse` has read as a price of a symbol, if it has the usual one. */
  learn(text: string, symbolId: number): void {
    const end = text.lastIndexOf(TIMESTAMP_KEY) + TIMESTAMP_KEY.length;
    const start = PREFIX.length;
    if (end <= start || end - start > LONGEST_SHAPE) return;
    const learned = text.slice(start, end);
    // Without these every quote begins or ends a text of the one object, so that the names are its fields.
    if (/[\\{}[\]]/.test(learned) || MOVED_FIELDS.some((field) => learned.includes(field))) return;
    if (learned.indexOf(TIMESTAMP_KEY) + TIMESTAMP_KEY.length !== learned.length) return;
    const bytes = Buffer.from(text);
    const shape = Buffer.from(learned);
    if (!hasAt(bytes, 0, PREFIX) || !this.#readNumbers(bytes, start + shape.length)) return;
    const known = this.#shapesOf.get(symbolId) ?? 0;
    if (known === MOST_SHAPES) return;
    this.#shapesOf.set(symbolId, known + 1);
    const bucket = hashOf(bytes, start);
    this.#buckets[bucket] = { bytes: shape, symbolId, next: this.#buckets[bucket] };
  }

  /** Forgets every shape: the symbols that they stand for may be others from now on. */
  forget(): void {
    this.#buckets.fill(undefined);
    this.#shapesOf.clear();
  }

  /** Reads everything from the digits of the timestamp to the end. */
  #readNumbers(bytes: Buffer, start: number): boolean {
    const { values } = this;
    const seconds = this.#readWhole(bytes, start);
    if (seconds < 0 || !hasAt(bytes, this.#at, PRICE_KEY)) return false;
    const price = this.#readPrice(bytes, this.#at + PRICE_KEY.length);
    if (!(price > 0)) return false;
    let dayVolume = NO_DAY_VOLUME;
    if (bytes[this.#at] === COMMA) {
      if (!hasAt(bytes, this.#at, VOLUME_KEY)) return false;
      dayVolume = this.#readWhole(bytes, this.#at + VOLUME_KEY.length);
      if (dayVolume < 0) return false;
    }
    const time = seconds * SECOND;
    if (bytes[this.#at] !== BRACE || this.#at + 1 !== bytes.length || time > Number.MAX_SAFE_INTEGER) return false;
    values[TIME] = time;
    values[PRICE] = price;
    values[DAY_VOLUME] = dayVolume;
    return true;
  }

  /** A whole number as JSON writes it; -1 for anything else. */
  #readWhole(bytes: Buffer, start: number): number {
    let value = 0;
    let at = start;
    for (; at < bytes.length; at += 1) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    this.#at = at;
    const count = at - start;
    return count === 0 || count > MOST_DIGITS || (count > 1 && bytes[start] === ZERO) ? -1 : value;
  }

  /** A price as JSON writes it; NaN or -1 for anything else. */
  #readPrice(bytes: Buffer, start: number): number {
    const whole = this.#readWhole(bytes, start);
    if (whole < 0 || bytes[this.#at] !== POINT) return whole < 0 ? -1 : priceOfDigits(whole, 0);
    const first = this.#at + 1;
    let value = whole;
    let at = first;
    for (; at < bytes.length; at += 1) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    this.#at = at;
    // The point is among the characters counted.
    if (at === first || at - start > MOST_DIGITS + 1) return -1;
    return priceOfDigits(value, at - first);
  }
}

function hasAt(bytes: Buffer, at: number, part: Buffer): boolean {
  const { length } = part;
  if (at + length > bytes.length) return false;
  for (let i = length - 1; i >= 0; i -= 1) if (bytes[at + i] !== part[i]) return false;
  return true;
}

/** Of the symbol that begins there, up to its quote. */
function hashOf(bytes: Buffer, start: number): number {
  let hash = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? QUOTE;
    if (byte === QUOTE) break;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  return (hash ^ (hash >>> 12)) & (BUCKETS - 1);
}
