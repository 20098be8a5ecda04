import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nyse } from '../calendar/sessions.js';
import { dateOf } from '../calendar/tradingDate.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../domain/units.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { Backtester, startOf } from './Backtester.js';

const CENT = RAW_PRICE_SCALE / 100;

/** Looks at every indicator that works ahead, at the newest values and far back, and trades on what it sees. */
class Onlooker extends Strategy.with({}) {
  private readonly fast = this.sma(2);
  private readonly slow = this.ema(5);
  private readonly range = this.atr(3);
  private readonly strength = this.rsi(4);
  private readonly top = this.highest(6);
  private seen = 0;

  override onBar(bar: Bar, ctx: Context): void {
    const { fast, slow, range, strength, top } = this;
    const values = [fast.value, slow.ago(1), range.ago(60), strength.value, top.ago(63), this.longer()];
    ctx.log(`${bar.time} ${ctx.equity} ${values.join(' ')}`);
    this.seen += 1;
    if (this.seen % 41 === 0) ctx.setTimer('pause', bar.time + 90 * 1_000_000);
    if (fast.crossedAbove(slow)) ctx.enterLong(bar.symbol, { reason: 'above' });
    else if (fast.crossedBelow(slow)) ctx.exit(bar.symbol, { reason: 'below' });
    if (this.seen === 700) throw new Error('enough');
  }

  /** A value of longer bars, if there are any. */
  protected longer(): number {
    return 0;
  }

  override onTimer(name: string, ctx: Context): void {
    ctx.log(name);
  }
}

/** Besides uses bars that are built from its own. */
class LongOnlooker extends Onlooker {
  private readonly hours = this.on('1h').sma(2);

  protected override longer(): number {
    return this.hours.value;
  }
}

/** Looks at the account on some bars and wishes something on few: most bars ask for nothing. */
class Dreamer extends Strategy.with({}) {
  private readonly fast = this.sma(3);
  private readonly day = this.vwap();
  private seen = 0;
  private sum = 0;

  override onBar(bar: Bar, ctx: Context): void {
    const { symbol, close } = bar;
    this.seen += 1;
    const { seen } = this;
    if (close > this.fast.value) this.sum += close;
    if (seen % 7 === 0) this.sum += ctx.equity;
    if (seen % 11 === 0) this.sum += ctx.position(symbol).unrealisedPnl + (ctx.lastPrice(symbol) ?? 0);
    if (seen % 13 === 0) this.sum += ctx.now % 1_000_003;
    if (seen % 29 === 0) ctx.log(`${ctx.now} ${this.sum} ${this.day.value}`);
    if (seen % 31 === 0) ctx.enterLong(symbol, { reason: 'in', size: { shares: 7 } });
    if (seen % 53 === 0) ctx.exit(symbol, { reason: 'out' });
    if (seen % 61 === 0) ctx.setTimer('later', ctx.now + 150 * 1_000_000);
    if (seen % 67 === 0) ctx.enterShort(symbol, { reason: 'down', size: { shares: 3 }, limit: close + 0.2 });
    if (seen % 71 === 0) ctx.enterLong(symbol, { reason: 'held', stop: { percent: 1 }, target: { percent: 2 } });
    if (seen === 640) throw new Error('enough');
  }

  override onTimer(name: string, ctx: Context): void {
    ctx.log(`${name} ${ctx.equity}`);
  }
}

/** Keeps orders of every kind at work far from the price and near it, changes and cancels them, over nights too. */
class Rester extends Strategy.with({}) {
  private readonly range = this.atr(3);
  private readonly day = this.vwap();
  private seen = 0;
  private last = '';

  override onBar(bar: Bar, ctx: Context): void {
    const { symbol, close } = bar;
    const { quantity } = ctx.position(symbol);
    this.seen += 1;
    if (this.seen % 3 === 0) ctx.log(`${bar.time} ${ctx.equity} ${quantity} ${this.day.value} ${this.day.ago(1)}`);
    const away = (this.seen % 5) * 0.4;
    const options = { reason: 'rest', timeInForce: this.seen % 2 === 0 ? 'gtc' : 'day' } as const;
    switch (this.seen % 23) {
      case 1:
        ctx.enterLong(symbol, { reason: 'in', size: { shares: 10 }, stop: { atr: 2 }, target: { atr: 3 } });
        break;
      case 4:
        this.last = ctx.order.limit(symbol, 'buy', 5, close - away - 0.01, options);
        break;
      case 6:
        this.last = ctx.order.replace(this.last, { limit: close - 0.3 }) ?? this.last;
        break;
      case 9:
        ctx.order.cancel(this.last);
        break;
      case 11:
        if (quantity > 0) ctx.order.trailingStop(symbol, 'sell', quantity, { percent: 2 }, options);
        break;
      case 13:
        ctx.order.stopLimit(symbol, 'buy', 3, close + away + 0.05, close + away + 0.1, options);
        break;
      case 14:
        ctx.order.limitIfTouched(symbol, 'buy', 2, close - away - 0.1, close - away + 0.05, options);
        ctx.order.limitIfTouched(symbol, 'sell', 2, close + away + 0.1, close + away + 0.3, options);
        break;
      case 16:
        ctx.setTimer('out', bar.time + 90 * 1_000_000);
        break;
      case 19:
        ctx.order.bracket(
          symbol,
          'buy',
          4,
          { target: close + 1, stop: close - 1 },
          { ...options, limit: close - away },
        );
        break;
      default:
    }
    if (this.seen === 600) throw new Error('enough');
  }

