/** Figures of a whole run by what it began with and by the convention of its statistics. */
import { DOLLAR } from '../domain/units.js';
import type { BacktestRun } from './BacktestRun.js';
import { conventionOf } from './conventions.js';
import { dayFigures } from './dayFigures.js';
import type { DayFigures } from './dayFigures.js';
import { fallsBelowPeak, firstPeak } from './drawdowns.js';
import { fallPoints, valuesAt } from './returns.js';

/** What the falls of a run are measured from before its first point. Dollars. */
export function firstPeakOf({ curve, config, statistics }: BacktestRun): number {
  return firstPeak(curve, config.startingCash / DOLLAR, conventionOf(statistics.convention));
}

/**
 * How far each point of a run is below the peak before it, 0 or below, NaN without one. Between the points that the
 * convention measures falls on stands that of the last of them, so that the deepest is the largest of the statistics.
 */
export function fallsOf(run: BacktestRun): Float64Array {
  const { curve, config, statistics } = run;
  const points = fallPoints(curve.time, config.startTime, conventionOf(statistics.convention));
  const falls = fallsBelowPeak(valuesAt(curve.equity, points), firstPeakOf(run));
  if (points === undefined) return falls;
  let at = 0;
  return curve.equity.map((_, point) => {
    if ((points[at + 1] ?? Infinity) <= point) at += 1;
    return falls[at] ?? Number.NaN;
  });
}

/** The figures of its days. */
export function dayFiguresOf(run: BacktestRun): DayFigures {
  return dayFigures(run.curve, run.config.startingCash / DOLLAR, run.buyAndHold, firstPeakOf(run));
}
