/** Reads a batch instant by instant: the rows of one time, from whatever tables they come. */
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import type { Micros } from '../domain/units.js';

/** See the module header. Its fields and answers are about the present instant. */
export class InstantReader {
  /** Time and number of rows. */
  time: Micros = 0;
  count = 0;
  private readonly batch: MarketBatch;
  /** Next row of each table. */
  private readonly cursors: Float64Array;
  /** Rows before this one were read. */
  position = 0;
  private tableIndexes = new Uint8Array(64);
  private rows = new Float64Array(64);

  constructor(batch: MarketBatch) {
    this.batch = batch;
    this.cursors = new Float64Array(batch.tables.length);
  }

  /** Goes to the next instant; false at the end of the batch. */
  next(): boolean {
    const { tables, order, length } = this.batch;
    if (this.position >= length) return false;
    const first = order?.[this.position] ?? 0;
    const time = tables[first]?.time[this.cursors[first] ?? 0] ?? 0;
    this.time = time;
    this.count = 0;
    while (this.position < length) {
      const index = order?.[this.position] ?? 0;
      const row = this.cursors[index] ?? 0;
      if (tables[index]?.time[row] !== time) break;
      if (this.count === this.rows.length) this.grow();
      this.tableIndexes[this.count] = index;
      this.rows[this.count] = row;
      this.cursors[index] = row + 1;
      this.count += 1;
      this.position += 1;
    }
    return this.count > 0;
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
    const rows = new Float64Array(this.rows.length * 2);
    tableIndexes.set(this.tableIndexes);
    rows.set(this.rows);
    this.tableIndexes = tableIndexes;
    this.rows = rows;
  }
}
