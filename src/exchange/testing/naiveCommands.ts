/**
 * Random commands for the pair of exchanges: orders of every kind, replaces and cancels, wrong ones too. Every
 * choice is its own small value, so that fast-check can shrink a session.
 */
import * as fc from 'fast-check';
import type { RigChanges, RigOrder } from './ExchangeRig.js';
import type { PairCommand } from './NaivePair.js';
import { cents } from './naiveRows.js';

/** What is wrong with one order in ten. */
const FAULTS: readonly Partial<RigOrder>[] = [
  { symbolId: 7 },
  { shares: 0 },
  { shares: -1 },
  { shares: 1e10 },
  { shares: 0.000_000_1 },
  { limit: 99.003 },
  { limit: -1 },
  { limit: NaN },
  { extendedHours: true },
  { timeInForce: 'gtc', shares: 0.5 },
  { side: 'sell', shares: 0.5 },
  { clientOrderId: 'again' },
  { shares: 900_000 },
];

/** Kinds of simple orders with a limit. */
const LIMITED: ReadonlySet<string> = new Set(['limit', 'stopLimit', 'touch']);

/** Simple orders. */
const simpleOrder: fc.Arbitrary<RigOrder> = fc
  .record({
    symbolId: fc.constantFrom(0, 0, 0, 1),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    timeInForce: fc.constantFrom(
      'day' as const,
      'day' as const,
      'day' as const,
      'gtc' as const,
      'ioc' as const,
      'fok' as const,
    ),
    shares: fc.constantFrom(1, 7, 50, 99, 100, 100, 250, 1000, 0.5, 33.333333),
    kind: fc.constantFrom('market', 'limit', 'limit', 'limit', 'stop', 'stopLimit', 'touch', 'trail', 'trailPercent'),
    beyond: fc.integer({ min: -5, max: 5 }),
    price: cents,
    extendedHours: fc.constantFrom(false, false, false, true),
    strategy: fc.constantFrom(false, false, true),
    fault: fc.nat({ max: 10 * FAULTS.length - 1 }),
  })
  .map(({ kind, price, beyond, strategy, timeInForce, shares, extendedHours, fault, ...rest }) => ({
    ...rest,
    shares,
    timeInForce:
      kind !== 'market' && kind !== 'limit' && timeInForce !== 'gtc' ? 'day' : shares % 1 === 0 ? timeInForce : 'day',
    extendedHours: extendedHours && kind === 'limit',
    ...(kind === 'limit' ? { limit: price / 100 } : {}),
    ...(kind.startsWith('stop') ? { stop: price / 100 } : {}),
    ...(kind === 'touch' ? { type: 'limit_if_touched' as const, stop: price / 100 } : {}),
    ...(kind === 'trail' ? { trailBy: Math.abs(beyond) / 100 } : {}),
    ...(kind === 'trailPercent' ? { trailPercent: Math.abs(beyond) / 50 } : {}),
    ...(kind === 'stopLimit' || kind === 'touch' ? { limit: (price + beyond) / 100 } : {}),
    ...(strategy ? { source: { kind: 'strategy', instanceId: 's' } as const } : {}),
    ...(LIMITED.has(kind) || FAULTS[fault]?.limit === undefined ? FAULTS[fault] : {}),
  }));

/** Commands on simple orders. */
export const simpleCommand: fc.Arbitrary<PairCommand> = fc.oneof(
  { weight: 4, arbitrary: simpleOrder.map((order) => ({ kind: 'submit', order }) as const) },
  { weight: 1, arbitrary: fc.nat({ max: 6 }).map((which) => ({ kind: 'cancel', which }) as const) },
);

