/**
 * One output of an indicator for every symbol of a strategy instance, with a short past.
 *
 * All indicators write into this one class, so that what a strategy reads (`value`, `ago`, `crossedAbove`)
 * is the same fast code whatever computed it. Values are kept in the integer units of the price columns;
 * `value` converts to what the author thinks in (dollars, or the indicator's own unit).
 */
import { assert } from '../utils/assert.js';

/** Which symbol a strategy's hook is about; shared by the strategy's lines and moved by the runner. */
export interface SymbolCursor {
  /** Index of the symbol in the instance's own list. */
  slot: number;
}

/** How many rows of bars a scope has been updated with beyond the bar at hand; 0 unless the runner works ahead. */
export interface RowsAhead {
  rows: number;
}

/** How many values a line remembers, the newest included; a power of two. */
export const LINE_DEPTH = 64;
/** Room of a line of one symbol; a power of two. */
const DEEP = 512;
/** By how many rows the lines of one symbol may be ahead of the bar at hand without losing what is remembered. */
export const MOST_AHEAD = DEEP - LINE_DEPTH;

/** See the module header. Members that are not documented for authors belong to indicators and the runner. */
export class IndicatorLine {
  /** The ring of the newest values, `depth` per slot. */
  readonly values: Float64Array;
  /** Raw units per unit that the author reads: the price scale for prices, 1 for pure numbers. */
  readonly unit: number;
  private readonly cursor: SymbolCursor;
  /** What was computed of later bars is not to be seen yet. */
  private readonly ahead: RowsAhead;
  private readonly depth: number;
  /** Which bits of a value's number say where in the ring of its slot it lies. */
  readonly mask: number;
  /** Per slot, how many values were written. Integers: a count kept as a double would be converted on every use. */
  private readonly counts: Int32Array;
  /** The same for the only slot of a line that has one, so that the hot loop of one symbol reads a field. */
  private soleCount = 0;
  private readonly isSole: boolean;

  constructor(cursor: SymbolCursor, slots: number, unit: number, ahead: RowsAhead = { rows: 0 }) {
    this.isSole = slots === 1;
    this.depth = this.isSole ? DEEP : LINE_DEPTH;
    this.mask = this.depth - 1;
    this.values = new Float64Array(slots * this.depth);
    this.counts = new Int32Array(slots);
    this.unit = unit;
    this.cursor = cursor;
    this.ahead = ahead;
  }

  /** The newest value for the symbol at hand; NaN before the first. */
  get value(): number {
    const slot = this.cursor.slot;
    const count = this.countOf(slot);
    return count === 0 ? NaN : (this.values[slot * this.depth + ((count - 1) & this.mask)] ?? NaN) / this.unit;
  }

  /** Whether there is a value for the symbol at hand. */
  get ready(): boolean {
    return this.countOf(this.cursor.slot) > 0;
  }

  /** The value `bars` bars ago (0 is the newest, at most {@link LINE_DEPTH} − 1); NaN before the first. */
  ago(bars: number): number {
    assert(Number.isInteger(bars) && bars >= 0 && bars < LINE_DEPTH, `ago(${bars}): 0 to ${LINE_DEPTH - 1} is kept`);
    const slot = this.cursor.slot;
    const count = this.countOf(slot);
    if (count <= bars) return NaN;
    return (this.values[slot * this.depth + ((count - 1 - bars) & this.mask)] ?? NaN) / this.unit;
  }

  /**
   * Whether this line went from at or below `other` to above it with the newest bar. `other` is a line or a
   * level in the author's unit. False until both have two values.
   */
  crossedAbove(other: IndicatorLine | number): boolean {
    return this.crossed(other, 1);
  }

  /** Whether this line went from at or above `other` to below it with the newest bar. */
  crossedBelow(other: IndicatorLine | number): boolean {
    return this.crossed(other, -1);
  }

  private crossed(other: IndicatorLine | number, sign: number): boolean {
    const { values, mask } = this;
    const slot = this.isSole ? 0 : this.cursor.slot;
    const base = slot * this.depth;
    const count = this.countOf(slot);
    if (count < 2) return false;
    const now = values[base + ((count - 1) & mask)] ?? NaN;
    if (typeof other === 'number') {
      const level = other * this.unit;
      const past = values[base + ((count - 2) & mask)] ?? NaN;
      return (now - level) * sign > 0 && (past - level) * sign <= 0;
    }
    const others = other.values;
    const otherCount = other.countOf(slot);
    if (otherCount < 2) return false;
    // Lines of one unit are compared in raw units: integer sums make equal averages equal.
    const factor = this.unit === other.unit ? 1 : this.unit / other.unit;
    const otherNow = (others[base + ((otherCount - 1) & mask)] ?? NaN) * factor;
    if (!((now - otherNow) * sign > 0)) return false;
    const past = values[base + ((count - 2) & mask)] ?? NaN;
    return (past - (others[base + ((otherCount - 2) & mask)] ?? NaN) * factor) * sign <= 0;
  }

  /** Makes room for the next value of `slot` and returns the index in `values` where the indicator puts it. */
  next(slot: number): number {
    if (this.isSole) {
      const place = this.soleCount & this.mask;
      this.soleCount += 1;
      return place;
    }
    const count = this.counts[slot] ?? 0;
    this.counts[slot] = count + 1;
    return slot * this.depth + (count & this.mask);
  }

  /**
   * Makes room for `count` values of the only slot and returns the number of the first; the one of number n belongs at
   * n & mask in `values`.
   */
  nextMany(count: number): number {
    const first = this.soleCount;
    this.soleCount = first + count;
    return first;
  }

  /** Number of values for `slot` up to the bar at hand, since the start or since {@link forget}. */
  countOf(slot: number): number {
    return (this.isSole ? this.soleCount : (this.counts[slot] ?? 0)) - this.ahead.rows;
  }

  /** Leaves `slot` without a value, as at the start. */
  forget(slot: number): void {
    this.counts[slot] = 0;
    this.soleCount = 0;
  }
}
