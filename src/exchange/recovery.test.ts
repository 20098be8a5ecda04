import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenueEvent } from '../domain/venueEvents.js';
import { PaperExchange } from './PaperExchange.js';
import { RECEIPT_RULES } from './receiptText.js';
import { bookSnapshot } from './snapshot.js';
import type { RigOrder } from './testing/ExchangeRig.js';
import { at, ExchangeRig } from './testing/ExchangeRig.js';

/** One random step of a session; prices are cents around 10 dollars. */
type Step =
  | {
      readonly kind: 'submit';
      readonly side: 'buy' | 'sell';
      readonly type: number;
      readonly shares: number;
      readonly cents: number;
      readonly tif: number;
    }
  | { readonly kind: 'cancel'; readonly back: number; readonly leg: number }
  | {
      readonly kind: 'replace';
      readonly back: number;
      readonly leg: number;
      readonly cents: number;
      readonly shares: number;
    }
  | { readonly kind: 'quote'; readonly bid: number; readonly spread: number; readonly size: number }
  | { readonly kind: 'print'; readonly cents: number; readonly size: number }
  | { readonly kind: 'bar'; readonly cents: number; readonly range: number }
  | { readonly kind: 'quoteBar'; readonly cents: number }
  | { readonly kind: 'halt'; readonly halted: boolean }
  | { readonly kind: 'wait'; readonly minutes: number };

/** Kinds of orders; those beyond the list of `orderOf` are limits, of which there should be many. */
const TYPES_COUNT = 24;
const cents = fc.integer({ min: 950, max: 1050 });
const submit = fc.record({
  kind: fc.constant('submit' as const),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  type: fc.nat(TYPES_COUNT - 1),
  shares: fc.integer({ min: 1, max: 900 }),
  cents,
  tif: fc.nat(11),
});
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: submit },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('cancel' as const),
        back: fc.integer({ min: 1, max: 4 }),
        leg: fc.nat(5),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('replace' as const),
        back: fc.integer({ min: 1, max: 4 }),
        leg: fc.nat(5),
        cents,
        shares: fc.integer({ min: 0, max: 900 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('quote' as const),
        bid: cents,
        spread: fc.integer({ min: -1, max: 10 }),
        size: fc.integer({ min: 0, max: 800 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('print' as const), cents, size: fc.integer({ min: 1, max: 900 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('bar' as const), cents, range: fc.integer({ min: 0, max: 30 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('quoteBar' as const), cents }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('halt' as const), halted: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 300 }) }),
    },
  ),
  { minLength: 20, maxLength: 70, size: 'max' },
);
const setup = fc.record({
  preset: fc.constantFrom(
    'papertape',
    'strict',
    'optimistic',
    'alpaca',
    'lean',
    'lean+margin.2500bps.5000bps',
    'backtesting.py+strict',
  ),
  feePlan: fc.constantFrom('zero', 'interactive-brokers-fixed', 'relative-20bps'),
});

/** The order of a kind around a price; exits lie `cents` beyond it. */
function orderOf(kind: number, side: 'buy' | 'sell', price: number, shares: number): RigOrder {
  const sign = side === 'buy' ? 1 : -1;
  const beyond = (distance: number): number => Math.round((price + sign * distance) * 100) / 100;
  const kinds: readonly RigOrder[] = [
    {},
    { limit: price },
    { stop: price },
    { stop: price, limit: beyond(0.05) },
    { trailBy: 0.153 },
    { trailPercent: 1 },
    { limit: price, profit: beyond(0.1), loss: beyond(-0.1) },
    { profit: beyond(0.1), loss: beyond(-0.1), lossLimit: beyond(-0.2) },
    { stop: price, lossTrailBy: 0.1 },
    { limit: price, loss: beyond(0.2), orderClass: 'oco' },
    { notional: shares * 1_234_567 },
    { shares: shares / 7, limit: price },
    { type: 'limit_if_touched', stop: price, limit: beyond(0.05) },
    { type: 'limit_if_touched', stop: price, limit: beyond(-0.05) },
  ];
  const chosen = kinds[kind] ?? { limit: price };
  return 'shares' in chosen ? { ...chosen, shares: Math.round((chosen.shares ?? 1) * 1e6) / 1e6 } : chosen;
}
const TIFS = ['gtc', 'ioc', 'opg', 'cls', 'fok', 'gtc'] as const;
const EVERY_EVENT = [
  'accepted',
  'activated',
  'triggered',
  'rejected',
  'filled',
  'canceled',
  'cancelRejected',
  'expired',
  'held',
  'resized',
  'replaced',
  'replaceRejected',
];

/** An order or, for low numbers, one of its legs. */
function memberOf(rig: ExchangeRig, id: string, leg: number): string {
  const { profit, loss } = rig.legs(id);
  return leg === 0 ? profit : leg === 1 ? loss : id;
}