/** Orders with exits: around a price, seldom on the wrong side; and exits of what is held. */
const groupOrder: fc.Arbitrary<RigOrder> = fc
  .record({
    symbolId: fc.constantFrom(0, 0, 0, 1),
    strategy: fc.constantFrom(false, false, true),
    side: fc.constantFrom('buy' as const, 'buy' as const, 'sell' as const),
    orderClass: fc.constantFrom('bracket' as const, 'bracket' as const, 'oto' as const, 'oco' as const),
    shares: fc.constantFrom(1, 50, 100, 100, 250),
    timeInForce: fc.constantFrom('day' as const, 'day' as const, 'gtc' as const),
    entry: fc.constantFrom('market', 'market', 'limit', 'limit', 'stop'),
    price: cents,
    up: fc.integer({ min: 1, max: 6 }),
    down: fc.integer({ min: 1, max: 6 }),
    loss: fc.constantFrom('stop', 'stop', 'stopLimit', 'trail'),
    fault: fc.constantFrom(
      ...Array<string>(20).fill(''),
      'wrongSide',
      'ioc',
      'fraction',
      'grid',
      'extended',
      'touch',
      'again',
    ),
  })
  .map(({ symbolId, strategy, side, orderClass, shares, timeInForce, entry, price, up, down, loss, fault }) => {
    const isOco = orderClass === 'oco';
    const isUp = (side === 'buy') !== isOco ? 1 : -1;
    const sign = fault === 'wrongSide' ? -isUp : isUp;
    const profit = (price + sign * up) / 100;
    const stop = (price - sign * down) / 100;
    const hasLoss = orderClass !== 'oto' || up % 2 === 0;
    return {
      symbolId,
      ...(strategy ? { source: { kind: 'strategy', instanceId: 's' } as const } : {}),
      side,
      orderClass,
      shares: fault === 'fraction' ? 0.5 : shares,
      timeInForce: fault === 'ioc' ? ('ioc' as const) : timeInForce,
      ...(isOco ? { limit: profit } : entry === 'limit' ? { limit: price / 100 } : {}),
      ...(entry === 'stop' && !isOco ? { stop: price / 100 } : {}),
      ...(isOco || (orderClass === 'oto' && hasLoss) ? {} : { profit: fault === 'grid' ? profit + 0.003 : profit }),
      ...(hasLoss && loss === 'trail' ? { lossTrailBy: down / 100 } : {}),
      ...(hasLoss && loss !== 'trail' ? { loss: stop } : {}),
      ...(hasLoss && loss === 'stopLimit' ? { lossLimit: (price - sign * (down + 1)) / 100 } : {}),
      ...(fault === 'extended' ? { extendedHours: true } : {}),
      ...(fault === 'touch' ? { type: 'limit_if_touched' as const, stop: price / 100, limit: price / 100 } : {}),
      ...(fault === 'again' ? { clientOrderId: 'again' } : {}),
    };
  });

const REPLACED = ['day', 'day', 'gtc', 'ioc', 'fok'] as const;
/** What a replace asks; seldom what an order of the type has not, or nothing. */
const changes: fc.Arbitrary<RigChanges> = fc
  .record({
    what: fc.subarray(['shares', 'limit', 'stop', 'trailBy', 'trailPercent', 'timeInForce', 'id'], { maxLength: 2 }),
    shares: fc.constantFrom(1, 50, 99, 100, 150, 1000, 0.5, 0),
    price: cents,
    trail: fc.integer({ min: 0, max: 5 }),
    timeInForce: fc.constantFrom(...REPLACED),
  })
  .map(({ what, shares, price, trail, timeInForce }) => ({
    ...(what.includes('shares') ? { shares } : {}),
    ...(what.includes('limit') ? { limit: price / 100 } : {}),
    ...(what.includes('stop') ? { stop: price / 100 } : {}),
    ...(what.includes('trailBy') ? { trailBy: trail / 100 } : {}),
    ...(what.includes('trailPercent') ? { trailPercent: trail / 50 } : {}),
    ...(what.includes('timeInForce') ? { timeInForce } : {}),
    ...(what.includes('id') ? { clientOrderId: 'again' } : {}),
  }));

const which = fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 4 }) }, { weight: 1, arbitrary: fc.nat({ max: 30 }) });

