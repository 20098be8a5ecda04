/**
 * `backtest-single`: one strategy, one symbol, one thread, through the whole engine. SMA(10) over SMA(50) on
 * one-minute bars, 100 shares long or flat, market orders at the next open, $1 an order, equity recorded per bar.
 *
 * A loop of a few lines, written without the engine, says what every run must come to, peers included. They run on as
 * many of the first bars as they can bear.
 */
import { createHash } from 'node:crypto';
import { runBacktest, startOf } from '../src/analytics/Backtester.js';
import type { BacktestSetup } from '../src/analytics/Backtester.js';
import type { BacktestRun } from '../src/analytics/BacktestRun.js';
import type { BarTable, MarketBatch } from '../src/domain/marketTables.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../src/domain/units.js';
import { BenchCross } from './BenchCross.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { MINUTES_PER_DAY } from './manyWalks.js';
import { runPeers } from './peers.js';
import type { Outcome, Peer } from './peers.js';
import { randomWalk } from './randomWalk.js';
import { smaCross } from './smaReference.js';

const BARS = 4_000_000;
const CASH = 10_000_000 * DOLLAR;

/** Measures the case. */
export async function run(): Promise<BenchResult[]> {
  const table = randomWalk(BARS);
  const expected = outcomeOf(table, BARS);
  const market: MarketBatch = { tables: [table], order: null, length: table.length };
  const setup: BacktestSetup = {
    strategies: [{ name: 'bench-cross', strategyClass: BenchCross, hash: 'bench', timeframe: '1m' }],
    symbols: ['WALK'],
    priceScale: RAW_PRICE_SCALE,
    startingCash: CASH,
    preset: 'backtesting.py',
    feePlan: 'per-order-1usd',
    startTime: startOf(market),
    engineVersion: 'bench',
    createHash: () => createHash('sha256'),
  };
  const result = await measure({
    name: 'backtest-single',
    unit: 'bars',
    work: BARS,
    run: () => runBacktest(market, setup),
    check: (outcome) => {
      checkOutcome(outcome, expected);
    },
    warmUps: 5,
    runs: 9,
    gatePerSecond: 8_000_000,
    note: 'about two thirds in orders (27 per 1,000 bars; 1.7 KB of objects each), a third in bars',
  });
  const { results, missing } = runPeers(PEERS, table, (bars) => outcomeOf(table, bars), result);
  const note = missing.length === 0 ? result.note : `${result.note ?? ''}; not installed: ${missing.join(', ')}`;
  return [{ ...result, ...(note === undefined ? {} : { note }) }, ...results];
}

const PYTHON = 'PAPERTAPE_PEERS_PYTHON';
const PEERS: readonly Peer[] = [
  {
    name: 'vectorbt',
    program: 'vectorbt_engine.py',
    variable: PYTHON,
    bars: BARS,
    runs: 4,
    tolerance: 0,
    comparesEquity: true,
    note: '; vectorised, its compiler warm',
  },
  {
    name: 'backtesting.py',
    program: 'backtesting_engine.py',
    variable: PYTHON,
    bars: 200_000,
    runs: 1,
    tolerance: 0,
    comparesEquity: true,
    note: '',
  },
  {
    name: 'backtrader',
    program: 'backtrader_engine.py',
    variable: PYTHON,
    bars: 40_000,
    runs: 1,
    tolerance: 0,
    comparesEquity: true,
    note: '',
  },
  {
    name: 'nautilus_trader',
    program: 'nautilus_engine.py',
    variable: 'PAPERTAPE_PEERS_NAUTILUS',
    bars: 100_000,
    runs: 1,
    // Its averages are sums of fractions, which part from ours where two averages are equal.
    tolerance: 0.01,
    comparesEquity: false,
    note: '; fills at the close that it decides on',
  },
  {
    name: 'zipline',
    program: 'zipline_engine.py',
    variable: 'PAPERTAPE_PEERS_ZIPLINE',
    // Whole sessions alone.
    bars: 20 * MINUTES_PER_DAY,
    runs: 1,
    tolerance: 0,
    comparesEquity: true,
    note: '; averages by hand',
  },
  {
    name: 'grademark',
    program: 'grademark_engine.mjs',
    variable: 'PAPERTAPE_PEERS_NPM',
    bars: 1_000_000,
    runs: 3,
    // It cannot enter again with the bar of an exit.
    tolerance: 0.04,
    comparesEquity: false,
    note: '; averages by hand beforehand',
  },
];

function outcomeOf({ open, close }: BarTable, bars: number): Outcome {
  const { trades, profit } = smaCross(open, close, bars);
  return { trades, finalEquity: (CASH + profit) / DOLLAR };
}

function checkOutcome(outcome: BacktestRun, expected: Outcome): void {
  const trades = outcome.statistics.trades;
  if (trades !== expected.trades) throw new Error(`${trades} round trips instead of ${expected.trades}`);
  const equity = outcome.finalEquity / DOLLAR;
  if (equity !== expected.finalEquity) {
    throw new Error(`equity ${equity} instead of ${expected.finalEquity}`);
  }
  if (outcome.curve.equity.length !== BARS) throw new Error(`${outcome.curve.equity.length} points of equity`);
}
