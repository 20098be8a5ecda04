/**
 * `backtest-large`: runs of the size that a portfolio has, with their reports: 20 years of daily bars of 500 symbols,
 * and a year of minutes of 100. Each is run once, with the built-in SMA cross; the note has the peak of the whole
 * process's memory so far, the data included, and the size of the report.
 */
import { createHash } from 'node:crypto';
import type { BacktestSetup } from '../src/analytics/Backtester.js';
import { runBacktest } from '../src/analytics/Backtester.js';
import { generateReport } from '../src/analytics/ReportGenerator.js';
import { newYorkDate } from '../src/calendar/newYorkTime.js';
import { formatDate } from '../src/calendar/tradingDate.js';
import type { BarTable, MarketBatch } from '../src/domain/marketTables.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../src/domain/units.js';
import SmaCross from '../src/strategies/builtin/SmaCross.js';
import { assert } from '../src/utils/assert.js';
import { figures } from './harness.js';
import type { BenchResult } from './harness.js';
import { manyWalks } from './manyWalks.js';

const MIB = 2 ** 20;
const CASES = [
  { name: 'days-500', symbols: 500, days: 20 * 252, bars: 'days', timeframe: '1d', year: 2004 },
  { name: 'minutes-100', symbols: 100, days: 250, bars: 'minutes', timeframe: '1m', year: 2023 },
] as const;

/** Measures the cases. */
export function run(): Promise<BenchResult[]> {
  return Promise.resolve(
    CASES.map(({ name, symbols, days, bars, timeframe, year }) => {
      return measureOne(name, symbols, timeframe, manyWalks(symbols, days, bars, year));
    }),
  );
}

function measureOne(name: string, symbolCount: number, timeframe: '1d' | '1m', table: BarTable): BenchResult {
  const market: MarketBatch = { tables: [table], order: null, length: table.length };
  const symbols = Array.from({ length: symbolCount }, (_, id) => `W${id}`);
  const setup: BacktestSetup = {
    strategies: [{ name: 'sma-cross', strategyClass: SmaCross, hash: 'bench', timeframe, allocation: 1 / symbolCount }],
    symbols,
    priceScale: RAW_PRICE_SCALE,
    startingCash: 10_000_000 * DOLLAR,
    startTime: table.start[0] ?? 0,
    engineVersion: 'bench',
    createHash: () => createHash('sha256'),
  };
  const started = performance.now();
  const run = runBacktest(market, setup);
  const runMs = performance.now() - started;
  const page = generateReport({
    strategy: 'sma-cross',
    strategyHash: 'bench',
    from: formatDate(newYorkDate(table.start[0] ?? 0)),
    to: formatDate(newYorkDate(table.time[table.length - 1] ?? 0)),
    result: {
      run,
      symbols,
      adjust: 'raw',
      data: [{ what: `${timeframe} bars`, rows: table.length }],
      warmUpRows: 0,
      warmUpSessions: 0,
    },
    warnings: [],
  });
  const reportMs = performance.now() - started - runMs;
  assert(run.roundTrips.length > 1_000, `only ${run.roundTrips.length} trades`);
  assert(page.trimEnd().endsWith('</html>'), 'the report is not whole');
  const peak = process.resourceUsage().maxRSS / 1024;
  const note =
    `${run.roundTrips.length} trades; report of ${(page.length / MIB).toFixed(1)} MiB in ${reportMs.toFixed(0)} ms; ` +
    `peak ${peak.toFixed(0)} MiB, of which ${((table.length * 65) / MIB).toFixed(0)} MiB bars`;
  return { ...figures(`backtest-large/${name}`, 'bars', table.length, runMs, [runMs], 0), note };
}
