/**
 * Random sessions for the pair of exchanges: rows (naiveRows.ts) and commands (naiveCommands.ts) at and around the
 * boundaries of the day. Every choice is its own small value, so that fast-check can shrink a session.
 */
import * as fc from 'fast-check';
import { nextSession, sessionOf } from '../../calendar/sessions.js';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { TradingStatus } from '../../domain/marketTables.js';
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import { at } from './ExchangeRig.js';
import { auctioning, halting, replacing, shorting, simpleCommand } from './naiveCommands.js';
import type { PairCommand, PairOptions, PairStep } from './NaivePair.js';
import {
  auctionPrint,
  bandStatus,
  bar,
  halt,
  haltStatus,
  operatorStatus,
  print,
  quote,
  quoteBar,
  widePrint,
  wideQuote,
} from './naiveRows.js';
import type { NaiveRow } from './naiveTypes.js';

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

/** Sessions around the auctions of one day, on prints of theirs, quotes and bars. */
export function auctionSessions(
  presets: readonly string[],
  length: number,
  command: fc.Arbitrary<PairCommand> = auctioning,
): fc.Arbitrary<RawSession> {
  const around: fc.Arbitrary<Pace> = fc.oneof(
    { weight: 6, arbitrary: pace },
    { weight: 2, arbitrary: fc.constantFrom(60, 300, 595, 605).map((seconds) => ({ by: seconds * SECOND })) },
    { weight: 1, arbitrary: fc.constantFrom(-100_000, -1, 0, 1).map((and) => ({ to: 'boundary', and }) as const) },
  );
  const onTicks = (row: fc.Arbitrary<NaiveRow>): fc.Arbitrary<RawStep> =>
    fc.record({
      pace: around,
      rows: fc.oneof(
        { weight: 1, arbitrary: fc.constant([]) },
        { weight: 3, arbitrary: fc.array(row, { maxLength: 2 }) },
      ),
      commands: fc.array(command, { maxLength: 2 }),
    });
  const onBars = fc.record({
    pace: fc.constant({ to: 'minute' } as const),
    rows: fc.array(bar, { maxLength: 1 }),
    commands: fc.array(command, { maxLength: 2 }),
  });
  const steps = fc.constantFrom(
    fc.oneof(onTicks(fc.oneof(auctionPrint, auctionPrint, print))),
    onTicks(fc.oneof(auctionPrint, quote)),
    fc.oneof(onBars, onTicks(auctionPrint)),
    fc.oneof(onBars, onTicks(bar)),
  );
  return fc.record({
    isOneDay: fc.constant(true),
    options: options(presets, ['09:28', '09:27', '08:00', '15:45', '15:56']),
    steps: steps.chain((step) => fc.array(step, { minLength: 5, maxLength: length, size: 'max' })),
  });
}

/** Rows of one instant of quotes and prints. */
const ticks = (row: fc.Arbitrary<NaiveRow>): fc.Arbitrary<NaiveRow[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<NaiveRow[]>([]) },
    { weight: 12, arbitrary: fc.array(row, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: halt.map((one) => [one]) },
  );

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

/** Sessions on quotes and prints of a stock that fell, or is told to be restricted, in which much is sold short. */
export function shortSessions(
  presets: readonly string[],
  length: number,
  command: fc.Arbitrary<PairCommand> = shorting,
): fc.Arbitrary<RawSession> {
  const told = fc.constant<NaiveRow>({
    kind: 'status',
    symbolId: 0,
    status: TradingStatus.SHORT_SALE_RESTRICTED,
    lower: 0,
    upper: 0,
  });
  const rows = fc.constantFrom(
    fc.oneof({ weight: 20, arbitrary: quote }, { weight: 20, arbitrary: print }, { weight: 1, arbitrary: told }),
    fc.oneof({ weight: 20, arbitrary: print }, { weight: 1, arbitrary: told }),
  );
  return rows
    .chain((row) => sessionsOf(row, presets, length, command))
    .chain((session) =>
      fc.constantFrom(111.05, 111.15, 200, 0).map((previousClose) => {
        const options = { ...session.options, ...(previousClose === 0 ? {} : { previousClose }) };
        return { ...session, options };
      }),
    );
}

