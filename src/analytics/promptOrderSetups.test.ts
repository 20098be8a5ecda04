import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nyse } from '../calendar/sessions.js';
import { dateOf } from '../calendar/tradingDate.js';
import type { DatedAction } from '../domain/corporateActions.js';
import type { BarTable } from '../domain/marketTables.js';
import type { RiskLimits } from '../domain/risk.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../domain/units.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import type { BacktestSetup } from './Backtester.js';
import { Backtester } from './Backtester.js';

const CENT = RAW_PRICE_SCALE / 100;
const FIRST = nyse.nextSession(dateOf(2024, 3, 1));

/** Trades on an indicator and on the volume; its last wish of a bar may wait for the next one. */
class Wishing extends Strategy.with({}) {
  private readonly mean = this.sma(5);

  override onBar(bar: Bar, ctx: Context): void {
    const { symbol } = bar;
    const script = bar.volume % 10;
    const shares = 10 + (bar.volume % 7) * 25;
    if (bar.volume % 5 === 0) ctx.setTimer(`t${bar.volume % 3}`, bar.time + (bar.volume % 4) * 30_000_000);
    if (script < 4 && bar.close > this.mean.value) ctx.enterLong(symbol, { reason: 'above', size: { shares } });
    else if (script < 5) ctx.enterShort(symbol, { reason: 'short', size: { shares } });
    else if (script < 8) ctx.exit(symbol, { reason: 'out' });
    else ctx.target(symbol, { weight: 0.3 }, { reason: 'a part' });
    ctx.log(`${ctx.now} ${ctx.equity} ${ctx.position(symbol).quantity} ${this.mean.value}`);
  }

  override onTimer(name: string, ctx: Context): void {
    ctx.log(`timer ${name} ${ctx.position('X').quantity}`);
    if (name === 't1') ctx.exit('X', { reason: 'timer' });
    if (name === 't2') ctx.enterLong('X', { reason: 'timer', size: { shares: 40 } });
  }

  override onSession(phase: string, ctx: Context): void {
    ctx.log(`${phase} ${ctx.position('X').quantity}`);
    if (phase === 'regular') ctx.enterLong('X', { reason: 'the open', size: { shares: 20 } });
  }
}

function tableOf(volumes: readonly (readonly [number, number])[]): BarTable {
  const table = createBarTable('1m', volumes.length);
  let session = FIRST;
  let start = session.open - 2 * MINUTE;
  let left = 0;
  let close = 5000;
  for (const [row, [step, volume]] of volumes.entries()) {
    const open = Math.max(50, close + (step % 4));
    close = Math.max(50, open + step);
    table.start[row] = start;
    table.time[row] = start + MINUTE;
    table.open[row] = open * CENT;
    table.close[row] = close * CENT;
    table.high[row] = (Math.max(open, close) + 1) * CENT;
    table.low[row] = (Math.min(open, close) - 1) * CENT;
    table.volume[row] = volume;
    start += step % 9 === 0 ? 2 * MINUTE : MINUTE;
    left += 1;
    // Short days that jump to the end of the session, past its close, and to the next session.
    if (left === 60) start = session.close - 4 * MINUTE;
    if (left < 67) continue;
    left = 0;
    session = nyse.nextSession(session.date);
    start = session.open - MINUTE;
  }
  table.length = volumes.length;
  return table;
}

interface Given {
  readonly preset: string;
  readonly feePlan: string;
  readonly limits: RiskLimits;
  readonly slice: number;
  readonly actions: readonly DatedAction[];
  readonly warm: number;
  readonly timeframe: '1m' | '5m';
  readonly copies: number;
  readonly listens: boolean;
}

function rowsOf(table: BarTable, from: number, to: number): BarTable {
  const part = createBarTable(table.timeframe, to - from);
  for (const name of ['start', 'time', 'open', 'high', 'low', 'close', 'volume'] as const) {
    part[name].set(table[name].subarray(from, to));
  }
  part.length = to - from;
  return part;
}

