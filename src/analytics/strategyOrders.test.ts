/** What strategies and people order through the whole kernel, engine and exchange together, on minute bars. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../domain/commands.js';
import type { BarTable } from '../domain/marketTables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import type { Ohlc } from '../engine/testKit.js';
import { reversal } from '../exchange/testing/reversal.js';
import { batchOf, minuteBars, OPEN, RecordingSink, TestRecord } from '../engine/testKit.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import type { ComposedKernel } from './composeKernel.js';
import { composeKernel } from './composeKernel.js';

type Script = Readonly<Record<number, (ctx: Context) => void>>;

/** A strategy that does what the script says on each of its bars, counted from 1, and notes the ids it is given. */
function scripted(script: Script, atrLength = 2): StrategyClass {
  return class extends Strategy.with({}) {
    private readonly range = this.atr(atrLength);
    private count = atrLength;
    override onBar(_bar: unknown, ctx: Context): void {
      this.count += 1;
      expect(this.range.ready).toBe(true);
      script[this.count]?.(ctx);
    }
  };
}

interface Run extends ComposedKernel {
  readonly sink: RecordingSink;
  readonly feed: (from: number, to: number) => void;
  readonly state: () => string[];
  readonly fills: () => string[];
}

const CALM: Ohlc = [100, 100.5, 99.5, 100];

function run(script: Script, bars: readonly Ohlc[], preset = 'optimistic'): Run {
  const sink = new RecordingSink();
  const composed = composeKernel({
    config: {
      sessionId: 't',
      feed: 'recorded',
      symbols: ['SPY'],
      priceScale: DOLLAR,
      accountId: 'main',
      startingCash: 100_000 * DOLLAR,
      preset,
      feePlan: 'zero',
      seed: 1,
      startTime: OPEN,
      limits: {},
      strategies: [{ instanceId: 's', strategy: 's', symbols: ['SPY'], timeframe: '1m', params: {}, allocation: 1 }],
    },
    sink,
    resolveStrategy: () => scripted(script),
  });
  const { kernel } = composed;
  sink.kernel = kernel;
  const table = minuteBars(bars);
  table.volume.fill(1_000_000);
  return {
    ...composed,
    sink,
    feed: (from, to) => kernel.process(batchOf(part(table, from, to))),
    state: () =>
      kernel.manager.orders.toArray().map(({ id, status, quantity }) => `${id} ${status} ${quantity / SHARE}`),
    fills: () =>
      sink.of('fill').map(({ at, orderId, quantity, price }) => {
        return `${String(at)} ${String(orderId)} ${Number(quantity) / SHARE} @ ${Number(price) / DOLLAR}`;
      }),
  };
}

/** Rows `from` to before `to` of one symbol's bars. */
function part(table: BarTable, from: number, to: number): BarTable {
  const columns = Object.entries(table).map(([key, value]) => [
    key,
    value instanceof Float64Array || value instanceof Int32Array ? value.slice(from, to) : (value as unknown),
  ]);
  return { ...(Object.fromEntries(columns) as BarTable), length: Math.max(0, Math.min(to, table.length) - from) };
}

function play(script: Script, bars: readonly Ohlc[], preset?: string): Run {
  const one = run(script, bars, preset);
  one.kernel.start();
  one.feed(0, bars.length);
  return one;
}

const LONG = { reason: 'up', size: { shares: 50 } } as const;

