/**
 * A growing table of numbers, row after row in blocks: what is kept of a run costs the collector nothing, and
 * growing copies nothing.
 */

/** Rows per block: 2 to the power of this. */
const SHIFT = 10;
const BLOCK_ROWS = 1 << SHIFT;
const MASK = BLOCK_ROWS - 1;

/** Blocks that were {@link NumberRows.release}d, by their length, and how many are kept of one. */
const SPARE = new Map<number, Float64Array[]>();
const MOST_SPARE = 64;

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
      this.block = spareBlock(BLOCK_ROWS * this.width);
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

  /** Lets go of all rows for good: tables to come take the blocks instead of memory that is asked for and cleared. */
  release(): void {
    const spare = SPARE.get(BLOCK_ROWS * this.width) ?? [];
    SPARE.set(BLOCK_ROWS * this.width, spare);
    for (const block of this.#blocks) if (spare.length < MOST_SPARE) spare.push(block);
    this.#blocks.length = 0;
    this.block = new Float64Array(0);
    this.used = BLOCK_ROWS;
    this.length = 0;
  }

  /** The block that holds a row, from {@link offsetOf} on; undefined beyond the end. To read much of a row. */
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

/** A block of zeros. */
function spareBlock(length: number): Float64Array {
  return SPARE.get(length)?.pop()?.fill(0) ?? new Float64Array(length);
}
