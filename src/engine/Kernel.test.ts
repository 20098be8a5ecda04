/** The kernel end to end over a small venue: order of things, life of signals, quarantine, determinism, recovery. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketBatch } from '../domain/marketTables.js';
import { PrintFlag } from '../domain/marketTables.js';
import { createBarTable, createPrintTable, createQuoteTable } from '../domain/tables.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { param } from '../strategies/param.js';
import { builtInStrategy } from '../strategies/registry.js';
import { Strategy } from '../strategies/Strategy.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { OPEN, TestRecord, batchOf, closes, minuteBars, testKernel } from './testKit.js';
import type { TestSession } from './testKit.js';

/** Does what a script says, bar by bar: the key is the number of the bar, counted from 1. */
function scripted(script: Readonly<Record<number, (ctx: Context, bar: Bar) => void>>): StrategyClass {
  return class extends Strategy.with({}) {
    private count = 0;
    override onBar(bar: Bar, ctx: Context): void {
      this.count += 1;
      script[this.count]?.(ctx, bar);
    }
  };
}

const long = (ctx: Context): void => ctx.enterLong('SPY', { reason: 'up' });
const short = (ctx: Context): void => ctx.enterShort('SPY', { reason: 'down' });
const twice = (ctx: Context): void => [1, 2].forEach(() => long(ctx));
const exit = (ctx: Context): void => ctx.exit('SPY', { reason: 'out' });

type TestSink = ReturnType<typeof testKernel>['sink'];

function runScript(
  script: Readonly<Record<number, (ctx: Context, bar: Bar) => void>>,
  prices: readonly number[],
  session: TestSession = {},
): ReturnType<typeof testKernel> {
  const made = testKernel({ strategies: { s: scripted(script) }, ...session });
  made.kernel.start();
  made.kernel.process(batchOf(minuteBars(closes(prices))));
  return made;
}