describe('an entry with exits', () => {
  const bracket: Script = { 3: (ctx) => ctx.enterLong('SPY', { ...LONG, stop: { distance: 2 }, target: 103 }) };

  it('sends one bracket, whose legs are named after it and end each other', () => {
    const one = play(bracket, [CALM, CALM, CALM, CALM, CALM, [100, 104, 100, 103]]);
    // Bought at the open of the fourth bar; 103 is touched in the sixth.
    expect(one.fills()).toEqual(['4 o-1 50 @ 100', '6 o-2 50 @ 103']);
    expect(one.state()).toEqual(['o-1 filled 50', 'o-2 filled 50', 'o-3 canceled 50']);
    const orders = one.kernel.manager.orders.toArray();
    expect(orders.map(({ clientOrderId }) => clientOrderId)).toEqual(['t-s-1', 't-s-1-tp', 't-s-1-sl']);
    expect(orders.map(({ orderClass, parentId, role }) => [orderClass, parentId, role])).toEqual([
      ['bracket', undefined, undefined],
      ['bracket', 'o-1', 'takeProfit'],
      ['bracket', 'o-1', 'stopLoss'],
    ]);
    expect(one.venue.account('main').reserved).toBe(0);
    expect([...one.kernel.manager.workingSell, ...one.kernel.manager.workingBuy]).toEqual([0, 0]);
  });

  it.each([
    ['take profit', bracket, [100, 104, 100, 103]],
    ['stop loss', bracket, [100, 100, 97, 97]],
    ['trailing stop', { 3: (ctx) => ctx.enterLong('SPY', { ...LONG, trail: { distance: 2 } }) }, [100, 100, 97, 97]],
    ['time stop', { 3: (ctx) => ctx.enterLong('SPY', { ...LONG, timeStop: { minutes: 2 } }) }, CALM],
  ] as const satisfies readonly (readonly [string, Script, Ohlc])[])(
    'has the %s for the reason of the round trip that it ends, not that of its entry',
    (reason, script, last) => {
      const one = play(script, [CALM, CALM, CALM, CALM, CALM, last, CALM]);
      const [trip] = one.kernel.tracker.roundTrips.toArray();
      expect(trip).toMatchObject({ entryReason: 'up', exitReason: reason });
    },
  );

  it.each([
    ['the kill switch', { type: 'killSwitch', user: 'me', on: true, flatten: true, reason: 'stop' }],
    ['stopping the strategy', { type: 'stopStrategy', user: 'me', instanceId: 's', flatten: true }],
  ] as const)('I-27: an exit that fills before its cancel arrives leaves nothing for %s to close', (_, command) => {
    // 50 ms to the venue: the exit at 103 fills by the bar that ends while its cancel is under way.
    const one = run(bracket, [CALM, CALM, CALM, CALM, CALM, [100, 104, 100, 103], CALM, CALM], 'papertape');
    one.kernel.start();
    one.feed(0, 5);
    expect(one.fills()).toHaveLength(1);
    one.kernel.command(command, OPEN + 6 * MINUTE - 20_000);
    one.feed(5, 8);
    expect(one.fills().map((fill) => fill.split(' ').slice(1, 3).join(' '))).toEqual(['o-1 50', 'o-2 50']);
    expect(one.venue.account('main').quantityOf(0)).toBe(0);
    expect(one.kernel.manager.openCount).toBe(0);
  });

  it('I-27: flattening closes what is held once the exits have ended, and an entry that filled meanwhile', () => {
    const bars: Ohlc[] = [CALM, CALM, CALM, CALM, CALM, CALM, CALM, CALM];
    const one = run(bracket, bars, 'papertape');
    one.kernel.start();
    one.feed(0, 5);
    one.kernel.command({ type: 'killSwitch', user: 'me', on: true, flatten: true, reason: 'stop' }, OPEN + 5 * MINUTE);
    one.feed(5, 8);
    expect(one.state()).toEqual(['o-1 filled 50', 'o-2 canceled 50', 'o-3 canceled 50', 'o-4 filled 50']);
    expect(one.venue.account('main').quantityOf(0)).toBe(0);
    // The entry of the third bar is on its way when the switch is pulled, and fills.
    const two = run(bracket, bars, 'papertape');
    two.kernel.start();
    two.feed(0, 3);
    two.kernel.command(
      { type: 'killSwitch', user: 'me', on: true, flatten: true, reason: 'stop' },
      OPEN + 4 * MINUTE - 20_000,
    );
    two.feed(3, 8);
    expect(two.venue.account('main').quantityOf(0)).toBe(0);
    expect(two.state().filter((line) => line.includes('filled'))).toEqual(['o-1 filled 50', 'o-4 filled 50']);
  });

  it('keeps its exits when the strategy stops or throws', () => {
    const bars: Ohlc[] = [CALM, CALM, CALM, CALM, CALM, [100, 100, 97, 97.5]];
    const failing: Script = {
      ...bracket,
      5: () => {
        throw new RangeError('enough');
      },
    };
    const one = play(failing, bars);
    expect(one.kernel.runner.instance('s')?.state).toBe('quarantined');
    expect(one.fills()).toEqual(['4 o-1 50 @ 100', '6 o-3 50 @ 98']);
    const two = run(bracket, bars);
    two.kernel.start();
    two.feed(0, 5);
    two.kernel.command({ type: 'stopStrategy', user: 'me', instanceId: 's', flatten: false }, OPEN + 5 * MINUTE);
    two.feed(5, 6);
    expect(two.fills()).toEqual(['4 o-1 50 @ 100', '6 o-3 50 @ 98']);
  });

  it('takes the exits off the market before an exit by signal sells, so that nothing is sold twice', () => {
    const script: Script = { ...bracket, 5: (ctx) => ctx.exit('SPY', { reason: 'enough' }) };
    for (const preset of ['optimistic', 'papertape']) {
      const one = play(script, [CALM, CALM, CALM, CALM, CALM, CALM, CALM, CALM], preset);
      expect(one.state()).toEqual(['o-1 filled 50', 'o-2 canceled 50', 'o-3 canceled 50', 'o-4 filled 50']);
      expect(one.venue.account('main').quantityOf(0)).toBe(0);
    }
  });

  it('reverses by cancel, close and open, in this order', () => {
    const script: Script = { ...bracket, 5: (ctx) => ctx.enterShort('SPY', { ...LONG, stop: { percent: 1 } }) };
    const one = play(script, [CALM, CALM, CALM, CALM, CALM, CALM, CALM, CALM]);
    expect(one.fills()).toEqual(['4 o-1 50 @ 100', '6 o-4 50 @ 100', '7 o-5 50 @ 100']);
    expect(one.state().slice(3)).toEqual(['o-4 filled 50', 'o-5 filled 50', 'o-6 accepted 50']);
    // 100 + 1 %
    expect(one.kernel.manager.order('o-6')).toMatchObject({ side: 'buy', stopPrice: 101 * DOLLAR, orderClass: 'oto' });
  });

  it('reckons distances in average true ranges, away from the entry to the cent (R20)', () => {
    const odd: Ohlc = [100, 100.333, 99.5, 100];
    const script: Script = {
      3: (ctx) => ctx.enterLong('SPY', { ...LONG, stop: { atr: 2 }, target: { atr: 1 } }),
      6: (ctx) => ctx.enterShort('SPY', { ...LONG, trail: { atr: 1 } }),
    };
    const one = play(script, [odd, odd, odd, odd]);
    // True range 0.833: 100 − 1.666 = 98.334 down, 100 + 0.833 = 100.833 up.
    expect(one.kernel.manager.order('o-2')).toMatchObject({ limitPrice: 100.84 * DOLLAR });
    expect(one.kernel.manager.order('o-3')).toMatchObject({ stopPrice: 98.33 * DOLLAR });
  });

  it('closes by its time stop, also when the strategy has been stopped', () => {
    const script: Script = { 3: (ctx) => ctx.enterLong('SPY', { ...LONG, target: 120, timeStop: { minutes: 2 } }) };
    const bars = [CALM, CALM, CALM, CALM, CALM, CALM, CALM, CALM, CALM];
    for (const stops of [false, true]) {
      const one = run(script, bars);
      one.kernel.start();
      one.feed(0, 5);
      const stop = { type: 'stopStrategy', user: 'me', instanceId: 's', flatten: false } as const;
      if (stops) one.kernel.command(stop, OPEN + 5 * MINUTE);
      one.feed(5, 9);
      // Filled at 09:34; at 09:36 the target is canceled and the position sold at the next open.
      expect(one.fills()).toEqual(['4 o-1 50 @ 100', '7 o-3 50 @ 100']);
      expect(one.state()).toEqual(['o-1 filled 50', 'o-2 canceled 50', 'o-3 filled 50']);
    }
  });

  it('enters by stop and limit', () => {
    const script: Script = { 3: (ctx) => ctx.enterLong('SPY', { ...LONG, enterAt: 101, limit: 101.5, stop: 99 }) };
    const one = play(script, [CALM, CALM, CALM, [100, 101.2, 100, 101]]);
    expect(one.kernel.manager.order('o-1')).toMatchObject({ type: 'stop_limit', status: 'filled' });
    expect(one.fills()).toEqual(['4 o-1 50 @ 101']);
  });
});

