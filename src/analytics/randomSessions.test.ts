import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soakCount } from '../../test/soak.js';
import { stateOf } from '../../test/support/barPaths.js';
import { barsOf, placesOf, restlessRun, timeframeFor } from '../../test/support/restlessRuns.js';
import type { RestlessRun } from '../../test/support/restlessRuns.js';
import { RESTLESS, restlessCrowd } from '../../test/support/restlessStrategies.js';
import type { RestlessKind } from '../../test/support/restlessStrategies.js';
import { rowsOf } from '../../test/support/roughBars.js';
import type { Command } from '../domain/commands.js';
import type { BarTable } from '../domain/marketTables.js';
import type { StrategyConfig } from '../domain/session.js';
import { HOUR, SECOND } from '../domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../domain/units.js';
import type { Kernel } from '../engine/Kernel.js';
import { RecordingSink } from '../engine/testKit.js';
import { SeededRandom } from '../utils/random.js';
import { BacktestRecorder } from './BacktestRecorder.js';
import { composeKernel } from './composeKernel.js';

const CENT = RAW_PRICE_SCALE / 100;
const KINDS = Object.keys(RESTLESS) as RestlessKind[];

/** How a session is carried out, besides what it is about. */
interface Manner {
  /** Whether its records are of every order, which is why no order can be left out of them. */
  readonly isFollowed: boolean;
  /** Whether the equity goes into a column, as in backtests; else nobody asks for it. */
  readonly isTraced: boolean;
  /** How likely a command comes between two batches. */
  readonly commands: number;
}

const manner: fc.Arbitrary<Manner> = fc.record({
  isFollowed: fc.constantFrom(false, false, true),
  isTraced: fc.constantFrom(true, true, true, true, false),
  commands: fc.constantFrom(0, 0.3, 0.3, 0.6),
});

/** What a command is made from. */
interface Desk {
  readonly kernel: Kernel;
  readonly dice: SeededRandom;
  readonly bars: BarTable;
  /** The last row that the kernel has had. */
  readonly row: number;
  /** Different in every command. */
  readonly number: number;
}

const user = 'u';
const COMMANDS: readonly ((desk: Desk) => Command)[] = [
  ({ dice, number }) => ({
    ...{ type: 'submitOrder', user, clientOrderId: `m${number}`, symbol: 'X', side: dice.chance(0.5) ? 'buy' : 'sell' },
    ...{ orderType: 'market', timeInForce: 'day', quantity: 5 * SHARE, extendedHours: false, reason: 'by hand' },
  }),
  ({ bars, row, number }) => ({
    ...{ type: 'submitOrder', user, clientOrderId: `m${number}`, symbol: 'X', side: 'buy', orderType: 'limit' },
    limitPrice: Math.round(((bars.close[row] ?? 0) * 0.995) / CENT) * CENT,
    ...{ timeInForce: 'gtc', quantity: 5 * SHARE, extendedHours: false, reason: 'by hand' },
  }),
  ({ dice, bars, number }) => {
    const kind = KINDS[dice.below(KINDS.length)] ?? 'Blind';
    const timeframe = timeframeFor(kind, bars.timeframe, dice.below(100));
    return { type: 'startStrategy', user, config: configOf(kind, timeframe, `more-${number}`) };
  },
  ({ kernel, dice }) => {
    const { instances } = kernel.runner;
    const instanceId = instances[dice.below(instances.length)]?.id ?? 'nobody';
    return { type: 'stopStrategy', user, instanceId, flatten: dice.chance(0.5) };
  },
  () => ({ type: 'closePosition', user, symbol: 'X' }),
  () => ({ type: 'cancelAllOrders', user }),
  ({ dice }) => ({ type: 'killSwitch', user, on: true, flatten: dice.chance(0.5), reason: 'stop all' }),
  () => ({ type: 'killSwitch', user, on: false, flatten: false, reason: 'go on' }),
  () => ({ type: 'killSwitch', user, on: false, flatten: false, reason: 'go on' }),
  ({ dice }) => {
    const limits = dice.chance(0.5) ? {} : { maxDailyLoss: 100 * DOLLAR, flattenOnDailyLoss: true };
    return { type: 'setLimits', user, limits };
  },
];

function configOf(strategy: RestlessKind, timeframe: StrategyConfig['timeframe'], instanceId: string): StrategyConfig {
  return { instanceId, strategy, symbols: ['X'], timeframe, params: {}, allocation: 0.3 };
}

