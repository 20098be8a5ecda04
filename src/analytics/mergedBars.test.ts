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
import type { Context, StrategyFill } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import type { BacktestSetup } from './Backtester.js';
import { Backtester } from './Backtester.js';

const CENT = RAW_PRICE_SCALE / 100;
const SYMBOLS = ['A', 'B', 'C', 'D', 'E'];

/** Does something else on most bars, decided by the volume, so that the data are the script. */
class Scripted extends Strategy.with({}) {
  private readonly mean = this.sma(3);
  private readonly slow = this.ema(4);
  private readonly range = this.atr(2);
  private readonly strength = this.rsi(3);
  private readonly top = this.highest(4);

  override onBar(bar: Bar, ctx: Context): void {
    const { symbol } = bar;
    const shares = 1 + (bar.volume % 11) * 30;
    const script = bar.volume % 60;
    if (script < 12) ctx.enterLong(symbol, { reason: 'long', size: { shares } });
    else if (script < 20) ctx.enterShort(symbol, { reason: 'short', size: { shares } });
    else if (script < 40) ctx.exit(symbol, { reason: 'out' });
    else if (script < 44) ctx.target(symbol, { weight: 0.1 }, { reason: 'a part' });
    else if (script < 52) this.doOtherwise(script, bar, shares, ctx);
    const { mean, slow, range, strength, top } = this;
    const values = [mean.value, slow.ago(1), range.value, strength.value, top.value, this.longer()];
    ctx.log(`${bar.time} ${symbol} ${ctx.equity} ${ctx.position(symbol).quantity} ${values.join(' ')}`);
    if (bar.volume % 4001 === 0) throw new Error('enough');
  }

  override onTimer(name: string, ctx: Context): void {
    ctx.log(`${name} ${ctx.position('B').quantity} ${ctx.lastPrice('D') ?? 0}`);
    ctx.exit('B', { reason: 'timer' });
  }

  override onSession(phase: string, ctx: Context): void {
    ctx.log(`${phase} ${ctx.equity}`);
    if (phase === 'regular') ctx.enterLong('A', { reason: 'the open', size: { shares: 20 } });
  }

  /** A value of longer bars, if there are any. */
  protected longer(): number {
    return 0;
  }

  private doOtherwise(script: number, bar: Bar, shares: number, ctx: Context): void {
    const { symbol, close, time } = bar;
    // One of its own: asking for another symbol would stop it.
    const other = ctx.symbols[(ctx.symbols.indexOf(symbol) + 1) % ctx.symbols.length] ?? 'A';
    const size = { shares };
    switch (script) {
      case 44:
        ctx.enterLong(symbol, { reason: 'twice', size });
        ctx.exit(symbol, { reason: 'and out' });
        break;
      case 45:
        ctx.enterLong(symbol, { reason: 'with exits', size, target: close * 1.001, stop: close * 0.999 });
        break;
      case 46:
        ctx.order.cancel(ctx.order.market(symbol, 'buy', shares, { reason: 'direct' }));
        break;
      case 47:
        ctx.enterLong(symbol, { reason: 'for a while', size, timeStop: { minutes: 3 } });
        break;
      case 48:
        ctx.enterLong(other, { reason: 'another', size });
        ctx.setTimer('look', time + 30 * 1_000_000);
        break;
      case 49:
        ctx.enterLong(symbol, { reason: 'resting', size, limit: close * 0.998 });
        break;
      case 50:
        ctx.exit(other, { reason: 'another out' });
        ctx.order.cancel('o-2');
        break;
      default:
        ctx.exit(symbol, { reason: 'immediate', timeInForce: 'ioc' });
    }
  }
}

/** Gives market orders alone: next to nothing makes them work. */
class Plain extends Strategy.with({}) {
  private readonly mean = this.sma(2);