describe('an order that is changed under the rules of LEAN', () => {
  it('looks at the bar at hand, which was quiet until then', () => {
    const bars = [...Array<Ohlc>(11).fill(CALM), [100, 101, 99, 100] as const, ...Array<Ohlc>(3).fill(CALM)];
    let id = '';
    const { fills } = play(
      {
        3: (ctx) => void (id = ctx.order.limit('SPY', 'buy', 10, 95, { reason: 'low', timeInForce: 'gtc' })),
        12: (ctx) => ctx.order.replace(id, { limit: 99.25 }),
      },
      bars,
      'lean',
    );
    expect(fills()).toEqual(['12 o-2 10 @ 99.25']);
  });
});

describe('targets while orders are open', () => {
  const to = (shares: number, limit?: number) => (ctx: Context) => {
    ctx.target('SPY', { shares }, { reason: `${shares}`, ...(limit === undefined ? {} : { limit }) });
  };

  it('count what open orders of earlier targets will do', () => {
    // The limits rest below the market; the third target adds only what the first two leave.
    const { state } = play({ 3: to(100, 95), 4: to(100, 95), 5: to(160, 95) }, Array<Ohlc>(6).fill(CALM));
    expect(state()).toEqual(['o-1 accepted 100', 'o-2 accepted 60']);
  });

  it('count several within one bar, and orders that reduce', () => {
    const all =
      (...targets: readonly number[]) =>
      (ctx: Context) =>
        targets.forEach((shares) => to(shares)(ctx));
    const { state, kernel } = play({ 3: all(10, 30, 100), 6: all(60, 20) }, Array<Ohlc>(9).fill(CALM));
    expect(state().map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'filled 10',
      'filled 20',
      'filled 70',
      'filled 40',
      'filled 40',
    ]);
    expect(kernel.tracker.quantityOf('s', 0)).toBe(20 * SHARE);
  });

  it('take an entry back that is too much for the new target, and send what is left of it', () => {
    const { state } = play({ 3: to(100, 95), 4: to(40, 95) }, Array<Ohlc>(6).fill(CALM));
    expect(state()).toEqual(['o-1 canceled 100', 'o-2 accepted 40']);
  });
});

