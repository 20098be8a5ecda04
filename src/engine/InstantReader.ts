/** Reads a batch instant by instant: the rows of one time, from whatever tables they come. */
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import type { Micros } from '../domain/units.js';

/** See the module header. Its fields and answers are about the present instant. */
export class InstantReader {
  /** Time and number of rows. */
  time: Micros = 0;
  count = 0;
  private readonly batch: MarketBatch;
  /** The times of each table, and its next row. */
  private readonly times: readonly Float64Array[];
  private readonly cursors: Int32Array;
  /** Rows before this one were read. */
  position = 0;
  private tableIndexes = new Uint8Array(64);
  private rows = new Int32Array(64);

  constructor(batch: MarketBatch) {
    this.batch = batch;
    this.times = batch.tables.map(({ time }) => time);
    this.cursors = new Int32Array(batch.tables.length);
  }

  /** Goes to the next instant; false at the end of the batch. */
  next(): boolean {
    const { times, cursors } = this;
    const { order, length } = this.batch;
    let { position } = this;
    if (position >= length) return false;
    let index = order === null ? 0 : (order[position] ?? 0);
    let row = cursors[index] ?? 0;
    const time = times[index]?.[row] ?? 0;
    let count = 0;
    do {
      if (count === this.rows.length) this.grow();
      this.tableIndexes[count] = index;
      this.rows[count] = row;
      cursors[index] = row + 1;
      count += 1;
      position += 1;
      if (position === length) break;
      if (order !== null) index = order[position] ?? 0;
      row = cursors[index] ?? 0;
    } while (times[index]?.[row] === time);
    this.time = time;
    this.count = count;
    this.position = position;
    return true;
  }

  /** Goes on at a row of the only table of its batch, with which an instant begins. */
  skipTo(row: number): void {
    this.position = row;
    this.cursors[0] = row;
  }

  /** The table of the instant's row `i`, in the order of the stream. */
  table(i: number): MarketTable | undefined {
    return this.batch.tables[this.tableIndexes[i] ?? 0];
  }

  /** The row in that table. */
  row(i: number): number {
    return this.rows[i] ?? 0;
  }

  private grow(): void {
    const tableIndexes = new Uint8Array(this.rows.length * 2);
    const rows = new Int32Array(this.rows.length * 2);
    tableIndexes.set(this.tableIndexes);
    rows.set(this.rows);
    this.tableIndexes = tableIndexes;
    this.rows = rows;
  }
}
