/**
 * Random sessions for the pair of exchanges: rows of every kind, commands of every kind, wrong ones too, at and around
 * the boundaries of the day. Every choice is its own small value, so that fast-check can shrink a session.
 */
import * as fc from 'fast-check';
import { nextSession, sessionOf } from '../../calendar/sessions.js';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { PrintFlag } from '../../domain/marketTables.js';
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import { at } from './ExchangeRig.js';
import type { RigChanges, RigOrder } from './ExchangeRig.js';
import type { PairCommand, PairOptions, PairStep } from './NaivePair.js';
import type { NaiveRow } from './naiveTypes.js';

const CENT = 10_000;

/** How time goes on: by micros, to the next full minute, or to the next boundary of the day and some micros. */
type Pace = { readonly by: number } | { readonly to: 'minute' } | { readonly to: 'boundary'; readonly and: number };

/** A step before it has a time. */
export interface RawStep {
  readonly pace: Pace;
  readonly rows: readonly NaiveRow[];
  readonly commands: readonly PairCommand[];
}

/** A session before it has times. */
export interface RawSession {
  readonly options: PairOptions;
  /** Whether time may go on into the next day. A previous close would bring rules that the naive side has not. */
  readonly isOneDay: boolean;
  readonly steps: readonly RawStep[];
}

const pace: fc.Arbitrary<Pace> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(0, 1, 19_999, 20_000, 40_000, 100_000, SECOND, 2 * SECOND, 7 * SECOND)
      .map((by) => ({ by })),
  },
  { weight: 3, arbitrary: fc.constant({ to: 'minute' } as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-100_000, -40_000, -1, 0, 1).map((and) => ({ to: 'boundary', and }) as const),
  },
);

/** Cents around 100.00, seldom far away. */
const cents = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 9995, max: 10_005 }) },
  { weight: 4, arbitrary: fc.integer({ min: 9950, max: 10_050 }) },
  { weight: 1, arbitrary: fc.constantFrom(9000, 11_000, 9900, 10_100) },
);

const bar: fc.Arbitrary<NaiveRow> = fc
  .record({
    symbolId: fc.constantFrom(0, 0, 1),
    open: cents,
    close: cents,
    up: fc.nat({ max: 30 }),
    down: fc.nat({ max: 30 }),
    volume: fc.constantFrom(0, 5, 999, 1000, 2345, 100_000),
    fault: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'none', 'none', 'zero', 'negative', 'upside'),
  })
  .map(({ symbolId, open, close, up, down, volume, fault }) => {
    const high = Math.max(open, close) + up;
    const low = Math.min(open, close) - down;
    const sound = { kind: 'bar', symbolId, span: MINUTE, open, high, low, close, volume } as const;
    const row =
      fault === 'zero'
        ? { ...sound, open: 0 }
        : fault === 'negative'
          ? { ...sound, low: -1 }
          : fault === 'upside'
            ? { ...sound, high: low - 1 }
            : sound;
    return { ...row, open: row.open * CENT, high: row.high * CENT, low: row.low * CENT, close: row.close * CENT };
  });

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

/** Simple orders. */
export const simpleOrder: fc.Arbitrary<RigOrder> = fc
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
    kind: fc.constantFrom('market', 'limit', 'limit', 'limit', 'stop', 'stopLimit', 'trail', 'trailPercent'),
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
    ...(kind === 'trail' ? { trailBy: Math.abs(beyond) / 100 } : {}),
    ...(kind === 'trailPercent' ? { trailPercent: Math.abs(beyond) / 50 } : {}),
    ...(kind === 'stopLimit' ? { limit: (price + beyond) / 100 } : {}),
    ...(strategy ? { source: { kind: 'strategy', instanceId: 's' } as const } : {}),
    ...(kind === 'limit' || kind === 'stopLimit' || FAULTS[fault]?.limit === undefined ? FAULTS[fault] : {}),
  }));

/** Commands on simple orders. */
export const simpleCommand: fc.Arbitrary<PairCommand> = fc.oneof(
  { weight: 4, arbitrary: simpleOrder.map((order) => ({ kind: 'submit', order }) as const) },
  { weight: 1, arbitrary: fc.nat({ max: 6 }).map((which) => ({ kind: 'cancel', which }) as const) },
);

