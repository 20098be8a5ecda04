/**
 * A whole recorded day with real data: 2013-10-07 of SPY, IBM, BAC and AIG with two strategies. Prints of all four,
 * quotes of IBM and BAC, second quote bars of SPY and AIG; 1.1 million events.
 *
 * That vendors' bars come out of these prints is shown in recordedBars.test.ts, with what differs and why. Here the
 * bars are the kernel's own, which are final at their end: they miss what was reported later.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runBacktest } from '../../src/analytics/Backtester.js';
import type { BacktestSetup } from '../../src/analytics/Backtester.js';
import { BacktestRecorder } from '../../src/analytics/BacktestRecorder.js';
import { composeKernel } from '../../src/analytics/composeKernel.js';
import { hashLedger } from '../../src/analytics/runIdentity.js';
import { openRecordedDay } from '../../src/data/recordedDay.js';
import type { Fill } from '../../src/domain/fill.js';
import type { BarTable } from '../../src/domain/marketTables.js';
import type { Order } from '../../src/domain/order.js';
import type { MarketStream } from '../../src/domain/ports.js';
import { copyRow, createBarTable } from '../../src/domain/tables.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../src/domain/units.js';
import { compareBars } from '../../src/engine/recordedBars.js';
import { checkVenue } from '../../src/exchange/invariants.js';
import OpeningRangeBreakout from '../../src/strategies/builtin/OpeningRangeBreakout.js';
import SmaCross from '../../src/strategies/builtin/SmaCross.js';
import { describeWithReferenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';

const SYMBOLS = ['SPY', 'IBM', 'BAC', 'AIG'];
const DAY = '2013-10-07';
/** Midnight in New York, and the next. */
const START = Date.UTC(2013, 9, 7, 4) * 1000;
const END = START + 24 * 60 * MINUTE;
/** Starts of the bars of 09:30 and 15:59. */
const FIRST_MINUTE = START + (9 * 60 + 30) * MINUTE;
const LAST_MINUTE = START + (15 * 60 + 59) * MINUTE;

const FILES = [
  ...SYMBOLS.map((symbol) => `lean/tick/${symbol.toLowerCase()}_20131007_trade.csv.gz`),
  'lean/tick/ibm_20131007_quote.csv.gz',
  'lean/tick/bac_20131007_quote.csv.gz',
  'lean/second/spy_quote.csv.gz',
  'lean/second/aig_quote.csv.gz',
  ...SYMBOLS.map((symbol) => `lean/minute/${symbol.toLowerCase()}_trade.csv.gz`),
];

const createSha256 = () => createHash('sha256');

const SETUP: BacktestSetup = {
  strategies: [
    {
      name: 'sma-cross',
      strategyClass: SmaCross,
      hash: 'sma-cross',
      timeframe: '1m',
      params: { fast: 5, slow: 20, direction: 'longShort' },
      allocation: 0.1,
    },
    {
      name: 'opening-range-breakout',
      strategyClass: OpeningRangeBreakout,
      hash: 'orb',
      timeframe: '1m',
      allocation: 0.1,
    },
  ],
  symbols: SYMBOLS,
  priceScale: RAW_PRICE_SCALE,
  startTime: START,
  engineVersion: 'test',
  createHash: createSha256,
};

interface Replay {
  readonly fills: readonly Fill[];
  readonly orders: readonly Order[];
  readonly hash: string;
  /** The minute bars that the kernel built, by symbol id. */
  readonly minutes: readonly BarTable[];
  readonly events: number;
  /** How often the invariants were checked, and what did not hold. */
  readonly checks: number;
  readonly faults: readonly string[];
}