function play(rig: ExchangeRig, list: readonly Step[]): string[] {
  const sent: string[] = [];
  for (const step of list) {
    const next = rig.now + 1_000_000;
    switch (step.kind) {
      case 'submit': {
        const { bid, ask } = rig.exchange.book.symbol(0);
        const best = step.side === 'buy' ? bid : ask;
        // Every third limit joins the best price, where there is a queue.
        const joins = (step.type === 1 || step.type > 13) && best > 0 && step.cents % 3 === 0;
        const price = joins ? best / 1_000_000 : step.cents / 100;
        sent.push(
          rig.submit({
            side: step.side,
            shares: step.shares,
            timeInForce: TIFS[step.tif] ?? 'day',
            ...orderOf(step.type, step.side, price, step.shares),
          }),
        );
        break;
      }
      case 'cancel':
        rig.cancel(memberOf(rig, sent.at(-step.back) ?? 'o-0', step.leg));
        break;
      case 'replace': {
        const id = memberOf(rig, sent.at(-step.back) ?? 'o-0', step.leg);
        const price = step.cents / 100;
        const type = rig.exchange.book.orders.get(id)?.type ?? 'limit';
        sent.push(
          rig.replace(id, {
            ...(step.shares > 300 ? { shares: step.shares } : {}),
            ...(type === 'limit' || type === 'stop_limit' || type === 'limit_if_touched' ? { limit: price } : {}),
            ...(type === 'stop' ? { stop: price } : {}),
            ...(type === 'trailing_stop' ? { trailBy: 0.2 } : {}),
          }),
        );
        break;
      }
      case 'quote':
        rig.quote(next, step.bid / 100, step.size, (step.bid + step.spread) / 100, step.size);
        break;
      case 'print':
        rig.print(next, step.cents / 100, step.size);
        break;
      case 'bar': {
        const low = (step.cents - step.range) / 100;
        const high = (step.cents + step.range) / 100;
        rig.bar(Math.ceil(next / 60e6) * 60e6, [step.cents / 100, high, low, low], 5000);
        break;
      }
      case 'quoteBar': {
        const price = step.cents / 100;
        const bid = [price, price, price, price] as const;
        rig.instant(next, rig.quoteBarRow(bid, 300, [price + 0.02, price + 0.03, price + 0.01, price + 0.02], 300));
        break;
      }
      case 'halt':
        rig.halt(next, step.halted);
        break;
      case 'wait':
        rig.advance(rig.now + step.minutes * 60e6);
    }
  }
  return sent;
}

interface SavedState {
  readonly version: number;
  readonly book: { readonly accounts: unknown; readonly orders: unknown };
}

/** A snapshot as version 2 had it: every field of every order, whatever it was. */
function withWholeOrders(saved: SavedState, { book }: PaperExchange): SavedState {
  const orders = [...book.orders.values()].map((order) => {
    return Object.assign({}, order, { account: order.account.accountId });
  });
  return { ...saved, version: 2, book: { ...saved.book, orders } };
}

/** Lets everything in flight and every open day order end. */
function finish(rig: ExchangeRig): void {
  rig.advance(rig.now + 1_000_000);
  rig.naive.compare(rig.exchange.account('main'));
}

