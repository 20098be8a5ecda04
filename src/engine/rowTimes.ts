/** Finds rows of a table by their time. */
import type { Micros } from '../domain/units.js';

/**
 * The first row from `from` on, at most `to`, whose time is `limit` or later; times rise. Where rows follow each other
 * at one distance it is known without a search, which would read rows that nobody has read yet.
 */
export function firstRowAt(time: Float64Array, from: number, to: number, limit: Micros): number {
  const first = time[from] ?? 0;
  const distance = (time[from + 1] ?? Infinity) - first;
  const guess = Math.min(to, from + Math.ceil((limit - first) / distance));
  const isReached = guess >= to || (time[guess] ?? 0) >= limit;
  if (guess > from && isReached && (time[guess - 1] ?? Infinity) < limit) return guess;
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((time[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
