/**
 * Highest or lowest value of the last `length` bars, the newest included. A ring of the window is searched
 * anew only when the extreme itself leaves it; first value on bar `length`.
 */
import type { BarTable } from '../domain/marketTables.js';
import { columnOf } from './Indicator.js';
import type { BarField, Indicator } from './Indicator.js';
import type { IndicatorLine } from './IndicatorLine.js';

/** See the module header. `sign` is 1 for the highest and -1 for the lowest. */
export class Extreme implements Indicator {
  readonly warmUpBars: number;
  private readonly length: number;
  private readonly field: BarField;
  private readonly sign: 1 | -1;
  private readonly line: IndicatorLine;
  private readonly window: Float64Array;
  /** Position of the extreme in the ring. */
  private readonly best: Int32Array;
  private readonly heads: Int32Array;
  private readonly filled: Int32Array;

  constructor(line: IndicatorLine, slots: number, length: number, field: BarField, sign: 1 | -1) {
    this.warmUpBars = length;
    this.length = length;
    this.field = field;
    this.sign = sign;
    this.line = line;
    this.window = new Float64Array(slots * length);
    this.best = new Int32Array(slots);
    this.heads = new Int32Array(slots);
    this.filled = new Int32Array(slots);
  }

  update(slot: number, table: BarTable, row: number): void {
    const base = slot * this.length;
    const head = this.heads[slot] ?? 0;
    const filled = Math.min((this.filled[slot] ?? 0) + 1, this.length);
    const value = columnOf(table, this.field)[row] ?? 0;
    this.window[base + head] = value;
    this.filled[slot] = filled;
    this.heads[slot] = head + 1 === this.length ? 0 : head + 1;
    const best = this.best[slot] ?? 0;
    if (best === head) this.search(slot, filled);
    else if ((value - (this.window[base + best] ?? 0)) * this.sign >= 0) this.best[slot] = head;
    if (filled < this.length) return;
    this.line.values[this.line.next(slot)] = this.window[base + (this.best[slot] ?? 0)] ?? 0;
  }

  updateAhead(slot: number, table: BarTable, from: number, to: number): void {
    for (let row = from; row < to; row += 1) this.update(slot, table, row);
  }

  isReady(slot: number): boolean {
    return (this.filled[slot] ?? 0) === this.length;
  }

  private search(slot: number, filled: number): void {
    const base = slot * this.length;
    let best = 0;
    for (let i = 1; i < filled; i += 1) {
      if (((this.window[base + i] ?? 0) - (this.window[base + best] ?? 0)) * this.sign > 0) best = i;
    }
    this.best[slot] = best;
  }
}
