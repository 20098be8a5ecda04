/** How the values of many runs are spread. */
import { percentileOfSorted } from '../samples.js';

/** A distribution: what 5, 25, 50, 75 and 95 % of the runs stay below. */
export interface Spread {
  readonly p5: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
}

/** The spread of some values; all NaN for none. */
export function spreadOf(values: ArrayLike<number>): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => percentileOfSorted(sorted, share);
  return { p5: at(0.05), p25: at(0.25), median: at(0.5), p75: at(0.75), p95: at(0.95) };
}
