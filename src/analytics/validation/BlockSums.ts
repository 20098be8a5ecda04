/**
 * Sums of returns by block of periods, from which the Sharpe ratio of every trial over any choice of blocks is quick
 * to have: cross-validation asks for thousands of choices.
 */

/** Where each of `blocks` contiguous blocks begins, the end included: they differ by one period at most. */
export function blockBounds(length: number, blocks: number): readonly number[] {
  return Array.from({ length: blocks + 1 }, (_, block) => Math.floor((block * length) / blocks));
}

/** See the module header. */
export class BlockSums {
  readonly trialCount: number;
  readonly blockCount: number;
  readonly #bounds: readonly number[];
  /** By block, then trial. */
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  /** `series` holds the returns of each trial, of equal lengths of at least `blocks`. */
  constructor(series: readonly Float64Array[], blocks: number) {
    this.trialCount = series.length;
    this.blockCount = blocks;
    this.#bounds = blockBounds(series[0]?.length ?? 0, blocks);
    this.#sums = new Float64Array(blocks * series.length);
    this.#squares = new Float64Array(blocks * series.length);
    for (const [trial, returns] of series.entries()) {
      for (let block = 0; block < blocks; block += 1) {
        const at = block * series.length + trial;
        const end = this.#bounds[block + 1] ?? 0;
        for (let period = this.#bounds[block] ?? 0; period < end; period += 1) {
          const value = returns[period] ?? 0;
          this.#sums[at] = (this.#sums[at] ?? 0) + value;
          this.#squares[at] = (this.#squares[at] ?? 0) + value * value;
        }
      }
    }
  }

  /** Writes the Sharpe ratio per period of each trial over some blocks; 0 where the returns never differ. */
  sharpes(blocks: readonly number[], into: Float64Array): void {
    let count = 0;
    for (const block of blocks) count += (this.#bounds[block + 1] ?? 0) - (this.#bounds[block] ?? 0);
    for (let trial = 0; trial < this.trialCount; trial += 1) {
      let sum = 0;
      let squares = 0;
      for (const block of blocks) {
        const at = block * this.trialCount + trial;
        sum += this.#sums[at] ?? 0;
        squares += this.#squares[at] ?? 0;
      }
      into[trial] = sharpeOfSums(count, sum, squares);
    }
  }
}

/** Sharpe ratio per period of so many returns by their sum and the sum of their squares; 0 where they never differ. */
export function sharpeOfSums(count: number, sum: number, squares: number): number {
  const variance = (squares - (sum * sum) / count) / (count - 1);
  // What is left of equal returns after the subtraction is rounding.
  return variance > 1e-12 * (squares / count) ? sum / count / Math.sqrt(variance) : 0;
}

/** Index of the largest value, the first of equal ones. */
export function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index += 1) if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  return best;
}