function outcomeOf(whole: BarTable, isPlain: boolean, given: Given): unknown {
  const table = rowsOf(whole, given.warm, whole.length);
  const market = { tables: [table], order: isPlain ? new Uint8Array(table.length) : null, length: table.length };
  const instants: unknown[] = [];
  const setup: BacktestSetup = {
    strategies: Array.from({ length: given.copies }, () => ({
      name: 'wishing',
      strategyClass: Wishing,
      hash: '',
      timeframe: given.timeframe,
    })),
    symbols: ['X'],
    priceScale: RAW_PRICE_SCALE,
    startTime: table.start[0] ?? 0,
    startingCash: 30_000 * DOLLAR,
    preset: given.preset,
    feePlan: given.feePlan,
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
    limits: given.limits,
    corporateActions: given.actions,
    sliceEvents: given.slice,
    ...(given.listens
      ? { onInstant: ({ kernel }) => instants.push([kernel.now, kernel.tracker.equity, kernel.manager.openCount]) }
      : {}),
  };
  const backtester = new Backtester(setup);
  if (given.warm > 0) backtester.warmUp(rowsOf(whole, 0, given.warm));
  const steps = backtester.steps(market);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const { fills, orders, roundTrips, logs, strategies, curve, signals, statistics, ledgerHash } = step.value;
  const { inputSequence, decisionPoint, tracker } = backtester.kernel;
  return {
    place: [inputSequence, decisionPoint],
    fills,
    orders: orders.map((one) => ({ ...one, clientOrderNumber: 0, clientOrderPrefix: '', legs: [], begun: false })),
    roundTrips,
    positions: tracker.positions(),
    books: tracker.carry(),
    logs,
    states: strategies.map(({ state, readyAt, error }) => [state, readyAt, error?.split('\n')[0]]),
    equity: [...curve.equity],
    signals: Array.from({ length: signals.length }, (_, index) => signals.at(index)),
    denials: [...signals.denials],
    statistics,
    ledgerHash,
    instants,
    venue: backtester.venue.snapshot(),
  };
}

const exDates = ['2024-03-05', '2024-03-06', '2024-03-07', '2024-03-08'];

const action: fc.Arbitrary<DatedAction> = fc.record({
  exDate: fc.constantFrom(...exDates),
  symbolId: fc.constant(0),
  action: fc.constantFrom<DatedAction['action']>(
    { kind: 'split', newShares: 2, oldShares: 1 },
    { kind: 'split', newShares: 1, oldShares: 3 },
    { kind: 'cashDividend', amount: 37 * CENT },
    { kind: 'cashDividend', amount: 5 * CENT, payDate: '2024-03-07' },
  ),
});

const given: fc.Arbitrary<Given> = fc.record({
  // Mostly what lets orders be prompt.
  preset: fc.constantFrom(
    'backtesting.py',
    'optimistic',
    'backtesting.py',
    'optimistic',
    'lean',
    'lean+margin.2500bps.5000bps',
    'papertape',
  ),
  feePlan: fc.constantFrom('zero', 'interactive-brokers-fixed'),
  limits: fc.constantFrom<RiskLimits>(
    {},
    {},
    { maxDailyLoss: 100 * DOLLAR, flattenOnDailyLoss: true },
    { maxPositionShares: 90 * SHARE },
    { maxGrossExposureFraction: 0.4 },
    { requireOpenSession: true },
  ),
  slice: fc.constantFrom(7, 61, 100_000),
  actions: fc.array(action, { maxLength: 3 }).map((all) => all.toSorted((a, b) => (a.exDate < b.exDate ? -1 : 1))),
  warm: fc.constantFrom(0, 1, 20),
  timeframe: fc.constantFrom('1m' as const, '1m' as const, '1m' as const, '5m' as const),
  copies: fc.constantFrom(1, 1, 1, 1, 2, 3),
  listens: fc.constantFrom(false, false, false, false, true),
});

const bars = fc.array(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 9000 })), {
  minLength: 200,
  maxLength: 400,
  size: 'max',
});

describe('orders that the next bar fills whole', () => {
  it('come to the same however a run is set up', () => {
    fc.assert(
      fc.property(bars, given, (rows, setup) => {
        const table = tableOf(rows);
        expect(outcomeOf(table, false, setup)).toEqual(outcomeOf(table, true, setup));
      }),
      { numRuns: 40, seed: 5 },
    );
  });
});
