/**
 * Builds bars of one timeframe for all symbols: from prints, or from shorter bars (X5).
 *
 * Of prints only those that count for high and low open a bar and make its prices; those that count for volume
 * add to it. Volume of a stretch without such a price belongs to the bar before: {@link BarBuilder.takeLateVolume}
 * gives it to whoever keeps finished bars. Auction prints that come after a bar ended never change it here,
 * because a strategy has already seen it.
 */
import { BarGrid } from '../calendar/barGrid.js';
import type { BarTable, PrintTable } from '../domain/marketTables.js';
import { PrintFlag } from '../domain/marketTables.js';
import { ensureRoom } from '../domain/tables.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros, Shares } from '../domain/units.js';

const NONE = -1;

/** See the module header. */
export class BarBuilder {
  readonly timeframe: Timeframe;
  /** When the next bar under construction ends; Infinity if there is none. */
  nextEnd: Micros = Infinity;
  private readonly symbolCount: number;
  private readonly grid: BarGrid;
  /** Per symbol: 1 while a bar is under construction. */
  private readonly building: Uint8Array;
  private readonly start: Float64Array;
  private readonly end: Float64Array;
  private readonly open: Float64Array;
  private readonly high: Float64Array;
  private readonly low: Float64Array;
  private readonly close: Float64Array;
  private readonly volume: Float64Array;
  /** Volume of periods that had no price after the last bar. */
  private readonly late: Float64Array;
  /** Volume of the present period before its first price, and when that period ends. */
  private readonly early: Float64Array;
  private readonly earlyEnd: Float64Array;
  /** Code of the timeframe whose bars feed a symbol; others are ignored, so that nothing counts twice. */
  private readonly source: Int8Array;

  constructor(timeframe: Timeframe, symbolCount: number) {
    this.timeframe = timeframe;
    this.symbolCount = symbolCount;
    this.grid = new BarGrid(timeframe);
    const column = (): Float64Array => new Float64Array(symbolCount);
    this.building = new Uint8Array(symbolCount);
    this.start = column();
    this.end = column();
    this.open = column();
    this.high = column();
    this.low = column();
    this.close = column();
    this.volume = column();
    this.late = column();
    this.early = column();
    this.earlyEnd = column();
    this.source = new Int8Array(symbolCount).fill(NONE);
  }

  /** Takes in a print. Bars that ended before its time must have been closed. */
  addPrint(table: PrintTable, row: number): void {
    const flags = table.flags[row] ?? 0;
    if ((flags & PrintFlag.SUSPICIOUS) !== 0) return;
    const symbolId = table.symbolId[row] ?? 0;
    const size = (flags & PrintFlag.VOLUME) === 0 ? 0 : (table.size[row] ?? 0);
    if ((flags & PrintFlag.HIGH_LOW) === 0) {
      if (this.building[symbolId] === 1) this.volume[symbolId] = (this.volume[symbolId] ?? 0) + size;
      else this.addEarly(symbolId, table.time[row] ?? 0, size);
      return;
    }
    const price = table.price[row] ?? 0;
    if (this.building[symbolId] === 0 && !this.begin(symbolId, table.time[row] ?? 0, price)) return;
    if (price > (this.high[symbolId] ?? 0)) this.high[symbolId] = price;
    if (price < (this.low[symbolId] ?? 0)) this.low[symbolId] = price;
    if ((flags & PrintFlag.LAST) !== 0) this.close[symbolId] = price;
    this.volume[symbolId] = (this.volume[symbolId] ?? 0) + size;
  }

  /** Takes in a shorter bar of the timeframe with this code; the first code seen for a symbol stays its source. */
  addBar(table: BarTable, row: number, code: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    if (this.source[symbolId] === NONE) this.source[symbolId] = code;
    if (this.source[symbolId] !== code) return;
    const start = table.start[row] ?? 0;
    if (this.building[symbolId] === 0 && !this.begin(symbolId, start, table.open[row] ?? 0)) return;
    const high = table.high[row] ?? 0;
    const low = table.low[row] ?? 0;
    if (high > (this.high[symbolId] ?? 0)) this.high[symbolId] = high;
    if (low < (this.low[symbolId] ?? 0)) this.low[symbolId] = low;
    this.close[symbolId] = table.close[row] ?? 0;
    this.volume[symbolId] = (this.volume[symbolId] ?? 0) + (table.volume[row] ?? 0);
  }

