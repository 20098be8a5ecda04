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
  /** Ring of the last `length` values per slot. */
  private readonly window: Float64Array;
  private readonly sums: Float64Array;
  private readonly heads: Int32Array;
  private readonly filled: Int32Array;

  constructor(line: IndicatorLine, slots: number, length: number, field: BarField) {
    this.warmUpBars = length;
    this.length = length;
    this.field = field;
    this.isClose = field === 'close';
    this.line = line;
    this.window = new Float64Array(slots * length);
    this.sums = new Float64Array(slots);
    this.heads = new Int32Array(slots);
    this.filled = new Int32Array(slots);
  }

  update(slot: number, table: BarTable, row: number): void {
    const length = this.length;
    const head = this.heads[slot] ?? 0;
    const at = slot * length + head;
    const value = (this.isClose ? table.close : columnOf(table, this.field))[row] ?? 0;
    // The ring starts with zeros, so what leaves before it is full changes nothing.
    const sum = (this.sums[slot] ?? 0) + value - (this.window[at] ?? 0);
    this.window[at] = value;
    this.sums[slot] = sum;
    this.heads[slot] = head + 1 === length ? 0 : head + 1;
    const filled = this.filled[slot] ?? 0;
    if (filled < length) {
      this.filled[slot] = filled + 1;
      if (filled + 1 < length) return;
    }
    this.line.values[this.line.next(slot)] = sum / length;
  }

  isReady(slot: number): boolean {
    return (this.filled[slot] ?? 0) === this.length;
  }
}