describe('direct orders of a strategy', () => {
  it('can be stop-limits, trailing stops, brackets and ocos', () => {
    const ids: string[] = [];
    const say = { reason: 'direct' };
    const script: Script = {
      3: (ctx) => {
        ids.push(ctx.order.bracket('SPY', 'buy', 10, { target: 103, stop: 98, stopLimit: 97.5 }, say));
        ids.push(ctx.order.stopLimit('SPY', 'buy', 10, 101, 101.5, say));
      },
      4: (ctx) => {
        ids.push(ctx.order.trailingStop('SPY', 'sell', 5, { percent: 1 }, say));
        ids.push(ctx.order.oco('SPY', 'sell', 5, { target: 104, stop: 97 }, say));
      },
    };
    const one = play(script, [CALM, CALM, CALM, CALM, [100, 100.9, 100, 100.8]]);
    expect(ids).toEqual(['o-1', 'o-4', 'o-5', 'o-6']);
    expect(one.kernel.manager.orders.toArray().map(({ type, status }) => `${type} ${status}`)).toEqual([
      'market filled',
      'limit accepted',
      'stop_limit accepted',
      'stop_limit accepted',
      'trailing_stop accepted',
      'limit accepted',
      'stop accepted',
    ]);
  });

  it('can be replaced; the new id goes on, and a refused one leaves the old order as it is', () => {
    const ids: (string | undefined)[] = [];
    const script: Script = {
      3: (ctx) => ids.push(ctx.order.limit('SPY', 'buy', 10, 90, { reason: 'dip' })),
      4: (ctx) =>
        ids.push(ctx.order.replace('o-1', { shares: 20, limit: 95 }), ctx.order.replace('o-1', { limit: 96 })),
      5: (ctx) => ids.push(ctx.order.replace('o-2', { shares: 2000 }), ctx.order.replace('o-9', { limit: 1 })),
      6: (ctx) => ids.push(ctx.order.replace('o-2', { limit: 99.6 })),
    };
    const one = play(script, [CALM, CALM, CALM, CALM, CALM, CALM, CALM]);
    expect(ids).toEqual(['o-1', 'o-2', undefined, 'o-3', undefined, 'o-4']);
    expect(one.state()).toEqual(['o-1 replaced 10', 'o-2 replaced 20', 'o-3 denied 2000', 'o-4 filled 20']);
    expect(one.kernel.manager.order('o-3')).toMatchObject({ statusReason: 'BUYING_POWER' });
    expect(one.kernel.manager.order('o-1')).toMatchObject({ replacedBy: 'o-2' });
    expect(one.fills()).toEqual(['7 o-4 20 @ 99.6']);
    expect([...one.kernel.manager.workingBuy]).toEqual([0]);
    expect(one.kernel.manager.workingExposure).toBe(0);
  });
});

