/** A growing table of numbers, row after row in one block: what is kept of a run costs the collector nothing. */
export class NumberRows {
  /** The block; its length is a multiple of the width. Valid until the next {@link next}. */
  block: Float64Array;
  /** Number of rows. */
  length = 0;
  readonly width: number;

  constructor(width: number) {
    this.width = width;
    this.block = new Float64Array(64 * width);
  }

  /** Adds a row of zeros and returns where it begins in the block. */
  next(): number {
    const at = this.length * this.width;
    if (at === this.block.length) {
      const larger = new Float64Array(this.block.length * 2);
      larger.set(this.block);
      this.block = larger;
    }
    this.length += 1;
    return at;
  }
}
