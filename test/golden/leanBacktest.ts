/** Runs the rule of a published LEAN backtest as a user would, under the preset `lean`, and reads its figures. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import type { HistoryBacktestRun } from '../../src/analytics/backtestHistory.js';
import type { HistoryBacktest } from '../../src/analytics/historyMarket.js';
import { formatDate, parseDate } from '../../src/calendar/tradingDate.js';
import { withActions } from '../../src/cli/marketHistory.js';
import type { AdjustMode } from '../../src/domain/ports.js';
import type { Statistics } from '../../src/analytics/statistics.js';
import type { Timeframe } from '../../src/domain/timeframe.js';
import { DOLLAR } from '../../src/domain/units.js';
import type { StrategyClass } from '../../src/strategies/Strategy.js';
import { describeWithReferenceData, referenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';

/** A published backtest; dates are New York dates, both included. */
export interface LeanCase {
  readonly name: string;
  readonly strategyClass: StrategyClass;
  readonly timeframe: Timeframe;
  readonly from: string;
  readonly to: string;
  readonly symbols?: readonly string[];
  readonly feePlan?: string;
  readonly extendedHours?: boolean;
  /** `lean` if absent. */
  readonly preset?: string;
  /** Dollars at the start; 100,000 if absent. */
  readonly cash?: number;
  /** The preset's if absent. */
  readonly adjust?: AdjustMode;
  /** The symbol of the run if absent and it has only one. */
  readonly benchmark?: string;
}

/** Published figures; `netProfit` where its end equity was not printed, or is not the same to the cent. */
export interface PublishedCase extends LeanCase {
  readonly endEquity?: string;
  readonly netProfit?: string;
  /** Absent where they are not the same to the cent. */
  readonly fees?: string;
  readonly orders: number;
  /** The others, as printed. */
  readonly figures?: Readonly<Partial<Record<PrintedFigure, string>>>;
  /** Those of them that LEAN prints as 0 because they are of nothing: a ratio to 0, a mean of no case. */
  readonly none?: readonly PrintedFigure[];
}

interface Printed {
  readonly of: (statistics: Statistics) => number;
  /** One of the last decimal that LEAN prints; 0.001 if absent. */
  readonly unit?: number;
  readonly percent?: boolean;
}

/** Figures by the names that LEAN prints them under. */
const PRINTED = {
  'Compounding Annual Return': { of: ({ cagr }) => cagr, percent: true },
  Drawdown: { of: ({ maxDrawdown }) => Math.round(maxDrawdown * 1000) / 1000, percent: true },
  'Sharpe Ratio': { of: ({ sharpe }) => sharpe },
  'Sortino Ratio': { of: ({ sortino }) => sortino },
  Alpha: { of: ({ alpha }) => alpha },
  Beta: { of: ({ beta }) => beta },
  'Annual Standard Deviation': { of: ({ annualVolatility }) => annualVolatility },
  'Information Ratio': { of: ({ informationRatio }) => informationRatio, unit: 0.005 },
  'Tracking Error': { of: ({ trackingError }) => trackingError },
  'Treynor Ratio': { of: ({ treynorRatio }) => treynorRatio },
  'Annual Variance': { of: ({ annualVolatility }) => annualVolatility ** 2 },
  'Average Win': { of: ({ averageWin = NaN }) => averageWin, unit: 0.01, percent: true },
  'Average Loss': { of: ({ averageLoss = NaN }) => averageLoss, unit: 0.01, percent: true },
  'Win Rate': { of: ({ closingWinRate = NaN }) => closingWinRate, unit: 1, percent: true },
  'Loss Rate': {
    of: ({ closings, closingWinRate = NaN }) => (closings === 0 ? 0 : 1 - closingWinRate),
    unit: 1,
    percent: true,
  },
  'Profit-Loss Ratio': { of: ({ closingPayoff = NaN }) => closingPayoff, unit: 0.01 },
  Expectancy: { of: ({ closingExpectancy = NaN }) => closingExpectancy },
  'Probabilistic Sharpe Ratio': { of: ({ probabilisticSharpe = NaN }) => probabilisticSharpe, percent: true },
  'Drawdown Recovery': { of: ({ recoveryDays = NaN }) => recoveryDays, unit: 0.5 },
  'Portfolio Turnover': { of: ({ dailyTurnover = NaN }) => dailyTurnover, unit: 0.01, percent: true },
} as const satisfies Record<string, Printed>;

/** Name of a figure that can be compared. */
export type PrintedFigure = keyof typeof PRINTED;

