/** Runs the rule of a published LEAN backtest as a user would, under the preset `lean`, and reads its figures. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import type { HistoryBacktestRun } from '../../src/analytics/backtestHistory.js';
import type { HistoryBacktest } from '../../src/analytics/historyMarket.js';
import type { Timeframe } from '../../src/domain/timeframe.js';
import { DOLLAR } from '../../src/domain/units.js';
import type { StrategyClass } from '../../src/strategies/Strategy.js';
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
}

/** Published figures; `netProfit` where its end equity was not printed. */
export interface PublishedCase extends LeanCase {
  readonly endEquity?: string;
  readonly netProfit?: string;
  readonly fees: string;
  readonly orders: number;
}

/** Micro-dollars at the start. */
const START = 100_000 * DOLLAR;

/** Average primary credit rate of 2013. */
const RISK_FREE_2013 = 0.0075;

/** Runs it with 100,000 dollars. */
export function runLean(history: GoldenHistory, testCase: LeanCase): Promise<HistoryBacktestRun> {
  const { name, strategyClass, timeframe, from, to, symbols = ['SPY'], feePlan, extendedHours } = testCase;
  const backtest: HistoryBacktest = {
    strategies: [{ name, strategyClass, hash: name, timeframe }],
    symbols,
    from,
    to,
    preset: 'lean',
    startingCash: START,
    warmUpSessions: 0,
    riskFree: RISK_FREE_2013,
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
    ...(feePlan === undefined ? {} : { feePlan }),
    ...(extendedHours === undefined ? {} : { extendedHours }),
  };
  return backtestFromStore(history.store, backtest);
}

/** Runs a case and expects its end equity and fees to the cent, and its number of orders. */
export async function expectPublished(history: GoldenHistory, testCase: PublishedCase): Promise<HistoryBacktestRun> {
  const done = await runLean(history, testCase);
  const { run: result } = done;
  expect(result.strategies.map((strategy) => strategy.error)).toEqual([undefined]);
  // A replacement is an order of its own here.
  const orders = result.orders.filter((order) => order.replaces === undefined);
  expect(orders).toHaveLength(testCase.orders);
  expect(`$${cents(result.fees)}`).toBe(testCase.fees);
  if (testCase.endEquity !== undefined) expect(cents(result.finalEquity)).toBe(testCase.endEquity);
  if (testCase.netProfit !== undefined) expect(percent(result.finalEquity / START - 1)).toBe(testCase.netProfit);
  return done;
}

/** A fraction as LEAN prints it. */
export function percent(fraction: number): string {
  return `${(fraction / 0.01).toFixed(3)}%`;
}

/** Micro-dollars as dollars with two decimals, half away from zero. */
export function cents(money: number): string {
  return (Math.round(money / 10_000) / 100).toFixed(2);
}