describe('orders of a person', () => {
  const base = { type: 'submitOrder', user: 'me', symbol: 'SPY', side: 'buy', timeInForce: 'day' } as const;
  const order = { ...base, orderType: 'market', quantity: 10 * SHARE, extendedHours: false, reason: '' } as const;

  it('trade a notional, come with exits, and are replaced by their own ids', () => {
    const one = run({}, [CALM, CALM, CALM, CALM]);
    one.kernel.start();
    one.feed(0, 1);
    const at = OPEN + MINUTE;
    const say = (command: Command): unknown => one.kernel.command(command, at);
    expect(say({ ...order, clientOrderId: 'a', quantity: 0, notional: 1005 * DOLLAR })).toEqual({
      ok: true,
      orderId: 'o-1',
    });
    const group = { orderClass: 'oto', exits: [{ role: 'stopLoss', type: 'stop', stopPrice: 90 * DOLLAR }] } as const;
    expect(say({ ...order, clientOrderId: 'b', group })).toEqual({ ok: true, orderId: 'o-2' });
    one.feed(1, 2);
    // 1,005 ÷ 100 = 10.05
    expect(one.fills()).toEqual(['2 o-1 10.05 @ 100', '2 o-2 10 @ 100']);
    const replace = { type: 'replaceOrder', user: 'me', orderId: 'o-3', clientOrderId: 'c' } as const;
    expect(say({ ...replace, changes: { stopPrice: 99 * DOLLAR } })).toEqual({ ok: true, orderId: 'o-4' });
    expect(say({ ...replace, changes: { stopPrice: 98 * DOLLAR } })).toMatchObject({
      reason: 'DUPLICATE_CLIENT_ORDER_ID',
    });
    expect(say({ ...replace, orderId: 'o-1', clientOrderId: 'd', changes: {} })).toMatchObject({ reason: 'NOT_FOUND' });
    expect(one.state()).toEqual(['o-1 filled 10.05', 'o-2 filled 10', 'o-3 replaced 10', 'o-4 accepted 10']);
  });
});

describe('busts and corrections (F41)', () => {
  it('leave the engine with the money, shares and profit that the venue has', () => {
    const script: Script = {
      3: (ctx) => ctx.enterLong('SPY', LONG),
      5: (ctx) => ctx.order.limit('SPY', 'sell', 20, 100, { reason: 'part' }),
    };
    for (const what of ['bust', 'correct'] as const) {
      const one = run(script, [CALM, CALM, CALM, CALM, CALM, [101, 102, 100.5, 102], CALM]);
      one.kernel.start();
      one.feed(0, 6);
      expect(one.fills()).toEqual(['4 o-1 50 @ 100', '6 o-2 20 @ 101']);
      const events = one.sink.events.map(({ event }) => event);
      const fill = events.flatMap((event) => (event.type === 'filled' ? [event.fill] : []))[0];
      expect(fill?.orderId).toBe('o-1');
      if (fill === undefined) continue;
      const now = OPEN + 6 * MINUTE + 1;
      const terms = what === 'bust' ? undefined : { price: 100.5 * DOLLAR, quantity: 40 * SHARE };
      const { exchange } = one.venue;
      exchange.advanceTo(now);
      exchange.emit(reversal(exchange.book.account('main'), fill, terms, DOLLAR, now), undefined);
      one.kernel.advanceClock(now + 1);
      const account = one.venue.account('main');
      expect(account.quantityOf(0)).toBe((what === 'bust' ? -20 : 20) * SHARE);
      expect(one.kernel.tracker.quantityOf('s', 0)).toBe(account.quantityOf(0));
      expect(one.kernel.tracker.equity).toBe(account.equity);
      expect(one.kernel.tracker.positionOf('s', 0).realisedPnl).toBe(account.realisedPnl);
    }
  });
});

