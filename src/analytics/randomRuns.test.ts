import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soakCount } from '../../test/soak.js';
import { decidedBy, runOn } from '../../test/support/barPaths.js';
import type { Way } from '../../test/support/barPaths.js';
import { barsOf, placesOf, restlessRun } from '../../test/support/restlessRuns.js';
import type { RestlessRun } from '../../test/support/restlessRuns.js';
import { restlessCrowd } from '../../test/support/restlessStrategies.js';
import { rowsOf } from '../../test/support/roughBars.js';
import { PROBE_WORDS } from '../domain/hookProbe.js';
import type { Backtester } from './Backtester.js';

/** How a run is carried out, besides what it is about. */
interface Manner {
  /** Rows in a portion. */
  readonly portion: number;
  readonly isProbed: boolean;
  readonly isListenedTo: boolean;
}

const manner: fc.Arbitrary<Manner> = fc.record({
  portion: fc.constantFrom(1, 3, 7, 61, 100_000, 100_000),
  isProbed: fc.constantFrom(false, false, false, true),
  isListenedTo: fc.constantFrom(false, false, false, false, true),
});

/** Everything that a run decides, shows to its strategies, and has come to between two portions. */
function outcomeOf(way: Way, given: RestlessRun, { portion, isProbed }: Manner): Record<string, unknown> {
  const { terms, rules, warmUp } = given;
  const hookProbe = isProbed ? new Int32Array(PROBE_WORDS) : undefined;
  const probe = hookProbe === undefined ? {} : { hookProbe };
  const { classes, told } = restlessCrowd({ ...terms, ...probe });
  const bars = barsOf(given);
  const first = Math.min(warmUp, bars.length - 1);
  const course: unknown[] = [];
  const { backtester, run } = runOn(way, rowsOf(bars, first, bars.length), {
    ...rules,
    ...probe,
    symbols: ['X'],
    strategies: placesOf(given).flatMap(({ name, timeframe }) => {
      const strategyClass = classes.get(name);
      return strategyClass === undefined ? [] : [{ name, strategyClass, hash: '', timeframe }];
    }),
    sliceEvents: portion,
    warmUp: rowsOf(bars, 0, first),
    onPortion: (at) => course.push(placeOf(at)),
  });
  const { statistics } = run;
  return { ...decidedBy(backtester, run), books: backtester.kernel.tracker.carry(), statistics, told, course };
}

function placeOf({ kernel }: Backtester): readonly number[] {
  return [kernel.now, kernel.inputSequence, kernel.decisionPoint, kernel.tracker.equity, kernel.manager.openCount];
}

describe('any run on bars of one symbol', () => {
  it('is the same on the fast path as on the path for any market', () => {
    let [fills, failures, runs] = [0, 0, 0];
    fc.assert(
      fc.property(restlessRun([undefined, undefined, 'equalTimes', 'uneven', 'noPrice']), manner, (given, how) => {
        const plain = outcomeOf('plain', given, how);
        expect(outcomeOf(how.isListenedTo ? 'listening' : 'fast', given, how)).toEqual(plain);
        runs += 1;
        fills += (plain['fills'] as unknown[]).length;
        failures += (plain['states'] as [string][]).filter(([state]) => state === 'quarantined').length;
      }),
      { numRuns: soakCount(50, 5000) },
    );
    // Neither property is worth anything if next to nothing happens.
    expect([fills > runs * 20, failures > runs / 5, runs]).toEqual([true, true, soakCount(50, 5000)]);
  });
});
