/** Sums, means and percentiles of samples in which NaN stands for "not there". */

/**
 * Returns are quotients of prices less 1, each off by some 1e-16. What deviates by no more than this deviates by
 * rounding: a ratio to it would be a number of fifteen digits that says nothing.
 */
export const ROUNDING_DEVIATION = 1e-15;

/** A deviation of returns, 0 or above; 0 where it is one of rounding. */
export function withoutRounding(deviation: number): number {
  return deviation <= ROUNDING_DEVIATION ? 0 : deviation;
}

/** The values that are there, in their order; a copy. */
export function definedOnly(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).filter((value) => !Number.isNaN(value));
}

/**
 * Arithmetic mean of the values that are there; NaN for none. Measured from the first value, so that the mean of equal
 * values is exactly that value.
 */
export function meanOf(values: ArrayLike<number>): number {
  let origin = NaN;
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? NaN;
    if (Number.isNaN(value)) continue;
    if (count === 0) origin = value;
    sum += value - origin;
    count += 1;
  }
  return count === 0 ? NaN : origin + sum / count;
}

/** Sample standard deviation (n − 1) of the values that are there; NaN for fewer than two. */
export function deviationOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let squares = 0;
  let count = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? NaN;
    if (Number.isNaN(value)) continue;
    squares += (value - mean) ** 2;
    count += 1;
  }
  return count < 2 ? NaN : Math.sqrt(squares / (count - 1));
}

/** Whether returns differ by rounding only, or are fewer than two: no ratio to their spread can be told. */
export function isStill(returns: ArrayLike<number>): boolean {
  return !(deviationOf(returns) > ROUNDING_DEVIATION);
}

/** What simple returns come to together: the product of (1 + r), less 1; NaN for no returns. */
export function cumulativeReturn(returns: ArrayLike<number>): number {
  return returns.length === 0 ? NaN : wealthOf(returns) - 1;
}

/** What 1 becomes by simple returns, those that are there: the product of (1 + r); 1 for none. */
export function wealthOf(returns: ArrayLike<number>): number {
  let wealth = 1;
  for (let index = 0; index < returns.length; index += 1) {
    const value = returns[index] ?? NaN;
    if (!Number.isNaN(value)) wealth *= 1 + value;
  }
  return wealth;
}

/** The value below which a share of the sample lies, 0 to 1, by linear interpolation between ranks; NaN for none. */
export function percentileOf(values: ArrayLike<number>, share: number): number {
  return percentileOfSorted(Float64Array.from(values).sort(), share);
}

/** The same of values in ascending order. */
export function percentileOfSorted(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (high - low) * (place - below);
}