  override onBar(bar: Bar, ctx: Context): void {
    const script = bar.volume % 9;
    const size = script % 2 === 0 ? { shares: 10 + (bar.volume % 50) } : { weight: 0.4 };
    if (script < 3) ctx.enterLong(bar.symbol, { reason: 'long', size });
    else if (script < 4 && bar.close < this.mean.value) ctx.enterShort(bar.symbol, { reason: 'short', size });
    else if (script < 7) ctx.exit(bar.symbol, { reason: 'out' });
    // All that there is: at a higher price the account cannot pay for it.
    else if (script === 8) ctx.target(bar.symbol, { weight: 1 }, { reason: 'all' });
    ctx.log(`${bar.symbol} ${ctx.equity} ${ctx.position(bar.symbol).unrealisedPnl}`);
  }
}

/** Takes back and changes orders by ids that it counts, those of orders that wait among them. */
class Counting extends Strategy.with({}) {
  override onBar({ symbol, volume }: Bar, ctx: Context): void {
    const script = volume % 5;
    if (script === 0) ctx.enterLong(symbol, { reason: 'long', size: { shares: 10 } });
    else if (script === 1) ctx.exit(symbol, { reason: 'out' });
    if (script < 3) return;
    for (let number = 1; number < 40; number += 1) {
      if (script === 3) ctx.order.cancel(`o-${number}`);
      else ctx.log(`${ctx.order.replace(`o-${number}`, { shares: 5 })}`);
    }
  }
}

/** Follows its fills. */
class Following extends Scripted {
  override onFill(fill: StrategyFill, ctx: Context): void {
    ctx.log(`filled ${fill.symbol} ${fill.quantity} at ${fill.price}`);
  }
}

/** Gives an order now and then, and begins to follow its fills in the hook that has given the sixth. */
class After extends Strategy.with({}) {
  override onFill?: (fill: StrategyFill, ctx: Context) => void;
  private bars = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.bars += 1;
    if (this.bars % 17 !== 0) return;
    ctx.enterLong(bar.symbol, { reason: 'now and then', size: { shares: 10 } });
    if (this.bars < 100) return;
    this.onFill ??= (fill, own) => own.log(`filled ${fill.quantity} at ${fill.price}`);
  }
}

/** Uses bars that are built from its own. */
class Longer extends Scripted {
  private readonly long = this.on('5m').sma(2);

  protected override longer(): number {
    return this.long.value;
  }
}

/** One bar: which symbols have one, and for each in turn the step of its close in cents and its volume. */
type Instant = readonly [present: number, step: number, volume: number];

function tableOf(instants: readonly Instant[], isShuffled: boolean, isLate: boolean): BarTable {
  const table = createBarTable('1m', instants.length * SYMBOLS.length);
  let session = nyse.nextSession(dateOf(2024, 3, 1));
  let start = session.open - 2 * MINUTE;
  let left = 0;
  const closes = SYMBOLS.map((_, id) => 2000 + 700 * id);
  for (const [present, step, volume] of instants) {
    for (let i = 0; i < SYMBOLS.length; i += 1) {
      const id = isShuffled ? (i * 3 + volume) % SYMBOLS.length : i;
      if ((present >> id) % 2 === 0) continue;
      const own = volume + id * 17 + step * id;
      const before = closes[id] ?? 0;
      const open = Math.max(1, before + (own % 13) - 4);
      const close = Math.max(1, open + ((step * (id + 1)) % 41));
      closes[id] = close;
      const row = table.length;
      table.symbolId[row] = id;
      table.start[row] = own % 97 === 0 ? start - MINUTE : start;
      // A late row tells of a minute that is over.
      table.time[row] = isLate && own % 31 === 0 ? start - MINUTE : start + MINUTE;
      table.open[row] = open * CENT;
      table.close[row] = close * CENT;
      // Some bars are nonsense: their high is below their low.
      table.high[row] = (Math.max(open, close) + (own % 89 === 0 ? -90 : 1)) * CENT;
      table.low[row] = Math.max(1, Math.min(open, close) - 1) * CENT;
      table.volume[row] = Math.max(0, own);
      table.length += 1;
    }
    start += step % 9 === 0 ? 2 * MINUTE : MINUTE;
    left += 1;
    // Short days that jump to the end of the session, past its close, and to the next session.
    if (left === 50) start = session.close - 4 * MINUTE;
    if (left < 57) continue;
    left = 0;
    session = nyse.nextSession(session.date);
    start = session.open - MINUTE;
  }
  return table;
}