describe('an exchange under random orders and markets', () => {
  it('keeps every invariant after every event, and agrees with the naive books (I-01 to I-14, I-18)', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(setup, steps, (options, list) => {
        const rig = new ExchangeRig({ ...options, startTime: at('09:25'), cash: 60_000 });
        play(rig, list);
        finish(rig);
        expect(rig.faults()).toEqual([]);
        for (const event of rig.events) seen.set(event.type, (seen.get(event.type) ?? 0) + 1);
        for (const fill of rig.fills) seen.set(fill.receipt.rule, (seen.get(fill.receipt.rule) ?? 0) + 1);
      }),
      // A fixed seed, because of what is asked of the sum of all runs below.
      { numRuns: 150, seed: 20131007 },
    );
    // The property is worth something only if the sessions trade: every kind of event, by most rules.
    for (const type of EVERY_EVENT) expect([type, (seen.get(type) ?? 0) > 0]).toEqual([type, true]);
    expect(RECEIPT_RULES.filter((rule) => seen.has(rule)).length).toBeGreaterThanOrEqual(10);
  });

  it('gives the same events twice', () => {
    fc.assert(
      fc.property(setup, steps, (options, list) => {
        const runs = [1, 2].map(() => {
          const rig = new ExchangeRig({ ...options, startTime: at('09:25'), cash: 60_000 });
          play(rig, list);
          return JSON.stringify(rig.events);
        });
        expect(runs[0]).toBe(runs[1]);
      }),
      { numRuns: 20 },
    );
  });

  it('leaves out only bars that reach no order: looking at each of them changes nothing', () => {
    fc.assert(
      fc.property(setup, steps, (options, list) => {
        const runs = [false, true].map((always) => {
          const rig = new ExchangeRig({ ...options, startTime: at('09:25'), cash: 60_000 });
          for (const step of list) {
            for (const symbol of rig.exchange.book.symbols) symbol.mustWalk ||= always;
            // Bars alone, or prints and quotes would decide.
            if (step.kind !== 'quote' && step.kind !== 'print' && step.kind !== 'quoteBar') play(rig, [step]);
          }
          finish(rig);
          return JSON.stringify(rig.events);
        });
        expect(runs[0]).toBe(runs[1]);
      }),
      { numRuns: 100 },
    );
  });

  it('goes on from a snapshot exactly as it would have (state and later events)', () => {
    fc.assert(
      fc.property(setup, steps, steps, (options, before, after) => {
        const whole = new ExchangeRig({ ...options, startTime: at('09:25'), cash: 60_000 });
        play(whole, before);
        const saved = JSON.stringify(whole.exchange.snapshot());
        const restored = whole.sibling();
        restored.restore(JSON.parse(saved));
        expect(JSON.stringify(restored.snapshot())).toBe(saved);
        const fromOlder = whole.sibling();
        fromOlder.restore(withWholeOrders(JSON.parse(saved) as SavedState, whole.exchange));
        expect(JSON.stringify(fromOlder.snapshot())).toBe(saved);
        const continued = whole.continueOn(restored);
        play(whole, after);
        play(continued, after);
        expect(continued.events).toEqual(whole.events.slice(whole.events.length - continued.events.length));
        expect(JSON.stringify(continued.exchange.snapshot())).toBe(JSON.stringify(whole.exchange.snapshot()));
      }),
      { numRuns: 60 },
    );
  });

  it('has the same books after applying the recorded events without deciding anything (K1)', () => {
    fc.assert(
      fc.property(setup, steps, (options, list) => {
        const rig = recording(options);
        play(rig, list);
        finish(rig);
        const recovered = rig.sibling();
        replay(rig, recovered);
        expect(bookOf(recovered)).toEqual(bookOf(rig.exchange));
      }),
      { numRuns: 60 },
    );
  });

  it('goes on after a recovery at any instant as if nothing had happened, whatever is under way (F01, I-20)', () => {
    const underWay = { orders: 0, cancels: 0, replaces: 0, fills: 0, queued: 0 };
    fc.assert(
      fc.property(setup, steps, steps, fc.nat(200), (options, before, after, ms) => {
        const whole = recording(options);
        play(whole, before);
        // Somewhere within the latencies of what was sent last.
        whole.advance(whole.now + ms * 1000);
        const recovered = recover(whole);
        expect(stateOf(recovered)).toEqual(stateOf(whole.exchange));
        noteUnderWay(whole.exchange, underWay);
        const delivered = whole.events.length;
        const continued = whole.continueOn(recovered);
        play(whole, after);
        play(continued, after);
        finish(whole);
        continued.advance(whole.now);
        expect(continued.events).toEqual(whole.events.slice(delivered));
        expect(stateOf(recovered)).toEqual(stateOf(whole.exchange));
      }),
      { numRuns: 360, seed: 20131007 },
    );
    // The property is worth something only if the recoveries came upon everything that can be under way.
    for (const [what, count] of Object.entries(underWay)) expect([what, count > 0]).toEqual([what, true]);
  });

  it('delivers a fill whose report was under way when the process died', () => {
    const rig = recording({ preset: 'papertape', feePlan: 'zero' });
    rig.quote('10:00', 9.99, 300, 10, 300);
    rig.submit({ shares: 100 });
    // Arrived and filled at 10:00:00.040, reported at .080.
    rig.advance('10:00:00.060');
    expect(rig.events).toEqual([]);
    const continued = rig.continueOn(recover(rig));
    expect(continued.fillList).toEqual(['100 @ 10']);
    expect(rig.fillList).toEqual(continued.fillList);
    expect(continued.events).toEqual(rig.events);
  });

  it('goes on with a cancel that was under way, however often it is asked again', () => {
    const rig = recording({ preset: 'papertape', feePlan: 'zero' });
    rig.quote('10:00', 9.99, 300, 10, 300);
    const order = rig.submit({ shares: 400 });
    rig.advance('10:00:01');
    rig.cancel(order);
    rig.advance('10:00:01.010');
    const recovered = rig.sibling();
    replay(rig, recovered);
    recovered.cancel(order, at('10:00:01'));
    recovered.restoreWorking(JSON.parse(JSON.stringify(rig.exchange.workingState())));
    const continued = rig.continueOn(recovered);
    expect(continued.types()).toEqual(['canceled']);
    expect(rig.types()).toEqual(['accepted', 'filled', 'canceled']);
  });

  it('knows after a recovery what was taken of the quote that still stands (M2)', () => {
    const rig = recording({ preset: 'papertape', feePlan: 'zero' });
    rig.quote('10:00', 9.99, 300, 10, 300);
    rig.submit({ shares: 300 });
    rig.advance('10:00:01');
    const continued = rig.continueOn(recover(rig));
    continued.submit({ shares: 10 });
    continued.advance('10:00:02');
    expect(continued.fillList).toEqual([]);
  });

  it('keeps to the record where its own decisions would differ (K1)', () => {
    const rig = recording({ preset: 'papertape', feePlan: 'zero' });
    rig.quote('10:00', 9.99, 300, 10, 300);
    rig.submit({ shares: 100 });
    rig.advance('10:00:01');
    const other = new PaperExchange({ ...rig.config, feePlan: 'per-order-1usd' }, rig.preset);
    replay(rig, other);
    other.restoreWorking(JSON.parse(JSON.stringify(rig.exchange.workingState())));
    expect(other.account('main').fees).toBe(0);
    expect(bookOf(other)).toEqual(bookOf(rig.exchange));
  });

  it('refuses a snapshot of a foreign shape', () => {
    const { exchange } = new ExchangeRig();
    expect(() => exchange.restore({})).toThrow(/version/);
    expect(() => exchange.restore(null)).toThrow(/not an object/);
  });
});

