import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nyse } from '../calendar/sessions.js';
import { dateOf } from '../calendar/tradingDate.js';
import type { BarTable } from '../domain/marketTables.js';
import type { RiskLimits } from '../domain/risk.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../domain/units.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context, StrategyFill } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { Backtester, startOf } from './Backtester.js';

const CENT = RAW_PRICE_SCALE / 100;

/** What a call is refused with. */
function slipOf(call: () => unknown): string {
  try {
    return `went on with ${String(call())}`;
  } catch (error) {
    return String(error);
  }
}

/** Does something else on most bars, decided by the volume, so that the data are the script. */
class Scripted extends Strategy.with({}) {
  protected readonly shift: number = 0;

  override onBar(bar: Bar, ctx: Context): void {
    const { symbol } = bar;
    const volume = bar.volume + this.shift;
    const shares = 1 + (volume % 11) * 30;
    const script = volume % 43;
    if (script < 6) ctx.enterLong(symbol, { reason: 'long', size: { shares } });
    else if (script < 12) ctx.enterShort(symbol, { reason: 'short', size: { shares } });
    else if (script < 24) ctx.exit(symbol, { reason: 'out' });
    else if (script < 27) ctx.target(symbol, { shares: shares - 150 }, { reason: 'target' });
    else if (script < 38) this.doOtherwise(script, bar, shares, ctx);
    this.tell(bar, ctx);
    if (volume % 4001 === 0) throw new Error('enough');
  }

  protected tell({ symbol, time }: Bar, ctx: Context): void {
    const position = ctx.position(symbol);
    ctx.log(`${time} ${ctx.equity} ${position.quantity} ${position.averagePrice} ${position.unrealisedPnl}`);
  }

  private doOtherwise(script: number, { symbol, close, time }: Bar, shares: number, ctx: Context): void {
    switch (script) {
      case 27:
        ctx.enterLong(symbol, { reason: 'by the model' });
        ctx.exit(symbol, { reason: 'and out' });
        break;
      case 28: {
        const size = { shares };
        ctx.enterLong(symbol, { reason: 'with exits', size, target: close * 1.001, stop: close * 0.999 });
        break;
      }
      case 29:
        ctx.order.cancel(ctx.order.market(symbol, 'buy', shares, { reason: 'direct' }));
        break;
      case 30:
        ctx.enterLong(symbol, { reason: 'for a while', size: { shares }, timeStop: { minutes: 3 } });
        break;
      case 31:
        ctx.enterLong(symbol, { reason: 'sent', size: { shares } });
        ctx.order.cancel('o-2');
        ctx.setTimer('look', time + 30 * 1_000_000);
        break;
      case 32:
        // The second wish takes the first one back, and goes on when that has ended.
        ctx.enterLong(symbol, { reason: 'below', size: { shares }, limit: close * 0.99 });
        ctx.enterShort(symbol, { reason: 'turned', size: { shares } });
        break;
      case 33:
        ctx.order.limit(symbol, 'buy', shares, close * 0.99, { reason: 'below' });
        ctx.enterLong(symbol, { reason: 'beside it', size: { shares } });
        break;
      case 34:
        ctx.enterLong(symbol, { reason: 'first', size: { shares } });
        ctx.order.market(symbol, 'buy', shares, { reason: 'and beside it' });
        break;
      case 35:
        ctx.enterLong(symbol, { reason: 'before a slip', size: { shares } });
        ctx.log(slipOf(() => ctx.order.market(symbol, 'buy', Number.NaN, { reason: 'slip' })));
        ctx.exit(symbol, { reason: 'after it' });
        break;
      case 36:
        ctx.enterLong(symbol, { reason: 'changed', size: { shares } });
        ctx.order.replace('o-2', { shares });
        ctx.order.market(symbol, 'sell', shares, { reason: 'and against it' });
        break;
      default:
        ctx.exit(symbol, { reason: 'immediate', timeInForce: 'ioc' });
    }
  }
}

/** The same, and tells of few bars: most are written down behind it, those that fill its orders too. */
class Silent extends Scripted {
  protected override tell(bar: Bar, ctx: Context): void {
    if (bar.volume % 97 === 0) super.tell(bar, ctx);
  }
}

/** Does what the silent one does on other bars. */
class Second extends Silent {
  protected override readonly shift = 17;
}

/** The same, and follows its fills. */
class Following extends Scripted {
  override onFill(fill: StrategyFill, ctx: Context): void {
    ctx.log(`filled ${fill.quantity} at ${fill.price}`);
  }
}

/** Begins to follow its fills on the way. */
class Late extends Scripted {
  override onFill?: (fill: StrategyFill, ctx: Context) => void;

  override onBar(bar: Bar, ctx: Context): void {
    if (bar.volume % 53 === 0) this.onFill ??= (fill, own) => own.log(`filled ${fill.quantity} at ${fill.price}`);
    super.onBar(bar, ctx);
  }
}

/** Buys and sells, and begins to follow its fills in the hook that has given the third order. */
class After extends Strategy.with({}) {
  override onFill?: (fill: StrategyFill, ctx: Context) => void;
  private bars = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.bars += 1;
    if (this.bars % 20 !== 0) return;
    if (this.bars % 40 === 0) ctx.exit(bar.symbol, { reason: 'out' });
    else ctx.enterLong(bar.symbol, { reason: 'in', size: { shares: 10 } });
    if (this.bars < 60) return;
    this.onFill ??= (fill, own) => own.log(`filled ${fill.quantity} at ${fill.price}`);
  }
}