/** Orders with exits: around a price, seldom on the wrong side; and exits of what is held. */
const groupOrder: fc.Arbitrary<RigOrder> = fc
  .record({
    side: fc.constantFrom('buy' as const, 'buy' as const, 'sell' as const),
    orderClass: fc.constantFrom('bracket' as const, 'bracket' as const, 'oto' as const, 'oco' as const),
    shares: fc.constantFrom(1, 50, 100, 100, 250),
    timeInForce: fc.constantFrom('day' as const, 'day' as const, 'gtc' as const),
    entry: fc.constantFrom('market', 'market', 'limit', 'limit', 'stop'),
    price: cents,
    up: fc.integer({ min: 1, max: 6 }),
    down: fc.integer({ min: 1, max: 6 }),
    loss: fc.constantFrom('stop', 'stop', 'stopLimit', 'trail'),
    fault: fc.constantFrom(...Array<string>(20).fill(''), 'wrongSide', 'ioc', 'fraction', 'grid', 'extended', 'again'),
  })
  .map(({ side, orderClass, shares, timeInForce, entry, price, up, down, loss, fault }) => {
    const isOco = orderClass === 'oco';
    const isUp = (side === 'buy') !== isOco ? 1 : -1;
    const sign = fault === 'wrongSide' ? -isUp : isUp;
    const profit = (price + sign * up) / 100;
    const stop = (price - sign * down) / 100;
    const hasLoss = orderClass !== 'oto' || up % 2 === 0;
    return {
      symbolId: 0,
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

/** Orders for an amount in dollars, seldom where there is none. */
const amountOrder: fc.Arbitrary<RigOrder> = fc
  .record({
    side: fc.constantFrom('buy' as const, 'buy' as const, 'sell' as const),
    dollars: fc.constantFrom(1, 50, 99.99, 1000, 12_345.678901, 200_000, 0.99),
    kind: fc.constantFrom('market', 'market', 'limit', 'stop', 'stopLimit'),
    price: cents,
    fault: fc.constantFrom(...Array<string>(20).fill(''), 'gtc', 'ioc', 'extended'),
  })
  .map(({ side, dollars, kind, price, fault }) => ({
    symbolId: 0,
    side,
    notional: Math.round(dollars * 1_000_000),
    ...(kind === 'limit' || kind === 'stopLimit' ? { limit: price / 100 } : {}),
    ...(kind.startsWith('stop') ? { stop: price / 100 } : {}),
    ...(fault === 'gtc' || fault === 'ioc' ? { timeInForce: fault } : {}),
    ...(fault === 'extended' ? { extendedHours: true } : {}),
  }));

/** Commands on amounts, fractions and whole shares. */
export const amounting: fc.Arbitrary<PairCommand> = fc.oneof(
  { weight: 4, arbitrary: amountOrder.map((order) => ({ kind: 'submit', order }) as const) },
  { weight: 3, arbitrary: simpleCommand },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), which, changes }) },
);

const halt: fc.Arbitrary<NaiveRow> = fc.constantFrom(0, 1).map((status) => ({ kind: 'status', symbolId: 0, status }));

/** A step on bars. */
const barStep = (command: fc.Arbitrary<PairCommand>): fc.Arbitrary<RawStep> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        pace: fc.constant({ to: 'minute' } as const),
        rows: fc.uniqueArray(bar, { selector: ({ symbolId }) => symbolId, maxLength: 2 }),
        commands: fc.array(command, { maxLength: 2 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        pace,
        rows: fc.oneof(
          { weight: 9, arbitrary: fc.constant<NaiveRow[]>([]) },
          { weight: 1, arbitrary: halt.map((row) => [row]) },
        ),
        commands: fc.array(command, { maxLength: 3 }),
      }),
    },
  );

const size = fc.constantFrom(0, 1, 40, 100, 100, 100, 300, 5000);
/** Hundredths of a cent beside the grid, as executions may be. */
const fine = fc.constantFrom(0, 0, 0, 0, 5000, 100);

