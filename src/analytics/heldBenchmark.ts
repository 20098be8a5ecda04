/**
 * A run beside what it is measured against: the starting cash, idle until a strategy could act and the benchmark had a
 * price, then all in the benchmark without costs. Both are of the same points and by the same convention.
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { DOLLAR } from '../domain/units.js';
import type { BacktestRun } from './BacktestRun.js';
import { conventionOf } from './conventions.js';
import { figure, whyUnmeasured } from './figure.js';
import type { Figure } from './figure.js';
import { missingFigures } from './missingFigures.js';
import { returnsByYear, yearOf } from './periodReturns.js';
import type { EquityCurve } from './returns.js';
import { computeStatistics, RUINED } from './statistics.js';
import type { Statistics } from './statistics.js';
import { returnCount, whyUnsupported } from './yearlyFigures.js';

/** Figures that an account and its benchmark both have, as the names of {@link Statistics}, in the order of a table. */
export const COMPARED_FIGURES = ['totalReturn', 'cagr', 'annualVolatility', 'sharpe', 'maxDrawdown'] as const;
/** One of {@link COMPARED_FIGURES}. */
export type ComparedFigure = (typeof COMPARED_FIGURES)[number];
/** Fractions, but for the Sharpe ratio; a drawdown is above 0. */
export type ComparedFigures = Readonly<Record<ComparedFigure, Figure>>;

/** The figures of a run and of its benchmark; undefined for a run without one, and without a point. */
export function comparedWithBenchmark(
  run: BacktestRun,
): { readonly strategy: ComparedFigures; readonly benchmark: ComparedFigures } | undefined {
  if (run.benchmark === undefined || run.curve.time.length === 0) return undefined;
  const { statistics } = run;
  const { days, benchmarkDays } = statistics;
  const returns = returnCount(run.curve);
  const ofRun = { days, returns, benchmarkDays };
  const held = heldStatistics(run);
  return {
    strategy: figuresOf((name) => supported(name, statistics, ofRun)),
    benchmark: figuresOf((name) =>
      held === undefined
        ? figure(undefined, whyUnmeasured(true))
        : supported(name, held, { ...ofRun, returns: Math.min(returns, benchmarkDays) }),
    ),
  };
}

/** One year of a run. */
export interface ComparedYear {
  /** `YYYY`. */
  readonly name: string;
  /** Dollars. */
  readonly profit: number;
  /** As fractions of what there was before the year; the benchmark's absent where the run has none. */
  readonly strategy: Figure;
  readonly benchmark?: Figure;
}

/** The years that have a point, oldest first; of the first and the last what the run covers. */
export function comparedYears(run: BacktestRun): readonly ComparedYear[] {
  const { curve, config, buyAndHold } = run;
  const startEquity = config.startingCash / DOLLAR;
  const held = heldCurve(run);
  const heldYears = new Map(
    held === undefined ? [] : returnsByYear(held, startEquity).map((year) => [year.name, year.returnFraction]),
  );
  const begins = buyAndHold?.findIndex((value) => !Number.isNaN(value)) ?? -1;
  const firstYear = begins < 0 ? undefined : yearOf(newYorkDate(curve.time[begins] ?? 0));
  const heldIn = (name: string): { readonly benchmark?: Figure } => {
    if (run.benchmark === undefined) return {};
    const isEarly = firstYear !== undefined && name < firstYear;
    const reason = isEarly ? 'the benchmark was not held yet' : whyUnmeasured(true);
    return { benchmark: figure(isEarly ? undefined : heldYears.get(name), reason) };
  };
  let before = startEquity;
  return returnsByYear(curve, startEquity).map(({ name, profit, returnFraction }) => {
    const strategy = figure(before > 0 ? returnFraction : undefined, RUINED);
    before += profit;
    return { name, profit, strategy, ...heldIn(name) };
  });
}

function figuresOf(of: (name: ComparedFigure) => Figure): ComparedFigures {
  return Object.fromEntries(COMPARED_FIGURES.map((name) => [name, of(name)])) as ComparedFigures;
}

function supported(name: ComparedFigure, statistics: Statistics, run: Parameters<typeof whyUnsupported>[1]): Figure {
  const why = whyUnsupported(name, run) ?? missingFigures(statistics, true)[name];
  return why === undefined ? figure(statistics[name], 'the sample cannot support it') : { unsupported: why };
}

/** By the convention of the run; undefined where the benchmark has no price. */
function heldStatistics(run: BacktestRun): Statistics | undefined {
  const curve = heldCurve(run);
  if (curve === undefined) return undefined;
  const { config, riskFree, statistics } = run;
  const startEquity = config.startingCash / DOLLAR;
  return computeStatistics(
    { curve, trades: [], since: config.startTime, startEquity, riskFree },
    conventionOf(statistics.convention),
  );
}

/** Dollars at each point of the run; undefined without a benchmark or a price of it. */
function heldCurve({ curve, buyAndHold, config }: BacktestRun): EquityCurve | undefined {
  if (buyAndHold?.some((value) => !Number.isNaN(value)) !== true) return undefined;
  const idle = config.startingCash / DOLLAR;
  return { time: curve.time, equity: buyAndHold.map((value) => (Number.isNaN(value) ? idle : value)) };
}
