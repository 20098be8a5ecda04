/**
 * What `import … from 'papertape/testing'` gives: runs a strategy over made-up or recorded bars in a test, through
 * the same engine and exchange as everything else, and answers in dollars and shares.
 */
import { runBacktest } from './analytics/Backtester.js';
import { sessionOf } from './calendar/sessions.js';
import { parseDate } from './calendar/tradingDate.js';
import type { BarTable } from './domain/marketTables.js';
import type { Side } from './domain/order.js';
import type { StrategyState } from './domain/ports.js';
import { createBarTable } from './domain/tables.js';
import { MINUTE } from './domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from './domain/units.js';
import type { Micros } from './domain/units.js';
import type { ParamValue } from './strategies/param.js';
import type { StrategyClass } from './strategies/Strategy.js';
import { assert } from './utils/assert.js';

/** Prices of one bar in dollars; a number alone is a close, and the bar opens where the last one closed. */
export type BarLike = number | { open: number; high: number; low: number; close: number; volume?: number };

/** Bars for a test: one-minute bars of several symbols from the open of a day on. */
export interface TestBars {
  readonly symbols: readonly string[];
  readonly table: BarTable;
}

/** How a strategy is to be run. */
export interface TestRunOptions {
  readonly data: TestBars;
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** Dollars; 100,000 unless given. */
  readonly cash?: number;
  /** `backtesting.py` style presets and others by name; `papertape` unless given. */
  readonly preset?: string;
  /** `zero` unless given, so that a test's arithmetic stays simple. */
  readonly fees?: string;
}

/** A fill in dollars and shares. */
export interface TestFill {
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
  readonly time: Micros;
  readonly reason: string;
}

/** A closed trade in dollars and shares. */
export interface TestTrade {
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** Net of fees. */
  readonly pnl: number;
  readonly entryReason: string;
  readonly exitReason: string;
}

/** What came of a run. */
export interface TestRun {
  readonly fills: readonly TestFill[];
  readonly trades: readonly TestTrade[];
  /** Dollars at the end, open positions at their marks. */
  readonly equity: number;
  /** State at the end; `quarantined` if a hook threw, with the error. */
  readonly state: StrategyState;
  readonly error: string | undefined;
}

/** Shares in each bar that says no volume: enough that no participation limit bites in a test. */
const PLENTY = 1_000_000;

/** One-minute bars from 09:30 New York of `date` on; all symbols have the same number of bars. */
export function bars(prices: Readonly<Record<string, readonly BarLike[]>>, date = '2013-10-07'): TestBars {
  const symbols = Object.keys(prices).toSorted();
  const session = sessionOf(parseDate(date));
  assert(session !== undefined, `${date} is not a trading day`);
  const count = Math.max(0, ...symbols.map((symbol) => prices[symbol]?.length ?? 0));
  const table = createBarTable('1m', count * symbols.length);
  for (let minute = 0; minute < count; minute += 1) {
    symbols.forEach((symbol, symbolId) => {
      const series = prices[symbol] ?? [];
      const bar = series[minute];
      assert(bar !== undefined, `${symbol} has ${series.length} bars where others have ${count}`);
      addBar(table, symbolId, session.open + minute * MINUTE, bar, series[minute - 1]);
    });
  }
  return { symbols, table };
}

/** Runs a strategy over bars. Throws a `PapertapeError` for parameters or a preset that do not exist. */
export function backtest(strategyClass: StrategyClass, options: TestRunOptions): Promise<TestRun> {
  return Promise.resolve().then(() => run(strategyClass, options));
}

function run(strategyClass: StrategyClass, options: TestRunOptions): TestRun {
  const { symbols, table } = options.data;
  const result = runBacktest(table, {
    strategies: [
      {
        name: strategyClass.name,
        strategyClass,
        hash: '',
        instanceId: 'test',
        timeframe: '1m',
        ...(options.params === undefined ? {} : { params: options.params }),
      },
    ],
    symbols,
    priceScale: RAW_PRICE_SCALE,
    startingCash: Math.round((options.cash ?? 100_000) * DOLLAR),
    feePlan: options.fees ?? 'zero',
    startTime: table.start[0] ?? 0,
    engineVersion: '',
    createHash: () => {
      throw new TypeError('a run of a test has no identity');
    },
    ...(options.preset === undefined ? {} : { preset: options.preset }),
  });
  const reasons = new Map(result.orders.map((order) => [order.id, order.reason]));
  const outcome = result.strategies[0];
  return {
    fills: result.fills.map((fill) => ({
      symbol: symbols[fill.symbolId] ?? '',
      side: fill.side,
      quantity: fill.quantity / SHARE,
      price: fill.price / RAW_PRICE_SCALE,
      time: fill.time,
      reason: reasons.get(fill.orderId) ?? '',
    })),
    trades: result.roundTrips.map((trip) => ({
      symbol: symbols[trip.symbolId] ?? '',
      side: trip.side,
      quantity: trip.quantity / SHARE,
      entryPrice: trip.entryPrice / RAW_PRICE_SCALE,
      exitPrice: trip.exitPrice / RAW_PRICE_SCALE,
      pnl: trip.pnl / DOLLAR,
      entryReason: trip.entryReason,
      exitReason: trip.exitReason,
    })),
    equity: result.finalEquity / DOLLAR,
    state: outcome?.state ?? 'stopped',
    error: outcome?.error,
  };
}

function addBar(table: BarTable, symbolId: number, start: Micros, bar: BarLike, before: BarLike | undefined): void {
  const close = closeOf(bar);
  const open = before === undefined ? close : closeOf(before);
  const prices =
    typeof bar === 'number' ? { open, high: Math.max(open, close), low: Math.min(open, close), close } : bar;
  const row = table.length;
  table.symbolId[row] = symbolId;
  table.start[row] = start;
  table.time[row] = start + MINUTE;
  table.open[row] = priceOf(prices.open);
  table.high[row] = priceOf(prices.high);
  table.low[row] = priceOf(prices.low);
  table.close[row] = priceOf(prices.close);
  table.volume[row] = typeof bar === 'number' ? PLENTY : (bar.volume ?? PLENTY);
  table.length = row + 1;
}

function closeOf(bar: BarLike): number {
  return typeof bar === 'number' ? bar : bar.close;
}

function priceOf(dollars: number): number {
  const price = Math.round(dollars * RAW_PRICE_SCALE);
  assert(Number.isSafeInteger(price) && price > 0, `${dollars} is not a price`);
  return price;
}