describe('a signal', () => {
  it('decided on a bar fills at the next, sized by equity', () => {
    const { sink, kernel } = runScript({ 1: long, 3: exit }, [100, 110, 120, 130]);
    // $100,000 ÷ $100 at the decision; the next bar opens at 100; out at the open after bar 3.
    expect(sink.of('fill')).toMatchObject([
      { at: 2, side: 'buy', quantity: 1000 * SHARE, price: 100 * DOLLAR },
      { at: 4, side: 'sell', quantity: 1000 * SHARE, price: 120 * DOLLAR },
    ]);
    expect(kernel.tracker.equity).toBe(120_000 * DOLLAR);
    expect(kernel.tracker.roundTrips.toArray()).toMatchObject([
      { owner: 's', side: 'buy', pnl: 20_000 * DOLLAR, entryReason: 'up', exitReason: 'out' },
    ]);
  });

  it('that reverses closes first and opens after the close has filled', () => {
    const { sink } = runScript({ 1: long, 3: short }, [100, 100, 100, 100, 100]);
    expect(sink.of('fill')).toMatchObject([
      { at: 2, side: 'buy', quantity: 1000 * SHARE },
      { at: 4, side: 'sell', quantity: 1000 * SHARE },
      { at: 5, side: 'sell', quantity: 1000 * SHARE },
    ]);
  });

  it('that reverses sends both at once when the preset says so', () => {
    const { sink } = runScript({ 1: long, 3: short }, [100, 100, 100, 100, 100], {
      policy: { reversal: 'sameInstant' },
    });
    expect(sink.of('fill').map((fill) => [fill['at'], fill['side']])).toEqual([
      [2, 'buy'],
      [4, 'sell'],
      [4, 'sell'],
    ]);
  });

  it.each([
    ['twice at one instant', { 1: twice }, 'DUPLICATE_SIGNAL'],
    ['again while its entry works', { 1: long, 2: long }, 'QUANTITY_ZERO'],
    ['when already long', { 1: long, 3: long }, 'QUANTITY_ZERO'],
    ['to exit when flat', { 1: exit }, 'QUANTITY_ZERO'],
  ] as const)('%s is answered and stored', (_name, script, denial) => {
    const { sink } = runScript(script, [100, 100, 100, 100]);
    const last = sink.of('signal').at(-1);
    expect(last).toMatchObject({ outcome: 'deny', denial });
  });

  it('exit cancels a resting entry', () => {
    const { sink, venue } = runScript(
      { 1: (ctx) => ctx.enterLong('SPY', { reason: 'dip', limit: 90 }), 2: exit },
      [100, 100, 100],
    );
    expect(venue.canceled).toEqual(['o-1']);
    expect(sink.of('order').at(-1)).toMatchObject({ id: 'o-1', status: 'canceled' });
  });

  describe('before the report on the order before it has come', () => {
    const late = { venue: { reportLatency: 40_000 } };
    const sides = (sink: TestSink): readonly (readonly unknown[])[] =>
      sink.of('fill').map(({ side, quantity }) => [side, quantity]);

    it('exit closes what the entry has filled', () => {
      const { sink, kernel } = runScript({ 1: long, 2: exit }, [100, 100, 100, 100, 100], late);
      expect(sides(sink)).toEqual([
        ['buy', 1000 * SHARE],
        ['sell', 1000 * SHARE],
      ]);
      expect(kernel.tracker.quantityOf('s', 0)).toBe(0);
    });

    it('exit closes all that has filled of an entry in parts', () => {
      const { sink, kernel } = runScript({ 1: long, 3: exit }, [100, 100, 100, 100, 100, 100], {
        venue: { reportLatency: 40_000, maxFill: 300 * SHARE },
      });
      expect(kernel.tracker.quantityOf('s', 0)).toBe(0);
      expect(sides(sink)).toEqual([
        ['buy', 300 * SHARE],
        ['buy', 300 * SHARE],
        ['sell', 300 * SHARE],
        ['sell', 300 * SHARE],
      ]);
    });

    it('exit is answered once, by a denial where nothing had filled', () => {
      const dip = (ctx: Context): void => ctx.enterLong('SPY', { reason: 'dip', limit: 90 });
      const { sink } = runScript({ 1: dip, 2: exit }, [100, 100, 100], late);
      expect(sink.of('order').at(-1)).toMatchObject({ id: 'o-1', status: 'canceled' });
      expect(sink.of('signal').slice(1)).toMatchObject([{ intent: 'exit', outcome: 'deny', denial: 'QUANTITY_ZERO' }]);
    });

    it.each(['afterClose', 'sameInstant'] as const)('an entry comes once the exit has closed, %s', (reversal) => {
      const { sink, kernel } = runScript({ 1: long, 3: exit, 4: long }, [100, 100, 100, 100, 100, 100, 100], {
        ...late,
        policy: { reversal },
      });
      expect(sides(sink).map(([side]) => side)).toEqual(['buy', 'sell', 'buy']);
      expect(kernel.tracker.quantityOf('s', 0)).toBe(1000 * SHARE);
    });

    it.each(['afterClose', 'sameInstant'] as const)('exit and entry in one hook close and open, %s', (reversal) => {
      const again = (ctx: Context): void => [exit, long].forEach((wish) => wish(ctx));
      const { sink, kernel } = runScript({ 1: long, 2: again }, [100, 100, 100, 100, 100, 100], {
        ...late,
        policy: { reversal },
      });
      expect(sides(sink).map(([side]) => side)).toEqual(['buy', 'sell', 'buy']);
      expect(kernel.tracker.quantityOf('s', 0)).toBe(1000 * SHARE);
    });
  });

  it('target moves the position by the difference', () => {
    const { sink } = runScript(
      {
        1: (ctx) => ctx.target('SPY', { shares: 100 }, { reason: 'a' }),
        3: (ctx) => ctx.target('SPY', { shares: 40 }, { reason: 'b' }),
        5: (ctx) => ctx.target('SPY', { shares: -10 }, { reason: 'c' }),
      },
      [100, 100, 100, 100, 100, 100, 100, 100],
    );
    expect(sink.of('fill').map((fill) => [fill['side'], Number(fill['quantity']) / SHARE])).toEqual([
      ['buy', 100],
      ['sell', 60],
      ['sell', 40],
      ['sell', 10],
    ]);
  });

  it('I-10, I-17: partial fills add up, and every order at the venue is one of ours', () => {
    const { sink, venue, kernel } = runScript({ 1: long }, [100, 100, 100, 100, 100, 100], {
      venue: { maxFill: 300 * SHARE },
    });
    expect(sink.of('fill').map((fill) => Number(fill['quantity']) / SHARE)).toEqual([300, 300, 300, 100]);
    expect(kernel.manager.orders.toArray()).toEqual(venue.submitted);
    expect(kernel.manager.orders.toArray()[0]).toMatchObject({ status: 'filled', filledQuantity: 1000 * SHARE });
    expect(kernel.manager.openCount).toBe(0);
  });
});

