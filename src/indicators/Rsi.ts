/**
 * Relative strength index after Wilder (New Concepts in Technical Trading Systems, 1978): averages of gains and
 * losses seeded with the simple mean of the first `length` changes, then smoothed with weight 1 / length.
 * 0 to 100; first value on bar `length` + 1. Without any loss it is 100; without any change 50.
 */
import type { BarTable } from '../domain/marketTables.js';
import { columnOf, SETTLING } from './Indicator.js';
import type { BarField, Indicator } from './Indicator.js';
import type { IndicatorLine } from './IndicatorLine.js';

/** See the module header. */
export class Rsi implements Indicator {
  readonly warmUpBars: number;
  readonly settleBars: number;
  private readonly length: number;
  private readonly field: BarField;
  private readonly line: IndicatorLine;
  private readonly last: Float64Array;
  private readonly gains: Float64Array;
  private readonly losses: Float64Array;
  /** Values seen, up to length + 1. */
  private readonly seen: Int32Array;

  constructor(line: IndicatorLine, slots: number, length: number, field: BarField) {
    this.warmUpBars = length + 1;
    this.settleBars = this.warmUpBars * SETTLING;
    this.length = length;
    this.field = field;
    this.line = line;
    this.last = new Float64Array(slots);
    this.gains = new Float64Array(slots);
    this.losses = new Float64Array(slots);
    this.seen = new Int32Array(slots);
  }

  update(slot: number, table: BarTable, row: number): void {
    const length = this.length;
    const value = columnOf(table, this.field)[row] ?? 0;
    const change = value - (this.last[slot] ?? 0);
    const seen = this.seen[slot] ?? 0;
    this.last[slot] = value;
    if (seen <= length) this.seen[slot] = seen + 1;
    if (seen === 0) return;
    const gain = change > 0 ? change : 0;
    const loss = change < 0 ? -change : 0;
    if (seen <= length) {
      this.gains[slot] = (this.gains[slot] ?? 0) + gain / length;
      this.losses[slot] = (this.losses[slot] ?? 0) + loss / length;
      if (seen < length) return;
    } else {
      this.gains[slot] = ((this.gains[slot] ?? 0) * (length - 1) + gain) / length;
      this.losses[slot] = ((this.losses[slot] ?? 0) * (length - 1) + loss) / length;
    }
    const up = this.gains[slot] ?? 0;
    const down = this.losses[slot] ?? 0;
    this.line.values[this.line.next(slot)] = up + down === 0 ? 50 : 100 * (up / (up + down));
  }

  updateRows(slotOf: Int32Array, table: BarTable, from: number, to: number): void {
    const { symbolId } = table;
    for (let row = from; row < to; row += 1) {
      const slot = slotOf[symbolId[row] ?? 0] ?? -1;
      if (slot >= 0) this.update(slot, table, row);
    }
  }

  updateAhead(slot: number, table: BarTable, from: number, to: number): void {
    const { line, length } = this;
    const { values, mask } = line;
    const column = columnOf(table, this.field);
    const ahead = line.nextMany(to - from) - from;
    let last = this.last[slot] ?? 0;
    let up = this.gains[slot] ?? 0;
    let down = this.losses[slot] ?? 0;
    for (let row = from; row < to; row += 1) {
      const value = column[row] ?? 0;
      const change = value - last;
      last = value;
      // Gain and loss without a branch, which nobody could foresee; doubling and halving are exact.
      const size = Math.abs(change);
      up = (up * (length - 1) + (size + change) / 2) / length;
      down = (down * (length - 1) + (size - change) / 2) / length;
      values[(ahead + row) & mask] = up + down === 0 ? 50 : 100 * (up / (up + down));
    }
    this.last[slot] = last;
    this.gains[slot] = up;
    this.losses[slot] = down;
  }

  isReady(slot: number): boolean {
    return (this.seen[slot] ?? 0) > this.length;
  }
}
