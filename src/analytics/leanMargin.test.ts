/** Orders covered by margin, and margin calls, engine and exchange together (`lean`). */
import { expect, it } from 'vitest';
import { runOn } from '../../test/support/barPaths.js';
import { scriptedSession } from '../../test/support/scriptedMinutes.js';
import type { MinuteScript, ScriptedSession } from '../../test/support/scriptedMinutes.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../domain/units.js';
import { closes, OPEN, TestRecord } from '../engine/testKit.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';

const REASON = { reason: 'script' };
const CENT = RAW_PRICE_SCALE / 100;

/** A session of one instance for each script, with closes of A and B, and the volume of both, minute by minute. */
function session(
  preset: string,
  scripts: readonly MinuteScript[],
  a: readonly number[],
  b = a,
  startTime = OPEN,
  volumes: readonly number[] = [],
): ScriptedSession {
  return scriptedSession({ preset, scripts, a: closes(a), b: closes(b), startTime, volumes });
}

/** Minute, symbol, side, shares and end of every order. */
function ordersOf({ kernel }: ScriptedSession, startTime = OPEN): string[] {
  return kernel.manager.orders
    .toArray()
    .map(({ createdAt, symbolId, side, quantity, status, reason, statusReason }) => {
      const minute = (createdAt - startTime) / MINUTE;
      const end = status === 'rejected' ? (statusReason ?? '') : status;
      const why = reason === 'margin call' ? ' by call' : '';
      return `${minute} ${'AB'[symbolId] ?? ''} ${side} ${quantity / SHARE} ${end}${why}`;
    });
}

/** Orders of a session that was played. */
function played(...terms: Parameters<typeof session>): string[] {
  const whole = session(...terms);
  whole.play();
  return ordersOf(whole, terms[4]);
}

const flat = (price: number, minutes: number): number[] => Array.from({ length: minutes }, () => price);
const market =
  (side: 'buy' | 'sell', shares: number, symbol = 'A') =>
  ({ order }: Context): void =>
    void order.market(symbol, side, shares, REASON);

it('refuses what the margin of its value and its fee do not cover', () => {
  const script = { 1: market('buy', 19_981), 2: market('buy', 19_980), 3: market('buy', 1) };
  // Of 19,980 shares at 10 dollars half is 99,900, and the fee 99.90; a share more needs $5.005 that are not there.
  expect(played('lean', [script], flat(10, 3))).toEqual([
    '1 A buy 19981 BUYING_POWER',
    '2 A buy 19980 filled',
    '3 A buy 1 BUYING_POWER',
  ]);
  expect(played('lean+unchecked', [script], flat(10, 3))).toEqual([
    '1 A buy 19981 filled',
    '2 A buy 19980 filled',
    '3 A buy 1 filled',
  ]);
});

it('lets an order against a position use its margin twice, and what closes pass', () => {
  const script = {
    1: market('buy', 19_000),
    2: market('sell', 40_000),
    3: market('sell', 38_500),
    4: market('buy', 19_500),
  };
  expect(played('lean', [script], flat(10, 4))).toEqual([
    '1 A buy 19000 filled',
    '2 A sell 40000 BUYING_POWER',
    '3 A sell 38500 filled',
    '4 A buy 19500 filled',
  ]);
});

it('looks again when an order fills', () => {
  const script = {
    1: ({ order }: Context): void => {
      for (const limit of [9.9, 9.8]) order.limit('A', 'buy', 12_000, limit, REASON);
    },
  };
  // Each is covered by itself; when the second is reached the first has taken its margin.
  const orders = played('lean', [script], [10, 9.85, 9.7]);
  expect(orders).toEqual(['1 A buy 12000 filled', '1 A buy 12000 canceled']);
});

it('reduces by what is missing, every five minutes, once a tenth more than the equity is needed', () => {
  const prices = [10, 9.95, 9.8, 9.8, 9.8, 9.8, 9.7, 9.75, 9.75, 9.75, 9.75];
  const orders = played('lean+leverage.10', [{ 1: market('buy', 90_000) }], prices);
  // At the sixth minute 88,200 are needed of 81,550, which is let be; at the eleventh 87,750 of 77,050: a margin of
  // 77,050 less what the fee takes of it is left.
  expect(orders).toEqual(['1 A buy 90000 filled', '11 A sell 11031 filled by call']);
});

it('takes the largest loss first, all of it if need be, and ends when the equity covers the rest', () => {
  const scripts = [{ 1: market('buy', 30_000) }, { 1: market('buy', 10_000), 2: market('sell', 45_000, 'B') }];
  const a = [10, 10, 10, 8.5, 8.5, 8.5];
  const b = [10, 10, 10, 10.2, 10.2, 10.2];
  const orders = played('lean+margin.1000bps', scripts, a, b);
  // 79,900 are needed of some 30,000. A loses most; its 40,000 shares, of two owners, have a margin of 34,000.
  expect(orders.slice(0, 3)).toEqual(['1 A buy 30000 filled', '1 A buy 10000 filled', '2 B sell 45000 filled']);
  expect(orders.slice(3)).toEqual([
    '6 A sell 30000 filled by call',
    '6 A sell 10000 filled by call',
    expect.stringMatching(/^6 B buy \d+ filled by call$/),
  ]);
});

