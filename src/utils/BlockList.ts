/**
 * A list that only grows at its end, in blocks: growing copies nothing, however long it gets.
 */

/** Items per block: 2 to the power of this. */
const SHIFT = 10;
const MASK = (1 << SHIFT) - 1;

/** See the module header. */
export class BlockList<T> {
  /** How many there are. */
  length = 0;
  readonly #blocks: T[][] = [];
  #newest: T[] = [];

  /** Adds at the end. */
  push(item: T): void {
    if ((this.length & MASK) === 0) {
      this.#newest = [];
      this.#blocks.push(this.#newest);
    }
    this.#newest[this.length & MASK] = item;
    this.length += 1;
  }

  /** The item of a place from 0; undefined beyond the end. */
  at(place: number): T | undefined {
    return this.#blocks[place >> SHIFT]?.[place & MASK];
  }

  /** Replaces the item of a place below the length. */
  set(place: number, item: T): void {
    const block = this.#blocks[place >> SHIFT];
    if (block !== undefined && place < this.length) block[place & MASK] = item;
  }

  /** Every item in turn. */
  *[Symbol.iterator](): Generator<T> {
    for (const block of this.#blocks) yield* block;
  }
}