describeWithReferenceData('the recorded day 2013-10-07', () => {
  let history: GoldenHistory;
  let replay: Replay;
  beforeAll(async () => {
    history = await importGoldenHistory(FILES);
    replay = runReplay(await openDay(), true);
  }, 120_000);
  afterAll(() => history.close());

  function openDay(): Promise<MarketStream> {
    return openRecordedDay(history.store, {
      symbols: SYMBOLS,
      from: DAY,
      to: DAY,
      feeds: [
        { kind: 'print' },
        { kind: 'quote', symbols: ['IBM', 'BAC'] },
        { kind: 'quoteBar', timeframe: '1s', symbols: ['SPY', 'AIG'] },
      ],
    });
  }

  it('is read whole and traded on', () => {
    expect(replay.events).toBeGreaterThan(900_000);
    expect(replay.fills.length).toBeGreaterThan(50);
    expect(new Set(replay.fills.map((fill) => fill.symbolId)).size).toBe(4);
    const bases = new Map(replay.fills.map((fill) => [fill.symbolId, fill.receipt.basis]));
    expect([...bases].toSorted(([a], [b]) => a - b)).toEqual([
      [0, 'quoteBar'],
      [1, 'nbbo'],
      [2, 'nbbo'],
      [3, 'quoteBar'],
    ]);
  });

  it('keeps every invariant after every instant and every report', () => {
    expect(replay.faults).toEqual([]);
    expect(replay.checks).toBeGreaterThan(300_000);
  });

  it('fills only what the recorded market allows', () => {
    const byId = new Map(replay.orders.map((order) => [order.id, order]));
    for (const fill of replay.fills) {
      const order = byId.get(fill.orderId);
      const { receipt } = fill;
      expect(fill.time).toBeGreaterThanOrEqual(receipt.arrivedAt);
      expect(receipt.arrivedAt - receipt.decidedAt).toBeGreaterThanOrEqual(40_000);
      const farSide = fill.side === 'buy' ? receipt.ask : receipt.bid;
      expect(fill.price).toBe(receipt.basis === 'auction' ? receipt.last : farSide);
      expect(fill.quantity % SHARE).toBe(0);
      expect(order?.side).toBe(fill.side);
      expect(fill.entries.reduce((sum, entry) => sum + entry.amount, 0)).toBe(0);
    }
  });

  it('gives the same fills and the same hash a second time', async () => {
    const again = runReplay(await openDay(), false);
    expect(again.hash).toBe(replay.hash);
    expect(again.fills).toEqual(replay.fills);
  });

  it('gives the same fills as a backtest of the same data', async () => {
    const market = (await openDay()).readUntil(Infinity, Infinity);
    const run = runBacktest(market, SETUP);
    expect(run.fills).toEqual(replay.fills);
    expect(run.ledgerHash).toBe(replay.hash);
    expect(run.finalEquity - 100_000 * DOLLAR).not.toBe(0);
  });

  it.each([
    ['SPY', 0, 828],
    ['IBM', 1, 453],
    ['BAC', 2, 595],
    ['AIG', 3, 433],
  ] as const)('builds the minutes of %s as recorded, up to what was reported later', async (symbol, id, count) => {
    const recorded = await history.store.load({
      symbols: [symbol],
      kind: 'bar',
      timeframe: '1m',
      from: DAY,
      to: DAY,
      adjust: 'raw',
      extendedHours: true,
    });
    if (recorded.kind !== 'bar') throw new TypeError('the store has no bars');
    const built = replay.minutes[id] ?? createBarTable('1m', 0);
    const result = compareBars(built, recorded);
    expect(result).toMatchObject({ expected: count, found: count });
    // The first and the last minute wait for the auctions' prints, which are reported later: at most 2 bars in 400.
    expect([FIRST_MINUTE, LAST_MINUTE]).toEqual(expect.arrayContaining([...result.differences]));
    expect(count - result.equalVolume).toBeLessThanOrEqual(5);
  });
});

/** Reads the day in portions of a minute, with the clock moved on after each, as a session that keeps pace does. */
function runReplay(stream: MarketStream, isChecked: boolean): Replay {
  const recorder = new BacktestRecorder();
  const minutes = SYMBOLS.map(() => createBarTable('1m', 1024));
  const faults = new Set<string>();
  let checks = 0;
  const check = (): void => {
    if (!isChecked) return;
    checks += 1;
    for (const fault of checkVenue(venue)) faults.add(`${new Date(kernel.now / 1000).toISOString()} ${fault}`);
  };
  recorder.onVenueEvent = check;
  const classes = new Map(SETUP.strategies.map((strategy) => [strategy.name, strategy.strategyClass]));
  const { kernel, venue } = composeKernel({
    config: {
      sessionId: 'backtest',
      feed: 'recorded',
      symbols: SYMBOLS,
      priceScale: RAW_PRICE_SCALE,
      accountId: 'backtest',
      startingCash: 100_000 * DOLLAR,
      preset: 'papertape',
      feePlan: 'zero',
      seed: 1,
      startTime: START,
      limits: {},
      strategies: SETUP.strategies.map((strategy) => ({
        instanceId: strategy.name,
        strategy: strategy.name,
        symbols: SYMBOLS,
        timeframe: '1m',
        params: strategy.params ?? {},
        allocation: strategy.allocation ?? 1,
      })),
    },
    sink: recorder,
    resolveStrategy: (name) => classes.get(name),
    onBuiltBar: (table, row) => {
      const target = minutes[table.symbolId[row] ?? 0];
      if (table.timeframe === '1m' && target !== undefined) copyRow(table, row, target);
    },
  });
  kernel.trace.listen(check);
  kernel.start();
  let events = 0;
  for (let time = START + MINUTE; time <= END; time += MINUTE) {
    const batch = stream.readUntil(time, Infinity);
    events += batch.length;
    if (batch.length > 0) kernel.process(batch);
    kernel.advanceClock(time);
  }
  kernel.finish();
  const fills = recorder.fills.toArray((orderId) => kernel.manager.order(orderId)?.clientOrderId ?? '');
  const orders = kernel.manager.orders.toArray();
  return { fills, orders, hash: hashLedger(fills, createSha256), minutes, events, checks, faults: [...faults] };
}