describe('the order of an instant (X13)', () => {
  it('quotes, prints, bars, fills, hooks; all bars before any hook; timers last', () => {
    const log: string[] = [];
    const both = class extends Strategy.with({}) {
      private readonly average = this.sma(1);
      override onBar(bar: Bar, ctx: Context): void {
        log.push(`onBar ${bar.symbol} ${this.average.value} ${ctx.lastPrice('A')} ${ctx.lastPrice('B')}`);
        if (bar.symbol !== 'A') return;
        ctx.setTimer('t', ctx.now);
        if (ctx.now === OPEN + MINUTE) ctx.order.limit('A', 'buy', 1, 1, { reason: 'rests' });
      }
      override onTimer(name: string): void {
        log.push(`timer ${name}`);
      }
      override onSession(phase: string): void {
        log.push(`session ${phase}`);
      }
    };
    const { kernel, venue } = testKernel({
      strategies: { s: both },
      symbols: ['A', 'B'],
      config: { startTime: OPEN - MINUTE },
    });
    venue.trace = log;
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([10, 11]), closes([20, 21]))));
    kernel.advanceClock(OPEN + 3 * MINUTE);
    const at = OPEN + 2 * MINUTE;
    expect(log).toEqual([
      'session regular',
      `advance ${OPEN + MINUTE}`,
      'bar 0',
      'bar 1',
      `match ${OPEN + MINUTE}`,
      'onBar A 10 10 20',
      'submit o-1',
      'onBar B 20 10 20',
      'timer t',
      `advance ${at}`,
      'bar 0',
      'bar 1',
      `match ${at}`,
      'onBar A 11 11 21',
      'onBar B 21 11 21',
      'timer t',
    ]);
  });

  it('rows of one time are one instant, whatever tables they come from', () => {
    const trace: string[] = [];
    const quotes = createQuoteTable(2);
    const prints = createPrintTable(2);
    [quotes, prints].forEach((table) => {
      table.time[0] = OPEN + SECOND;
      table.time[1] = OPEN + 2 * SECOND;
      table.length = 2;
    });
    prints.price.fill(100 * DOLLAR);
    const batch: MarketBatch = { tables: [quotes, prints], order: Uint8Array.of(0, 1, 0, 1), length: 4 };
    const { kernel, venue } = testKernel({});
    venue.trace = trace;
    kernel.start();
    kernel.process(batch);
    expect(trace.map((line) => line.replace(/ \d{6,}/, ''))).toEqual([
      'advance',
      'quote 0',
      'print 0',
      'match',
      'advance',
      'quote 0',
      'print 0',
      'match',
    ]);
    expect(kernel.inputSequence).toBe(4);
  });

  it('a report that is delayed arrives at its own time, however far the next row is', () => {
    const times: number[] = [];
    const watcher = class extends Strategy.with({}) {
      override onBar(bar: Bar, ctx: Context): void {
        if (bar.time === OPEN + MINUTE) ctx.enterLong('SPY', { reason: 'up' });
      }
      override onFill(_fill: unknown, ctx: Context): void {
        times.push(ctx.now - OPEN);
      }
    };
    const { kernel } = testKernel({ strategies: { s: watcher }, venue: { reportLatency: 40_000 } });
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([100, 100, 100, 100]))));
    expect(times).toEqual([2 * MINUTE + 40_000]);
  });
});