function recording(options: { readonly preset: string; readonly feePlan: string }): ExchangeRig {
  const rig = new ExchangeRig({ ...options, startTime: at('09:25'), cash: 60_000 });
  rig.recorder = [];
  return rig;
}

/** A fresh exchange that was given everything that the rig recorded, the working state last. */
function recover(rig: ExchangeRig): PaperExchange {
  const recovered = rig.sibling();
  replay(rig, recovered);
  recovered.restoreWorking(JSON.parse(JSON.stringify(rig.exchange.workingState())));
  return recovered;
}

/** The whole state, but for what no later decision reads of a symbol that no order of ours works in. */
function stateOf(exchange: PaperExchange): unknown {
  return JSON.parse(JSON.stringify(exchange.snapshot()), (_, value: unknown) => {
    const isIdleSymbol =
      typeof value === 'object' && value !== null && 'bidTaken' in value && 'orders' in value && isEmpty(value.orders);
    return isIdleSymbol
      ? Object.fromEntries(Object.entries(value).filter(([key]) => !UNREAD_WHEN_IDLE.has(key)))
      : value;
  });
}

const UNREAD_WHEN_IDLE = new Set([
  'openedAt',
  'barStart',
  'barTime',
  'barSequence',
  'open',
  'high',
  'low',
  'close',
  'previousVolume',
]);

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

function noteUnderWay(
  exchange: PaperExchange,
  counts: Record<'orders' | 'cancels' | 'replaces' | 'fills' | 'queued', number>,
): void {
  const state = exchange.workingState() as {
    readonly inbox: readonly { readonly orderId: string; readonly cancelId: string }[];
    readonly reports: readonly VenueEvent[];
    readonly orders: readonly { readonly queueAhead: number }[];
  };
  for (const { orderId, cancelId } of state.inbox) {
    counts[orderId !== '' ? 'orders' : cancelId !== '' ? 'cancels' : 'replaces'] += 1;
  }
  counts.fills += state.reports.filter((event) => event.type === 'filled').length;
  counts.queued += state.orders.filter(({ queueAhead }) => queueAhead > 0).length;
}

function replay(rig: ExchangeRig, exchange: PaperExchange): void {
  for (const entry of rig.recorder ?? []) {
    if (typeof entry === 'function') entry(exchange);
    else if ('now' in entry) exchange.restoreOrder(entry.order, entry.now);
    else exchange.apply(JSON.parse(JSON.stringify(entry)) as VenueEvent);
  }
}

const UNTOLD = new Set(['resting', 'queueAtEntry', 'queueAhead', 'auctionPending', 'highWaterMark']);

/** Whether it is a trailing stop; no event says where one stands before it is elected. */
function isFollowing(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'trailing_stop';
}

/** Orders and accounts; where an order stands in a queue is not an event and may differ. */
function bookOf(exchange: PaperExchange): unknown {
  const text = JSON.stringify(bookSnapshot(exchange.book), (key, value: unknown) =>
    UNTOLD.has(key) ? undefined : value,
  );
  return JSON.parse(text, (_, value: unknown) => (isFollowing(value) ? { ...value, stopPrice: 0 } : value));
}