  override onTimer(name: string, ctx: Context): void {
    ctx.log(`${name} ${this.range.value}`);
    ctx.exit('X', { reason: name });
  }
}

/** A strategy and the timeframe of its own bars. */
type Placed = readonly [StrategyClass, Timeframe];

/** The steps are those of the close in cents, over the minutes of several sessions; some minutes have no bar. */
function tableOf(steps: readonly number[]): BarTable {
  const table = createBarTable('1m', steps.length);
  let session = nyse.nextSession(dateOf(2024, 3, 1));
  let start = session.open;
  let close = 2000;
  for (const [row, step] of steps.entries()) {
    const open = close;
    close = Math.max(100, close + step);
    table.start[row] = start;
    table.time[row] = start + MINUTE;
    table.open[row] = open * CENT;
    table.close[row] = close * CENT;
    table.high[row] = (Math.max(open, close) + 1) * CENT;
    table.low[row] = (Math.min(open, close) - 1) * CENT;
    table.volume[row] = 1_000_000;
    start += step % 7 === 0 ? 3 * MINUTE : MINUTE;
    if (start < session.close) continue;
    session = nyse.nextSession(session.date);
    start = session.open;
  }
  table.length = steps.length;
  return table;
}

/** Everything that a run decided. `order` leads the kernel away from the path for one table of bars. */
function outcomeOf(
  placed: readonly Placed[],
  table: BarTable,
  order: Uint8Array | null,
  loss: number | undefined,
  preset: string,
): unknown {
  const market = { tables: [table], order, length: table.length };
  const backtester = new Backtester({
    strategies: placed.map(([strategyClass, timeframe]) => ({
      name: strategyClass.name,
      strategyClass,
      hash: '',
      timeframe,
    })),
    symbols: ['X'],
    priceScale: RAW_PRICE_SCALE,
    startTime: startOf(market),
    preset,
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
    limits: loss === undefined ? {} : { maxDailyLoss: loss * DOLLAR, flattenOnDailyLoss: true },
  });
  const steps = backtester.steps(market);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const { fills, orders, roundTrips, logs, strategies, curve, signals } = step.value;
  const { inputSequence, decisionPoint } = backtester.kernel;
  return {
    place: [inputSequence, decisionPoint],
    fills,
    orders,
    roundTrips,
    logs,
    states: strategies.map(({ state, readyAt }) => [state, readyAt]),
    equity: [...curve.equity],
    venue: backtester.venue.snapshot(),
    signals: Array.from({ length: signals.length }, (_, index) => signals.at(index)),
  };
}

describe('the fast path for bars of one symbol', () => {
  it.each<[readonly Placed[]]>([
    [[[Onlooker, '1m']]],
    [[[LongOnlooker, '1m']]],
    [[[Rester, '1m']]],
    [[[Dreamer, '1m']]],
    [
      [
        [Onlooker, '1m'],
        [Dreamer, '1m'],
      ],
    ],
    [
      [
        [Dreamer, '1m'],
        [Rester, '1m'],
        [Onlooker, '1m'],
      ],
    ],
    [
      [
        [Dreamer, '1m'],
        [LongOnlooker, '1m'],
      ],
    ],
    [[[Dreamer, '2m']]],
    [[[Rester, '5m']]],
    [[[LongOnlooker, '3m']]],
    [
      [
        [Onlooker, '5m'],
        [Dreamer, '1m'],
        [LongOnlooker, '15m'],
        [Dreamer, '1d'],
      ],
    ],
  ])('decides, shows and counts the same as the path for any market: %o', (strategies) => {
    const steps = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 900, size: 'max' });
    const losses = fc.option(fc.integer({ min: 500, max: 5000 }), { nil: undefined });
    const presets = fc.constantFrom('papertape', 'papertape', 'lean', 'lean+margin.1000bps');
    fc.assert(
      fc.property(steps, losses, presets, (moves, loss, preset) => {
        const table = tableOf(moves);
        const plain = outcomeOf(strategies, table, new Uint8Array(table.length), loss, preset);
        expect(outcomeOf(strategies, table, null, loss, preset)).toEqual(plain);
      }),
      { numRuns: 25, seed: 11 },
    );
  });
});
