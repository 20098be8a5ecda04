/**
 * `growth`: how the cost of a backtest grows with the length of history, the number of symbols, of strategies, and of
 * orders that rest meanwhile. The SMA cross of backtest-single on bars of one size after the other, each case checked
 * against the plain loop; a case's note says how fast it is beside the smallest one, and what a finished run holds
 * in memory.
 */
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runBacktest } from '../src/analytics/Backtester.js';
import type { BacktestSetup, BacktestStrategy } from '../src/analytics/Backtester.js';
import type { BacktestRun } from '../src/analytics/BacktestRun.js';
import type { BarTable, MarketBatch } from '../src/domain/marketTables.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../src/domain/units.js';
import { Strategy } from '../src/index.js';
import type { Bar, Context } from '../src/index.js';
import { assert } from '../src/utils/assert.js';
import { BenchCross } from './BenchCross.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { MINUTES_PER_DAY, manyWalks } from './manyWalks.js';
import { randomWalk } from './randomWalk.js';
import { crossOfMany } from './smaReference.js';

const CASH = 1_000_000_000 * DOLLAR;
const WARM_UPS = 2;
const RUNS = 3;
/** Bars of the cases that grow in something else. */
const BARS = 200_000;
/** Of the cases with resting orders: fewer than the 90 days after which an order that is good till canceled ends. */
const RESTING_SYMBOLS = 20;
const RESTING_DAYS = 40;

/** One point of a curve. */
interface Point {
  /** What grows, plural, and how far. */
  readonly axis: string;
  readonly size: number;
  readonly table: BarTable;
  readonly symbols: number;
  readonly strategies: readonly BacktestStrategy[];
  /** How many of the strategies trade the cross. */
  readonly crosses: number;
}

/** Measures the cases. */
export async function run(): Promise<BenchResult[]> {
  const curves = [
    [50_000, 400_000, 3_200_000].map(ofLength),
    [1, 10, 100, 1_000].map(ofSymbols),
    [1, 4, 16].map(ofStrategies),
    [0, 100, 1_000, 10_000].map(ofOrders),
  ];
  const results: BenchResult[] = [];
  for (const curve of curves) {
    let smallest: BenchResult | undefined;
    // A case's bars are made when its turn comes, and let go of before the next one's.
    for (const make of curve) {
      const result = await measurePoint(make(), smallest);
      smallest ??= result;
      results.push(result);
    }
  }
  return results;
}

function ofLength(size: number): () => Point {
  const strategies = [cross('bench-cross')];
  return () => ({ axis: 'bars', size, table: randomWalk(size), symbols: 1, strategies, crosses: 1 });
}

/** The same number of bars each time, so that what grows is the number of symbols alone. */
function ofSymbols(size: number): () => Point {
  const days = Math.max(1, Math.round((2 * BARS) / (MINUTES_PER_DAY * size)));
  const strategies = [cross('bench-cross')];
  const table = (): BarTable => manyWalks(size, days, 'minutes');
  return () => ({ axis: 'symbols', size, table: table(), symbols: size, strategies, crosses: 1 });
}

function ofStrategies(size: number): () => Point {
  const strategies = Array.from({ length: size }, (_, number) => cross(`bench-cross-${number}`));
  return () => ({ axis: 'strategies', size, table: randomWalk(BARS), symbols: 1, strategies, crosses: size });
}

function ofOrders(size: number): () => Point {
  const resting = { ...cross('bench-rest'), strategyClass: restingOrders(size) };
  const strategies = size === 0 ? [cross('bench-cross')] : [cross('bench-cross'), resting];
  const table = (): BarTable => manyWalks(RESTING_SYMBOLS, RESTING_DAYS, 'minutes');
  return () => ({ axis: 'resting orders', size, table: table(), symbols: RESTING_SYMBOLS, strategies, crosses: 1 });
}

function cross(name: string): BacktestStrategy {
  return { name, strategyClass: BenchCross, hash: 'bench', timeframe: '1m' };
}

/** Bids, one share each, below all that the market comes to: on 300 prices of each symbol. */
function restingOrders(count: number): BacktestStrategy['strategyClass'] {
  return class BenchRest extends Strategy.with({}) {
    private readonly seen = new Set<string>();

    override onBar({ symbol }: Bar, ctx: Context): void {
      if (this.seen.size === RESTING_SYMBOLS || this.seen.has(symbol)) return;
      this.seen.add(symbol);
      for (let order = 0; order < count / RESTING_SYMBOLS; order += 1) {
        const price = (100 + (order % 300)) / 100;
        ctx.order.limit(symbol, 'buy', 1, price, { reason: 'rests', timeInForce: 'gtc' });
      }
    }
  };
}

async function measurePoint(point: Point, smallest: BenchResult | undefined): Promise<BenchResult> {
  const { axis, size, table, symbols, strategies, crosses } = point;
  const market: MarketBatch = { tables: [table], order: null, length: table.length };
  const setup: BacktestSetup = {
    strategies,
    symbols: Array.from({ length: symbols }, (_, id) => `W${id}`),
    priceScale: RAW_PRICE_SCALE,
    startingCash: CASH,
    preset: 'backtesting.py',
    feePlan: 'per-order-1usd',
    startTime: table.start[0] ?? 0,
    engineVersion: 'bench',
    createHash: () => createHash('sha256'),
  };
  const expected = crossOfMany({ table, symbols });
  const end = table.time[table.length - 1] ?? 0;
  const result = await measure({
    name: `growth/${size} ${axis}`,
    unit: 'bars',
    work: table.length,
    run: () => runBacktest(market, setup),
    check: (outcome) => {
      const trades = expected.trades * crosses;
      assert(outcome.roundTrips.length === trades, `${outcome.roundTrips.length} trades, not ${trades}`);
      const equity = CASH + expected.profit * crosses;
      assert(outcome.finalEquity === equity, `equity ${outcome.finalEquity}, not ${equity}`);
      // The end of a run cancels what still rests.
      const rested = outcome.orders.filter(({ type, updatedAt }) => type === 'limit' && updatedAt >= end).length;
      const resting = axis === 'resting orders' ? size : 0;
      assert(rested === resting, `${rested} orders rested to the end, not ${resting}`);
    },
    warmUps: WARM_UPS,
    runs: RUNS,
  });
  const held = heldBy(() => runBacktest(market, setup));
  const share = smallest === undefined ? 1 : result.perSecond / smallest.perSecond;
  const note =
    `${(share * 100).toFixed(0)} % of the smallest; a finished run holds ${(held / 2 ** 20).toFixed(1)} MiB, ` +
    `${(held / table.length).toFixed(0)} bytes a bar, ${(held / symbols / 1024).toFixed(0)} KiB a symbol`;
  return { ...result, note };
}

/** Bytes that the result of `make` keeps alive, on the heap and in buffers. */
function heldBy(make: () => BacktestRun): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  assert(typeof collect === 'function', 'the collector can be called');
  const used = (): number => {
    // What one collection lets go of may hold what only the next one finds.
    for (let turn = 0; turn < 3; turn += 1) collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const result = make();
  const held = used() - before;
  // Looked at afterwards, so that it lives until then.
  assert(result.finalEquity > 0, 'something is left');
  return held;
}
