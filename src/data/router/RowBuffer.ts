/**
 * Rows that wait for their time: any kind, one after another in memory, given back in the one total order of X13 (time,
 * kind, symbol) and within one symbol by the source's number, then in the order of arrival.
 *
 * Rows come nearly sorted. A row at or after the last one costs a comparison; others are collected and merged in
 * before the next reading. A row is eight numbers in one array, a cache line; slots are used again, nothing is
 * allocated per row.
 */
import type { Micros } from '../../domain/units.js';

/** Numbers per row. The first three decide the order. */
export const ROW_STRIDE = 8;
/**
 * Where a row's numbers are, from its base. A print has price, size and meta (flags + 65,536 × exchange); a quote bid,
 * bid size, ask, ask size and flags; a status row its code, lower and upper; a bar open, high, low, close and volume,
 * and its start in the place of the number.
 */
export const RowCell = { TIME: 0, KEY: 1, NUMBER: 2, FIRST: 3 } as const;

/** Sources fit into four bits of a key; the last stands for none. */
export const MAX_SOURCES = 8;
export const KEY_NO_SOURCE = 15;
const SOURCE_STEPS = 16;
const SYMBOL_STEPS = 65_536;

/** Kind (a `SourceRowKind`), symbol and source as one ordered integer. */
export function rowKey(kind: number, symbolId: number, source: number): number {
  return (kind * SYMBOL_STEPS + symbolId) * SOURCE_STEPS + source;
}

/** The parts of a {@link rowKey}. */
export function kindOfKey(key: number): number {
  return key >>> 20;
}

/** The parts of a {@link rowKey}. */
export function symbolOfKey(key: number): number {
  return (key >>> 4) & 0xffff;
}

/** The parts of a {@link rowKey}. */
export function sourceOfKey(key: number): number {
  return key & 15;
}

/** Steps per row that sorting in place may take before it is given up for merging. */
const PATIENCE = 8;

/** See the module header. */
export class RowBuffer {
  /** All rows; the row with base `b` is at `b` to `b + 7`. Replaced when it grows. */
  cells: Float64Array;
  /** Bases in order between `head` and `tail`; those from `sortedEnd` on are not sorted yet. */
  private order: Int32Array;
  private head = 0;
  private sortedEnd = 0;
  private tail = 0;
  /** Bases that are free, the last first. */
  private free: Int32Array;
  private freeCount = 0;
  private scratch = new Int32Array(256);

  constructor(capacity: number) {
    this.cells = new Float64Array(capacity * ROW_STRIDE);
    this.order = new Int32Array(capacity * 2);
    this.free = new Int32Array(capacity);
    this.addFree(0, capacity);
  }

  /** Number of rows that wait. */
  get length(): number {
    return this.tail - this.head;
  }

  /** A base to write a row to, which {@link push} then puts in its place. */
  reserve(): number {
    if (this.freeCount === 0) this.grow();
    this.freeCount -= 1;
    return this.free[this.freeCount] ?? 0;
  }

  /** Takes in the row that was written to a reserved base. */
  push(base: number): void {
    if (this.tail === this.order.length) this.makeRoom();
    this.order[this.tail] = base;
    const isSorted = this.sortedEnd === this.tail;
    this.tail += 1;
    if (isSorted && (this.length === 1 || !this.isBefore(base, this.order[this.tail - 2] ?? 0))) {
      this.sortedEnd = this.tail;
    }
  }

  /** Gives a reserved base back unused. */
  cancel(base: number): void {
    this.free[this.freeCount] = base;
    this.freeCount += 1;
  }

  /** The base of the first row, which must be there. The buffer must be sorted. */
  first(): number {
    return this.order[this.head] ?? 0;
  }

  /** Time of the first row, Infinity if there is none. Sorts. */
  firstTime(): Micros {
    this.sort();
    return this.head === this.tail ? Infinity : (this.cells[this.order[this.head] ?? 0] ?? 0);
  }

  /** Time of the last row, -Infinity if there is none. Sorts. */
  lastTime(): Micros {
    this.sort();
    return this.head === this.tail ? -Infinity : (this.cells[this.order[this.tail - 1] ?? 0] ?? 0);
  }

  /** Takes the first row away; its numbers stay until the next row is reserved. */
  shift(): void {
    this.free[this.freeCount] = this.order[this.head] ?? 0;
    this.freeCount += 1;
    this.head += 1;
    if (this.head === this.tail) {
      this.head = 0;
      this.tail = 0;
      this.sortedEnd = 0;
    }
  }

