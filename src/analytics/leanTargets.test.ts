/** What targets and orders of one hook come to under the preset `lean`, engine and exchange together. */
import { expect, it } from 'vitest';
import type { RiskLimits } from '../domain/risk.js';
import { HOUR } from '../domain/timeframe.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { OPEN, RecordingSink, TestRecord, batchOf, minuteBars } from '../engine/testKit.js';
import type { Ohlc } from '../engine/testKit.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import { composeKernel } from './composeKernel.js';
import type { ComposedKernel } from './composeKernel.js';

type Script = readonly ((ctx: Context) => void)[];

interface Session extends ComposedKernel {
  readonly sink: RecordingSink;
  /** Starts the session and feeds a minute for each step of the script. */
  readonly play: () => void;
}

/** Orders that a script sends before the open, minute by minute, while A and B are at these prices. */
function earlySession(script: Script, prices: readonly number[]): string[] {
  const { kernel } = session(script, 10, {}, OPEN - HOUR);
  const bars = prices.map((price): Ohlc => [price, price, price, price]);
  const table = minuteBars(bars, bars);
  for (let row = 0; row < table.length; row += 1) {
    table.start[row] = (table.start[row] ?? 0) - HOUR;
    table.time[row] = (table.time[row] ?? 0) - HOUR;
  }
  kernel.start();
  kernel.process(batchOf(table));
  return kernel.manager.orders().map(({ side, quantity }) => `${side} ${quantity / SHARE}`);
}

/** A session without leverage whose script is asked once a minute, with A at 10 dollars and B at `priceOfB`. */
function session(
  script: Script,
  priceOfB = 10,
  limits: RiskLimits = {},
  startTime = OPEN,
  preset = 'lean+leverage.1',
): Session {
  class Scripted extends Strategy.with({}) {
    private minute = 0;
    override onBar(bar: Bar, ctx: Context): void {
      if (bar.symbol !== 'B') return;
      script[this.minute]?.(ctx);
      this.minute += 1;
    }
  }
  const sink = new RecordingSink();
  const symbols = ['A', 'B'];
  const composed = composeKernel({
    config: {
      sessionId: 't',
      feed: 'recorded',
      symbols,
      priceScale: DOLLAR,
      accountId: 'main',
      startingCash: 100_000 * DOLLAR,
      preset,
      feePlan: 'lean-interactive-brokers',
      seed: 1,
      startTime,
      limits,
      strategies: [{ instanceId: 's', strategy: 's', symbols, timeframe: '1m', params: {}, allocation: 1 }],
    },
    sink,
    resolveStrategy: () => Scripted,
  });
  const { kernel } = composed;
  sink.kernel = kernel;
  const barsAt = (price: number): Ohlc[] => script.map(() => [price, price, price, price]);
  const play = (): void => {
    kernel.start();
    kernel.process(batchOf(minuteBars(barsAt(10), barsAt(priceOfB))));
  };
  return { ...composed, sink, play };
}

/** Fills and refusals of a script. */
function play(...script: Script): string[] {
  return outcomesOf(session(script));
}

function outcomesOf({ play: run, sink }: Session): string[] {
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
  const free = session(script, 10, {}, OPEN, 'lean+leverage.1+unchecked');
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
  const orders = ({ kernel }: Session): string[] =>
    kernel.manager.orders().map(({ side, quantity, status }) => `${side} ${quantity / SHARE} ${status}`);
  expect(orders(whole)).toEqual(['buy 333 filled', 'buy 4986 filled', 'sell 1 filled']);
  const recovered = session(script, 150);
  recovered.kernel.beginRecovery(new TestRecord(whole.sink));
  recovered.play();
  expect(recovered.kernel.endRecovery()).toEqual({ ok: true });
  expect(orders(recovered)).toEqual(orders(whole));
  expect(recovered.kernel.tracker.equity).toBe(whole.kernel.tracker.equity);
});
