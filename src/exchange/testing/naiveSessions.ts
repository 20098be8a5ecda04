/**
 * Random sessions for the pair of exchanges: rows of every kind, commands of every kind, wrong ones too, at and around
 * the boundaries of the day. Every choice is its own small value, so that fast-check can shrink a session.
 */
import * as fc from 'fast-check';
import { nextSession, sessionOf } from '../../calendar/sessions.js';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import { at } from './ExchangeRig.js';
import type { RigOrder } from './ExchangeRig.js';
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
  { weight: 12, arbitrary: fc.integer({ min: 9950, max: 10_050 }) },
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

const shares = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(1, 7, 50, 99, 100, 250, 1000) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 0.5, 0.0000001, 33.333333, 1e10) },
);

/** Simple orders. */
export const simpleOrder: fc.Arbitrary<RigOrder> = fc
  .record({
    symbolId: fc.constantFrom(0, 0, 0, 0, 1, 1, 7),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    timeInForce: fc.constantFrom('day', 'day', 'day', 'gtc', 'ioc', 'fok'),
    shares,
    kind: fc.constantFrom('market', 'limit', 'limit', 'stop'),
    price: cents,
    off: fc.constantFrom(0, 0, 0, 0, 0, 0, 0.003, -1000),
    extendedHours: fc.constantFrom(false, false, false, true),
    strategy: fc.constantFrom(false, false, true),
  })
  .map(({ kind, price, off, strategy, timeInForce, ...rest }) => {
    const dollars = price / 100 + off;
    return {
      ...rest,
      timeInForce: timeInForce as 'day' | 'gtc' | 'ioc' | 'fok',
      ...(kind === 'limit' ? { limit: dollars } : kind === 'stop' ? { stop: dollars } : {}),
      ...(strategy ? { source: { kind: 'strategy', instanceId: 's' } as const } : {}),
    };
  });

/** Commands on simple orders. */
export const simpleCommand: fc.Arbitrary<PairCommand> = fc.oneof(
  { weight: 4, arbitrary: simpleOrder.map((order) => ({ kind: 'submit', order }) as const) },
  { weight: 1, arbitrary: fc.nat({ max: 6 }).map((which) => ({ kind: 'cancel', which }) as const) },
);

const halt: fc.Arbitrary<NaiveRow> = fc.constantFrom(0, 1).map((status) => ({ kind: 'status', symbolId: 0, status }));

/** A step on bars. */
const barStep: fc.Arbitrary<RawStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      pace: fc.constant({ to: 'minute' } as const),
      rows: fc.uniqueArray(bar, { selector: ({ symbolId }) => symbolId, maxLength: 2 }),
      commands: fc.array(simpleCommand, { maxLength: 2 }),
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
      commands: fc.array(simpleCommand, { maxLength: 3 }),
    }),
  },
);

/** How a session begins: every preset and plan, rich and poor, at several times of the day. */
export function options(presets: readonly string[]): fc.Arbitrary<PairOptions> {
  return fc.record({
    preset: fc.constantFrom(...presets),
    feePlan: fc.constantFrom('zero', 'zero', 'interactive-brokers-fixed', 'relative-20bps', 'lean-interactive-brokers'),
    cash: fc.constantFrom(100_000, 10_000, 1_000_000, 123.45),
    startTime: fc.constantFrom('10:00', '09:28', '15:56', '03:59', '19:57').map((clock) => at(clock)),
  });
}

/** Sessions on trade bars. */
export function barSessions(presets: readonly string[], length: number): fc.Arbitrary<RawSession> {
  return fc.record({
    options: options(presets),
    steps: fc.array(barStep, { minLength: 5, maxLength: length, size: 'max' }),
  });
}

/** The steps with their times. */
export function timed({ options: { startTime }, steps }: RawSession): PairStep[] {
  let now = startTime;
  return steps.map(({ pace: next, rows, commands }) => {
    if ('by' in next) now += next.by;
    else if (next.to === 'minute') now = (Math.floor(now / MINUTE) + 1) * MINUTE;
    else now = Math.max(now, boundaryAfter(now - Math.min(0, next.and)) + next.and);
    return { time: now, rows: inOrder(rows), commands };
  });
}

const RANK = { status: 0, quote: 1, print: 2, quoteBar: 3, bar: 4 };

/** As market data come: by kind, then by symbol. */
function inOrder(rows: readonly NaiveRow[]): NaiveRow[] {
  return [...rows].sort((a, b) => RANK[a.kind] - RANK[b.kind] || a.symbolId - b.symbolId);
}

function boundaryAfter(time: number): number {
  const date = newYorkDate(time);
  const days = [sessionOf(date), nextSession(date)];
  const all = days.flatMap((day) =>
    day === undefined ? [] : [day.premarketOpen, day.open, day.close, day.afterHoursClose],
  );
  return all.find((boundary) => boundary > time) ?? time;
}