/** Commands on simple orders, with replaces. */
export const replacing: fc.Arbitrary<PairCommand> = fc.oneof(
  { weight: 4, arbitrary: simpleCommand },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('replace' as const), which, changes }) },
);

/** Commands on groups and simple orders. */
export const grouping: fc.Arbitrary<PairCommand> = fc.oneof(
  { weight: 4, arbitrary: groupOrder.map((order) => ({ kind: 'submit', order }) as const) },
  { weight: 2, arbitrary: simpleCommand },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), which, changes }) },
);

/** Orders that are large for most accounts, with exits or without, on either side, and what changes them. */
export const leveraging: fc.Arbitrary<PairCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ order: fc.oneof(simpleOrder, groupOrder), times: fc.constantFrom(1, 1, 2, 5, 10) })
      .map(({ order, times }) => {
        const { shares = 0 } = order;
        return { kind: 'submit', order: { ...order, shares: shares * times } } as const;
      }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), which, changes }) },
);

/** Commands of which most are sales. */
export const shorting: fc.Arbitrary<PairCommand> = fc.oneof(
  {
    weight: 3,
    arbitrary: simpleOrder.map((order) => ({ kind: 'submit', order: { ...order, side: 'sell' } }) as const),
  },
  { weight: 1, arbitrary: simpleCommand },
);

/** Orders for an amount in dollars, seldom where there is none. */
const amountOrder: fc.Arbitrary<RigOrder> = fc
  .record({
    side: fc.constantFrom('buy' as const, 'buy' as const, 'sell' as const),
    dollars: fc.constantFrom(1, 50, 99.99, 1000, 12_345.678901, 200_000, 0.99),
    kind: fc.constantFrom('market', 'market', 'limit', 'stop', 'stopLimit', 'touch'),
    price: cents,
    fault: fc.constantFrom(...Array<string>(20).fill(''), 'gtc', 'ioc', 'extended'),
  })
  .map(({ side, dollars, kind, price, fault }) => ({
    symbolId: 0,
    side,
    notional: Math.round(dollars * 1_000_000),
    ...(LIMITED.has(kind) ? { limit: price / 100 } : {}),
    ...(kind.startsWith('stop') || kind === 'touch' ? { stop: price / 100 } : {}),
    ...(kind === 'touch' ? { type: 'limit_if_touched' as const } : {}),
    ...(fault === 'gtc' || fault === 'ioc' ? { timeInForce: fault } : {}),
    ...(fault === 'extended' ? { extendedHours: true } : {}),
  }));

/** Commands on amounts, fractions and whole shares. */
export const amounting: fc.Arbitrary<PairCommand> = fc.oneof(
  { weight: 4, arbitrary: amountOrder.map((order) => ({ kind: 'submit', order }) as const) },
  { weight: 3, arbitrary: simpleCommand },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), which, changes }) },
);

/** Orders for the auctions, and market orders that may wait for one. */
const auctionOrder: fc.Arbitrary<RigOrder> = fc
  .record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    timeInForce: fc.constantFrom('opg' as const, 'opg' as const, 'cls' as const, 'cls' as const, 'day' as const),
    shares: fc.constantFrom(1, 50, 100, 100, 250, 1000),
    isLimit: fc.boolean(),
    price: cents,
  })
  .map(({ isLimit, price, ...rest }) => ({ symbolId: 0, ...rest, ...(isLimit ? { limit: price / 100 } : {}) }));

/** Commands on orders for auctions and others. */
export const auctioning: fc.Arbitrary<PairCommand> = fc.oneof(
  { weight: 4, arbitrary: auctionOrder.map((order) => ({ kind: 'submit', order }) as const) },
  { weight: 1, arbitrary: simpleCommand },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), which, changes }) },
);

/** Commands through halts: most of them simple, some for the auctions and some in groups. */
export const halting: fc.Arbitrary<PairCommand> = fc.oneof(
  { weight: 5, arbitrary: simpleCommand },
  { weight: 1, arbitrary: auctioning },
);
