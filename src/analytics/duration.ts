/** Lengths of time as people count them: by the clock of New York, so that a clock change adds no hour. */
import { newYorkOffset } from '../calendar/newYorkTime.js';
import { DAY, HOUR, MINUTE, SECOND } from '../domain/timeframe.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { percentileOf } from './samples.js';

/** Days, with fractions, between two times on the New York clock. */
export function daysBetween(from: Micros, to: Micros): number {
  return (to + newYorkOffset(to) - from - newYorkOffset(from)) / DAY;
}

/** Points at the end of a curve that its period is read from. */
const LAST_POINTS = 100;

/**
 * The largest of days, hours, minutes and seconds that the time from one of the last points to the next, the median of
 * them, is a whole number of; a day for fewer than two points. As backtesting.py 0.6.6 finds what it rounds lengths to.
 */
export function unitOf(time: Float64Array): DurationMicros {
  const last = time.subarray(-LAST_POINTS);
  if (last.length < 2) return DAY;
  const steps = Float64Array.from({ length: last.length - 1 }, (_, step) =>
    Math.round(daysBetween(last[step] ?? 0, last[step + 1] ?? 0) * DAY),
  );
  const period = percentileOf(steps, 0.5);
  return [DAY, HOUR, MINUTE].find((unit) => period >= unit && period % unit === 0) ?? SECOND;
}

/** Days rounded up to whole units, as days again. */
export function roundedUp(days: number, unit: DurationMicros): number {
  if (unit === DAY) return Math.ceil(days);
  // Whole micros first: a sum of fractions of days is off by what would be another unit.
  return (Math.ceil(Math.round(days * DAY) / unit) * unit) / DAY;
}