  /** Calls `keep` with every base, from the last to the first, and takes those away for which it says no. */
  filterBackwards(keep: (base: number) => boolean): void {
    this.sort();
    let to = this.tail;
    for (let from = this.tail - 1; from >= this.head; from -= 1) {
      const base = this.order[from] ?? 0;
      if (keep(base)) {
        to -= 1;
        this.order[to] = base;
      } else {
        this.cancel(base);
      }
    }
    this.head = to;
  }

  /** The base of the first waiting row for which `match` says yes, from the last on; -1 if none. */
  findLast(match: (base: number) => boolean): number {
    for (let at = this.tail - 1; at >= this.head; at -= 1) {
      const base = this.order[at] ?? 0;
      if (match(base)) return base;
    }
    return -1;
  }

  /** Puts all rows in order; call it before {@link first}. */
  sort(): void {
    const { tail, order } = this;
    const from = this.sortedEnd;
    if (from === tail) return;
    if (!this.sortInPlace(from, tail)) this.mergeSort(from, tail);
    const count = tail - from;
    const first = order[from] ?? 0;
    // Rows before this place stay where they are.
    const low = this.upperBound(first, from);
    if (low < from) {
      const late = this.scratchOf(count);
      late.set(order.subarray(from, tail));
      let sorted = from - 1;
      let next = count - 1;
      let to = tail - 1;
      while (next >= 0) {
        const base = late[next] ?? 0;
        const other = order[sorted] ?? 0;
        if (sorted >= low && this.isBefore(base, other)) {
          order[to] = other;
          sorted -= 1;
        } else {
          order[to] = base;
          next -= 1;
        }
        to -= 1;
      }
    }
    this.sortedEnd = tail;
  }

  private isBefore(a: number, b: number): boolean {
    const { cells } = this;
    const timeA = cells[a] ?? 0;
    const timeB = cells[b] ?? 0;
    if (timeA !== timeB) return timeA < timeB;
    const keyA = cells[a + RowCell.KEY] ?? 0;
    const keyB = cells[b + RowCell.KEY] ?? 0;
    if (keyA !== keyB) return keyA < keyB;
    return (cells[a + RowCell.NUMBER] ?? 0) < (cells[b + RowCell.NUMBER] ?? 0);
  }

  /** The first place in the sorted part whose row is after `base`. */
  private upperBound(base: number, end: number): number {
    let low = this.head;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isBefore(base, this.order[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Insertion, for rows that are nearly in order; gives up when they are not. */
  private sortInPlace(from: number, to: number): boolean {
    const { order } = this;
    let steps = (to - from) * PATIENCE;
    for (let at = from + 1; at < to; at += 1) {
      const base = order[at] ?? 0;
      let place = at;
      while (place > from && this.isBefore(base, order[place - 1] ?? 0)) {
        order[place] = order[place - 1] ?? 0;
        place -= 1;
        steps -= 1;
      }
      order[place] = base;
      if (steps < 0) return false;
    }
    return true;
  }

  private mergeSort(from: number, to: number): void {
    let source = this.order.subarray(from, to);
    const length = to - from;
    let target = this.scratchOf(length);
    for (let width = 1; width < length; width *= 2) {
      for (let start = 0; start < length; start += 2 * width) {
        const middle = Math.min(start + width, length);
        const end = Math.min(start + 2 * width, length);
        let left = start;
        let right = middle;
        for (let at = start; at < end; at += 1) {
          const takesRight = left >= middle || (right < end && this.isBefore(source[right] ?? 0, source[left] ?? 0));
          target[at] = takesRight ? (source[right++] ?? 0) : (source[left++] ?? 0);
        }
      }
      [source, target] = [target, source];
    }
    if (source.buffer !== this.order.buffer) this.order.set(source, from);
  }

  private scratchOf(length: number): Int32Array {
    if (this.scratch.length < length) this.scratch = new Int32Array(length * 2);
    return this.scratch.subarray(0, length);
  }

  private makeRoom(): void {
    const { order, head, tail } = this;
    // At least half of the places are before the head, or the array is twice as long from now on.
    const target = head >= order.length / 2 ? order : new Int32Array(order.length * 2);
    target.set(order.subarray(head, tail));
    this.order = target;
    this.tail = tail - head;
    this.sortedEnd -= head;
    this.head = 0;
  }

  private grow(): void {
    const rows = this.cells.length / ROW_STRIDE;
    const cells = new Float64Array(this.cells.length * 2);
    cells.set(this.cells);
    this.cells = cells;
    this.free = new Int32Array(rows * 2);
    this.addFree(rows, rows * 2);
  }

  private addFree(from: number, to: number): void {
    for (let slot = to - 1; slot >= from; slot -= 1) {
      this.free[this.freeCount] = slot * ROW_STRIDE;
      this.freeCount += 1;
    }
  }
}
