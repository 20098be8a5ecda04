/**
 * Average true range after Wilder (1978): the true range of a bar is the largest of high − low, |high − previous
 * close| and |low − previous close|; the average is seeded with the simple mean of the first `length` true ranges
 * that have a previous close (as TA-Lib does), then smoothed with weight 1 / length. First value on bar length + 1.
 */
import type { BarTable } from '../domain/marketTables.js';
import { SETTLING } from './Indicator.js';
import type { Indicator } from './Indicator.js';
import type { IndicatorLine } from './IndicatorLine.js';

/** See the module header. */
export class Atr implements Indicator {
  readonly warmUpBars: number;
  readonly settleBars: number;
  private readonly length: number;
  private readonly line: IndicatorLine;
  private readonly lastClose: Float64Array;
  /** The sum while seeding, then the average. */
  private readonly state: Float64Array;
  /** Bars seen, up to length + 1. */
  private readonly seen: Int32Array;

  constructor(line: IndicatorLine, slots: number, length: number) {
    this.warmUpBars = length + 1;
    this.settleBars = this.warmUpBars * SETTLING;
    this.length = length;
    this.line = line;
    this.lastClose = new Float64Array(slots);
    this.state = new Float64Array(slots);
    this.seen = new Int32Array(slots);
  }

  update(slot: number, table: BarTable, row: number): void {
    const length = this.length;
    const before = this.lastClose[slot] ?? 0;
    const seen = this.seen[slot] ?? 0;
    this.lastClose[slot] = table.close[row] ?? 0;
    if (seen <= length) this.seen[slot] = seen + 1;
    if (seen === 0) return;
    const top = Math.max(table.high[row] ?? 0, before);
    const bottom = Math.min(table.low[row] ?? 0, before);
    const range = top - bottom;
    const state = this.state[slot] ?? 0;
    if (seen < length) {
      this.state[slot] = state + range;
      return;
    }
    const average = seen === length ? (state + range) / length : (state * (length - 1) + range) / length;
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
    const { line, length } = this;
    const { values, mask } = line;
    const { high, low, close } = table;
    const ahead = line.nextMany(to - from) - from;
    let before = this.lastClose[slot] ?? 0;
    let average = this.state[slot] ?? 0;
    for (let row = from; row < to; row += 1) {
      const top = high[row] ?? 0;
      const bottom = low[row] ?? 0;
      // By how much the previous close lies above and below the bar, without a branch, which nobody could foresee.
      // Prices are whole numbers, which add up and double exactly.
      const above = before - top;
      const below = bottom - before;
      const range = top - bottom + (Math.abs(above) + above + Math.abs(below) + below) / 2;
      before = close[row] ?? 0;
      average = (average * (length - 1) + range) / length;
      values[(ahead + row) & mask] = average;
    }
    this.lastClose[slot] = before;
    this.state[slot] = average;
  }

  isReady(slot: number): boolean {
    return (this.seen[slot] ?? 0) > this.length;
  }
}