it('takes off what earlier calls are still closing, so that no call turns a position round', () => {
  const prices = [10, 10, ...flat(9.3, 28)];
  const volumes = [...flat(10_000_000, 2), ...flat(20_000, 17), ...flat(10_000_000, 11)];
  const whole = session(
    'lean+margin.1000bps+strict.participation',
    [{ 1: market('buy', 90_000) }],
    prices,
    prices,
    OPEN,
    volumes,
  );
  whole.play();
  const calls = ordersOf(whole).filter((order) => order.endsWith('by call'));
  // Two thousand shares a minute fill of the first; at every later look what is still open is enough.
  expect(calls).toEqual(['6 A sell 50973 filled by call']);
  expect((whole.kernel.tracker.quantities[0] ?? 0) / SHARE).toBe(90_000 - 50_973);
});

it('asks of each owner what he does not close already, so that no call turns one round', () => {
  const prices = [10, 10, ...flat(9.45, 8), ...flat(9.3, 10)];
  const volumes = [...flat(10_000_000, 2), ...flat(20_000, 18)];
  const buys = { 1: market('buy', 45_000) };
  const whole = session('lean+margin.1000bps+strict.participation', [buys, buys], prices, prices, OPEN, volumes);
  whole.play();
  // Of the second call the first owner has 7,765 shares left that he does not close yet.
  expect(ordersOf(whole)).toEqual([
    '1 A buy 45000 filled',
    '1 A buy 45000 filled',
    '6 A sell 37235 partially_filled by call',
    '11 A sell 7765 accepted by call',
    '11 A sell 5000 accepted by call',
  ]);
});

it('closes everything once nothing is left', () => {
  const prices = [10, 10, 10, 10, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5];
  const orders = played('lean+margin.1000bps', [{ 1: market('buy', 90_000) }], prices);
  expect(orders).toEqual(['1 A buy 90000 filled', '6 A sell 90000 filled by call']);
});

it('wants the margin of the night in the last ten minutes, and calls nobody outside regular hours', () => {
  const startTime = OPEN + 380 * MINUTE;
  const day = 'lean+margin.2000bps.5000bps';
  const buys = { 1: market('buy', 45_000) };
  // The sixth minute ends at 15:56, the first whose bar is looked at since 15:51 and needs what the night does.
  const before = OPEN + 379 * MINUTE;
  const orders = played(day, [buys], flat(10, 8), flat(10, 8), before - 5 * MINUTE);
  expect(orders).toEqual(['1 A buy 45000 filled', expect.stringMatching(/^6 A sell \d+ filled by call$/)]);
  expect(played(day, [buys], flat(10, 4), flat(10, 4), startTime)).toEqual(['1 A buy 45000 BUYING_POWER']);
});

it('comes to the same when it is recovered', () => {
  const prices = [10, 9.95, 9.8, 9.8, 9.8, 9.7, 9.7, 9.6, 9.6, 9.6, 9.4];
  const terms = ['lean+margin.1000bps', [{ 1: market('buy', 90_000), 12: market('sell', 1) }], prices] as const;
  const whole = session(...terms);
  whole.play();
  const orders = ordersOf(whole);
  expect(orders.filter((order) => order.endsWith('by call')).length).toBeGreaterThan(1);
  const recovered = session(...terms);
  recovered.kernel.beginRecovery(new TestRecord(whole.sink));
  recovered.play();
  expect(recovered.kernel.endRecovery()).toEqual({ ok: true });
  expect(ordersOf(recovered)).toEqual(orders);
  expect(recovered.kernel.tracker.equity).toBe(whole.kernel.tracker.equity);
});

it('takes what a call closes off the exits of the entry, so that none turns the position round', () => {
  const prices = [10, 10, 10, 9.6, 9.6, 9.6, 9.6, 9.25, 9.25];
  const enter = (ctx: Context): void => {
    ctx.enterLong('A', { reason: 'entry', size: { shares: 90_000 }, stop: 9.3 });
  };
  const whole = session('lean+margin.1000bps', [{ 1: enter }], prices);
  whole.play();
  expect(ordersOf(whole)).toEqual([
    '1 A buy 90000 filled',
    expect.stringMatching(/^1 A sell \d+ filled$/),
    expect.stringMatching(/^6 A sell \d+ filled by call$/),
  ]);
  expect(whole.kernel.tracker.quantities[0]).toBe(0);
});

it('ends a call whose margin lies on the very boundary of a share', () => {
  // 99 shares of a third of $1.01 are 33.33 dollars, the equity: as products of floats they are more.
  const buyer = class Buyer extends Strategy.with({}) {
    private bars = 0;

    override onBar({ symbol }: Bar, ctx: Context): void {
      this.bars += 1;
      if (this.bars === 1) ctx.order.market(symbol, 'buy', 110, REASON);
    }
  };
  const cents = [120, 120, 120, 101, 101, 101];
  const table = createBarTable('1m', cents.length);
  for (const [row, price] of cents.entries()) {
    table.start[row] = OPEN + row * MINUTE;
    table.time[row] = OPEN + (row + 1) * MINUTE;
    for (const column of [table.open, table.high, table.low, table.close]) column[row] = price * CENT;
    table.volume[row] = 1_000_000;
  }
  table.length = cents.length;
  const strategies = [{ name: 'buyer', strategyClass: buyer, hash: '', timeframe: '1m' }] as const;
  const terms = { preset: 'lean+leverage.3', feePlan: 'zero', symbols: ['A'], strategies };
  for (const way of ['plain', 'fast'] as const) {
    const { run } = runOn(way, table, { ...terms, startingCash: 54.23 * DOLLAR });
    expect(run.orders.map(({ side, quantity, reason }) => `${side} ${quantity / SHARE} ${reason}`)).toEqual([
      'buy 110 script',
      'sell 11 margin call',
    ]);
  }
});