  /**
   * When the bar ends that a bar of the timeframe with this code, beginning at `start`, would begin; Infinity if it
   * begins none: one is under construction, another timeframe is the source, or there is no bar at that time.
   */
  endAfter(symbolId: number, code: number, start: Micros): Micros {
    const source = this.source[symbolId] ?? NONE;
    if (this.building[symbolId] === 1 || (source !== NONE && source !== code)) return Infinity;
    return this.grid.find(start) ? this.grid.end : Infinity;
  }

  /** As {@link addBar} for the rows [from, to), all of one symbol; no bar ends among them. */
  addBars(table: BarTable, from: number, to: number, code: number): void {
    const symbolId = table.symbolId[from] ?? 0;
    let row = from;
    for (; row < to && this.building[symbolId] !== 1; row += 1) this.addBar(table, row, code);
    if (row >= to || this.source[symbolId] !== code) return;
    let high = this.high[symbolId] ?? 0;
    let low = this.low[symbolId] ?? 0;
    let volume = this.volume[symbolId] ?? 0;
    for (; row < to; row = (row + 1) | 0) {
      const top = table.high[row] ?? 0;
      const bottom = table.low[row] ?? 0;
      if (top > high) high = top;
      if (bottom < low) low = bottom;
      volume += table.volume[row] ?? 0;
    }
    this.high[symbolId] = high;
    this.low[symbolId] = low;
    this.close[symbolId] = table.close[to - 1] ?? 0;
    this.volume[symbolId] = volume;
  }

  /** Appends every bar that ended at or before `time` to `out`, by symbol id. */
  closeDue(time: Micros, out: BarTable): void {
    let next = Infinity;
    for (let symbolId = 0; symbolId < this.symbolCount; symbolId += 1) {
      if (this.building[symbolId] === 0) continue;
      const end = this.end[symbolId] ?? 0;
      if (end > time) {
        if (end < next) next = end;
        continue;
      }
      this.append(symbolId, out);
      this.building[symbolId] = 0;
    }
    this.nextEnd = next;
  }

  /**
   * Takes and clears the volume that a symbol's last bar should have had, known only after it ended; `atEnd`
   * also takes that of the present period, because no price will come any more.
   */
  takeLateVolume(symbolId: number, atEnd = false): Shares {
    const late = (this.late[symbolId] ?? 0) + (atEnd ? (this.early[symbolId] ?? 0) : 0);
    this.late[symbolId] = 0;
    if (atEnd) this.early[symbolId] = 0;
    return late;
  }

  /** Appends a symbol's bar under construction to `out`, labelled with its future end; false if there is none. */
  copyForming(symbolId: number, out: BarTable): boolean {
    if (this.building[symbolId] !== 1) return false;
    this.append(symbolId, out);
    return true;
  }

  private addEarly(symbolId: number, time: Micros, size: Shares): void {
    if (time >= (this.earlyEnd[symbolId] ?? 0)) {
      this.late[symbolId] = (this.late[symbolId] ?? 0) + (this.early[symbolId] ?? 0);
      this.early[symbolId] = 0;
      this.earlyEnd[symbolId] = this.grid.find(time) ? this.grid.end : 0;
    }
    this.early[symbolId] = (this.early[symbolId] ?? 0) + size;
  }

  private begin(symbolId: number, time: Micros, price: number): boolean {
    // A daily bar covers regular hours only.
    if (!this.grid.find(time)) return false;
    const { start, end } = this.grid;
    this.building[symbolId] = 1;
    this.start[symbolId] = start;
    this.end[symbolId] = end;
    this.open[symbolId] = price;
    this.high[symbolId] = price;
    this.low[symbolId] = price;
    this.close[symbolId] = price;
    const isSamePeriod = time < (this.earlyEnd[symbolId] ?? 0);
    const early = this.early[symbolId] ?? 0;
    this.volume[symbolId] = isSamePeriod ? early : 0;
    if (!isSamePeriod) this.late[symbolId] = (this.late[symbolId] ?? 0) + early;
    this.early[symbolId] = 0;
    if (end < this.nextEnd) this.nextEnd = end;
    return true;
  }

  private append(symbolId: number, out: BarTable): void {
    ensureRoom(out);
    const row = out.length;
    out.symbolId[row] = symbolId;
    out.time[row] = this.end[symbolId] ?? 0;
    out.start[row] = this.start[symbolId] ?? 0;
    out.open[row] = this.open[symbolId] ?? 0;
    out.high[row] = this.high[symbolId] ?? 0;
    out.low[row] = this.low[symbolId] ?? 0;
    out.close[row] = this.close[symbolId] ?? 0;
    out.volume[row] = this.volume[symbolId] ?? 0;
    out.length = row + 1;
  }
}
