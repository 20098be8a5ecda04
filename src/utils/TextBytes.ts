/**
 * ASCII text that is written as bytes, for hashes of hundreds of thousands of lines: joining strings and turning them
 * into bytes takes several times as long. The bytes are used again.
 */

const FIRST_ROOM = 65_536;
const MINUS = 45;
const ZERO = 48;
/** A whole number that JavaScript holds exactly has this many digits and a sign at most. */
const MOST_DIGITS = 17;
/** Whole numbers below are written in one go; larger ones in two parts of at most so many digits. */
const PART = 1_000_000_000;
const PART_DIGITS = 9;

/** Both digits of the numbers below a hundred: two are written at a time. */
const TENS = Uint8Array.from({ length: 100 }, (_, pair) => ZERO + Math.floor(pair / 10));
const ONES = Uint8Array.from({ length: 100 }, (_, pair) => ZERO + (pair % 10));

/** See the module header. */
export class TextBytes {
  private room = new Uint8Array(FIRST_ROOM);
  private length = 0;

  /** What has been written since the last {@link clear}; valid until the next call. */
  get bytes(): Uint8Array {
    return this.room.subarray(0, this.length);
  }

  /** Begins anew. */
  clear(): void {
    this.length = 0;
  }

  /** Adds a text of ASCII characters. */
  text(value: string): void {
    const size = value.length;
    this.reserve(size);
    const { room, length } = this;
    for (let i = 0; i < size; i += 1) room[length + i] = value.charCodeAt(i);
    this.length = length + size;
  }

  /** Adds a number as `String` writes it. */
  number(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.text(String(value));
      return;
    }
    this.reserve(MOST_DIGITS);
    const size = Math.abs(value);
    if (value < 0) {
      this.room[this.length] = MINUS;
      this.length += 1;
    }
    if (size < PART) {
      this.digits(size, digitsOf(size));
      return;
    }
    const high = Math.floor(size / PART);
    this.digits(high, digitsOf(high));
    this.digits(size - high * PART, PART_DIGITS);
  }

  private digits(value: number, count: number): void {
    const { room, length } = this;
    let rest = value | 0;
    let at = length + count - 1;
    for (; at > length; at -= 2) {
      const hundredth = (rest / 100) | 0;
      const pair = (rest - hundredth * 100) | 0;
      room[at - 1] = TENS[pair] ?? 0;
      room[at] = ONES[pair] ?? 0;
      rest = hundredth;
    }
    if (at === length) room[at] = ZERO + rest;
    this.length = length + count;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.room.length) return;
    const grown = new Uint8Array(2 * (this.length + more));
    grown.set(this.bytes);
    this.room = grown;
  }
}

/** How many digits a whole number below a billion has. */
function digitsOf(value: number): number {
  let count = 1;
  for (let least = 10; value >= least && count < PART_DIGITS; least *= 10) count += 1;
  return count;
}