const quote: fc.Arbitrary<NaiveRow> = fc
  .record({
    mid: cents,
    // Locked and crossed ones too.
    spread: fc.constantFrom(2, 2, 2, 1, 4, 0, -2),
    bidSize: size,
    askSize: size,
    kind: fc.constantFrom(
      'both',
      'both',
      'both',
      'both',
      'both',
      'both',
      'both',
      'both',
      'noBid',
      'noAsk',
      'stub',
      'nan',
    ),
    flags: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4),
  })
  .map(({ mid, spread, bidSize, askSize, kind, flags }) => {
    const row = {
      kind: 'quote',
      symbolId: 0,
      bid: mid * CENT,
      bidSize,
      ask: (mid + spread) * CENT,
      askSize,
      flags,
    } as const;
    if (kind === 'noBid') return { ...row, bid: 0, bidSize: 0 };
    if (kind === 'noAsk') return { ...row, ask: 0, askSize: 0 };
    if (kind === 'stub') return { ...row, bid: CENT, ask: 199_999 * CENT };
    return kind === 'nan' ? { ...row, ask: NaN } : row;
  });

const PLAIN = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;
const print: fc.Arbitrary<NaiveRow> = fc
  .record({
    price: cents,
    off: fine,
    size,
    flags: fc.constantFrom(
      ...Array<number>(8).fill(PLAIN),
      PLAIN | PrintFlag.OFF_EXCHANGE,
      PLAIN | PrintFlag.OFF_EXCHANGE,
      PLAIN | PrintFlag.EXTENDED_HOURS,
      PLAIN | PrintFlag.SUSPICIOUS,
      PrintFlag.VOLUME | PrintFlag.ODD_LOT,
      PrintFlag.HIGH_LOW | PrintFlag.VOLUME,
    ),
    kind: fc.constantFrom(...Array<string>(20).fill('sound'), 'zero', 'nan', 'huge', 'tiny', 'negative'),
  })
  .map(({ price, off, kind, ...rest }) => {
    const odd: Readonly<Record<string, number>> = { zero: 0, nan: NaN, huge: 900_000_000, tiny: 10_000, negative: -1 };
    return { kind: 'print', symbolId: 0, price: odd[kind] ?? price * CENT + off, ...rest };
  });

/** Rows of one instant of quotes and prints. */
const ticks = (row: fc.Arbitrary<NaiveRow>): fc.Arbitrary<NaiveRow[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<NaiveRow[]>([]) },
    { weight: 12, arbitrary: fc.array(row, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: halt.map((one) => [one]) },
  );

const quoteBar: fc.Arbitrary<NaiveRow> = fc
  .record({
    open: cents,
    close: cents,
    up: fc.nat({ max: 10 }),
    down: fc.nat({ max: 10 }),
    spread: fc.constantFrom(1, 2, 2, 4, 0),
    bidSize: size,
    askSize: size,
    fault: fc.constantFrom(...Array<string>(20).fill(''), 'noAsk', 'noBid', 'stub', 'nan'),
    span: fc.constantFrom(MINUTE, MINUTE, MINUTE, 5 * MINUTE),
  })
  .map(({ open, close, up, down, spread, bidSize, askSize, fault, span }) => {
    const prices = [open, Math.max(open, close) + up, Math.min(open, close) - down, close];
    const side = (more: number, odd: number | undefined): readonly [number, number, number, number] => {
      const [first = 0, high = 0, low = 0, last = 0] = prices.map((price) => odd ?? (price + more) * CENT);
      return [first, high, low, last];
    };
    const bid = side(0, fault === 'noBid' ? 0 : fault === 'stub' ? CENT : undefined);
    const ask = side(spread, fault === 'noAsk' ? 0 : fault === 'nan' ? NaN : undefined);
    return { kind: 'quoteBar', symbolId: 0, span, bid, bidSize, ask, askSize } as const;
  });

/** Sessions on bars of bids and asks, with trade bars and prints or without. */
export function quoteBarSessions(
  presets: readonly string[],
  length: number,
  command: fc.Arbitrary<PairCommand> = simpleCommand,
): fc.Arbitrary<RawSession> {
  const rows = (...kinds: fc.Arbitrary<NaiveRow>[]): fc.Arbitrary<NaiveRow[]> =>
    fc.tuple(...kinds).chain((all) => fc.subarray(all));
  const step = (row: fc.Arbitrary<NaiveRow[]>): fc.Arbitrary<RawStep> =>
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          pace: fc.constant({ to: 'minute' } as const),
          rows: row,
          commands: fc.array(command, { maxLength: 2 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          pace,
          rows: fc.oneof({ weight: 9, arbitrary: fc.constant<NaiveRow[]>([]) }, { weight: 1, arbitrary: rows(halt) }),
          commands: fc.array(command, { maxLength: 3 }),
        }),
      },
    );
  return fc.constantFrom(rows(quoteBar), rows(quoteBar, bar), rows(quoteBar, print)).chain((row) =>
    fc.record({
      isOneDay: fc.constant(true),
      options: options(presets),
      steps: fc.array(step(row), { minLength: 5, maxLength: length, size: 'max' }),
    }),
  );
}

