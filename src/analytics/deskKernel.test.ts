/** The desk and corporate actions through the kernel: answers, what the sink hears, the engine’s positions. */
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { CommandResult } from '../domain/commands.js';
import type { DatedAction } from '../domain/corporateActions.js';
import type { KernelSink } from '../domain/ports.js';
import { createQuoteTable } from '../domain/tables.js';
import { HOUR, SECOND } from '../domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../domain/units.js';
import type { VenueRequest } from '../domain/venueDesk.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import type { ComposedKernel } from './composeKernel.js';
import { composeKernel } from './composeKernel.js';

const at = (date: string, hours: number): number => fromNewYork(parseDate(date), hours * HOUR);

function compose(actions: readonly DatedAction['action'][]): ComposedKernel & {
  readonly events: VenueEvent[];
  readonly results: CommandResult[];
  quote(time: number, bid: number, ask: number): void;
  ask(request: VenueRequest): CommandResult;
} {
  const events: VenueEvent[] = [];
  const results: CommandResult[] = [];
  const sink: KernelSink = {
    onSignal: () => undefined,
    onOrder: () => undefined,
    onVenueEvent: (event) => events.push(event),
    onFill: () => undefined,
    onStrategy: () => undefined,
    onCommand: (_command, result) => results.push(result),
    onLog: () => undefined,
  };
  const composed = composeKernel({
    config: {
      sessionId: 'desk',
      feed: 'recorded',
      symbols: ['AAA'],
      priceScale: RAW_PRICE_SCALE,
      accountId: 'main',
      startingCash: 100_000 * DOLLAR,
      preset: 'papertape',
      feePlan: 'zero',
      seed: 1,
      startTime: at('2014-06-06', 9.5),
      limits: {},
      strategies: [],
      corporateActions: actions.map((action) => ({ exDate: '2014-06-09', symbolId: 0, action })),
    },
    sink,
    resolveStrategy: () => undefined,
  });
  const { kernel } = composed;
  kernel.start();
  const quote = (time: number, bid: number, ask: number): void => {
    const table = createQuoteTable(1);
    table.length = 1;
    table.time[0] = time;
    table.bid[0] = bid * DOLLAR;
    table.ask[0] = ask * DOLLAR;
    table.bidSize[0] = 10_000;
    table.askSize[0] = 10_000;
    kernel.process({ tables: [table], order: null, length: 1 });
  };
  const ask = (request: VenueRequest): CommandResult =>
    kernel.command({ type: 'venue', user: 'robot', accountId: 'bot', request }, kernel.now);
  return { ...composed, events, results, quote, ask };
}

const order = (clientOrderId: string): VenueRequest => ({
  type: 'submit',
  order: {
    clientOrderId,
    symbolId: 0,
    side: 'buy',
    type: 'market',
    timeInForce: 'day',
    quantity: 10 * SHARE,
    extendedHours: false,
    orderClass: 'simple',
    legs: [],
  },
});

function buyByHand({ kernel }: ComposedKernel, shares: number): void {
  const command = {
    type: 'submitOrder',
    user: 'owner',
    clientOrderId: `hand-${shares}`,
    symbol: 'AAA',
    side: 'buy',
    orderType: 'market',
    timeInForce: 'day',
    quantity: shares * SHARE,
    extendedHours: false,
    reason: 'by hand',
  } as const;
  expect(kernel.command(command, kernel.now)).toMatchObject({ ok: true });
}

describe('the desk through the kernel', () => {
  it('answers commands, and its events reach the sink without touching the engine', () => {
    const run = compose([]);
    run.quote(at('2014-06-06', 9.6), 99.99, 100.01);
    const terms = { kind: 'margin', startingCash: 5000 * DOLLAR } as const;
    expect(run.ask({ type: 'openAccount', terms })).toEqual({ ok: true, answer: { ok: true } });
    expect(run.ask(order('one'))).toEqual({ ok: true, orderId: 'v-1', answer: { ok: true, orderId: 'v-1' } });
    expect(run.ask(order('one'))).toMatchObject({
      ok: true,
      answer: { ok: false, refusal: { reason: 'DUPLICATE_CLIENT_ORDER_ID' } },
    });
    // Told within the command; the fill comes 40 ms later, with no report latency.
    expect(run.events.map(({ type }) => type)).toEqual(['accountOpened', 'entered']);
    run.kernel.advanceClock(run.kernel.now + SECOND);
    expect(run.events.map(({ type }) => type)).toEqual(['accountOpened', 'entered', 'accepted', 'filled']);
    expect(run.events[3]?.time).toBe((run.events[1]?.time ?? 0) + 40_000);
    expect(run.kernel.manager.orders.toArray()).toEqual([]);
    expect(run.kernel.tracker.positions()).toEqual([]);
    expect(run.kernel.tracker.equity).toBe(100_000 * DOLLAR);
    expect(run.venue.accountState('bot', run.kernel.now)?.positions).toHaveLength(1);
    expect(run.results).toHaveLength(3);
  });
});

describe('corporate actions on the engine’s account', () => {
  it('R14, F57: a split reaches lots, cash and price of the positions; nothing is won or lost', () => {
    const run = compose([{ kind: 'split', newShares: 7, oldShares: 1 }]);
    run.quote(at('2014-06-06', 9.6), 99.99, 100.01);
    buyByHand(run, 50);
    run.kernel.advanceClock(run.kernel.now + SECOND);
    const { equity } = run.kernel.tracker;
    run.kernel.advanceClock(at('2014-06-09', 5));
    const { tracker } = run.kernel;
    expect(tracker.quantityOf('manual', 0)).toBe(350 * SHARE);
    // 350 × (100.00 ÷ 7 rounded to the micro-dollar).
    expect(Math.abs(tracker.equity - equity)).toBeLessThan(10_000);
    expect(run.venue.account('main').quantityOf(0)).toBe(350 * SHARE);
    expect(run.venue.account('main').equity).toBe(tracker.equity);
  });

  it('R14: a dividend is equity from the ex-date on and cash on the pay date', () => {
    const run = compose([{ kind: 'cashDividend', amount: 2 * DOLLAR, payDate: '2014-06-11' }]);
    run.quote(at('2014-06-06', 9.6), 99.99, 100.01);
    buyByHand(run, 50);
    run.kernel.advanceClock(run.kernel.now + SECOND);
    const { equity, cashBalance } = run.kernel.tracker;
    run.kernel.advanceClock(at('2014-06-09', 5));
    expect(run.kernel.tracker).toMatchObject({ equity, cashBalance });
    run.kernel.advanceClock(at('2014-06-11', 5));
    expect(run.kernel.tracker).toMatchObject({ equity, cashBalance: cashBalance + 100 * DOLLAR });
    expect(run.venue.account('main').cash).toBe(cashBalance + 100 * DOLLAR);
  });
});
