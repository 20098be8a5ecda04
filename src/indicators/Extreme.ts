/**
 * Highest or lowest value of the last `length` bars, the newest included; first value on bar `length`. Kept are the
 * values that can still become the extreme, each better than those after it: constant time on average.
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
  /** Per slot a ring: what can still become the extreme, and the numbers of their bars. */
  private readonly best: Float64Array;
  private readonly bars: Int32Array;
  /** Room of a ring, a power of two. */
  private readonly room: number;
  /**
   * Of a block of `length` values the extreme from each one to the last, and that of nothing behind them; and the same
   * of the block after it.
   */
  private readonly ends: Float64Array;
  private readonly nextEnds: Float64Array;
  /** Per slot: the place of the extreme, which is its number in the ring, the place after the last, and bars seen. */
  private readonly places: Int32Array;

  constructor(line: IndicatorLine, slots: number, length: number, field: BarField, sign: 1 | -1) {
    this.warmUpBars = length;
    this.length = length;
    this.field = field;
    this.sign = sign;
    this.line = line;
    let room = 1;
    while (room < length) room *= 2;
    this.room = room;
    this.best = new Float64Array(slots * this.room);
    this.bars = new Int32Array(slots * this.room);
    this.places = new Int32Array(slots * 3);
    this.ends = new Float64Array(length + 1).fill(-sign * Infinity);
    this.nextEnds = new Float64Array(length + 1).fill(-sign * Infinity);
  }

  update(slot: number, table: BarTable, row: number): void {
    const extreme = this.take(slot, columnOf(table, this.field), row, row + 1);
    if (this.isReady(slot)) this.line.values[this.line.next(slot)] = extreme;
  }

  updateRows(slotOf: Int32Array, table: BarTable, from: number, to: number): void {
    const { symbolId } = table;
    for (let row = from; row < to; row += 1) {
      const slot = slotOf[symbolId[row] ?? 0] ?? -1;
      if (slot >= 0) this.update(slot, table, row);
    }
  }

  updateAhead(slot: number, table: BarTable, from: number, to: number): void {
    const column = columnOf(table, this.field);
    const ahead = this.line.nextMany(to - from) - from;
    if (to - from < 2 * this.length) this.take(slot, column, from, to, ahead);
    else this.takeBlocks(slot, column, from, to, ahead);
  }

  isReady(slot: number): boolean {
    return (this.places[slot * 3 + 2] ?? 0) >= this.length;
  }

  /** Takes the rows [from, to) in and returns the last extreme; with `ahead` each goes into the line. */
  private take(slot: number, column: Float64Array, from: number, to: number, ahead?: number): number {
    const { length, sign, best, bars, places } = this;
    const { values, mask } = this.line;
    const base = slot * this.room;
    const wrap = this.room - 1;
    let first = places[slot * 3] ?? 0;
    let end = places[slot * 3 + 1] ?? 0;
    let seen = places[slot * 3 + 2] ?? 0;
    for (let row = from; row < to; row += 1) {
      const value = column[row] ?? 0;
      if (end > first && (bars[base + (first & wrap)] ?? 0) <= seen - length) first += 1;
      while (end > first && (value - (best[base + ((end - 1) & wrap)] ?? 0)) * sign >= 0) end -= 1;
      best[base + (end & wrap)] = value;
      bars[base + (end & wrap)] = seen;
      end += 1;
      seen += 1;
      if (ahead !== undefined) values[(ahead + row) & mask] = best[base + (first & wrap)] ?? 0;
    }
    places[slot * 3] = first;
    places[slot * 3 + 1] = end;
    places[slot * 3 + 2] = seen;
    return best[base + (first & wrap)] ?? 0;
  }

  /**
   * As {@link take} with `ahead`, for more rows than the window has. In blocks of its length: a window covers the end
   * of one block and the beginning of the next. (The method of van Herk, and of Gil and Werman.) A block is walked
   * forwards and backwards at once and without branches, which nobody could foresee: half the sum and half the
   * distance of two whole numbers are exact, and so is the greater or the smaller one that they add up to.
   */
  private takeBlocks(slot: number, column: Float64Array, from: number, to: number, ahead: number): void {
    const { length } = this;
    const half = this.sign / 2;
    const { values, mask } = this.line;
    let { ends, nextEnds } = this;
    this.recallEnds(slot, ends);
    for (let start = from; start < to; start += length) {
      const last = Math.min(to - start, length) - 1;
      let extreme = column[start] ?? 0;
      let end = column[start + last] ?? 0;
      for (let index = 0; index <= last; index += 1) {
        const value = column[start + index] ?? 0;
        extreme = (extreme + value) / 2 + Math.abs(extreme - value) * half;
        const before = ends[index + 1] ?? 0;
        values[(ahead + start + index) & mask] = (before - extreme) * half > 0 ? before : extreme;
        const mirrored = column[start + last - index] ?? 0;
        end = (end + mirrored) / 2 + Math.abs(end - mirrored) * half;
        nextEnds[last - index] = end;
      }
      const free = ends;
      ends = nextEnds;
      nextEnds = free;
    }
    this.keepLast(slot, column, from, to);
  }

  /** The window before the first block, of which what can still become the extreme is kept. */
  private recallEnds(slot: number, ends: Float64Array): void {
    const { length, best, bars, places } = this;
    const base = slot * this.room;
    const wrap = this.room - 1;
    const oldest = (places[slot * 3 + 2] ?? 0) - length;
    let at = places[slot * 3] ?? 0;
    for (let index = 0; index < length; index += 1) {
      while ((bars[base + (at & wrap)] ?? 0) < oldest + index) at += 1;
      ends[index] = best[base + (at & wrap)] ?? 0;
    }
  }

  /** Keeps of the last window what {@link take} would have kept, newest first: what is better than all behind it. */
  private keepLast(slot: number, column: Float64Array, from: number, to: number): void {
    const { length, sign, best, bars, places } = this;
    const base = slot * this.room;
    const wrap = this.room - 1;
    const seen = (places[slot * 3 + 2] ?? 0) + to - from;
    const end = seen;
    let first = end;
    let extreme = -sign * Infinity;
    for (let row = to - 1; row >= to - length; row -= 1) {
      const value = column[row] ?? 0;
      if ((value - extreme) * sign <= 0) continue;
      extreme = value;
      first -= 1;
      best[base + (first & wrap)] = value;
      bars[base + (first & wrap)] = seen - (to - row);
    }
    places[slot * 3] = first;
    places[slot * 3 + 1] = end;
    places[slot * 3 + 2] = seen;
  }
}