interface Given {
  readonly strategies: readonly StrategyClass[];
  readonly preset: string;
  readonly feePlan: string;
  readonly cash: number;
  readonly limits: RiskLimits;
  readonly slice: number;
  readonly actions: readonly DatedAction[];
  readonly timeframe: '1m' | '5m';
  readonly listens: boolean;
  readonly isShuffled: boolean;
  readonly isLate: boolean;
  /** Whether every strategy trades some of the symbols alone. */
  readonly isSubset: boolean;
}

/** Everything that a run decided. Rows in an order of their own, though it is the same one, take the long way. */
function outcomeOf(table: BarTable, isPlain: boolean, given: Given): unknown {
  const market = { tables: [table], order: isPlain ? new Uint8Array(table.length) : null, length: table.length };
  const instants: (readonly number[])[] = [];
  const setup: BacktestSetup = {
    strategies: given.strategies.map((strategyClass, index) => ({
      name: `${strategyClass.name}${index}`,
      strategyClass,
      hash: '',
      timeframe: given.timeframe,
      // The second one trades some of the symbols, in an order of its own; one that is alone perhaps.
      ...(index === 1 || given.isSubset ? { symbols: ['D', 'B', 'A'] } : {}),
    })),
    symbols: SYMBOLS,
    priceScale: RAW_PRICE_SCALE,
    startTime: table.start[0] ?? 0,
    startingCash: given.cash * DOLLAR,
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
  const steps = backtester.steps(market);
  const progress: unknown[] = [];
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) {
    // Between two portions of the data nothing waits: all can be compared.
    const open = backtester.kernel.manager.openOrders().map(({ id, status }) => `${id} ${status}`);
    progress.push([step.value, open, JSON.stringify(backtester.venue.snapshot())]);
  }
  const { fills, orders, roundTrips, logs, strategies, curve, signals, statistics, ledgerHash } = step.value;
  const { inputSequence, decisionPoint, tracker, manager } = backtester.kernel;
  if (given.listens) expect([...curve.time]).toEqual(instants.map(([time]) => time));
  if (given.listens) {
    expect([...curve.equity].slice(0, -1)).toEqual(instants.map(([, equity = 0]) => equity / DOLLAR).slice(0, -1));
  }
  return {
    place: [inputSequence, decisionPoint],
    fills,
    // The number and prefix of an id are no part of a record, and of the newest orders more is known.
    orders: orders.map((one) => ({ ...one, clientOrderNumber: 0, clientOrderPrefix: '', legs: [], begun: false })),
    open: manager.openOrders().map(({ id }) => id),
    working: [manager.workingExposure, [...manager.workingBuy], [...manager.workingSell]],
    roundTrips,
    positions: tracker.positions(),
    books: tracker.carry(),
    logs,
    progress,
    states: strategies.map(({ state, readyAt, error }) => [state, readyAt, error?.split('\n')[0]]),
    curve: [[...curve.time], [...curve.equity]],
    signals: Array.from({ length: signals.length }, (_, index) => signals.at(index)),
    denials: [...signals.denials],
    statistics,
    ledgerHash,
    instants,
    venue: backtester.venue.snapshot(),
  };
}

