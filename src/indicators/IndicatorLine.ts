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

/** How many values a line remembers, the newest included; a power of two. */
export const LINE_DEPTH = 64;
const MASK = LINE_DEPTH - 1;
/** Per slot: how many values were written since the start, then the ring of the newest. */
const STRIDE = LINE_DEPTH + 1;

/** See the module header. Members that are not documented for authors belong to indicators and the runner. */
export class IndicatorLine {
  /** Count and ring per slot, in one array: reading a second array would cost as much as the comparison. */
  readonly values: Float64Array;
  /** Raw units per unit that the author reads: the price scale for prices, 1 for pure numbers. */
  readonly unit: number;
  private readonly cursor: SymbolCursor;

  constructor(cursor: SymbolCursor, slots: number, unit: number) {
    this.values = new Float64Array(slots * STRIDE);
    this.unit = unit;
    this.cursor = cursor;
  }

  /** The newest value for the symbol at hand; NaN before the first. */
  get value(): number {
    const values = this.values;
    const base = this.cursor.slot * STRIDE;
    const count = values[base] ?? 0;
    return count === 0 ? NaN : (values[base + 1 + ((count - 1) & MASK)] ?? NaN) / this.unit;
  }

  /** Whether there is a value for the symbol at hand. */
  get ready(): boolean {
    return this.countOf(this.cursor.slot) > 0;
  }

  /** The value `bars` bars ago (0 is the newest, at most {@link LINE_DEPTH} − 1); NaN before the first. */
  ago(bars: number): number {
    assert(Number.isInteger(bars) && bars >= 0 && bars < LINE_DEPTH, `ago(${bars}): 0 to ${LINE_DEPTH - 1} is kept`);
    const base = this.cursor.slot * STRIDE;
    const count = this.values[base] ?? 0;
    return count <= bars ? NaN : (this.values[base + 1 + ((count - 1 - bars) & MASK)] ?? NaN) / this.unit;
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
    const values = this.values;
    const base = this.cursor.slot * STRIDE;
    const count = values[base] ?? 0;
    if (count < 2) return false;
    const now = values[base + 1 + ((count - 1) & MASK)] ?? NaN;
    if (typeof other === 'number') {
      const level = other * this.unit;
      const past = values[base + 1 + ((count - 2) & MASK)] ?? NaN;
      return (now - level) * sign > 0 && (past - level) * sign <= 0;
    }
    const others = other.values;
    const otherCount = others[base] ?? 0;
    if (otherCount < 2) return false;
    // Lines of one unit are compared in raw units: integer sums make equal averages equal.
    const factor = this.unit === other.unit ? 1 : this.unit / other.unit;
    const otherNow = (others[base + 1 + ((otherCount - 1) & MASK)] ?? NaN) * factor;
    if (!((now - otherNow) * sign > 0)) return false;
    const before = values[base + 1 + ((count - 2) & MASK)] ?? NaN;
    return (before - (others[base + 1 + ((otherCount - 2) & MASK)] ?? NaN) * factor) * sign <= 0;
  }

  /** Makes room for the next value of `slot` and returns the index in `values` where the indicator puts it. */
  next(slot: number): number {
    const base = slot * STRIDE;
    const count = this.values[base] ?? 0;
    this.values[base] = count + 1;
    return base + 1 + (count & MASK);
  }

  /** Number of values written for `slot` since the start, or since {@link forget}. */
  countOf(slot: number): number {
    return this.values[slot * STRIDE] ?? 0;
  }

  /** Leaves `slot` without a value, as at the start. */
  forget(slot: number): void {
    this.values[slot * STRIDE] = 0;
  }
}
