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
  /** The rings of the last `length` values: the first place of every slot, then the second, as in IndicatorLine. */
  private readonly window: Float64Array;
  /** Per slot: where in the ring the oldest value lies, and how many there are; integers, as they are indexes. */
  private readonly places: Int32Array;

  constructor(line: IndicatorLine, slots: number, length: number, field: BarField) {
    this.warmUpBars = length;
    this.length = length;
    this.field = field;
    this.isClose = field === 'close';
    this.line = line;
    this.slots = slots;
    this.sums = new Float64Array(slots);
    this.window = new Float64Array(slots * length);
    this.places = new Int32Array(slots * 2);
  }

  update(slot: number, table: BarTable, row: number): void {
    const { length, sums, window, places } = this;
    const head = places[slot * 2] ?? 0;
    const at = Math.imul(head, this.slots) + slot;
    const value = (this.isClose ? table.close : columnOf(table, this.field))[row] ?? 0;
    // The ring starts with zeros, so what leaves before it is full changes nothing.
    const sum = (sums[slot] ?? 0) + value - (window[at] ?? 0);
    window[at] = value;
    sums[slot] = sum;
    places[slot * 2] = head + 1 === length ? 0 : head + 1;
    const filled = places[slot * 2 + 1] ?? 0;
    if (filled < length) {
      places[slot * 2 + 1] = filled + 1;
      if (filled + 1 < length) return;
    }
    this.line.values[this.line.next(slot)] = sum / length;
  }

  updateRows(slotOf: Int32Array, table: BarTable, from: number, to: number): void {
    const { length, slots, sums, window, places, line } = this;
    const { symbolId } = table;
    const { values } = line;
    const column = this.isClose ? table.close : columnOf(table, this.field);
    // As `update` does, with what does not change from row to row at hand.
    for (let row = from; row < to; row += 1) {
      const slot = slotOf[symbolId[row] ?? 0] ?? -1;
      if (slot < 0) continue;
      const head = places[slot * 2] ?? 0;
      const at = Math.imul(head, slots) + slot;
      const value = column[row] ?? 0;
      const sum = (sums[slot] ?? 0) + value - (window[at] ?? 0);
      window[at] = value;
      sums[slot] = sum;
      places[slot * 2] = head + 1 === length ? 0 : head + 1;
      const filled = places[slot * 2 + 1] ?? 0;
      if (filled < length) {
        places[slot * 2 + 1] = filled + 1;
        if (filled + 1 < length) continue;
      }
      values[line.next(slot)] = sum / length;
    }
  }

  updateAhead(slot: number, table: BarTable, from: number, to: number): void {
    const { length, line, sums, window } = this;
    // What leaves the window in the first rows of a table is in the ring, later it is in the table itself.
    const inRing = from >= length ? from : Math.min(to, from + length);
    for (let row = from; row < inRing; row += 1) this.update(slot, table, row);
    if (inRing === to) return;
    const column = this.isClose ? table.close : columnOf(table, this.field);
    const { values, mask } = line;
    // The value of a row is number `ahead + row`; lines that work ahead have one slot.
    const ahead = line.nextMany(to - inRing) - inRing;
    let sum = sums[slot] ?? 0;
    for (let row = inRing; row < to; row += 1) {
      sum += (column[row] ?? 0) - (column[row - length] ?? 0);
      values[(ahead + row) & mask] = sum / length;
    }
    sums[slot] = sum;
    this.places[slot * 2] = 0;
    for (let i = 0; i < length; i += 1) window[Math.imul(i, this.slots) + slot] = column[to - length + i] ?? 0;
  }

  isReady(slot: number): boolean {
    return this.places[slot * 2 + 1] === this.length;
  }
}