describe('a strategy that fails', () => {
  const thrower = class extends Strategy.with({}) {
    private count = 0;
    override onBar(_bar: Bar, ctx: Context): void {
      this.count += 1;
      if (this.count === 1) ctx.enterLong('SPY', { reason: 'dip', limit: 50 });
      if (this.count === 2) throw new Error('bad luck');
    }
  };

  it('is quarantined with its error, its entries canceled, and the others go on', () => {
    const { kernel, sink } = testKernel({ strategies: { bad: thrower, good: scripted({ 3: long }) } });
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([100, 100, 100, 100, 100]))));
    expect(kernel.runner.instance('bad')?.state).toBe('quarantined');
    expect(sink.of('strategy').at(-1)).toMatchObject({
      instanceId: 'bad',
      state: 'quarantined',
      error: 'onBar of SPY threw Error: bad luck',
    });
    expect(kernel.manager.order('o-1')).toMatchObject({ status: 'canceled' });
    expect(sink.of('fill')).toHaveLength(1);
  });

  it('keeps its working exit', () => {
    const failing = scripted({
      1: long,
      3: (ctx) => ctx.exit('SPY', { reason: 'target', limit: 500 }),
      4: () => {
        throw new Error('late');
      },
    });
    const { kernel, venue } = testKernel({ strategies: { bad: failing } });
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([100, 100, 100, 100, 100]))));
    expect(venue.canceled).toEqual([]);
    expect(kernel.manager.openOrders()).toMatchObject([{ side: 'sell', status: 'accepted' }]);
  });

  it.each([
    ['a promise', () => Promise.resolve(), 'TypeError: onBar returned a promise'],
    ['a value', () => 1, 'TypeError: onBar returned a value'],
    ['a foreign symbol', (ctx: Context) => ctx.exit('IBM', { reason: '' }), 'AssertionError: IBM is not a symbol'],
    [
      'a NaN price',
      (ctx: Context) => ctx.enterLong('SPY', { reason: '', limit: NaN }),
      'AssertionError: NaN is not a price',
    ],
    [
      'a long entry of fewer than no shares',
      (ctx: Context) => ctx.enterLong('SPY', { reason: '', size: { shares: -5 } }),
      'AssertionError: enterLong with -5 shares: give 0 or more, and enterShort for the other side',
    ],
    [
      'a short entry of a negative weight',
      (ctx: Context) => ctx.enterShort('SPY', { reason: '', size: { weight: -0.5 } }),
      'AssertionError: enterShort with a weight of -0.5: give 0 or more, and enterLong for the other side',
    ],
    [
      'a stop below nothing',
      (ctx: Context) => ctx.enterLong('SPY', { reason: '', stop: { percent: 400 } }),
      'AssertionError: the exit would lie 400 dollars below the entry at 100',
    ],
  ] as const)('by %s is quarantined', (_name, hook, error) => {
    const strategy = class extends Strategy.with({}) {
      override onBar(_bar: Bar, ctx: Context): void {
        return hook(ctx) as undefined;
      }
    };
    const { kernel, sink } = testKernel({ strategies: { s: strategy } });
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([100]))));
    expect(String(sink.of('strategy').at(-1)?.['error'])).toContain(error);
  });

  it('is quarantined too where the length of an average throws, and the others go on', () => {
    const asking = class extends Strategy.with({}) {
      readonly average = this.ta.variableAverage('simple', { shortest: 1, longest: 2 }, () => {
        throw new RangeError('no length');
      });
    };
    const { kernel, sink } = testKernel({ strategies: { bad: asking, good: scripted({ 1: long }) } });
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([100, 101, 102]))));
    expect(sink.of('strategy').filter(({ instanceId }) => instanceId === 'bad')).toEqual([
      expect.objectContaining({ state: 'warmingUp' }),
      expect.objectContaining({ state: 'quarantined', error: 'an indicator threw RangeError: no length' }),
    ]);
    expect(sink.of('fill')).toHaveLength(1);
  });

  it('a bar kept past its call throws when it is read; its snapshot stays', () => {
    let kept: Bar | undefined;
    let copy: unknown;
    const strategy = scripted({
      1: (_ctx, bar) => {
        kept = bar;
        copy = bar.snapshot();
      },
    });
    const { kernel } = testKernel({ strategies: { s: strategy } });
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([100, 101]))));
    expect(() => kept?.close).toThrow('kept past its call');
    expect(copy).toMatchObject({ symbol: 'SPY', close: 100, timeframe: '1m' });
  });
});

