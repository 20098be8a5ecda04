/**
 * A table of rows of which most are equal to an earlier one: such a row is kept once. What alternates in a run (entry
 * and exit, buy and sell) takes no room but that of its place, nor mostly what comes in turn (one strategy after the
 * other): a row is kept again if as many others have come meanwhile that its place among the known ones was taken.
 *
 * Where every instruction counts, a writer compares its values with {@link SharedRows.expected} while it has them at
 * hand, and asks for {@link SharedRows.again}; else it fills {@link SharedRows.row} and asks for
 * {@link SharedRows.place}.
 */
import { NumberRows } from './NumberRows.js';

/** Places of rows that are known by a mix of their numbers; a power of 2. */
const KNOWN = 256;

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
  /** Where a row of each mix is kept, the newest; −1 if there is none. */
  private readonly known = new Int32Array(KNOWN).fill(-1);
  /** The bits of {@link row}. */
  private readonly words: Int32Array;

  constructor(width: number) {
    this.row = new Float64Array(width);
    this.words = new Int32Array(this.row.buffer);
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
    const mix = mixOf(this.words) & (KNOWN - 1);
    const known = this.known[mix] ?? -1;
    const at = known >= 0 && this.isAt(known) ? known : this.keep();
    this.known[mix] = at;
    expected.set(row);
    this.expected = last;
    this.expectedPlace = this.lastPlace;
    this.last = expected;
    this.lastPlace = at;
    return at;
  }

  /** A number of the row of a place. */
  at(place: number, column: number): number {
    return this.rows.at(place, column);
  }

  /** The block that holds the row of a place, from {@link offsetOf} on; undefined where there is none. */
  blockOf(place: number): Float64Array | undefined {
    return this.rows.blockOf(place);
  }

  /** Where the row of a place begins in its block. */
  offsetOf(place: number): number {
    return this.rows.offsetOf(place);
  }

  private isAt(place: number): boolean {
    const { row, rows } = this;
    for (let i = 0; i < row.length; i += 1) if (row[i] !== rows.at(place, i)) return false;
    return true;
  }

  private keep(): number {
    const at = this.rows.next();
    this.rows.block.set(this.row, at);
    return this.rows.length - 1;
  }
}

/** The bits of a row, of which few differ from row to row, spread over those that choose a place. */
function mixOf(words: Int32Array): number {
  let mix = 0;
  for (let i = 0; i < words.length; i += 1) {
    mix = Math.imul(mix ^ (words[i] ?? 0), 0x9e3779b1);
    // Products carry upwards alone.
    mix ^= mix >>> 15;
  }
  return mix;
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