/** Everything that a session decides, records, shows to its strategies, and has come to between two batches. */
function outcomeOf(isPlain: boolean, given: RestlessRun, how: Manner): Record<string, unknown> {
  const { terms, rules, warmUp } = given;
  const { classes, told } = restlessCrowd(terms);
  const bars = barsOf(given);
  const first = Math.min(warmUp, bars.length - 1);
  const recorder = new BacktestRecorder();
  const records = new RecordingSink();
  const built: unknown[] = [];
  const { kernel, venue } = composeKernel({
    config: {
      ...{ sessionId: 's', feed: 'recorded', symbols: ['X'], priceScale: RAW_PRICE_SCALE, accountId: 'main', seed: 1 },
      ...rules,
      startTime: bars.start[first] ?? 0,
      strategies: placesOf(given).map(({ name, timeframe }, place) => configOf(name, timeframe, `s${place}`)),
    },
    sink: how.isFollowed ? records : recorder,
    resolveStrategy: (name) => classes.get(name as RestlessKind),
    onBuiltBar: ({ timeframe, start, close, volume }, row) =>
      built.push([timeframe, start[row], close[row], volume[row], kernel.now]),
  });
  records.kernel = kernel;
  const column = new Float64Array(bars.length * 3 + 1000);
  if (how.isTraced) kernel.trace.recordInto(column, true);
  if (first > 0) kernel.warmUp(rowsOf(bars, 0, first));
  kernel.start();
  const course = play(kernel, isPlain, bars, first, new SeededRandom(terms.seed, 3), how.commands);
  return {
    ...{ course, told, built, records: records.records, events: records.events },
    fills: recorder.fills.toArray((order) => `o-${order}`),
    signals: Array.from({ length: recorder.signals.length }, (_, index) => recorder.signals.at(index)),
    states: recorder.strategies.map(({ state, readyAt, error }) => [state, readyAt, error?.split('\n')[0]]),
    ...{ logs: recorder.logs, bookings: recorder.bookings },
    equity: [...column.subarray(0, kernel.trace.count)],
    positions: kernel.tracker.positions(),
    books: kernel.tracker.carry(),
    venue: stateOf(venue),
  };
}

/** Feeds the bars from `first` on in batches, with heartbeats and commands between them. */
function play(
  kernel: Kernel,
  isPlain: boolean,
  bars: BarTable,
  first: number,
  dice: SeededRandom,
  commands: number,
): unknown[] {
  const course: unknown[] = [];
  let row = first;
  while (row < bars.length) {
    const length = Math.min(bars.length - row, 1 + dice.below(dice.chance(0.5) ? 8 : 300));
    const order = isPlain ? new Uint8Array(length) : null;
    kernel.process({ tables: [rowsOf(bars, row, row + length)], order, length });
    row += length;
    // Nothing comes after the time of the next bar, which would be late then.
    const at = Math.min(bars.time[row] ?? Infinity, kernel.now + dice.below(300) * SECOND);
    if (dice.chance(0.15)) kernel.advanceClock(at);
    const make = dice.chance(commands) ? COMMANDS[dice.below(COMMANDS.length)] : undefined;
    if (make !== undefined) {
      const command = make({ kernel, dice, bars, row: row - 1, number: course.length });
      course.push(command, kernel.command(command, at));
    }
    const { now, inputSequence, decisionPoint, trace, tracker, manager } = kernel;
    course.push([now, inputSequence, decisionPoint, trace.count, tracker.equity, manager.openCount]);
  }
  kernel.advanceClock(kernel.now + 11 * HOUR);
  kernel.finish();
  return course;
}

describe('any session on bars of one symbol, with commands and heartbeats between them', () => {
  it('is the same on the fast path as on the path for any market', () => {
    let [runs, accepted] = [0, 0];
    fc.assert(
      fc.property(restlessRun([undefined, undefined, undefined, 'uneven']), manner, (given, how) => {
        const plain = outcomeOf(true, given, how);
        expect(outcomeOf(false, given, how)).toEqual(plain);
        runs += 1;
        accepted += (plain['course'] as { readonly ok?: boolean }[]).filter(({ ok }) => ok === true).length;
      }),
      { numRuns: soakCount(30, 4000) },
    );
    // Sessions in which nobody gives a command are in the test above already.
    expect([runs, accepted > runs]).toEqual([soakCount(30, 4000), true]);
  });
});
