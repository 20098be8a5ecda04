/**
 * `backtest-single`: one strategy, one symbol, one thread, through the whole engine. SMA(10) over SMA(50) on
 * one-minute bars, 100 shares long or flat, market orders at the next open, $1 an order, equity recorded per bar.
 *
 * The bars are a seeded random walk (5 basis points a minute, whole cents, 5 to 2,000 dollars) over the regular
 * minutes of the calendar's sessions, which hold no more than 4.4 million. A loop of a few lines, written without
 * the engine, says what every run must come to.
 */
import { createHash } from 'node:crypto';
import { runBacktest, startOf } from '../src/analytics/Backtester.js';
import type { BacktestSetup } from '../src/analytics/Backtester.js';
import type { BacktestRun } from '../src/analytics/BacktestRun.js';
import { nyse } from '../src/calendar/sessions.js';
import { dateOf } from '../src/calendar/tradingDate.js';
import type { BarTable, MarketBatch } from '../src/domain/marketTables.js';
import { createBarTable } from '../src/domain/tables.js';
import { MINUTE } from '../src/domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../src/domain/units.js';
import { Strategy } from '../src/index.js';
import type { Bar, Context } from '../src/index.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';

const BARS = 4_000_000;
const FAST = 10;
const SLOW = 50;
const SHARES = 100;
const CASH = 10_000_000 * DOLLAR;
const FEE = DOLLAR;
const CENT = RAW_PRICE_SCALE / 100;

const SIZE = { shares: SHARES };
const ENTRY = { reason: 'fast average crossed above slow', size: SIZE };
const EXIT = { reason: 'fast average crossed below slow' };

class BenchCross extends Strategy.with({}) {
  private readonly fast = this.sma(FAST);
  private readonly slow = this.sma(SLOW);

  override onBar(bar: Bar, ctx: Context): void {
    if (this.fast.crossedAbove(this.slow)) ctx.enterLong(bar.symbol, ENTRY);
    else if (this.fast.crossedBelow(this.slow)) ctx.exit(bar.symbol, EXIT);
  }
}

/** Measures the case. */
export async function run(): Promise<BenchResult[]> {
  const table = randomWalk(BARS);
  const expected = reference(table);
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
  return [result];
}

interface Expected {
  readonly trades: number;
  readonly finalEquity: number;
}

function checkOutcome(outcome: BacktestRun, expected: Expected): void {
  const trades = outcome.statistics.trades;
  if (trades !== expected.trades) throw new Error(`${trades} round trips instead of ${expected.trades}`);
  if (outcome.finalEquity !== expected.finalEquity) {
    throw new Error(`equity ${outcome.finalEquity} instead of ${expected.finalEquity}`);
  }
  if (outcome.curve.equity.length !== BARS) throw new Error(`${outcome.curve.equity.length} points of equity`);
}

/** What the strategy must come to, by the plainest loop. */
function reference({ open, close, length }: BarTable): Expected {
  let fast = 0;
  let slow = 0;
  let cash = CASH;
  let held = 0;
  let wanted = 0;
  let trades = 0;
  let before = 0;
  for (let row = 0; row < length; row += 1) {
    if (wanted !== held) {
      cash += (held - wanted) * (open[row] ?? 0) - FEE;
      if (wanted === 0) trades += 1;
      held = wanted;
    }
    fast += (close[row] ?? 0) - (row >= FAST ? (close[row - FAST] ?? 0) : 0);
    slow += (close[row] ?? 0) - (row >= SLOW ? (close[row - SLOW] ?? 0) : 0);
    if (row < SLOW - 1) continue;
    const difference = fast * SLOW - slow * FAST;
    if (row >= SLOW) {
      if (before <= 0 && difference > 0) wanted = SHARES;
      else if (before >= 0 && difference < 0) wanted = 0;
    }
    before = difference;
  }
  return { trades, finalEquity: cash + held * (close[length - 1] ?? 0) };
}

function randomWalk(count: number): BarTable {
  const table = createBarTable('1m', count);
  const random = mulberry32(42);
  let price = 100;
  let row = 0;
  let session = nyse.nextSession(dateOf(1990, 1, 1));
  while (row < count) {
    for (let start = session.open; start < session.close && row < count; start += MINUTE) {
      const open = price;
      // Twelve uniforms less six are close to a normal deviate.
      let deviate = -6;
      for (let i = 0; i < 12; i += 1) deviate += random();
      price = Math.min(2000, Math.max(5, price * (1 + 0.0005 * deviate)));
      const range = price * 0.0003 * random();
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      table.open[row] = cents(open);
      table.close[row] = cents(price);
      table.high[row] = cents(Math.max(open, price) + range);
      table.low[row] = cents(Math.min(open, price) - range);
      table.volume[row] = 1000 + Math.floor(random() * 9000);
      row += 1;
    }
    session = nyse.nextSession(session.date);
  }
  table.length = count;
  return table;
}

function cents(dollars: number): number {
  return Math.round(dollars * 100) * CENT;
}

/** The 32-bit generator of Tommy Ettinger; enough for prices. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