function sessionsOf(
  row: fc.Arbitrary<NaiveRow>,
  presets: readonly string[],
  length: number,
  command: fc.Arbitrary<PairCommand> = simpleCommand,
): fc.Arbitrary<RawSession> {
  const step = fc.record({ pace, rows: ticks(row), commands: fc.array(command, { maxLength: 2 }) });
  return fc.record({
    isOneDay: fc.constant(true),
    options: options(presets),
    steps: fc.array(step, { minLength: 5, maxLength: length, size: 'max' }),
  });
}

/** Sessions on quotes and prints. */
export function quoteSessions(
  presets: readonly string[],
  length: number,
  command: fc.Arbitrary<PairCommand> = simpleCommand,
): fc.Arbitrary<RawSession> {
  return sessionsOf(fc.oneof(quote, print), presets, length, command);
}

/** Sessions on prints alone. */
export function printSessions(
  presets: readonly string[],
  length: number,
  command: fc.Arbitrary<PairCommand> = simpleCommand,
): fc.Arbitrary<RawSession> {
  return sessionsOf(print, presets, length, command);
}

/** Sessions on all of them: what a fill is decided on changes as more is seen of a symbol. */
export function mixedSessions(
  presets: readonly string[],
  length: number,
  command: fc.Arbitrary<PairCommand> = simpleCommand,
): fc.Arbitrary<RawSession> {
  const onTicks = fc.record({
    pace,
    rows: ticks(fc.oneof(quote, print)),
    commands: fc.array(command, { maxLength: 2 }),
  });
  return fc.record({
    isOneDay: fc.constant(true),
    options: options(presets),
    steps: fc.array(fc.oneof(barStep(command), onTicks), { minLength: 5, maxLength: length, size: 'max' }),
  });
}

/** How a session begins: every preset and plan, rich and poor, at several times of the day. */
export function options(presets: readonly string[]): fc.Arbitrary<PairOptions> {
  return fc.record({
    preset: fc.constantFrom(...presets),
    feePlan: fc.constantFrom('zero', 'zero', 'interactive-brokers-fixed', 'relative-20bps', 'lean-interactive-brokers'),
    cash: fc.constantFrom(100_000, 10_000, 25_000, 1_000_000),
    startTime: fc.constantFrom('10:00', '09:28', '15:56', '03:59', '19:57').map((clock) => at(clock)),
  });
}

/** Sessions on trade bars. */
export function barSessions(
  presets: readonly string[],
  length: number,
  command: fc.Arbitrary<PairCommand> = simpleCommand,
): fc.Arbitrary<RawSession> {
  return fc.record({
    isOneDay: fc.constant(false),
    options: options(presets),
    steps: fc.array(barStep(command), { minLength: 5, maxLength: length, size: 'max' }),
  });
}

/** The steps with their times. */
export function timed({ options: { startTime }, isOneDay, steps }: RawSession): PairStep[] {
  let now = startTime;
  return steps.map(({ pace: next, rows, commands }) => {
    if ('by' in next) now += next.by;
    else if (next.to === 'minute') now = (Math.floor(now / MINUTE) + 1) * MINUTE;
    else now = Math.max(now, boundaryAfter(now - Math.min(0, next.and), isOneDay) + next.and);
    return { time: now, rows: inOrder(rows), commands };
  });
}

const RANK = { status: 0, quote: 1, print: 2, quoteBar: 3, bar: 4 };

/** As market data come: by kind, then by symbol. */
function inOrder(rows: readonly NaiveRow[]): NaiveRow[] {
  return [...rows].sort((a, b) => RANK[a.kind] - RANK[b.kind] || a.symbolId - b.symbolId);
}

function boundaryAfter(time: number, isOneDay: boolean): number {
  const date = newYorkDate(time);
  const days = [sessionOf(date), isOneDay ? undefined : nextSession(date)];
  const all = days.flatMap((day) =>
    day === undefined ? [] : [day.premarketOpen, day.open, day.close, day.afterHoursClose],
  );
  return all.find((boundary) => boundary > time) ?? time;
}
