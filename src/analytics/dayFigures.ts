/** What the returns of a run's days say: their spread, their tails, and how they go with holding the symbol. */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { alphaBeta, captureRatio, correlation } from './benchmarkMetrics.js';
import { longestRun, martinRatio, recoveryFactor, ulcerIndex } from './fallMetrics.js';
import { withoutInfinities } from './finiteFigures.js';
import { returnsByDay } from './periodReturns.js';
import {
  conditionalValueAtRisk,
  excessKurtosis,
  omegaRatio,
  PERIODS_PER_YEAR,
  skewness,
  stability,
  tailRatio,
  valueAtRisk,
} from './returnMetrics.js';
import type { EquityCurve } from './returns.js';
import { isStill } from './samples.js';

/** Fewer days support no figure of tails: the worst 5 % of them would be no day at all. */
export const FEWEST_DAYS = 20;
const TAIL = 0.05;

/** Figures of daily returns as fractions; NaN where the days are fewer than {@link FEWEST_DAYS}, or cannot say. */
export interface DayFigures {
  readonly days: number;
  readonly best: number;
  readonly worst: number;
  /** Share of the days that gained, of those that moved. */
  readonly gaining: number;
  /** The most days in a row that gained, and that lost. */
  readonly longestGain: number;
  readonly longestLoss: number;
  readonly omega: number;
  readonly tailRatio: number;
  /** The return that one day in twenty falls below, and the mean of those days. */
  readonly valueAtRisk: number;
  readonly conditionalValueAtRisk: number;
  readonly skewness: number;
  readonly excessKurtosis: number;
  readonly stability: number;
  /** Of the falls of the days, not of the points between; {@link FEWEST_DAYS} too. */
  readonly ulcerIndex: number;
  readonly martinRatio: number;
  readonly recoveryFactor: number;
  /** Days that have a return of the benchmark too, and those of them on which it rose and fell; 0 without one. */
  readonly benchmarkDays: number;
  readonly benchmarkRises: number;
  readonly benchmarkFalls: number;
  /** Against holding the symbol, by the days on which it has a return too: these must be as many. */
  readonly dailyBeta: number;
  readonly correlation: number;
  readonly upCapture: number;
  readonly downCapture: number;
}

/** Computes them; `benchmark` holds a value at each point of the curve, NaN before its first. */
export function dayFigures(curve: EquityCurve, startEquity: number, benchmark?: Float64Array): DayFigures {
  const own = returnsByDay(curve, startEquity).map(({ returnFraction }) => returnFraction);
  const enough = own.length >= FEWEST_DAYS;
  const figure = (compute: () => number): number => (enough ? compute() : NaN);
  // A day that lost everything or more: after it no return has a meaning.
  const isRuined = own.some((value) => !(value > -1));
  const ofFalls = (compute: () => number): number => (isRuined ? NaN : figure(compute));
  const moved = own.filter((value) => value !== 0);
  const market = benchmark === undefined ? undefined : benchmarkReturns(curve, benchmark);
  const pairs = market?.filter((value) => !Number.isNaN(value)).length ?? 0;
  const against = (compute: (other: readonly number[]) => number): number =>
    market === undefined || pairs < FEWEST_DAYS ? NaN : compute(market);
  const yearly = PERIODS_PER_YEAR.daily;
  return withoutInfinities({
    days: own.length,
    best: own.length === 0 ? NaN : Math.max(...own),
    worst: own.length === 0 ? NaN : Math.min(...own),
    gaining: moved.filter((value) => value > 0).length / moved.length,
    longestGain: longestRun(own, 1),
    longestLoss: longestRun(own, -1),
    omega: figure(() => omegaRatio(own, 0, 0, yearly)),
    tailRatio: figure(() => tailRatio(own)),
    valueAtRisk: figure(() => valueAtRisk(own, TAIL)),
    conditionalValueAtRisk: figure(() => conditionalValueAtRisk(own, TAIL)),
    skewness: figure(() => (isStill(own) ? NaN : skewness(own))),
    excessKurtosis: figure(() => (isStill(own) ? NaN : excessKurtosis(own))),
    stability: figure(() => stability(own)),
    ulcerIndex: ofFalls(() => ulcerIndex(own)),
    martinRatio: ofFalls(() => martinRatio(own, yearly)),
    recoveryFactor: ofFalls(() => recoveryFactor(own)),
    benchmarkDays: pairs,
    benchmarkRises: market?.filter((value) => value > 0).length ?? 0,
    benchmarkFalls: market?.filter((value) => value < 0).length ?? 0,
    dailyBeta: against((other) => alphaBeta(own, other, { periodsPerYear: yearly }).beta),
    correlation: against((other) => correlation(own, other)),
    upCapture: against((other) => captureRatio(own, other, yearly, 'up')),
    downCapture: against((other) => captureRatio(own, other, yearly, 'down')),
  });
}

/** Returns of the same days; NaN on days before the benchmark begins. */
export function benchmarkReturns({ time }: EquityCurve, benchmark: Float64Array): readonly number[] {
  const begins = benchmark.findIndex((value) => !Number.isNaN(value));
  if (begins < 0) return returnsByDay({ time, equity: benchmark }, NaN).map(() => NaN);
  const first = benchmark[begins] ?? NaN;
  const equity = benchmark.map((value) => (Number.isNaN(value) ? first : value));
  const from = newYorkDate(time[begins] ?? Infinity);
  return returnsByDay({ time, equity }, first).map(({ name, returnFraction }) =>
    parseDate(name) < from ? NaN : returnFraction,
  );
}