/** Step of the close in cents and volume of each bar, over the minutes of several sessions; some have no bar. */
function tableOf(bars: readonly (readonly [step: number, volume: number])[]): BarTable {
  const table = createBarTable('1m', bars.length);
  let session = nyse.nextSession(dateOf(2024, 3, 1));
  // The first bars are of the premarket.
  let start = session.open - 5 * MINUTE;
  let close = 2000;
  for (const [row, [step, volume]] of bars.entries()) {
    const open = Math.max(1, close + (step % 3));
    close = Math.max(1, open + step);
    table.start[row] = start;
    table.time[row] = start + MINUTE;
    table.open[row] = open * CENT;
    table.close[row] = close * CENT;
    // Some bars are nonsense: their high is below their low.
    table.high[row] = (Math.max(open, close) + (volume % 89 === 0 ? -90 : 1)) * CENT;
    table.low[row] = Math.max(1, Math.min(open, close) - 1) * CENT;
    table.volume[row] = volume;
    start += step % 7 === 0 ? 3 * MINUTE : MINUTE;
    if (start < session.close + 3 * MINUTE) continue;
    session = nyse.nextSession(session.date);
    start = session.open - MINUTE;
  }
  table.length = bars.length;
  return table;
}

interface Case {
  readonly preset: string;
  readonly feePlan: string;
  readonly cash: number;
  readonly limits: RiskLimits;
}

/** Everything that a run decided. `order` leads the kernel away from the path for one table of bars. */
function outcomeOf(classes: readonly StrategyClass[], table: BarTable, order: Uint8Array | null, given: Case): unknown {
  const market = { tables: [table], order, length: table.length };
  const backtester = new Backtester({
    strategies: classes.map((strategyClass) => ({
      name: strategyClass.name,
      strategyClass,
      hash: '',
      timeframe: '1m',
    })),
    symbols: ['X'],
    priceScale: RAW_PRICE_SCALE,
    startTime: startOf(market),
    startingCash: given.cash * DOLLAR,
    preset: given.preset,
    feePlan: given.feePlan,
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
    limits: given.limits,
  });
  const steps = backtester.steps(market);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const { fills, orders, roundTrips, logs, strategies, curve, signals, ledgerHash } = step.value;
  const { inputSequence, decisionPoint, tracker } = backtester.kernel;
  return {
    place: [inputSequence, decisionPoint],
    fills,
    // The number and prefix of an id are no part of a record, and of the newest orders more is known.
    orders: orders.map((one) => ({ ...one, clientOrderNumber: 0, clientOrderPrefix: '', legs: [], begun: false })),
    roundTrips,
    positions: tracker.positions(),
    books: tracker.carry(),
    logs,
    states: strategies.map(({ state, readyAt, error }) => [state, readyAt, error?.split('\n')[0]]),
    equity: [...curve.equity],
    signals: Array.from({ length: signals.length }, (_, index) => signals.at(index)),
    denials: [...signals.denials],
    ledgerHash,
    venue: backtester.venue.snapshot(),
  };
}

const bars = fc.array(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 20_000 })), {
  minLength: 400,
  maxLength: 900,
  size: 'max',
});

const given: fc.Arbitrary<Case> = fc.record({
  preset: fc.constantFrom(
    'backtesting.py',
    'optimistic',
    'backtesting.py+papertape.participation',
    'papertape',
    'lean',
  ),
  feePlan: fc.constantFrom('zero', 'per-order-1usd', 'interactive-brokers-fixed'),
  cash: fc.constantFrom(1000, 20_000, 1_000_000),
  limits: fc.constantFrom<RiskLimits>({}, { maxPositionShares: 200 * SHARE }, { maxOrdersPerMinute: 1 }),
});

describe('an order that the next bar fills whole', () => {
  it.each([
    [[Scripted], 15],
    [[Silent], 15],
    [[Following], 3],
    [[Late], 5],
    [[Silent, Second], 15],
    [[Second, Scripted, Silent], 10],
    [[Silent, Following], 3],
    [[Late, Second], 5],
  ])('comes to the same as on its long way: %o', (strategies, numRuns) => {
    fc.assert(
      fc.property(bars, given, (rows, setup) => {
        const table = tableOf(rows);
        const plain = outcomeOf(strategies, table, new Uint8Array(table.length), setup);
        expect(outcomeOf(strategies, table, null, setup)).toEqual(plain);
      }),
      { numRuns, seed: 12 },
    );
  });

  it('is told of to a strategy that begins to follow its fills in the hook that gave it', () => {
    const rows = Array.from({ length: 120 }, (_, row) => [row % 2 === 0 ? 2 : -2, 5_000] as const);
    const setup = { preset: 'backtesting.py', feePlan: 'zero', cash: 20_000, limits: {} };
    const table = tableOf(rows);
    const plain = outcomeOf([After], table, new Uint8Array(table.length), setup);
    const logs = Array.from({ length: 3 }, () => ({ text: expect.stringMatching(/^filled 10 at /) as unknown }));
    expect(plain).toMatchObject({ fills: [{}, {}, {}, {}, {}], logs });
    expect(outcomeOf([After], table, null, setup)).toMatchObject({ fills: [{}, {}, {}, {}, {}], logs });
  });
});