/** Sessions with halts, pauses and price bands, told by the feed or computed, and auctions that end them. */
export function haltSessions(
  presets: readonly string[],
  length: number,
  command: fc.Arbitrary<PairCommand> = halting,
): fc.Arbitrary<RawSession> {
  const along: fc.Arbitrary<Pace> = fc.oneof(
    { weight: 6, arbitrary: pace },
    { weight: 3, arbitrary: fc.constantFrom(1, 5, 14, 15, 16, 30, 60, 61, 300).map((one) => ({ by: one * SECOND })) },
  );
  const step = (row: fc.Arbitrary<NaiveRow>): fc.Arbitrary<RawStep> =>
    fc.record({ pace: along, rows: fc.array(row, { maxLength: 3 }), commands: fc.array(command, { maxLength: 2 }) });
  const ticksOf = (...kinds: [number, fc.Arbitrary<NaiveRow>][]): fc.Arbitrary<NaiveRow> =>
    fc.oneof(...kinds.map(([weight, arbitrary]) => ({ weight, arbitrary })));
  const steps = fc.constantFrom(
    // Computed bands: nothing is told but what a person does.
    step(ticksOf([10, wideQuote], [10, widePrint], [1, operatorStatus])),
    step(ticksOf([10, widePrint], [1, operatorStatus])),
    // The feed tells of everything.
    step(ticksOf([8, wideQuote], [8, widePrint], [2, haltStatus], [1, bandStatus])),
    step(ticksOf([8, quote], [8, print], [2, haltStatus], [1, bandStatus])),
    fc.oneof(barStep(command), step(ticksOf([3, haltStatus], [2, bandStatus], [2, widePrint]))),
    fc.oneof(
      fc.record({
        pace: fc.constant({ to: 'minute' } as const),
        rows: fc.array(quoteBar, { maxLength: 1 }),
        commands: fc.array(command, { maxLength: 2 }),
      }),
      step(ticksOf([3, haltStatus], [2, bandStatus])),
    ),
  );
  const begun = fc.record({
    options: options(presets, ['09:28', '09:31', '09:44', '10:00', '15:33', '15:43', '15:56']),
    previousClose: fc.constantFrom(100, 100, 100, 104, 0),
    tier: fc.constantFrom(1 as const, 2 as const, undefined),
  });
  return fc.record({
    isOneDay: fc.constant(true),
    options: begun.map(({ options: base, previousClose, tier }) => ({
      ...base,
      ...(previousClose === 0 ? {} : { previousClose }),
      ...(tier === undefined ? {} : { tier }),
    })),
    steps: steps.chain((one) => fc.array(one, { minLength: 5, maxLength: length, size: 'max' })),
  });
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

/** Sessions whose messages take a varying time, on quotes and prints. */
export function slowSessions(
  presets: readonly string[],
  length: number,
  command: fc.Arbitrary<PairCommand> = replacing,
): fc.Arbitrary<RawSession> {
  const varying = fc.record({ sigmaPercent: fc.constantFrom(20, 80, 200), seed: fc.nat({ max: 1000 }) });
  return fc
    .record({ session: sessionsOf(fc.oneof(quote, print), presets, length, command), varying })
    .map(({ session, varying: latency }) => ({ ...session, options: { ...session.options, latency } }));
}

/** How a session begins: every preset and plan, rich and poor, at several times of the day. */
export function options(
  presets: readonly string[],
  clocks: readonly string[] = ['10:00', '09:28', '15:56', '03:59', '19:57'],
): fc.Arbitrary<PairOptions> {
  return fc.record({
    preset: fc.constantFrom(...presets),
    feePlan: fc.constantFrom('zero', 'zero', 'interactive-brokers-fixed', 'relative-20bps', 'lean-interactive-brokers'),
    cash: fc.constantFrom(100_000, 10_000, 25_000, 1_000_000),
    startTime: fc.constantFrom(...clocks).map((clock) => at(clock)),
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
