/** Lengths of time as people count them: by the clock of New York, so that a clock change adds no hour. */
import { newYorkOffset } from '../calendar/newYorkTime.js';
import { DAY } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';

/** Days, with fractions, between two times on the New York clock. */
export function daysBetween(from: Micros, to: Micros): number {
  return (to + newYorkOffset(to) - from - newYorkOffset(from)) / DAY;
}
