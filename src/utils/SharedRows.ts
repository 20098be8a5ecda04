/**
 * A table of rows of which most are equal to one of the two before them: such a row is kept once. What alternates in
 * a run (entry and exit, buy and sell) takes no room but that of its place.
 */
import { NumberRows } from './NumberRows.js';

/** See the module header. */
export class SharedRows {
  /** To be filled, every column, before {@link place}. */
  readonly row: Float64Array;
  private readonly rows: NumberRows;
  private last: Float64Array;
  private lastPlace = -1;
  private other: Float64Array;
  private otherPlace = -1;

  constructor(width: number) {
    this.row = new Float64Array(width);
    this.rows = new NumberRows(width);
    this.last = new Float64Array(width);
    this.other = new Float64Array(width);
  }

  /** Where a row equal to {@link row} is kept. */
  place(): number {
    const { row, last, other } = this;
    // Rows that differ mostly alternate, and then it is the other one's turn.
    if (this.otherPlace >= 0 && isSame(row, other)) {
      const place = this.otherPlace;
      this.other = last;
      this.otherPlace = this.lastPlace;
      this.last = other;
      this.lastPlace = place;
      return place;
    }
    if (this.lastPlace >= 0 && isSame(row, last)) return this.lastPlace;
    const at = this.rows.next();
    this.rows.block.set(row, at);
    other.set(row);
    this.other = last;
    this.otherPlace = this.lastPlace;
    this.last = other;
    this.lastPlace = this.rows.length - 1;
    return this.lastPlace;
  }

  /** A number of the row of a place. */
  at(place: number, column: number): number {
    return this.rows.at(place, column);
  }
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  const { length } = a;
  let i = 0;
  for (; ((i + 2) | 0) < length; i = (i + 3) | 0) {
    const second = (i + 1) | 0;
    const third = (i + 2) | 0;
    if (a[i] !== b[i] || a[second] !== b[second] || a[third] !== b[third]) return false;
  }
  for (; i < length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
