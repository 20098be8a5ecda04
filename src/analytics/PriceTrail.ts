/**
 * What a symbol's prices were lately: a ring of its quotes, last sales and bars, by time, so that a fill that is
 * reported late can be measured on the market of its own moment. Keeps everything after a limit that the owner moves,
 * and the row in force there. One row: O(1) amortised; a look-up: O(log n).
 */
import type { Micros, Price } from '../domain/units.js';

/** The market at one time. Prices at the session's scale; middles may lie between two of them. */
export interface PriceView {
  /** Middle of the two-sided quote in force; NaN without one. */
  readonly mid: number;
  /** Last sale or close; 0 before the first. */
  readonly last: Price;
  /** When the last sale or close was seen. */
  readonly lastTime: Micros;
}

const WIDTH = 7;
const TIME = 0;
const BID = 1;
const ASK = 2;
const LAST = 3;
const LAST_TIME = 4;
/** Lowest and highest price that the row shows: of a bar its range, else the price or the middle; 0 for none. */
const LOW = 5;
const HIGH = 6;
const FIRST_CAPACITY = 32;

/** Sees the range of a row. */
export type RangeVisitor = (low: number, high: number) => void;

/** See the module header. */
export class PriceTrail {
  #rows = new Float64Array(FIRST_CAPACITY * WIDTH);
  #capacity = FIRST_CAPACITY;
  #first = 0;
  #length = 0;
  readonly #view = { mid: NaN, last: 0, lastTime: 0 };

  /**
   * A quote, or the last one of a bar of quotes, with the lowest and highest middle, 0 for none; a side that is not
   * there is 0. Times do not decrease.
   */
  addQuote(time: Micros, bid: Price, ask: Price, low: number, high: number, limit: Micros): void {
    const newest = this.#newest();
    if (newest >= 0 && this.#rows[newest + BID] === bid && this.#rows[newest + ASK] === ask) return;
    const at = this.#next(time, newest, limit);
    const rows = this.#rows;
    rows[at + BID] = bid;
    rows[at + ASK] = ask;
    rows[at + LOW] = low;
    rows[at + HIGH] = high;
  }

  /** A last sale, or a bar with its close and range. */
  addLast(time: Micros, last: Price, low: Price, high: Price, limit: Micros): void {
    const at = this.#next(time, this.#newest(), limit);
    const rows = this.#rows;
    rows[at + LAST] = last;
    rows[at + LAST_TIME] = time;
    rows[at + LOW] = low;
    rows[at + HIGH] = high;
  }

  /** The market in force at a time, in an object that the next call writes over; undefined before the first row. */
  at(time: Micros): PriceView | undefined {
    const index = this.#lastAtOrBefore(time);
    if (index < 0) return undefined;
    const at = this.#place(index);
    const rows = this.#rows;
    const bid = rows[at + BID] ?? 0;
    const ask = rows[at + ASK] ?? 0;
    const mid = middleOf(bid, ask);
    const view = this.#view;
    view.mid = mid === 0 ? NaN : mid;
    view.last = rows[at + LAST] ?? 0;
    view.lastTime = rows[at + LAST_TIME] ?? 0;
    return view;
  }

  /** Shows the range of each row that has one with a time after `after`, up to and including `until`, oldest first. */
  visit(after: Micros, until: Micros, visitor: RangeVisitor): void {
    for (let index = this.#lastAtOrBefore(after) + 1; index < this.#length; index += 1) {
      const at = this.#place(index);
      const time = this.#rows[at + TIME] ?? 0;
      if (time > until) return;
      const low = this.#rows[at + LOW] ?? 0;
      if (low > 0) visitor(low, this.#rows[at + HIGH] ?? 0);
    }
  }

  #place(index: number): number {
    return ((this.#first + index) % this.#capacity) * WIDTH;
  }

  #newest(): number {
    return this.#length === 0 ? -1 : this.#place(this.#length - 1);
  }

  /** A row that goes on from the newest one, at `time`; makes room by forgetting what ended before `limit`. */
  #next(time: Micros, newest: number, limit: Micros): number {
    let from = newest;
    if (this.#length === this.#capacity) {
      this.#forget(limit);
      if (this.#length * 2 > this.#capacity) this.#grow();
      from = this.#newest();
    }
    this.#length += 1;
    const at = this.#place(this.#length - 1);
    const rows = this.#rows;
    for (let column = 0; column < WIDTH; column += 1) rows[at + column] = from < 0 ? 0 : (rows[from + column] ?? 0);
    rows[at + TIME] = time;
    return at;
  }

  #forget(limit: Micros): void {
    while (this.#length > 1 && (this.#rows[this.#place(1) + TIME] ?? Infinity) <= limit) {
      this.#first = (this.#first + 1) % this.#capacity;
      this.#length -= 1;
    }
  }

  #grow(): void {
    const rows = new Float64Array(this.#capacity * 2 * WIDTH);
    for (let index = 0; index < this.#length; index += 1) {
      const at = this.#place(index);
      rows.set(this.#rows.subarray(at, at + WIDTH), index * WIDTH);
    }
    this.#rows = rows;
    this.#capacity *= 2;
    this.#first = 0;
  }

  #lastAtOrBefore(time: Micros): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#rows[this.#place(middle) + TIME] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** The middle of a quote; 0 where it is one-sided or crossed. */
export function middleOf(bid: Price, ask: Price): number {
  return bid > 0 && ask >= bid ? (bid + ask) / 2 : 0;
}