describe('recovery (K1, F01)', () => {
  const script: Script = {
    3: (ctx) => {
      ctx.enterLong('SPY', { ...LONG, stop: { distance: 2 }, target: 103, timeStop: { minutes: 4 } });
      ctx.order.limit('SPY', 'buy', 10, 90, { reason: 'dip' });
    },
    5: (ctx) => {
      ctx.order.replace('o-4', { limit: 91 });
      ctx.order.trailingStop('SPY', 'sell', 5, { distance: 0.4 }, { reason: 'trail' });
    },
    7: (ctx) => ctx.order.replace('o-2', { limit: 104 }),
  };
  const bars: Ohlc[] = [
    CALM,
    CALM,
    CALM,
    CALM,
    CALM,
    [100, 101, 100, 100.9],
    [100.9, 101, 100.1, 100.2],
    CALM,
    CALM,
    CALM,
  ];

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('after %i bars goes on as if nothing had happened', (cut) => {
    for (const preset of ['papertape', 'optimistic']) {
      const whole = run(script, bars, preset);
      whole.kernel.start();
      whole.feed(0, cut);
      const recovered = run(script, bars, preset);
      recovered.kernel.beginRecovery(new TestRecord(whole.sink));
      recovered.kernel.start();
      recovered.feed(0, cut);
      expect(recovered.kernel.endRecovery()).toEqual({ ok: true });
      recovered.venue.restoreWorking(JSON.parse(JSON.stringify(whole.venue.workingState())));
      expect(recovered.state()).toEqual(whole.state());
      whole.feed(cut, bars.length);
      recovered.feed(cut, bars.length);
      expect(recovered.state()).toEqual(whole.state());
      expect(recovered.venue.snapshot()).toEqual(whole.venue.snapshot());
      expect(recovered.kernel.tracker.equity).toBe(whole.kernel.tracker.equity);
      expect(recovered.kernel.manager.workingExposure).toBe(whole.kernel.manager.workingExposure);
    }
  });
});

describe('exits in the whole bar of their entry', () => {
  const options = { reason: 'in' } as const;

  it('a trail of a short begins at the entry, not below every price', () => {
    const short: Script = {
      3: (ctx) => ctx.enterShort('SPY', { reason: 'down', size: { shares: 50 }, trail: { distance: 2 } }),
    };
    const one = play(short, [CALM, CALM, CALM, CALM, [100, 103, 100, 103]], 'backtesting.py');
    expect(one.fills()).toEqual(['4 o-1 50 @ 100', '5 o-2 50 @ 102']);
  });

  it('a stop-limit stop loss never sells below its limit', () => {
    const bracket: Script = {
      3: (ctx) => void ctx.order.bracket('SPY', 'buy', 50, { stop: 98, stopLimit: 97.9 }, options),
    };
    const bars: readonly Ohlc[] = [CALM, CALM, CALM, [97, 97.5, 96.5, 97], [97, 97.2, 96, 97], [97, 98.5, 97, 98]];
    const one = play(bracket, bars, 'backtesting.py');
    expect(one.fills()).toEqual(['4 o-1 50 @ 97', '6 o-2 50 @ 97.9']);
  });
});

describe('a target', () => {
  it('counts every open order of its strategy, also when its newest entry has ended', () => {
    const shares = (count: number) => ({ shares: count });
    const targets: Script = {
      3: (ctx) => ctx.target('SPY', shares(100), { reason: 'low', limit: 90 }),
      4: (ctx) => ctx.target('SPY', shares(200), { reason: 'near', limit: 101 }),
      6: (ctx) => ctx.target('SPY', shares(300), { reason: 'now' }),
      8: (ctx) => ctx.target('SPY', shares(0), { reason: 'out' }),
    };
    const bars = [CALM, CALM, CALM, CALM, CALM, CALM, CALM];
    const one = run(targets, [...bars, CALM, CALM, CALM]);
    one.kernel.start();
    one.feed(0, 7);
    expect(one.state()).toEqual(['o-1 accepted 100', 'o-2 filled 100', 'o-3 filled 100']);
    one.feed(7, 10);
    expect(one.state()).toEqual(['o-1 canceled 100', 'o-2 filled 100', 'o-3 filled 100', 'o-4 filled 200']);
  });
});
