/** What becomes of a run whose equity is 0 or below where its preset ends it, and that every path ends it alike. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidedBy, minutesOf, runOn } from '../../test/support/barPaths.js';
import type { Way } from '../../test/support/barPaths.js';
import type { BarTable } from '../domain/marketTables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../domain/units.js';
import { OPEN, RecordingSink, TestRecord, batchOf, minuteBars } from '../engine/testKit.js';
import type { Ohlc } from '../engine/testKit.js';
import { checkVenue } from '../exchange/invariants.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { composeKernel } from './composeKernel.js';
import { endOfRuin, ruinOf } from './ruin.js';

/** Puts much at stake on some bars, decided by the volume, so that the data are the script. */
class Reckless extends Strategy.with({}) {
  override onBar(bar: Bar, ctx: Context): void {
    const { symbol, close, volume } = bar;
    const size = { weight: 0.2 + (volume % 17) / 20 };
    const exits = { stop: close * (volume % 2 === 0 ? 0.9 : 0.97), target: close * 1.2 };
    switch (volume % 29) {
      case 0:
        ctx.enterLong(symbol, { reason: 'long', size });
        break;
      case 1:
        ctx.enterShort(symbol, { reason: 'short', size });
        break;
      case 2:
        ctx.enterLong(symbol, { reason: 'with exits', size, ...exits });
        break;
      case 3:
        ctx.order.limit(symbol, 'buy', 1 + (volume % 50), close * 0.9, { reason: 'below', timeInForce: 'gtc' });
        break;
      case 4:
        ctx.order.stop(symbol, 'sell', 1 + (volume % 30), close * 0.95, { reason: 'falling', timeInForce: 'gtc' });
        break;
      case 5:
        if (volume % 3 === 0) ctx.exit(symbol, { reason: 'out' });
        break;
      case 6:
        ctx.order.market(symbol, volume % 2 === 0 ? 'buy' : 'sell', 1 + (volume % 70), { reason: 'more' });
        break;
      case 7:
        ctx.setTimer('later', bar.time + 90 * 1_000_000);
        break;
      default:
    }
    this.tell(bar, ctx);
  }

  override onTimer(name: string, ctx: Context): void {
    ctx.log(`${name} ${ctx.equity}`);
  }

  override onStop(ctx: Context): void {
    for (const symbol of ctx.symbols) ctx.enterLong(symbol, { reason: 'once more', size: { shares: 1 } });
    ctx.log(`over at ${ctx.now} with ${ctx.equity}`);
  }

  protected tell({ symbol, volume }: Bar, ctx: Context): void {
    if (volume % 97 === 0) ctx.log(`${ctx.now} ${ctx.equity} ${ctx.position(symbol).unrealisedPnl}`);
  }
}

/** The same, and looks at the account on every bar. */
class Looking extends Reckless {
  protected override tell({ symbol }: Bar, ctx: Context): void {
    ctx.log(`${ctx.now} ${ctx.equity} ${ctx.position(symbol).quantity}`);
  }
}

interface Case {
  readonly preset: string;
  readonly feePlan: string;
  readonly cash: number;
}

function runOf(
  strategyClass: StrategyClass,
  table: BarTable,
  symbols: readonly string[],
  way: Way,
  given: Case,
): { readonly outcome: Record<string, unknown>; readonly isRuined: boolean } {
  // What the venue has done is known a while later.
  const isLate = given.preset.includes('latency');
  const strategies = [{ name: 'reckless', strategyClass, hash: '', timeframe: '1m' as const }];
  const { preset, feePlan, cash } = given;
  const setup = { strategies, symbols, startingCash: cash * DOLLAR, preset, feePlan };
  const { backtester, run } = runOn(way, table, setup, ({ kernel, venue }) => {
    expect(checkVenue(venue)).toEqual([]);
    if (!isLate) expect(venue.account('backtest').equity).toBe(kernel.tracker.equity);
  });
  const { fills, curve } = run;
  const ruin = ruinOf(run.bookings);
  if (ruin !== undefined) {
    const from = curve.time.indexOf(ruin.time);
    expect(from).toBeGreaterThanOrEqual(0);
    expect([...curve.equity.subarray(0, from)].every((equity) => equity > 0)).toBe(true);
    expect([...curve.equity.subarray(from)].every((equity) => equity === 0)).toBe(true);
    expect(fills.every(({ time }) => time <= ruin.time)).toBe(true);
    expect(backtester.kernel.tracker.positions().every(({ quantity }) => quantity === 0)).toBe(true);
    expect(backtester.venue.isIdle).toBe(true);
  }
  expect(checkVenue(backtester.venue)).toEqual([]);
  return { isRuined: ruin !== undefined, outcome: decidedBy(backtester, run) };
}