/** Runs it; LEAN's risk-free rate is the average primary credit rate of the days of the run. */
export async function runLean(history: GoldenHistory, testCase: LeanCase): Promise<HistoryBacktestRun> {
  const { name, strategyClass, timeframe, from, to, symbols = ['SPY'], feePlan, extendedHours } = testCase;
  const { preset = 'lean', adjust, benchmark } = testCase;
  const backtest: HistoryBacktest = {
    strategies: [{ name, strategyClass, hash: name, timeframe }],
    symbols,
    from,
    to,
    preset,
    startingCash: startOf(testCase),
    warmUpSessions: 0,
    riskFree: averageRate(from, to),
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
    ...(feePlan === undefined ? {} : { feePlan }),
    ...(extendedHours === undefined ? {} : { extendedHours }),
    ...(adjust === undefined ? {} : { adjust }),
    ...(benchmark === undefined ? {} : { benchmark }),
  };
  return backtestFromStore(history.store, await withActions(history.store, backtest));
}

/** Tests of cases on one history of reference files (paths below the reference data). */
export function describePublished(
  name: string,
  files: readonly string[],
  casesOf: readonly PublishedCase[] | (() => readonly PublishedCase[]),
): void {
  describeWithReferenceData(name, () => {
    let history: GoldenHistory;
    beforeAll(async () => {
      history = await importGoldenHistory(files);
    }, 240_000);
    afterAll(() => history.close());

    it.each(typeof casesOf === 'function' ? casesOf() : casesOf)('$name', async (testCase) => {
      await expectPublished(history, testCase);
    });
  });
}

/** Runs a case and expects its end equity and fees to the cent, its number of orders, and the figures it names. */
export async function expectPublished(history: GoldenHistory, testCase: PublishedCase): Promise<HistoryBacktestRun> {
  const done = await runLean(history, testCase);
  const { run: result } = done;
  expect(result.strategies.map((strategy) => strategy.error)).toEqual([undefined]);
  // A replacement is an order of its own here.
  const orders = result.orders.filter((order) => order.replaces === undefined);
  expect(orders).toHaveLength(testCase.orders);
  if (testCase.fees !== undefined) expect(`$${cents(result.fees)}`).toBe(testCase.fees);
  if (testCase.endEquity !== undefined) expect(cents(result.finalEquity)).toBe(testCase.endEquity);
  const growth = result.finalEquity / startOf(testCase) - 1;
  if (testCase.netProfit !== undefined) expect(percent(growth)).toBe(testCase.netProfit);
  expectFigures(result.statistics, testCase.figures ?? {}, testCase.none);
  return done;
}

/**
 * Expects published figures within one unit of their last decimal: LEAN rounds closes of the benchmark to four. For
 * those of `none` it prints 0 because there is nothing that they could be of: there they are expected to be NaN.
 */
export function expectFigures(
  statistics: Statistics,
  figures: NonNullable<PublishedCase['figures']>,
  none: readonly PrintedFigure[] = [],
): void {
  for (const [name, published] of Object.entries(figures)) {
    const { of, unit = 0.001, percent: isPercent = false } = PRINTED[name as PrintedFigure] as Printed;
    const figure = of(statistics);
    const wanted = Number.parseFloat(published);
    if (none.some((one) => one === name)) {
      expect([figure, wanted], `${name}, published ${published}`).toEqual([Number.NaN, 0]);
      continue;
    }
    const own = isPercent ? figure / 0.01 : figure;
    expect(Math.abs(own - wanted), `${name}: ${own}, published ${published}`).toBeLessThan(1.5 * unit);
  }
}

/**
 * The primary credit rate, a fraction per year: its average over the days from one to another, both included; days
 * before the first change have that one's.
 */
function averageRate(from: string, to: string): number {
  const changes = readFileSync(referenceData('lean/interest_rate_usa.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const first = parseDate(from);
  const days = parseDate(to) - first + 1;
  let sum = 0;
  for (let day = 0; day < days; day += 1) {
    const date = formatDate(first + day);
    sum += Number((changes.findLast(([since = '']) => since <= date) ?? changes[0])?.[1]);
  }
  return sum / days / 100;
}

/** Micro-dollars at the start. */
function startOf({ cash = 100_000 }: LeanCase): number {
  return cash * DOLLAR;
}

/** A fraction as LEAN prints it. */
export function percent(fraction: number): string {
  return `${(fraction / 0.01).toFixed(3)}%`;
}

/** Micro-dollars as dollars with two decimals, half away from zero. */
export function cents(money: number): string {
  return (Math.round(money / 10_000) / 100).toFixed(2);
}
