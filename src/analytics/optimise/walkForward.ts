/**
 * Walk-forward analysis (Pardo, "The Evaluation and Optimization of Trading Strategies", 2008): parameters are searched
 * on one window and judged on the days that follow, again and again, and only those days are joined to a result. Every
 * test begins flat and with the cash of the start; its returns, not its dollars, are joined.
 */
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { HOUR } from '../../domain/timeframe.js';
import type { StatisticsConvention } from '../conventions.js';
import type { EquityCurve } from '../returns.js';
import { computeStatistics } from '../statistics.js';
import type { Statistics } from '../statistics.js';
import type { ClosedTrade } from '../tradeStatistics.js';
import { untilRuin } from '../validation/untilRuin.js';
import type { CompleteTrial, SearchPlan, SearchResult } from './searchPlan.js';
import { windowOfDates } from './tradingDates.js';
import type { TrialOutcome } from './trial.js';

/** How the range is cut; lengths in trading days. */
export interface WalkForwardOptions {
  readonly train: number;
  readonly test: number;
  /** Training begins with the first day each time and grows, instead of moving on. */
  readonly anchored: boolean;
}

/** Days to search on and the days after them to judge on. */
export interface WalkForwardWindow {
  readonly train: readonly TradingDate[];
  readonly test: readonly TradingDate[];
}

/** One step: what was found in training and what it did afterwards. */
export interface WalkForwardStep {
  readonly window: WalkForwardWindow;
  readonly search: SearchResult;
  /** Undefined where training has no best: the days are spent in cash. */
  readonly chosen: CompleteTrial | undefined;
  readonly test: TrialOutcome | undefined;
}

/** What a step returned on the days after its training, as a fraction; NaN where it spent them in cash. */
export function returnAfter({ test }: Pick<WalkForwardStep, 'test'>): number {
  if (test === undefined || test.dailyReturns.every((value) => value === 0)) return Number.NaN;
  return test.statistics.totalReturn;
}

/** The joined days outside of every training. */
export interface StitchedResult {
  /** Dollars at the close of each date. */
  readonly curve: EquityCurve;
  readonly dates: Int32Array;
  readonly dailyReturns: Float64Array;
  readonly statistics: Statistics;
}

/**
 * The windows over these dates: each test follows its training at once, and tests follow each other without a gap; the
 * last may be shorter. None if the dates are too few for one training and one day.
 */
export function walkForwardWindows(
  dates: readonly TradingDate[],
  { train, test, anchored }: WalkForwardOptions,
): readonly WalkForwardWindow[] {
  const windows: WalkForwardWindow[] = [];
  for (let at = train; at < dates.length; at += test) {
    windows.push({ train: dates.slice(anchored ? 0 : at - train, at), test: dates.slice(at, at + test) });
  }
  return windows;
}

/**
 * The plan of a search, on the training days of a window: from the midnight before its first day to the one after its
 * last, as they are stated. The first window too begins with its first trading day where the range that was asked for
 * begins earlier, so that figures by calendar days count those of all windows alike.
 */
export function planFor(plan: SearchPlan, window: WalkForwardWindow, rungs: SearchPlan['rungs']): SearchPlan {
  return { ...plan, ...windowOfDates(window.train), rungs };
}

/**
 * Joins the tests of all steps. Days in cash, and days without a row for a test, return 0, as do all that come after a
 * day on which everything was lost; trades that end after it are left out.
 */
export function stitch(
  steps: readonly WalkForwardStep[],
  startEquity: number,
  convention: StatisticsConvention,
): StitchedResult {
  const dates = steps.flatMap(({ window }) => window.test);
  const returns = new Map<number, number>();
  const trades: ClosedTrade[] = [];
  const equity = new Float64Array(dates.length);
  let value = startEquity;
  let day = 0;
  for (const { window, test } of steps) {
    // Where everything was lost nobody goes on.
    if (test !== undefined && value > 0) {
      const held = untilRuin(test.dailyReturns);
      for (const [index, date] of test.dates.entries()) returns.set(date, held[index] ?? 0);
      const ruin = test.dates[held.indexOf(-1)] ?? Infinity;
      const growth = value / startEquity;
      trades.push(...tradesOf(test, growth).filter(({ exitTime }) => newYorkDate(exitTime) <= ruin));
    }
    for (const date of window.test) {
      value *= 1 + (returns.get(date) ?? 0);
      equity[day] = value;
      day += 1;
    }
  }
  const time = Float64Array.from(dates, (date) => fromNewYork(date, 16 * HOUR));
  const curve: EquityCurve = { time, equity };
  return {
    curve,
    dates: Int32Array.from(dates),
    dailyReturns: Float64Array.from(dates, (date) => returns.get(date) ?? 0),
    statistics: computeStatistics({ curve, trades, startEquity, riskFree: 0 }, convention),
  };
}

/**
 * Walk-forward efficiency: annual return outside of training ÷ the mean of those that were found in training; undefined
 * where training gained nothing.
 */
export function walkForwardEfficiency(steps: readonly WalkForwardStep[], stitched: StitchedResult): number | undefined {
  const found = steps.flatMap(({ chosen }) => chosen?.outcome.statistics.annualReturn ?? []);
  const mean = found.reduce((sum, annual) => sum + annual, 0) / found.length;
  const efficiency = stitched.statistics.annualReturn / mean;
  return mean > 0 && Number.isFinite(efficiency) ? efficiency : undefined;
}

/** Trades of a test, their dollars those of an account that has grown by a factor until then. */
function tradesOf(test: TrialOutcome, growth: number): readonly ClosedTrade[] {
  return Array.from(test.tradeReturns, (returnFraction, index) => ({
    returnFraction,
    pnl: (test.tradeProfits[index] ?? 0) * growth,
    entryTime: test.tradeEntries[index] ?? 0,
    exitTime: test.tradeExits[index] ?? 0,
  }));
}
