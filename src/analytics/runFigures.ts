/** Figures of a whole run by what it began with and by the convention of its statistics. */
import { DOLLAR } from '../domain/units.js';
import type { BacktestRun } from './BacktestRun.js';
import { conventionOf } from './conventions.js';
import { dayFigures } from './dayFigures.js';
import type { DayFigures } from './dayFigures.js';
import { firstPeak } from './drawdowns.js';

/** What the falls of a run are measured from before its first point. Dollars. */
export function firstPeakOf({ curve, config, statistics }: BacktestRun): number {
  return firstPeak(curve, config.startingCash / DOLLAR, conventionOf(statistics.convention));
}

/** The figures of its days. */
export function dayFiguresOf(run: BacktestRun): DayFigures {
  return dayFigures(run.curve, run.config.startingCash / DOLLAR, run.buyAndHold, firstPeakOf(run));
}