describe('warm-up (X15)', () => {
  const counter = class extends Strategy.with({ length: param.int({ default: 3, min: 1, max: 9 }) }) {
    private readonly average = this.sma(this.p.length);
    override onBar(bar: Bar, ctx: Context): void {
      ctx.log(`${(bar.time - OPEN) / MINUTE} ${this.average.value}`);
    }
  };

  it('onBar waits for every indicator', () => {
    const { kernel, sink } = testKernel({ strategies: { s: counter } });
    expect(kernel.warmUpBars).toBe(3);
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([1, 2, 3, 4]))));
    expect(sink.of('log').map((line) => line['text'])).toEqual(['3 2', '4 3']);
    expect(sink.of('strategy').map((line) => line['state'])).toEqual(['warmingUp', 'running']);
  });

  it('history fills the indicators without a hook', () => {
    const { kernel, sink } = testKernel({ strategies: { s: counter } });
    const history = minuteBars(closes([7, 8, 9]));
    for (let row = 0; row < 3; row += 1) {
      history.start[row] = (history.start[row] ?? 0) - 60 * MINUTE;
      history.time[row] = (history.time[row] ?? 0) - 60 * MINUTE;
    }
    kernel.warmUp(history);
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([10]))));
    expect(sink.of('log').map((line) => line['text'])).toEqual(['1 9']);
  });

  it('history of bars is followed by bars from prints', () => {
    const { kernel, sink } = testKernel({ strategies: { s: counter } });
    const history = minuteBars(closes([7, 8, 9]));
    for (let row = 0; row < 3; row += 1) {
      history.start[row] = (history.start[row] ?? 0) - 60 * MINUTE;
      history.time[row] = (history.time[row] ?? 0) - 60 * MINUTE;
    }
    kernel.warmUp(history);
    kernel.start();
    const prints = createPrintTable(2);
    for (const [row, price] of [10, 11].entries()) {
      [prints.time[row], prints.price[row], prints.size[row]] = [OPEN + row * MINUTE + 1, price * DOLLAR, 100];
      prints.flags[row] = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;
    }
    prints.length = 2;
    kernel.process({ tables: [prints], order: null, length: 2 });
    kernel.advanceClock(OPEN + 2 * MINUTE + 1);
    expect(sink.of('log').map((line) => line['text'])).toEqual(['1 9', '2 10']);
  });

  it('indicators of a longer timeframe see its bars only', () => {
    const strategy = class extends Strategy.with({}) {
      private readonly slow = this.on('5m').sma(1);
      override onBar(bar: Bar, ctx: Context): void {
        ctx.log(`${(bar.time - OPEN) / MINUTE} ${this.slow.value}`);
      }
    };
    const { kernel, sink } = testKernel({ strategies: { s: strategy } });
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]))));
    expect(sink.of('log').map((line) => line['text'])).toEqual(['5 5', '6 5', '7 5', '8 5', '9 5', '10 10', '11 10']);
  });
});

