/**
 * Exponential moving average with weight 2 / (length + 1), seeded with the simple average of the first
 * `length` values (as TA-Lib and Stock.Indicators do); first value on bar `length`.
 */
import type { BarTable } from '../domain/marketTables.js';
import { columnOf, SETTLING } from './Indicator.js';
import type { BarField, Indicator } from './Indicator.js';
import type { IndicatorLine } from './IndicatorLine.js';

/** See the module header. */
export class Ema implements Indicator {
  readonly warmUpBars: number;
  readonly settleBars: number;
  private readonly length: number;
  private readonly weight: number;
  private readonly field: BarField;
  private readonly line: IndicatorLine;
  /** The sum while seeding, then the average. */
  private readonly state: Float64Array;
  private readonly filled: Int32Array;

  constructor(line: IndicatorLine, slots: number, length: number, field: BarField) {
    this.warmUpBars = length;
    this.settleBars = this.warmUpBars * SETTLING;
    this.length = length;
    this.weight = 2 / (length + 1);
    this.field = field;
    this.line = line;
    this.state = new Float64Array(slots);
    this.filled = new Int32Array(slots);
  }

  update(slot: number, table: BarTable, row: number): void {
    const value = columnOf(table, this.field)[row] ?? 0;
    const before = this.state[slot] ?? 0;
    const filled = this.filled[slot] ?? 0;
    let average: number;
    if (filled < this.length) {
      this.filled[slot] = filled + 1;
      if (filled + 1 < this.length) {
        this.state[slot] = before + value;
        return;
      }
      average = (before + value) / this.length;
    } else {
      average = before + (value - before) * this.weight;
    }
    this.state[slot] = average;
    this.line.values[this.line.next(slot)] = average;
  }

  updateRows(slotOf: Int32Array, table: BarTable, from: number, to: number): void {
    const { symbolId } = table;
    for (let row = from; row < to; row += 1) {
      const slot = slotOf[symbolId[row] ?? 0] ?? -1;
      if (slot >= 0) this.update(slot, table, row);
    }
  }

  updateAhead(slot: number, table: BarTable, from: number, to: number): void {
    const { line, weight } = this;
    const { values, mask } = line;
    const column = columnOf(table, this.field);
    const ahead = line.nextMany(to - from) - from;
    let average = this.state[slot] ?? 0;
    for (let row = from; row < to; row += 1) {
      average += ((column[row] ?? 0) - average) * weight;
      values[(ahead + row) & mask] = average;
    }
    this.state[slot] = average;
  }

  isReady(slot: number): boolean {
    return (this.filled[slot] ?? 0) === this.length;
  }
}
