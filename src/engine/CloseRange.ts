/** The least and the highest close of a portion of bars: what holds at both may hold at every row of it. */
import type { BarTable } from '../domain/marketTables.js';
import type { Micros } from '../domain/units.js';

/** Closes that are looked at together. */
const PORTION = 512;

/**
 * See the module header. Keeps the portion that was looked at last. A table may be filled with later rows meanwhile: it
 * is the same portion while the times at both of its ends are.
 */
export class CloseRange {
  /** Of the rows up to {@link to}, which is none of them. Read-only to others. */
  least = 0.5;
  most = 0.5;
  to = 0;
  private table: BarTable | undefined = undefined;
  private from = 0;
  private firstTime: Micros = 0.5;
  private lastTime: Micros = 0.5;

  /** Makes sure that a row is of the portion. */
  reach(table: BarTable, row: number): void {
    const { time } = table;
    const isKept =
      this.table === table &&
      row >= this.from &&
      row < this.to &&
      time[this.from] === this.firstTime &&
      time[this.to - 1] === this.lastTime;
    if (!isKept) this.look(table, row);
  }

  private look(table: BarTable, from: number): void {
    const { close, time } = table;
    const to = Math.min(table.length, from + PORTION);
    let least = Infinity;
    let most = 0;
    for (let row = from; row < to; row += 1) {
      const price = close[row] ?? 0;
      if (price < least) least = price;
      if (price > most) most = price;
    }
    this.table = table;
    this.from = from;
    this.to = to;
    this.firstTime = time[from] ?? 0;
    this.lastTime = time[to - 1] ?? 0;
    this.least = least;
    this.most = most;
  }
}
