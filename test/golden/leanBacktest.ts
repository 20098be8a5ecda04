/** Runs the rule of a published LEAN backtest as a user would, under the preset `lean`, and reads its figures. */
import { createHash } from 'node:crypto';
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
}

/** Average primary credit rate of 2013. */
const RISK_FREE_2013 = 0.0075;

/** Runs it with 100,000 dollars. */
export function runLean(history: GoldenHistory, testCase: LeanCase): Promise<HistoryBacktestRun> {
  const { name, strategyClass, timeframe, from, to, symbols = ['SPY'], feePlan } = testCase;
  const backtest: HistoryBacktest = {
    strategies: [{ name, strategyClass, hash: name, timeframe }],
    symbols,
    from,
    to,
    preset: 'lean',
    startingCash: 100_000 * DOLLAR,
    warmUpSessions: 0,
    riskFree: RISK_FREE_2013,
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
    ...(feePlan === undefined ? {} : { feePlan }),
  };
  return backtestFromStore(history.store, backtest);
}

/** Micro-dollars as dollars with two decimals, half away from zero. */
export function cents(money: number): string {
  return (Math.round(money / 10_000) / 100).toFixed(2);
}
