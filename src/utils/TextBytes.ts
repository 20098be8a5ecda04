/**
 * ASCII text that is written as bytes, for hashes of hundreds of thousands of lines: joining strings and turning them
 * into bytes takes several times as long. Four characters are written at a time. The bytes are used again.
 */

const FIRST_ROOM = 65_536;
const MINUS = 45;
/** A whole number that JavaScript holds exactly has this many digits and a sign at most. */
const MOST_DIGITS = 17;
/** Characters of a word. */
const WORD = 4;
/** Digits are taken from numbers below these, of a word and of two. */
const FOUR_DIGITS = 10_000;
const EIGHT_DIGITS = 100_000_000;

/** The four digits of the numbers below ten thousand, zeros ahead, the first in the lowest byte. */
const DIGITS = Uint32Array.from({ length: FOUR_DIGITS }, (_, value) => wordOf(String(value).padStart(WORD, '0'), 0));

/** A text of ASCII characters that is written again and again, see {@link textPiece}. */
export interface TextPiece {
  readonly length: number;
  /** Four characters each, the first in the lowest byte; 0 beyond the end. */
  readonly words: Uint32Array;
}

/** Prepares a text of ASCII characters for {@link TextBytes.piece}. */
export function textPiece(text: string): TextPiece {
  const { length } = text;
  return { length, words: Uint32Array.from({ length: Math.ceil(length / WORD) }, (_, at) => wordOf(text, at * WORD)) };
}

/** See the module header. */
export class TextBytes {
  private room = new Uint8Array(FIRST_ROOM);
  private view = new DataView(this.room.buffer);
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

  /** Adds a prepared text. */
  piece({ words, length: size }: TextPiece): void {
    this.reserve(size);
    const { view, length } = this;
    for (let i = 0; i < words.length; i += 1) view.setUint32(length + i * WORD, words[i] ?? 0, true);
    this.length = length + size;
  }

  /** Adds one character, by its code. */
  character(code: number): void {
    this.reserve(1);
    this.view.setUint8(this.length, code);
    this.length += 1;
  }

  /**
   * Adds a number of a column as `String` writes it, and the character that stands behind it, by its code. The number
   * is read here, not handed on: beyond a call each would be allocated.
   */
  number(column: Float64Array, index: number, after: number): void {
    this.reserve(MOST_DIGITS + 1);
    const { view, length } = this;
    const value = column[index] ?? Number.NaN;
    const small = value | 0;
    let end = length;
    if (small === value && small >= 0 && small < EIGHT_DIGITS) end = upToEight(view, end, small);
    else if (Number.isSafeInteger(value)) {
      if (value < 0) {
        view.setUint8(end, MINUS);
        end += 1;
      }
      const size = Math.abs(value);
      const high = Math.floor(size / EIGHT_DIGITS);
      const low = (size - high * EIGHT_DIGITS) | 0;
      if (high === 0) end = upToEight(view, end, low);
      else end = eight(view, upToEight(view, end, high | 0), low);
    } else {
      this.text(String(value));
      end = this.length;
      this.reserve(1);
    }
    this.view.setUint8(end, after);
    this.length = end + 1;
  }

  /** Makes sure of room for so many characters, and for what a last word writes behind them. */
  private reserve(more: number): void {
    if (this.length + more + WORD <= this.room.length) return;
    const grown = new Uint8Array(2 * (this.length + more + WORD));
    grown.set(this.bytes);
    this.room = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Writes a whole number below a hundred million with zeros ahead; returns where it ends. */
function eight(view: DataView, at: number, value: number): number {
  const high = (value / FOUR_DIGITS) | 0;
  view.setUint32(at, DIGITS[high] ?? 0, true);
  view.setUint32(at + WORD, DIGITS[(value - high * FOUR_DIGITS) | 0] ?? 0, true);
  return at + 2 * WORD;
}

/** Writes a whole number below a hundred million without zeros ahead; returns where it ends. */
function upToEight(view: DataView, at: number, value: number): number {
  if (value < FOUR_DIGITS) return upToFour(view, at, value);
  const high = (value / FOUR_DIGITS) | 0;
  const end = upToFour(view, at, high);
  view.setUint32(end, DIGITS[(value - high * FOUR_DIGITS) | 0] ?? 0, true);
  return end + WORD;
}

function upToFour(view: DataView, at: number, value: number): number {
  const count = value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : WORD;
  view.setUint32(at, (DIGITS[value] ?? 0) >>> (8 * (WORD - count)), true);
  return at + count;
}

/** Up to four characters of a text, the first in the lowest byte. */
function wordOf(text: string, from: number): number {
  let word = 0;
  for (let i = Math.min(WORD, text.length - from) - 1; i >= 0; i -= 1) word = (word << 8) | text.charCodeAt(from + i);
  return word >>> 0;
}