const rows = fc.array(fc.noBias(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 20_000 }))), {
  minLength: 500,
  maxLength: 1300,
  size: 'max',
});
const given: fc.Arbitrary<Case> = fc.record({
  preset: fc.constantFrom(
    'backtesting.py+margin.1000bps',
    'backtesting.py+margin.3000bps',
    'backtesting.py+margin.500bps+spread.10bps',
    'backtesting.py-close+margin.1000bps',
    'backtesting.py+margin.1000bps+strict.latency',
    'backtesting.py',
  ),
  feePlan: fc.constantFrom('zero', 'relative-20bps', 'per-order-1usd+relative-20bps'),
  cash: fc.constantFrom(1000, 20_000),
});

describe('a run that loses everything', () => {
  it.each([
    ['one symbol', Reckless, ['X'], 25],
    ['one symbol, looked at on every bar', Looking, ['X'], 8],
    ['several symbols', Reckless, ['X', 'Y', 'Z'], 12],
  ] as const)('ends in the same way on every path: %s', (_, strategy, symbols, numRuns) => {
    let ruined = 0;
    fc.assert(
      fc.property(rows, given, (steps, setup) => {
        const table = minutesOf(steps, {
          ...{ symbols: symbols.length, firstClose: 2000, leastClose: 1, scale: 1, from: 0, hasHoles: false },
        });
        const plain = runOf(strategy, table, symbols, 'plain', setup);
        if (plain.isRuined) ruined += 1;
        expect(runOf(strategy, table, symbols, 'fast', setup).outcome).toEqual(plain.outcome);
        expect(runOf(strategy, table, symbols, 'listening', setup).outcome).toEqual(plain.outcome);
      }),
      { numRuns, seed: 5 },
    );
    expect(ruined).toBeGreaterThan(numRuns / 3);
  });

  const bars: readonly Ohlc[] = [
    [100, 100, 100, 100],
    [100, 100, 100, 100],
    [100, 100, 95, 95],
    [95, 95, 80, 80],
    [80, 120, 80, 120],
  ];

  /** Ten thousand dollars hold 900 shares at $100 from the second minute on, and $80 ruins them. */
  class Bold extends Strategy.with({}) {
    private bar = -1;
    override onBar({ symbol }: Bar, ctx: Context): void {
      if (symbol !== 'A') return;
      this.bar += 1;
      ctx.log(`bar ${this.bar}`);
      if (this.bar !== 0) return;
      ctx.order.market(symbol, 'buy', 900, { reason: 'all' });
      ctx.order.limit(symbol, 'buy', 1, 50, { reason: 'resting', timeInForce: 'gtc' });
    }
  }

  function session(): ReturnType<typeof composeKernel> & { readonly sink: RecordingSink; readonly play: () => void } {
    const sink = new RecordingSink();
    const composed = composeKernel({
      config: {
        ...{ sessionId: 'run', kind: 'backtest', accountId: 'backtest', feed: 'recorded', seed: 1 },
        ...{ symbols: ['A', 'B'], priceScale: RAW_PRICE_SCALE, startTime: OPEN, startingCash: 10_000 * DOLLAR },
        ...{ preset: 'backtesting.py+margin.1000bps', feePlan: 'relative-10bps', limits: {} },
        strategies: [
          { instanceId: 'bold', strategy: 'bold', symbols: ['A', 'B'], timeframe: '1m', params: {}, allocation: 1 },
        ],
      },
      sink,
      resolveStrategy: () => Bold,
    });
    sink.kernel = composed.kernel;
    const play = (): void => {
      composed.kernel.start();
      composed.kernel.process(batchOf(minuteBars([...bars], [...bars])));
    };
    return { ...composed, sink, play };
  }

  it('closes at the close with its commission, cancels what rests and writes the debt off', () => {
    const { kernel, venue, play } = session();
    play();
    const orders = kernel.manager.orders.toArray();
    expect(orders.map(({ reason, status }) => `${reason}: ${status}`)).toEqual([
      'all: filled',
      'resting: canceled',
      'the account is ruined: filled',
    ]);
    expect(kernel.tracker.roundTrips.toArray()).toMatchObject([
      { quantity: 900 * SHARE, exitPrice: 80 * RAW_PRICE_SCALE, pnl: -18_162 * DOLLAR },
    ]);
    const account = venue.exchange.book.account('backtest');
    expect([account.cash, account.equity, kernel.tracker.equity]).toEqual([0, 0, 0]);
    expect([account.realisedPnl, account.fees, account.deposits]).toEqual([
      -18_000 * DOLLAR,
      162 * DOLLAR,
      18_162 * DOLLAR,
    ]);
    expect(checkVenue(venue)).toEqual([]);
  });

  it('refuses every order after it with its reason', () => {
    const { kernel, play } = session();
    play();
    const at = kernel.now + MINUTE;
    const order = { symbol: 'A', side: 'buy', orderType: 'market', timeInForce: 'day', quantity: SHARE } as const;
    const by = { clientOrderId: 'm', user: 'me', reason: '', extendedHours: false } as const;
    const command = { type: 'submitOrder', ...order, ...by } as const;
    expect(kernel.command(command, at)).toMatchObject({ ok: false, reason: 'ACCOUNT_RUINED' });
    const [config] = kernel.runner.instances.map(({ config: one }) => one);
    if (config === undefined) throw new Error('there is a strategy');
    const start = { type: 'startStrategy', user: 'me', config: { ...config, instanceId: 'next' } } as const;
    expect(kernel.command(start, at)).toMatchObject({ ok: false, reason: 'ACCOUNT_RUINED' });
    expect(kernel.runner.instance('next')).toBeUndefined();
  });

  it('is over from the start where the session before left nothing, and books nothing anew', () => {
    const { kernel, sink, play } = session();
    kernel.adopt({ cash: 0, books: [] });
    play();
    expect(sink.events.filter(({ event }) => event.type === 'booked')).toEqual([]);
    expect(kernel.manager.orders.toArray().map(({ statusReason }) => statusReason)).toEqual([
      'ACCOUNT_RUINED',
      'ACCOUNT_RUINED',
    ]);
  });

  it('comes back from a recovery to the same end, which the record holds (K1)', () => {
    const whole = session();
    whole.play();
    const recovered = session();
    recovered.kernel.beginRecovery(new TestRecord(whole.sink));
    recovered.play();
    expect(recovered.kernel.endRecovery()).toEqual({ ok: true });
    recovered.venue.restoreWorking(JSON.parse(JSON.stringify(whole.venue.workingState())));
    expect(recovered.venue.snapshot()).toEqual(whole.venue.snapshot());
    expect(recovered.kernel.manager.orders.toArray()).toEqual(whole.kernel.manager.orders.toArray());
    expect(recovered.kernel.tracker.carry()).toEqual(whole.kernel.tracker.carry());
    expect(recovered.kernel.tracker.equity).toBe(0);
  });

  it('is told of with its date and what was owed', () => {
    const { sink, play } = session();
    play();
    const bookings = sink.events.flatMap(({ event }) => (event.type === 'booked' ? [event] : []));
    expect(ruinOf(bookings)).toEqual({ time: OPEN + 4 * MINUTE, debt: 8162 * DOLLAR });
    expect(endOfRuin(bookings)).toMatch(/^The account was ruined on \d{4}-\d\d-\d\d: .* \$8,162\.00 /);
    expect(endOfRuin([])).toBeUndefined();
  });
});
