/**
 * Simple moving average: the mean of the last `length` values. The running sum is of integers (scaled prices),
 * so it is exact and never drifts; first value on bar `length`.
 */
import type { BarTable } from '../domain/marketTables.js';
import { columnOf } from './Indicator.js';
import type { BarField, Indicator } from './Indicator.js';
import type { IndicatorLine } from './IndicatorLine.js';

/** See the module header. */
export class Sma implements Indicator {
  readonly warmUpBars: number;
  private readonly length: number;
  private readonly field: BarField;
  private readonly isClose: boolean;
  private readonly line: IndicatorLine;
  private readonly slots: number;
  private readonly sums: Float64Array;
  /**
   * The rings of the last values, at least `length` of them: the first place of every slot, then the second, as in
   * IndicatorLine. A value lies at its number, by the mask; once there is an average, the line's count tells it.
   */
  private readonly window: Float64Array;
  private readonly mask: number;
  /** Per slot: how many values there were, `length` for all that are more. */
  private readonly filled: Int32Array;

  constructor(line: IndicatorLine, slots: number, length: number, field: BarField) {
    this.warmUpBars = length;
    this.length = length;
    this.field = field;
    this.isClose = field === 'close';
    this.line = line;
    this.slots = slots;
    this.sums = new Float64Array(slots);
    let ring = 1;
    while (ring < length) ring *= 2;
    this.mask = ring - 1;
    this.window = new Float64Array(slots * ring);
    this.filled = new Int32Array(slots);
  }

  update(slot: number, table: BarTable, row: number): void {
    const { length, sums, window, filled, line } = this;
    const value = (this.isClose ? table.close : columnOf(table, this.field))[row] ?? 0;
    const before = filled[slot] ?? 0;
    const number = before < length ? before : line.takenOf(slot) + length - 1;
    const old = before < length ? 0 : (window[this.placeOf(slot, number - length)] ?? 0);
    const sum = (sums[slot] ?? 0) + value - old;
    window[this.placeOf(slot, number)] = value;
    sums[slot] = sum;
    if (before < length) filled[slot] = before + 1;
    if (before + 1 >= length) line.values[line.next(slot)] = sum / length;
  }

  updateRows(slotOf: Int32Array, table: BarTable, from: number, to: number): void {
    const { length, slots, sums, window, mask, line } = this;
    const { symbolId } = table;
    const { values, counts } = line;
    const column = this.isClose ? table.close : columnOf(table, this.field);
    line.level = -1;
    // As `update` does, with what does not change from row to row at hand. Most symbols have as many values.
    let number = 0;
    let oldest = 0;
    let newest = 0;
    let average = 0;
    for (let row = from; row < to; row += 1) {
      const slot = slotOf[symbolId[row] ?? 0] ?? -1;
      if (slot < 0) continue;
      const taken = counts[slot] ?? 0;
      // The line of one slot counts elsewhere.
      if (taken === 0) {
        this.update(slot, table, row);
        continue;
      }
      if (taken !== number) {
        number = taken;
        oldest = Math.imul((taken - 1) & mask, slots);
        newest = Math.imul((taken + length - 1) & mask, slots);
        average = Math.imul(taken & line.mask, slots);
      }
      const value = column[row] ?? 0;
      const sum = (sums[slot] ?? 0) + value - (window[oldest + slot] ?? 0);
      window[newest + slot] = value;
      sums[slot] = sum;
      values[average + slot] = sum / length;
      counts[slot] = taken + 1;
    }
  }

