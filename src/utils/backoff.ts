/** How long a client waits before it tries again. */

/** Doublings beyond this change nothing at any sensible pause. */
const MOST_DOUBLINGS = 20;

/**
 * The pause in milliseconds after `failures` failures in a row (1 for the first): `firstMs` doubled each time up to
 * `longestMs`, of which a random half is left out, so that many clients do not come back at once. `random` is uniform
 * in [0, 1).
 */
export function backoffMs(failures: number, firstMs: number, longestMs: number, random: () => number): number {
  const doublings = Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS);
  const longest = Math.min(longestMs, firstMs * 2 ** doublings);
  return longest / 2 + (longest / 2) * random();
}
