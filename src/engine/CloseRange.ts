/** The least and the highest close of a portion of bars: what holds at both may hold at every row of it. */
import type { BarTable } from '../domain/marketTables.js';

/** Closes that are looked at together. */
const PORTION = 512;

/** See the module header. Keeps the portion that was looked at last. */
export class CloseRange {
  /** Of the rows up to {@link to}, which is none of them. Read-only to others. */
  least = 0.5;
  most = 0.5;
  to = 0;
  private table: BarTable | undefined = undefined;
  private from = 0;

  /** Makes sure that a row is of the portion. */
  reach(table: BarTable, row: number): void {
    if (this.table !== table || row < this.from || row >= this.to) this.look(table, row);
  }

  private look(table: BarTable, from: number): void {
    const { close } = table;
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
    this.least = least;
    this.most = most;
  }
}
