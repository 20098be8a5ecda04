/** What targets and orders of one hook come to under the preset `lean`, engine and exchange together. */
import { expect, it } from 'vitest';
import { scriptedSession } from '../../test/support/scriptedMinutes.js';
import type { MinuteScript, ScriptedSession } from '../../test/support/scriptedMinutes.js';
import type { RiskLimits } from '../domain/risk.js';
import { HOUR } from '../domain/timeframe.js';
import { SHARE } from '../domain/units.js';
import { OPEN, TestRecord } from '../engine/testKit.js';
import type { Ohlc } from '../engine/testKit.js';
import type { Context } from '../strategies/Context.js';

const TERMS = { preset: 'lean+leverage.1' };

type Script = readonly ((ctx: Context) => void)[];

/** Orders that a script sends before the open, minute by minute, while A and B are at these prices. */
function earlySession(script: Script, prices: readonly number[]): string[] {
  const a = prices.map((price): Ohlc => [price, price, price, price]);
  const { kernel, play: run } = scriptedSession({
    ...TERMS,
    scripts: [byMinute(script)],
    a,
    b: a,
    startTime: OPEN - HOUR,
  });
  run();
  return kernel.manager.orders.toArray().map(({ side, quantity }) => `${side} ${quantity / SHARE}`);
}

/** A session without leverage whose script is asked once a minute, with A at 10 dollars and B at `priceOfB`. */
function session(script: Script, priceOfB = 10, limits: RiskLimits = {}, preset = TERMS.preset): ScriptedSession {
  const barsAt = (price: number): Ohlc[] => script.map(() => [price, price, price, price]);
  return scriptedSession({ preset, limits, scripts: [byMinute(script)], a: barsAt(10), b: barsAt(priceOfB) });
}

function byMinute(script: Script): MinuteScript {
  return Object.fromEntries(script.map((step, index) => [index + 1, step]));
}

/** Fills and refusals of a script. */
function play(...script: Script): string[] {
  return outcomesOf(session(script));
}

function outcomesOf({ play: run, sink }: ScriptedSession): string[] {
  run();
  return sink.records.flatMap(({ what, side, quantity, denial, statusReason, error }) => {
    if (what === 'fill') return [`${String(side)} ${Number(quantity) / SHARE}`];
    const fault = denial ?? error ?? statusReason;
    return typeof fault === 'string' ? [fault] : [];
  });
}

it('sizes a target by what the orders before it in the hook have left', () => {
  const fills = play((ctx) => {
    for (const symbol of ['A', 'B']) ctx.target(symbol, { weight: 0.5 }, { reason: 'half' });
  });
  // 4,986 cost $24.93 in fees. Half of what is left, less a quarter of a percent and the next fee, is $49,850.10.
  expect(fills).toEqual(['buy 4986', 'buy 4985']);
});

it('lets a target before the open follow the price by what its open orders do not bring yet', () => {
  const half = (ctx: Context): void => ctx.target('A', { weight: 0.5 }, { reason: 'half' });
  const orders = earlySession([half, half, half, half], [10, 10.02, 10.02, 10.01]);
  // $49,875 less half of a fee of $25 are 4,986 shares, then 4,976 and 4,981; nothing is held, so no way is too short.
  expect(orders).toEqual(['buy 4986', 'sell 10', 'buy 5']);
});

it('lets a target before the open go against what waits for it', () => {
  const to = (shares: number) => (ctx: Context) => ctx.target('A', { shares }, { reason: 'wish' });
  expect(earlySession([to(100), to(-50), to(30), to(30)], [10, 10, 10, 10])).toEqual(['buy 100', 'sell 150', 'buy 80']);
});

it('counts nothing of an order that a target takes back', () => {
  const fills = play(
    (ctx) => ctx.target('A', { shares: 100 }, { reason: 'long' }),
    (ctx) => ctx.target('A', { shares: -50 }, { reason: 'short, if the price is good', limit: 20 }),
    (ctx) => ctx.target('A', { shares: 200 }, { reason: 'longer' }),
  );
  expect(fills.filter((line) => line.startsWith('buy') || line.startsWith('sell'))).toEqual(['buy 100', 'buy 100']);
});

it('takes a position to the other side with one order', () => {
  const fills = play(
    (ctx) => ctx.target('A', { shares: 100 }, { reason: 'long' }),
    (ctx) => ctx.target('A', { shares: -50 }, { reason: 'short' }),
    (ctx) => ctx.order.market('A', 'buy', 80, { reason: 'long again' }),
  );
  expect(fills).toEqual(['buy 100', 'sell 150', 'buy 80']);
});

it('closes before it opens where limits judge what is opened', () => {
  const script: Script = [
    (ctx) => ctx.target('A', { shares: -100 }, { reason: 'short' }),
    (ctx) => ctx.target('A', { shares: 100 }, { reason: 'long' }),
  ];
  expect(outcomesOf(session(script, 10, { maxPositionShares: 100 * SHARE }))).toEqual([
    'sell 100',
    'buy 100',
    'buy 100',
  ]);
});

it('lets orders pass that nothing covers where buying power is not checked', () => {
  const script: Script = [
    (ctx) => ctx.order.market('A', 'buy', 30_000, { reason: 'three times the cash' }),
    (ctx) => ctx.target('B', { weight: -2 }, { reason: 'short' }),
  ];
  // Twice $99,850 less a quarter of a percent, and less the fee of each share.
  const free = session(script, 10, {}, 'lean+leverage.1+unchecked');
  expect(outcomesOf(free)).toEqual(['buy 30000', 'sell 19900']);
  expect(outcomesOf(session(script))).toEqual(['BUYING_POWER', 'BUYING_POWER']);
});

it('comes back from a recovery to the same orders, although what the hook had spent is not known there (K1)', () => {
  const script: Script = [
    (ctx) => ctx.order.market('B', 'buy', 333, { reason: 'hold' }),
    (ctx) => {
      ctx.target('A', { weight: 0.5 }, { reason: 'half' });
      // $107 too much once the first order is paid for, and $95, which is nothing to mend, before.
      ctx.target('B', { weight: 0.49981 }, { reason: 'the other half' });
    },
  ];
  const whole = session(script, 150);
  whole.play();
  const orders = ({ kernel }: ScriptedSession): string[] =>
    kernel.manager.orders.toArray().map(({ side, quantity, status }) => `${side} ${quantity / SHARE} ${status}`);
  expect(orders(whole)).toEqual(['buy 333 filled', 'buy 4986 filled', 'sell 1 filled']);
  const recovered = session(script, 150);
  recovered.kernel.beginRecovery(new TestRecord(whole.sink));
  recovered.play();
  expect(recovered.kernel.endRecovery()).toEqual({ ok: true });
  expect(orders(recovered)).toEqual(orders(whole));
  expect(recovered.kernel.tracker.equity).toBe(whole.kernel.tracker.equity);
});