describe('bars from prints', () => {
  it('are delivered at their end, although the next print comes later', () => {
    const strategy = class extends Strategy.with({}) {
      override onBar(bar: Bar, ctx: Context): void {
        ctx.log([ctx.now - OPEN, bar.start - OPEN, bar.open, bar.high, bar.low, bar.close, bar.volume].join(' '));
      }
    };
    const prints = createPrintTable(4);
    const rows = [
      [1, 10, 100],
      [30, 12, 100],
      [59, 11, 50],
      [150, 13, 10],
    ] as const;
    rows.forEach(([second, price, size], row) => {
      prints.time[row] = OPEN + second * SECOND;
      prints.price[row] = price * DOLLAR;
      prints.size[row] = size;
      prints.flags[row] = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;
    });
    prints.length = 4;
    const { kernel, sink } = testKernel({ strategies: { s: strategy } });
    kernel.start();
    kernel.process({ tables: [prints], order: null, length: 4 });
    kernel.advanceClock(OPEN + 4 * MINUTE);
    expect(sink.of('log').map((line) => line['text'])).toEqual([
      `${MINUTE} 0 10 12 10 11 250`,
      `${3 * MINUTE} ${2 * MINUTE} 13 13 13 13 10`,
    ]);
  });
});

describe('commands', () => {
  const bars = minuteBars(closes([100, 100, 100, 100, 100]));

  it('I-27: the kill switch cancels, refuses what comes after it, and flattens', () => {
    const { kernel, sink } = testKernel({
      strategies: {
        s: scripted({
          1: long,
          2: (ctx) => ctx.order.limit('SPY', 'buy', 5, 50, { reason: 'rest' }) as unknown as undefined,
          4: long,
        }),
      },
    });
    kernel.start();
    const half = createBarTable('1m', 5);
    Object.assign(half, bars, { length: 3 });
    kernel.process(batchOf(half));
    const answer = kernel.command(
      { type: 'killSwitch', user: 'ann', on: true, flatten: true, reason: 'test' },
      OPEN + 3 * MINUTE + SECOND,
    );
    expect(answer).toEqual({ ok: true });
    const rest = createBarTable('1m', 2);
    for (const name of ['symbolId', 'time', 'start', 'open', 'high', 'low', 'close', 'volume'] as const) {
      rest[name].set(bars[name].subarray(3, 5) as never);
    }
    rest.length = 2;
    kernel.process(batchOf(rest));
    expect(kernel.tracker.quantityOf('s', 0)).toBe(0);
    expect(kernel.manager.openCount).toBe(0);
    expect(sink.of('signal').at(-1)).toMatchObject({ outcome: 'deny', denial: 'KILL_SWITCH' });
  });

  it('manual orders pass the same checks and give the same kind of answer', () => {
    const { kernel } = testKernel({ config: { limits: { maxPositionShares: 10 * SHARE } } });
    kernel.start();
    kernel.process(batchOf(bars));
    const order = {
      type: 'submitOrder',
      user: 'ann',
      clientOrderId: 'c1',
      symbol: 'SPY',
      side: 'buy',
      orderType: 'market',
      timeInForce: 'day',
      quantity: 5 * SHARE,
      extendedHours: false,
      reason: 'test',
    } as const;
    const at = OPEN + 6 * MINUTE;
    expect(kernel.command(order, at)).toEqual({ ok: true, orderId: 'o-1' });
    expect(kernel.command(order, at)).toMatchObject({ ok: false, reason: 'DUPLICATE_CLIENT_ORDER_ID' });
    expect(kernel.command({ ...order, clientOrderId: 'c2', quantity: 6 * SHARE }, at)).toMatchObject({
      ok: false,
      reason: 'MAX_POSITION_SHARES',
    });
    expect(kernel.command({ ...order, clientOrderId: 'c3', symbol: 'XYZ' }, at)).toMatchObject({
      reason: 'SYMBOL_UNKNOWN',
    });
    expect(kernel.command({ type: 'cancelOrder', user: 'ann', orderId: 'o-1' }, at)).toMatchObject({ ok: true });
    expect(kernel.command({ type: 'cancelOrder', user: 'ann', orderId: 'o-9' }, at)).toMatchObject({
      reason: 'NOT_FOUND',
    });
  });

  it('F52: an order worth more than can be reckoned is refused, and the record can be run again', () => {
    const { kernel } = testKernel({});
    kernel.start();
    kernel.process(batchOf(bars));
    const order = {
      type: 'submitOrder',
      user: 'ann',
      symbol: 'SPY',
      side: 'buy',
      timeInForce: 'day',
      extendedHours: false,
      reason: 'test',
    } as const;
    const at = OPEN + 6 * MINUTE;
    const answerTo = (clientOrderId: string, shares: number, limit?: number): unknown =>
      kernel.command(
        {
          ...order,
          clientOrderId,
          quantity: shares * SHARE,
          ...(limit === undefined ? { orderType: 'market' } : { orderType: 'limit', limitPrice: limit * DOLLAR }),
        },
        at,
      );
    // At $100: 10,000,000 shares are worth the $1,000,000,000 that is still taken.
    expect(answerTo('m1', 10_000_000)).toMatchObject({ ok: true });
    expect(answerTo('m2', 10_000_001)).toMatchObject({ ok: false, reason: 'ORDER_TOO_LARGE' });
    expect(answerTo('m3', 9_007_199_254)).toMatchObject({ ok: false, reason: 'ORDER_TOO_LARGE' });
    expect(answerTo('l1', 10_000_001, 0.01)).toMatchObject({ ok: false, reason: 'ORDER_TOO_LARGE' });
    expect(answerTo('l2', 9_007_199_254, 500)).toMatchObject({ ok: false, reason: 'ORDER_TOO_LARGE' });
    expect(answerTo('l3', 1, 9_007_199_254)).toMatchObject({ ok: false, reason: 'ORDER_TOO_LARGE' });
    // Neither the exits, nor the trail, nor a replacement may be larger.
    const price = 9_007_199_254 * DOLLAR;
    const bracket = {
      orderClass: 'bracket',
      exits: [{ role: 'takeProfit', type: 'limit', limitPrice: price }],
    } as const;
    const trail = { kind: 'price', amount: price } as const;
    for (const terms of [
      { orderType: 'market', group: bracket },
      { orderType: 'trailing_stop', trail },
    ] as const) {
      expect(kernel.command({ ...order, clientOrderId: 'x1', quantity: SHARE, ...terms }, at)).toMatchObject({
        ok: false,
        reason: 'ORDER_TOO_LARGE',
      });
    }
    expect(answerTo('r1', 1, 90)).toMatchObject({ ok: true });
    const [working] = kernel.manager.openOrders().filter(({ clientOrderId }) => clientOrderId.endsWith('r1'));
    for (const changes of [{ quantity: 9_007_199_254 * SHARE }, { limitPrice: price }]) {
      const replace = { type: 'replaceOrder', user: 'ann', orderId: working?.id ?? '', clientOrderId: 'r2' } as const;
      expect(kernel.command({ ...replace, changes }, at)).toMatchObject({ ok: false, reason: 'ORDER_TOO_LARGE' });
    }
  });

  it('strategies start and stop while the session runs', () => {
    const { kernel } = testKernel({ strategies: { s: scripted({}) }, instances: [] });
    kernel.start();
    kernel.process(batchOf(bars));
    const config = {
      instanceId: 'a',
      strategy: 's',
      symbols: ['SPY'],
      timeframe: '1m',
      params: {},
      allocation: 1,
    } as const;
    const start = { type: 'startStrategy', user: 'ann', config } as const;
    expect(kernel.command(start, OPEN + 6 * MINUTE)).toEqual({ ok: true });
    expect(kernel.command(start, OPEN + 6 * MINUTE)).toMatchObject({ ok: false, reason: 'STRATEGY_INVALID' });
    expect(
      kernel.command({ ...start, config: { ...config, instanceId: 'b', strategy: 'none' } }, kernel.now),
    ).toMatchObject({
      ok: false,
      message: expect.stringContaining('no strategy none') as string,
    });
    expect(kernel.command({ type: 'stopStrategy', user: 'ann', instanceId: 'a', flatten: false }, kernel.now)).toEqual({
      ok: true,
    });
    expect(kernel.runner.instance('a')?.state).toBe('stopped');
  });
});