  updateRun(first: number, table: BarTable, from: number, to: number): void {
    const { length, slots, sums, window, mask, line } = this;
    const { values, counts } = line;
    const column = this.isClose ? table.close : columnOf(table, this.field);
    const taken = counts[first] ?? 0;
    const behind = first - from;
    const isWhole = first === 0 && to - from === slots;
    let isAlike = taken > 0;
    if (!isWhole || line.level !== taken) {
      for (let slot = first + 1; slot < behind + to; slot += 1) if (counts[slot] !== taken) isAlike = false;
    }
    if (!isAlike) {
      for (let row = from; row < to; row += 1) this.update(behind + row, table, row);
      return;
    }
    // All are at one place of every ring.
    const oldest = (Math.imul((taken - 1) & mask, slots) + behind) | 0;
    const newest = (Math.imul((taken + length - 1) & mask, slots) + behind) | 0;
    const average = (Math.imul(taken & line.mask, slots) + behind) | 0;
    const end = to | 0;
    let row = from | 0;
    // Two rows at a time: what is asked of the columns is asked half as often.
    for (; ((row + 1) | 0) < end; row = (row + 2) | 0) {
      const next = (row + 1) | 0;
      const value = column[row] ?? 0;
      const nextValue = column[next] ?? 0;
      const sum = (sums[(behind + row) | 0] ?? 0) + value - (window[(oldest + row) | 0] ?? 0);
      const nextSum = (sums[(behind + next) | 0] ?? 0) + nextValue - (window[(oldest + next) | 0] ?? 0);
      window[(newest + row) | 0] = value;
      window[(newest + next) | 0] = nextValue;
      sums[(behind + row) | 0] = sum;
      sums[(behind + next) | 0] = nextSum;
      values[(average + row) | 0] = sum / length;
      values[(average + next) | 0] = nextSum / length;
    }
    if (row < end) {
      const value = column[row] ?? 0;
      const sum = (sums[(behind + row) | 0] ?? 0) + value - (window[(oldest + row) | 0] ?? 0);
      window[(newest + row) | 0] = value;
      sums[(behind + row) | 0] = sum;
      values[(average + row) | 0] = sum / length;
    }
    counts.fill(taken + 1, first, first + to - from);
    line.level = isWhole ? taken + 1 : -1;
  }

  updateAhead(slot: number, table: BarTable, from: number, to: number): void {
    const { length, line, sums, window } = this;
    // What leaves the window in the first rows of a table is in the ring, later it is in the table itself.
    const inRing = from >= length ? from : Math.min(to, from + length);
    for (let row = from; row < inRing; row += 1) this.update(slot, table, row);
    if (inRing === to) return;
    const column = this.isClose ? table.close : columnOf(table, this.field);
    // The value of a row is number `ahead + row`; lines that work ahead have one slot.
    const ahead = line.nextMany(to - inRing) - inRing;
    sums[slot] = slide(column, inRing, to, length, sums[slot] ?? 0, line.values, ahead, line.mask);
    // The last one counts up to here; it is the last of the window.
    const { mask } = this;
    const behind = (ahead + to - 1) | 0;
    const oldest = (to - length) | 0;
    for (let i = 0; i < length; i = (i + 1) | 0) window[(behind + i) & mask] = column[(oldest + i) | 0] ?? 0;
  }

  isReady(slot: number): boolean {
    return this.filled[slot] === this.length;
  }

  /** Where the value of a number, counted from 0, lies. */
  private placeOf(slot: number, number: number): number {
    return Math.imul(number & this.mask, this.slots) + slot;
  }
}

/**
 * Moves a window of `length` rows, whose values come to `sum`, over the rows [from, to) and returns what those of the
 * last come to. The average of a row goes to `values` at its number, `ahead + row`, by the mask.
 */
function slide(
  column: Float64Array,
  from: number,
  to: number,
  length: number,
  sum: number,
  values: Float64Array,
  ahead: number,
  mask: number,
): number {
  const end = to | 0;
  const shift = ahead | 0;
  const bits = mask | 0;
  let old = (from - length) | 0;
  let row = from | 0;
  let moved = sum;
  // Sums of whole numbers are exact in any order: of four rows each waits for the sum before all of them, not for the
  // row before. Of a place that is cut to 32 bits nothing is asked but whether it lies in the column.
  for (; ((row + 3) | 0) < end; row = (row + 4) | 0) {
    const one = (column[row] ?? 0) - (column[old] ?? 0);
    const two = one + ((column[(row + 1) | 0] ?? 0) - (column[(old + 1) | 0] ?? 0));
    const next = (column[(row + 2) | 0] ?? 0) - (column[(old + 2) | 0] ?? 0);
    const three = two + next;
    const four = two + (next + ((column[(row + 3) | 0] ?? 0) - (column[(old + 3) | 0] ?? 0)));
    const place = (shift + row) | 0;
    values[place & bits] = (moved + one) / length;
    values[(place + 1) & bits] = (moved + two) / length;
    values[(place + 2) & bits] = (moved + three) / length;
    moved += four;
    values[(place + 3) & bits] = moved / length;
    old = (old + 4) | 0;
  }
  for (; row < end; row += 1) {
    moved += (column[row] ?? 0) - (column[old] ?? 0);
    old += 1;
    values[(shift + row) & bits] = moved / length;
  }
  return moved;
}
