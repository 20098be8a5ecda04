/**
 * The stationary bootstrap (Politis and Romano 1994): a series is drawn anew from blocks of itself that begin anywhere
 * and have geometric lengths, wrapping at the end, so that what follows what is kept and the result is stationary.
 */
import type { SeededRandom } from '../../utils/random.js';

/** Blocks of a drawn series: where each begins and how long it is; lengths sum to that of the series. */
export interface DrawnBlocks {
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * The mean length of blocks for a series: its cube root, the order that is best for the variance of a mean. At least 1.
 */
export function usualBlockLength(length: number): number {
  return Math.max(1, Math.cbrt(length));
}

/** Draws blocks for a series of `length` values; `meanBlock` is at least 1. */
export function drawBlocks(length: number, meanBlock: number, random: SeededRandom): DrawnBlocks {
  const starts: number[] = [];
  const lengths: number[] = [];
  const stop = 1 / meanBlock;
  let drawn = 0;
  while (drawn < length) {
    let block = 1;
    while (drawn + block < length && !random.chance(stop)) block += 1;
    starts.push(random.below(length));
    lengths.push(block);
    drawn += block;
  }
  return { starts, lengths };
}

/** The series that the blocks make of `values`. */
export function resample(values: ArrayLike<number>, { starts, lengths }: DrawnBlocks): Float64Array {
  const drawn = new Float64Array(values.length);
  let at = 0;
  for (const [block, start] of starts.entries()) {
    const end = at + (lengths[block] ?? 0);
    for (let from = start; at < end; at += 1, from += 1) drawn[at] = values[from % values.length] ?? 0;
  }
  return drawn;
}

/** Sums up to each position of a series written twice, from which the mean of a drawn series is quick to have. */
export function wrappedSums(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(2 * values.length + 1);
  for (let index = 0; index < 2 * values.length; index += 1) {
    sums[index + 1] = (sums[index] ?? 0) + (values[index % values.length] ?? 0);
  }
  return sums;
}

/** The mean of the series that the blocks make of the values of {@link wrappedSums}. */
export function resampledMean(sums: Float64Array, { starts, lengths }: DrawnBlocks): number {
  let total = 0;
  for (const [block, start] of starts.entries()) {
    total += (sums[start + (lengths[block] ?? 0)] ?? 0) - (sums[start] ?? 0);
  }
  return total / ((sums.length - 1) / 2);
}
