/**
 * A growing table of numbers, row after row in blocks: what is kept of a run costs the collector nothing, and
 * growing copies nothing.
 */

/** Rows per block: 2 to the power of this. */
const SHIFT = 10;
const BLOCK_ROWS = 1 << SHIFT;
const MASK = BLOCK_ROWS - 1;

/** See the module header. */
export class NumberRows {
  /** Where {@link next} has put the newest row. */
  block: Float64Array;
  /** Number of rows. */
  length = 0;
  readonly width: number;
  readonly #blocks: Float64Array[] = [];
  private used = BLOCK_ROWS;

  constructor(width: number) {
    this.width = width;
    this.block = new Float64Array(0);
  }

  /** Adds a row of zeros and returns where it begins in {@link block}. */
  next(): number {
    if (this.used === BLOCK_ROWS) {
      this.block = new Float64Array(BLOCK_ROWS * this.width);
      this.#blocks.push(this.block);
      this.used = 0;
    }
    const at = this.used * this.width;
    this.used += 1;
    this.length += 1;
    return at;
  }

  /** Lets go of all rows. */
  clear(): void {
    if (this.length === 0) return;
    this.#blocks.splice(0, this.#blocks.length, this.block);
    this.block.fill(0, 0, this.used * this.width);
    this.used = 0;
    this.length = 0;
  }

  /** The block that holds a row, from {@link offsetOf} on; undefined beyond the end. For whoever reads most of a row. */
  blockOf(row: number): Float64Array | undefined {
    return this.#blocks[row >> SHIFT];
  }

  /** Where a row begins in its block. */
  offsetOf(row: number): number {
    return (row & MASK) * this.width;
  }

  /** A number of a row; 0 beyond the end. */
  at(row: number, column: number): number {
    return this.#blocks[row >> SHIFT]?.[(row & MASK) * this.width + column] ?? 0;
  }
}
