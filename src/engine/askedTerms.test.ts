/** What a JavaScript strategy, whose types nobody checks, is told of a wish that is none. */
import { expect, it } from 'vitest';
import type { Bar } from '../strategies/Bar.js';
import type { Context, EntrySize } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import { batchOf, closes, minuteBars, testKernel } from './testKit.js';

/** Calls of a context with whatever a script likes to give. */
type Calls<T> = {
  readonly [Name in keyof T]: T[Name] extends (...given: never[]) => unknown ? (...given: unknown[]) => void : never;
};
type Untyped = Omit<Calls<Context>, 'order'> & { readonly order: Calls<Context['order']> };

/** The first line of what a strategy throws that does this on a bar, and the orders that it made. */
function failureOf(hook: (ctx: Context) => void): { readonly error: string; readonly orders: readonly unknown[] } {
  const strategy = class extends Strategy.with({}) {
    override onBar(_bar: Bar, ctx: Context): void {
      hook(ctx);
    }
  };
  const { kernel, sink } = testKernel({ strategies: { mine: strategy } });
  kernel.start();
  kernel.process(batchOf(minuteBars(closes([100]))));
  return { error: String(sink.of('strategy').at(-1)?.['error']), orders: sink.of('order') };
}

it.each([
  ['enterLong', (ctx: Untyped) => ctx.enterLong('SPY'), 'nothing'],
  ['enterShort', (ctx: Untyped) => ctx.enterShort('SPY', {}), '{}'],
  ['exit', (ctx: Untyped) => ctx.exit('SPY', { why: 'x', limit: 1 }), '{ why, limit }'],
  ['exit', (ctx: Untyped) => ctx.exit('SPY', null), 'null'],
  ['exit', (ctx: Untyped) => ctx.exit('SPY', { reason: 5 }), '{ reason: 5 }'],
  ['exit', (ctx: Untyped) => ctx.exit('SPY', 'out'), '"out"'],
  ['target', (ctx: Untyped) => ctx.target('SPY', { shares: 1 }), 'nothing'],
  ['order.market', (ctx: Untyped) => ctx.order.market('SPY', 'buy', 1), 'nothing'],
  ['order.bracket', (ctx: Untyped) => ctx.order.bracket('SPY', 'buy', 1, { stop: 1 }), 'nothing'],
  ['order.oco', (ctx: Untyped) => ctx.order.oco('SPY', 'sell', 1, { target: 2, stop: 1 }, {}), '{}'],
] as const)('a call of %s without a reason says whose it is and what it takes', (call, hook, given) => {
  const { error, orders } = failureOf((ctx) => hook(ctx as unknown as Untyped));
  expect(error).toBe(
    `onBar of SPY threw AssertionError: mine: ctx.${call}(…, options) needs a reason, ` +
      `as in { reason: 'crossed above' }, but was given ${given}`,
  );
  expect(orders).toEqual([]);
});

it.each([
  [100, '100'],
  [undefined, 'nothing'],
  [null, 'null'],
  [{}, '{}'],
  [{ share: 5 }, '{ share }'],
])('a size of %s says what sizes there are', (size, given) => {
  const { error, orders } = failureOf((ctx) => ctx.target('SPY', size as unknown as EntrySize, { reason: 'x' }));
  expect(error).toBe(
    `onBar of SPY threw AssertionError: a size is { weight }, { shares } or { notional }, not ${given}`,
  );
  expect(orders).toEqual([]);
});

const reason = 'x';
const TIMES = 'one of day, gtc, ioc, fok, opg, cls';

it.each([
  [(ctx: Untyped) => ctx.order.market('SPY', 'buy', '10', { reason }), '"10" is not a number of shares'],
  [(ctx: Untyped) => ctx.order.market('SPY', 'buy', true, { reason }), 'true is not a number of shares'],
  [(ctx: Untyped) => ctx.order.market('SPY', 'buy', 10n, { reason }), 'a bigint is not a number of shares'],
  [(ctx: Untyped) => ctx.order.market('SPY', 'long', 1, { reason }), 'a side is "buy" or "sell", not "long"'],
  [(ctx: Untyped) => ctx.order.market('SPY', undefined, 1, { reason }), 'a side is "buy" or "sell", not nothing'],
  [
    (ctx: Untyped) => ctx.order.market('SPY', 'buy', 1, { reason, timeInForce: 'DAY' }),
    `a time in force is ${TIMES}, not "DAY"`,
  ],
  [(ctx: Untyped) => ctx.order.limit('SPY', 'buy', 1, '99', { reason }), '"99" is not a price'],
  [(ctx: Untyped) => ctx.enterLong('SPY', { limit: [99], reason }), '{ 0 } is not a price'],
  [
    (ctx: Untyped) => ctx.enterLong('SPY', { size: { shares: '9' }, reason }),
    'the shares of a size is "9", which is no number',
  ],
  [(ctx: Untyped) => ctx.enterLong('SPY', { timeInForce: null, reason }), `a time in force is ${TIMES}, not null`],
  [
    (ctx: Untyped) => ctx.enterLong('SPY', { stop: '99', reason }),
    'an exit is a price, { percent }, { atr } or { distance }, not "99"',
  ],
  [
    (ctx: Untyped) => ctx.enterLong('SPY', { target: null, reason }),
    'an exit is a price, { percent }, { atr } or { distance }, not null',
  ],
  [(ctx: Untyped) => ctx.enterLong('SPY', { stop: { distance: '5' }, reason }), '"5" dollars are not a price'],
  [
    (ctx: Untyped) => ctx.enterLong('SPY', { trail: 5, reason }),
    'a trail is { percent }, { atr } or { distance }, not 5',
  ],
  [(ctx: Untyped) => ctx.enterLong('SPY', { trail: { percent: '5' }, reason }), '"5" percent are not a trail'],
] as const)('what is of another type is refused, not taken for what it could be (%#)', (hook, message) => {
  const { error, orders } = failureOf((ctx) => hook(ctx as unknown as Untyped));
  expect(error).toBe(`onBar of SPY threw AssertionError: ${message}`);
  expect(orders).toEqual([]);
});

it('an exit at a percentage of another type is refused', () => {
  const ask = (ctx: Untyped): void => ctx.enterLong('SPY', { stop: { percent: '5' }, reason });
  const { error, orders } = failureOf((ctx) => ask(ctx as unknown as Untyped));
  expect(error).toContain('AssertionError: the exit would lie NaN dollars below the entry');
  expect(orders).toEqual([]);
});
