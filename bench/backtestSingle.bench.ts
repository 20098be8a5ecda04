/**
 * `backtest-single`: one strategy, one symbol, one thread, through the whole engine. SMA(10) over SMA(50) on
 * one-minute bars, 100 shares long or flat, market orders at the next open, $1 an order, equity recorded per bar.
 *
 * A loop of a few lines, written without the engine, says what every run must come to, peers included. They run on as
 * many of the first bars as they can bear. An event loop in C says what the machine allows (limits.ts).
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
import { besideLimit } from './limits.js';
import type { Limit } from './limits.js';
import { MINUTES_PER_DAY } from './manyWalks.js';
import { writeBars } from './peerData.js';
import { besidePeers, EXACT } from './peers.js';
import type { Outcome, Peer, PeerVariable } from './peers.js';
import { randomWalk } from './randomWalk.js';
import { smaCross, smaCrossAtClose } from './smaReference.js';
import type { CrossOutcome } from './smaReference.js';

/** Forty years of minutes: five million, as the design has it, end beyond the calendar. */
const BARS = 4_000_000;
const CASH = 10_000_000 * DOLLAR;

/** Measures the case. */
export async function run(): Promise<BenchResult[]> {
  const table = randomWalk(BARS);
  const expected = outcomeOf(smaCross(table.open, table.close, BARS));
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
    gatePerSecond: 20_000_000,
    note: 'more than half in orders (27 per 1,000 bars, followed in numbers), the rest in bars',
  });
  const [ours = result, ...limit] = besideLimit(result, limitOf(table));
  const withPeers = besidePeers(ours, peersOn(table), (path) => {
    writeBars(path, table);
  });
  return [...withPeers, ...limit];
}

function limitOf({ open, close }: BarTable): Limit {
  const bytes = (column: Float64Array): Uint8Array =>
    new Uint8Array(column.buffer, column.byteOffset, BARS * column.BYTES_PER_ELEMENT);
  const { trades, profit } = smaCross(open, close, BARS);
  return { program: 'smaCross', data: [bytes(open), bytes(close)], args: [], expected: { trades, profit } };
}

/** The peers, which take the first bars alone. */
function peersOn(table: BarTable): readonly Peer[] {
  const peer = (
    name: string,
    program: string,
    variable: PeerVariable,
    bars: number,
    rest: Partial<Pick<Peer, 'runs' | 'comparison' | 'note'>> & { readonly cross?: typeof smaCross } = {},
  ): Peer => {
    const { cross = smaCross, runs = 1, comparison = EXACT, note = '' } = rest;
    const expected = (): Outcome[] => [outcomeOf(cross(table.open, table.close, bars))];
    return { name, program, variable, settings: { bars }, work: bars, runs, expected, comparison, note };
  };
  const python = 'PAPERTAPE_PEERS_PYTHON';
  return [
    peer('vectorbt', 'vectorbt_engine.py', python, BARS, { runs: 4, note: 'vectorised, its compiler warm' }),
    peer('backtesting.py', 'backtesting_engine.py', python, 200_000),
    peer('backtrader', 'backtrader_engine.py', python, 40_000),
    peer('nautilus_trader', 'nautilus_engine.py', 'PAPERTAPE_PEERS_NAUTILUS', 100_000, {
      cross: smaCrossAtClose,
      note: 'fills at the close that it decides on; averages by hand',
    }),
    // Whole sessions alone.
    peer('zipline', 'zipline_engine.py', 'PAPERTAPE_PEERS_ZIPLINE', 20 * MINUTES_PER_DAY, { note: 'averages by hand' }),
    peer('grademark', 'grademark_engine.mjs', 'PAPERTAPE_PEERS_NPM', 1_000_000, {
      runs: 3,
      comparison: { what: 'trades', count: 0.04, equity: undefined },
      note: 'averages by hand beforehand; cannot enter again with the bar of an exit',
    }),
  ];
}

function outcomeOf({ trades, profit }: CrossOutcome): Outcome {
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
