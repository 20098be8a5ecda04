/**
 * `backtest-many`: the strategy of backtest-single over many symbols at once, their minute bars merged once in the
 * order of time: 500 symbols for 20 days, then how the cost grows with 1,000 and 10,000. Peers take the first bars of
 * the first of the 500 symbols.
 */
import { createHash } from 'node:crypto';
import { runBacktest } from '../src/analytics/Backtester.js';
import type { BacktestSetup } from '../src/analytics/Backtester.js';
import type { BarTable, MarketBatch } from '../src/domain/marketTables.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../src/domain/units.js';
import { BenchCross } from './BenchCross.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { manyWalks, MINUTES_PER_DAY } from './manyWalks.js';
import { writeBars } from './peerData.js';
import { besidePeers, EXACT } from './peers.js';
import type { Outcome, Peer } from './peers.js';
import { crossOfMany, smaCrossAtClose } from './smaReference.js';
import type { CrossOutcome } from './smaReference.js';

const CASH = 1_000_000_000 * DOLLAR;
const SYMBOLS = 500;
const GATE = 12_000_000;
const SHARE_AT_1000 = 0.7;

/** Measures the cases. */
export async function run(): Promise<BenchResult[]> {
  const table = manyWalks(SYMBOLS, 20, 'minutes');
  const first = await measureMany(table, SYMBOLS, 7, GATE);
  const second = await measureMany(manyWalks(1_000, 10, 'minutes'), 1_000, 5, first.perSecond * SHARE_AT_1000);
  const third = await measureMany(manyWalks(10_000, 1, 'minutes'), 10_000, 3);
  const share = (result: BenchResult): string =>
    `${((result.perSecond / first.perSecond) * 100).toFixed(0)} % of 500 symbols`;
  const withPeers = besidePeers(first, peersOn(table), (path) => {
    writeBars(path, table);
  });
  return [...withPeers, { ...second, note: share(second) }, { ...third, note: share(third) }];
}

async function measureMany(
  table: BarTable,
  symbols: number,
  runs: number,
  gatePerSecond?: number,
): Promise<BenchResult> {
  const expected = crossOfMany({ table, symbols });
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

/** The peers: every symbol for a part of the days, or fewer symbols. */
function peersOn(table: BarTable): readonly Peer[] {
  const part = { table, symbols: SYMBOLS };
  const shared = { runs: 1, comparison: EXACT };
  const settings = { symbols: SYMBOLS, cash: CASH / DOLLAR };
  const bars = 2 * MINUTES_PER_DAY;
  const use = 50;
  return [
    {
      ...shared,
      name: 'nautilus_trader',
      program: 'nautilus_engine.py',
      variable: 'PAPERTAPE_PEERS_NAUTILUS',
      settings: { ...settings, bars: MINUTES_PER_DAY },
      work: SYMBOLS * MINUTES_PER_DAY,
      expected: () => [outcomeOf(crossOfMany({ ...part, bars: MINUTES_PER_DAY }, smaCrossAtClose))],
      note: 'all symbols for 1 of the 20 days; fills at the close that it decides on; averages by hand',
    },
    {
      ...shared,
      name: 'backtrader',
      program: 'backtrader_engine.py',
      variable: 'PAPERTAPE_PEERS_PYTHON',
      settings: { ...settings, use, bars },
      work: use * bars,
      expected: () => [outcomeOf(crossOfMany({ ...part, use, bars }))],
      note: `${use} of the symbols for 2 of the 20 days`,
    },
  ];
}

function outcomeOf({ trades, profit }: CrossOutcome): Outcome {
  return { trades, finalEquity: (CASH + profit) / DOLLAR };
}
