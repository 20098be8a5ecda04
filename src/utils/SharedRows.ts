/**
 * A table of rows of which most are equal to one of the two before them: such a row is kept once. What alternates in
 * a run (entry and exit, buy and sell) takes no room but that of its place.
 *
 * Where every instruction counts, a writer compares its values with {@link SharedRows.expected} while it has them at
 * hand, and asks for {@link SharedRows.again}; else it fills {@link SharedRows.row} and asks for
 * {@link SharedRows.place}.
 */
import { NumberRows } from './NumberRows.js';

/** See the module header. */
export class SharedRows {
  /** To be filled, every column, before {@link place}. */
  readonly row: Float64Array;
  private readonly rows: NumberRows;
  /** The row before the last one, whose turn it is where two alternate; NaN until there is one. Read-only to others. */
  expected: Float64Array;
  private expectedPlace = -1;
  private last: Float64Array;
  private lastPlace = -1;

  constructor(width: number) {
    this.row = new Float64Array(width);
    this.rows = new NumberRows(width);
    this.last = new Float64Array(width).fill(NaN);
    this.expected = new Float64Array(width).fill(NaN);
  }

  /** Where a row that is equal to {@link expected} is kept. */
  again(): number {
    const { expected, expectedPlace } = this;
    this.expected = this.last;
    this.expectedPlace = this.lastPlace;
    this.last = expected;
    this.lastPlace = expectedPlace;
    return expectedPlace;
  }

  /** Where a row equal to {@link row} is kept. */
  place(): number {
    const { row, last, expected } = this;
    if (isSame(row, expected)) return this.again();
    if (isSame(row, last)) return this.lastPlace;
    const at = this.rows.next();
    this.rows.block.set(row, at);
    expected.set(row);
    this.expected = last;
    this.expectedPlace = this.lastPlace;
    this.last = expected;
    this.lastPlace = this.rows.length - 1;
    return this.lastPlace;
  }

  /** A number of the row of a place. */
  at(place: number, column: number): number {
    return this.rows.at(place, column);
  }
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