const action: fc.Arbitrary<DatedAction> = fc.record({
  exDate: fc.constantFrom('2024-03-04', '2024-03-05', '2024-03-06'),
  symbolId: fc.nat(4),
  action: fc.constantFrom<DatedAction['action']>(
    { kind: 'split', newShares: 2, oldShares: 1 },
    { kind: 'split', newShares: 1, oldShares: 3 },
    { kind: 'cashDividend', amount: 37 * CENT },
  ),
});

function givenOf(sets: readonly (readonly StrategyClass[])[], isSubset = false): fc.Arbitrary<Given> {
  return fc.record({
    strategies: fc.constantFrom(...sets),
    // Mostly what lets orders wait.
    preset: fc.constantFrom(
      'backtesting.py',
      'optimistic',
      'backtesting.py',
      'backtesting.py+papertape.participation',
      'papertape',
      'lean',
      'lean+margin.1000bps',
      'lean+margin.1000bps+papertape.participation',
    ),
    feePlan: fc.constantFrom('zero', 'per-order-1usd', 'interactive-brokers-fixed'),
    cash: fc.constantFrom(2000, 20_000, 1_000_000),
    limits: fc.constantFrom<RiskLimits>(
      {},
      {},
      { maxDailyLoss: 100 * DOLLAR, flattenOnDailyLoss: true },
      { maxPositionShares: 200 * SHARE },
      { maxGrossExposureFraction: 0.5 },
      { maxOrdersPerMinute: 2 },
    ),
    slice: fc.constantFrom(17, 150, 100_000),
    actions: fc.oneof(
      fc.constant([]),
      fc.array(action, { maxLength: 3 }).map((all) => all.toSorted((a, b) => (a.exDate < b.exDate ? -1 : 1))),
    ),
    timeframe: fc.constantFrom('1m' as const, '1m' as const, '1m' as const, '5m' as const),
    listens: fc.constantFrom(false, false, false, true),
    isShuffled: fc.boolean(),
    isLate: fc.boolean(),
    isSubset: fc.constant(isSubset),
  });
}

/** Most instants have all symbols, some have few. */
const present = fc.oneof(fc.constant(31), fc.integer({ min: 1, max: 31 }));

function market(most: number): fc.Arbitrary<readonly Instant[]> {
  const instant = fc.tuple(present, fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 20_000 }));
  return fc.array(instant, { minLength: most / 2, maxLength: most, size: 'max' });
}

describe('the fast path for bars of many symbols', () => {
  it.each([
    ['market orders alone', [[Plain], [Plain, Plain]], 20],
    ['orders of all kinds', [[Scripted], [Plain, Scripted], [Longer]], 20],
    ['strategies that follow their orders', [[Following], [Plain, Following]], 8],
    ['orders that are asked for by their ids', [[Counting]], 30],
    ['strategies that begin to follow orders which wait already', [[After]], 20],
  ] as const)('comes to the same as the path for any market: %s', (_, sets, numRuns) => {
    fc.assert(
      fc.property(market(240), givenOf(sets), (instants, given) => {
        const table = tableOf(instants, given.isShuffled, given.isLate);
        expect(outcomeOf(table, false, given)).toEqual(outcomeOf(table, true, given));
      }),
      { numRuns, seed: 7 },
    );
  });

  it.each([
    ['market orders alone', [[Plain]], 20],
    ['orders of all kinds', [[Scripted], [Longer]], 20],
    ['strategies that follow their orders', [[Following]], 8],
    ['orders that are asked for by their ids', [[Counting]], 40],
    ['strategies that begin to follow orders which wait already', [[After]], 20],
  ] as const)('comes to the same where one strategy alone trades some of the symbols: %s', (_, sets, numRuns) => {
    fc.assert(
      fc.property(market(240), givenOf(sets, true), (instants, given) => {
        const table = tableOf(instants, given.isShuffled, given.isLate);
        expect(outcomeOf(table, false, given)).toEqual(outcomeOf(table, true, given));
      }),
      { numRuns, seed: 31 },
    );
  });
});
