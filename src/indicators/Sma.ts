/**
 * Simple moving average: the mean of the last `length` values. The running sum is of integers (scaled prices),
 * so it is exact and never drifts; first value on bar `length`.
 */
import type { BarTable } from '../domain/marketTables.js';
import { columnOf } from './Indicator.js';
import type { BarField, Indicator } from './Indicator.js';
import type { IndicatorLine } from './IndicatorLine.js';

/** Before the window, per slot: the running sum, where the oldest value lies, how many values there are. */
const HEADER = 3;

/** See the module header. */
export class Sma implements Indicator {
  readonly warmUpBars: number;
  private readonly length: number;
  private readonly field: BarField;
  private readonly isClose: boolean;
  private readonly line: IndicatorLine;
  /** Header and ring of the last `length` values per slot: one array, because each further one costs a look-up. */
  private readonly state: Float64Array;

  constructor(line: IndicatorLine, slots: number, length: number, field: BarField) {
    this.warmUpBars = length;
    this.length = length;
    this.field = field;
    this.isClose = field === 'close';
    this.line = line;
    this.state = new Float64Array(slots * (HEADER + length));
  }

  update(slot: number, table: BarTable, row: number): void {
    const { length, state } = this;
    const base = slot * (HEADER + length);
    const head = state[base + 1] ?? 0;
    const at = base + HEADER + head;
    const value = (this.isClose ? table.close : columnOf(table, this.field))[row] ?? 0;
    // The ring starts with zeros, so what leaves before it is full changes nothing.
    const sum = (state[base] ?? 0) + value - (state[at] ?? 0);
    state[at] = value;
    state[base] = sum;
    state[base + 1] = head + 1 === length ? 0 : head + 1;
    const filled = state[base + 2] ?? 0;
    if (filled < length) {
      state[base + 2] = filled + 1;
      if (filled + 1 < length) return;
    }
    this.line.values[this.line.next(slot)] = sum / length;
  }

  isReady(slot: number): boolean {
    return this.state[slot * (HEADER + this.length) + 2] === this.length;
  }
}
