/**
 * `backtest-many`: the strategy of backtest-single over many symbols at once, their minute bars merged once in the
 * order of time: 500 symbols for 20 days, then how the cost grows with 1,000 and 10,000.
 */
import { createHash } from 'node:crypto';
import { runBacktest } from '../src/analytics/Backtester.js';
import type { BacktestSetup } from '../src/analytics/Backtester.js';
import type { MarketBatch } from '../src/domain/marketTables.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../src/domain/units.js';
import { BenchCross } from './BenchCross.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { manyWalks } from './manyWalks.js';
import { crossOfMany } from './smaReference.js';

const CASH = 1_000_000_000 * DOLLAR;
const GATE = 12_000_000;
const SHARE_AT_1000 = 0.7;

/** Measures the cases. */
export async function run(): Promise<BenchResult[]> {
  const first = await measureMany(500, 20, 7, GATE);
  const second = await measureMany(1_000, 10, 5, first.perSecond * SHARE_AT_1000);
  const third = await measureMany(10_000, 1, 3);
  const share = (result: BenchResult): string =>
    `${((result.perSecond / first.perSecond) * 100).toFixed(0)} % of 500 symbols`;
  return [first, { ...second, note: share(second) }, { ...third, note: share(third) }];
}

async function measureMany(symbols: number, days: number, runs: number, gatePerSecond?: number): Promise<BenchResult> {
  const table = manyWalks(symbols, days, 'minutes');
  const expected = crossOfMany(table, symbols);
  const market: MarketBatch = { tables: [table], order: null, length: table.length };
  const setup: BacktestSetup = {
    strategies: [{ name: 'bench-cross', strategyClass: BenchCross, hash: 'bench', timeframe: '1m' }],
    symbols: Array.from({ length: symbols }, (_, id) => `W${id}`),
    priceScale: RAW_PRICE_SCALE,
    startingCash: CASH,
    preset: 'backtesting.py',
    feePlan: 'per-order-1usd',
    startTime: table.start[0] ?? 0,
    engineVersion: 'bench',
    createHash: () => createHash('sha256'),
  };
  return measure({
    name: `backtest-many/${symbols}`,
    unit: 'bars',
    work: table.length,
    run: () => runBacktest(market, setup),
    check: ({ roundTrips, finalEquity }) => {
      if (roundTrips.length !== expected.trades) throw new Error(`${roundTrips.length} trades, not ${expected.trades}`);
      if (finalEquity !== CASH + expected.profit) throw new Error(`${finalEquity}, not ${CASH + expected.profit}`);
    },
    warmUps: 2,
    runs,
    ...(gatePerSecond === undefined ? {} : { gatePerSecond }),
  });
}