describe('determinism and recovery (K1)', () => {
  const session: TestSession = {
    instances: [
      { instanceId: 'x', strategy: 'sma-cross', params: { fast: 2, slow: 4, direction: 'longShort' }, allocation: 0.5 },
      { instanceId: 'y', strategy: 'sma-cross', params: { fast: 3, slow: 5 }, allocation: 0.3 },
    ],
    symbols: ['A', 'B'],
    venue: { reportLatency: 40_000, maxFill: 200 * SHARE },
    options: { resolveStrategy: builtInStrategy },
    config: { limits: { maxOrdersPerMinute: 6, maxDailyLoss: 3000 * DOLLAR, flattenOnDailyLoss: true } },
  };
  const paths = fc.array(fc.integer({ min: 80, max: 120 }), { minLength: 5, maxLength: 60 });

  function live(a: readonly number[], b: readonly number[]): ReturnType<typeof testKernel> {
    const made = testKernel(session);
    made.kernel.start();
    made.kernel.process(batchOf(minuteBars(closes(a), closes(b.slice(0, a.length).concat(a.slice(b.length))))));
    made.kernel.advanceClock(OPEN + (a.length + 1) * MINUTE);
    return made;
  }

  it('the same inputs give the same decisions', () => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        expect(live(a, b).sink.records).toEqual(live(a, b).sink.records);
      }),
      { numRuns: 40 },
    );
  });

  it('recovery applies what was recorded, emits nothing and ends in the same state', () => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        const first = live(a, b);
        const second = testKernel(session);
        second.kernel.beginRecovery(new TestRecord(first.sink));
        second.kernel.start();
        second.kernel.process(batchOf(minuteBars(closes(a), closes(b.slice(0, a.length).concat(a.slice(b.length))))));
        second.kernel.advanceClock(OPEN + (a.length + 1) * MINUTE);
        expect(second.kernel.endRecovery()).toEqual({ ok: true });
        expect(second.sink.records).toEqual([]);
        expect(second.kernel.manager.orders.toArray()).toEqual(first.kernel.manager.orders.toArray());
        expect(second.kernel.tracker.positions()).toEqual(first.kernel.tracker.positions());
        expect(second.kernel.tracker.equity).toBe(first.kernel.tracker.equity);
        expect(second.kernel.decisionPoint).toBe(first.kernel.decisionPoint);
      }),
      { numRuns: 40 },
    );
  });

  it('a strategy that decides otherwise than the record is named, and nothing goes on', () => {
    const prices = [100, 99, 98, 97, 103, 105, 104, 99, 95, 94, 100, 108];
    const first = live(prices, prices);
    expect(first.sink.of('signal').length).toBeGreaterThan(0);
    const other = {
      ...session,
      instances: session.instances?.map((one) => ({ ...one, params: { fast: 2, slow: 3 } })) ?? [],
    };
    const second = testKernel(other);
    second.kernel.beginRecovery(new TestRecord(first.sink));
    second.kernel.start();
    second.kernel.process(batchOf(minuteBars(closes(prices), closes(prices))));
    const result = second.kernel.endRecovery();
    expect(result).toMatchObject({ ok: false });
    expect(result.ok ? '' : result.message).toMatch(/the strategy (x )?emitted/);
  });
});
