/**
 * Statistics conventions as data. Two packages that print "Sharpe ratio" rarely compute the same number; a
 * convention names every choice, and a run names its convention. Nothing in the formulas knows a convention's
 * name.
 */
import { PapertapeError } from '../domain/errors.js';
import { MINUTE } from '../domain/timeframe.js';
import type { DurationMicros } from '../domain/units.js';

/** Points of an equity curve that are apart from each other. */
export interface SpacedPoints {
  /** A point counts when the one before is longer ago than this part of the run, in run lengths. */
  readonly part: number;
  /** And longer ago than this. */
  readonly least: DurationMicros;
}

/** One complete set of choices. */
export interface StatisticsConvention {
  readonly name: string;
  /**
   * Which equity points make the return series: every point, the last of each New York date that has one, or of
   * each calendar day from the start of the run on (weekends repeat the last).
   */
  readonly sampling: 'points' | 'tradingDay' | 'calendarDay';
  /**
   * What falls are measured on: every point, or points that are apart, with the last of each New York date. The first
   * point counts in both.
   */
  readonly drawdowns: 'points' | SpacedPoints;
  /**
   * The first peak: what there was before the first point, at its time, as empyrical, QuantStats and R's
   * PerformanceAnalytics have it, or that point itself.
   */
  readonly fallsFrom: 'start' | 'firstPoint';
  /** The return from the starting equity to the first sample: counted, or absent. */
  readonly firstReturn: 'counted' | 'absent';
  /** Periods per year. */
  readonly periodsPerYear: number;
  /** (1 + geometric mean)^periods − 1, or (1 + arithmetic mean)^periods − 1. */
  readonly annualReturn: 'geometric' | 'arithmetic';
  /**
   * sqrt((var + (1+g)²)^periods − (1+g)^(2·periods)) with the geometric mean g, or deviation × sqrt(periods);
   * sample variance in both.
   */
  readonly volatility: 'compounded' | 'scaled';
  /** (annual return − risk-free) ÷ volatility, or mean excess return ÷ deviation × sqrt(periods). */
  readonly sharpe: 'annual' | 'mean';
  /**
   * `annual`: (annual return − risk-free) ÷ (root mean square of min(r, 0) over all returns × sqrt(periods));
   * `mean`: mean return × periods ÷ the same, against a required return of 0; `negativeDeviation`: (annual return −
   * risk-free) ÷ (sample deviation of the negative returns × sqrt(periods)), 0 with fewer than two.
   */
  readonly sortino: 'annual' | 'mean' | 'negativeDeviation';
  /**
   * `points`: beta is the slope of log returns from point to point, alpha is total return − (risk-free + beta ×
   * (buy-and-hold return − risk-free)), the yearly rate as it is, as backtesting.py has it;
   * `annual`: beta is the slope of the sampled simple returns, alpha is annual return − (risk-free + beta × (annual
   * return of the benchmark − risk-free)), 0 with a beta of 0.
   */
  readonly benchmark: 'points' | 'annual';
  /** Which prices of the benchmark count: all, or those of regular hours, which stand still outside of them. */
  readonly benchmarkHours: 'all' | 'regular';
  /**
   * How the only symbol of a run is held on prices as they were traded: by what splits and dividends do to an account,
   * or at adjusted prices, which are loaded apart. Splits and dividends that are known are in it either way.
   */
  readonly ownBenchmark: 'booked' | 'adjusted';
  /** Whether fills that close have figures, by average cost (closingFigures.ts), beside those of round trips. */
  readonly closings: 'absent' | 'counted';
  /** Whether exposure counts every position, or only those that were closed. */
  readonly exposure: 'positions' | 'closedTrades';
  /** Days per year of the compound growth rate (end ÷ start)^(days per year ÷ days) − 1. */
  readonly daysPerYear: number;
  /** From when its days count: the first point, or the start of the run before it. They end with the last point. */
  readonly growthFrom: 'firstPoint' | 'start';
  /** What lengths of falls and trades are rounded up to: days, or the unit of the time between two points. */
  readonly lengths: 'days' | 'unitOfPoints';
  /** Mean depth and lengths of falls where there is none, and lengths of trades without any: zero, or not a number. */
  readonly withoutCases: 'zero' | 'absent';
  /**
   * What is reckoned from returns, where the equity was 0 or below at a point, after which no return has a meaning: not
   * a number, or what the formulas come to.
   */
  readonly afterRuin: 'absent' | 'reckoned';
}

/** The conventions by name; presets refer to them. */
export const STATISTICS_CONVENTIONS = {
  /** Papertape's own: the definitions of quantopian/empyrical on daily returns. */
  papertape: {
    name: 'papertape',
    sampling: 'tradingDay',
    drawdowns: 'points',
    fallsFrom: 'start',
    firstReturn: 'counted',
    periodsPerYear: 252,
    annualReturn: 'geometric',
    volatility: 'scaled',
    sharpe: 'mean',
    sortino: 'mean',
    benchmark: 'points',
    benchmarkHours: 'all',
    ownBenchmark: 'booked',
    closings: 'absent',
    exposure: 'positions',
    daysPerYear: 365.25,
    growthFrom: 'firstPoint',
    lengths: 'days',
    withoutCases: 'zero',
    afterRuin: 'absent',
  },
  /**
   * Of version 0.6.6, daily bars or shorter. Where no fall lasts longer than one point it takes the depths of all
   * points for the depths and the lengths of falls; here there is none.
   */
  'backtesting.py': {
    name: 'backtesting.py',
    sampling: 'tradingDay',
    drawdowns: 'points',
    fallsFrom: 'firstPoint',
    firstReturn: 'absent',
    periodsPerYear: 252,
    annualReturn: 'geometric',
    volatility: 'compounded',
    sharpe: 'annual',
    sortino: 'annual',
    benchmark: 'points',
    benchmarkHours: 'all',
    ownBenchmark: 'booked',
    closings: 'absent',
    exposure: 'closedTrades',
    daysPerYear: 365.25,
    growthFrom: 'firstPoint',
    lengths: 'unitOfPoints',
    withoutCases: 'absent',
    afterRuin: 'reckoned',
  },
  lean: {
    name: 'lean',
    sampling: 'calendarDay',
    drawdowns: { part: 1 / 4000, least: 4 * MINUTE },
    fallsFrom: 'firstPoint',
    firstReturn: 'absent',
    periodsPerYear: 252,
    annualReturn: 'arithmetic',
    volatility: 'scaled',
    sharpe: 'annual',
    sortino: 'negativeDeviation',
    benchmark: 'annual',
    benchmarkHours: 'regular',
    ownBenchmark: 'adjusted',
    closings: 'counted',
    exposure: 'positions',
    daysPerYear: 365,
    growthFrom: 'start',
    lengths: 'days',
    withoutCases: 'zero',
    afterRuin: 'reckoned',
  },
} as const satisfies Record<string, StatisticsConvention>;

/** A convention's name. */
export type ConventionName = keyof typeof STATISTICS_CONVENTIONS;

/** The conventions of a name; throws `CONFIG_INVALID`. */
export function conventionOf(name: string): StatisticsConvention {
  const known: Readonly<Record<string, StatisticsConvention>> = STATISTICS_CONVENTIONS;
  const convention = Object.hasOwn(known, name) ? known[name] : undefined;
  if (convention !== undefined) return convention;
  throw new PapertapeError('CONFIG_INVALID', `There are no statistics conventions called ${name}.`, {
    remedy: `Let the preset name one of: ${Object.keys(known).join(', ')}.`,
  });
}
