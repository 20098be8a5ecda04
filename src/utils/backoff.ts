/** Pauses between attempts: they double up to a limit, with a random part so that many do not come back at once. */

/** How long the pauses of one kind of attempt are. */
export interface Backoff {
  /** The longest that the first pause can be. */
  readonly firstMs: number;
  /** The longest that any pause can be. */
  readonly longestMs: number;
}

/** A larger exponent changes nothing any more and would leave the range of numbers. */
const MOST_DOUBLINGS = 30;

/**
 * The pause after failure number `failures` (0 for the first): at least half of `firstMs` × 2^failures, at most all of
 * it. `random` is uniform in [0, 1).
 */
export function pauseMs({ firstMs, longestMs }: Backoff, failures: number, random: () => number): number {
  const longest = Math.min(longestMs, firstMs * 2 ** Math.min(failures, MOST_DOUBLINGS));
  return longest / 2 + (longest / 2) * random();
}
