/**
 * The exchange beside one that was written from its documents: the same outcomes and figures, line by line, on random
 * sessions. A difference shows the session, shrunk, with both sides; its seed is in fast-check's report.
 */
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import '../../test/propertySeed.js';
import { isSoak, soakCount } from '../../test/soak.js';
import { PRESETS } from './presets.js';
import { NaivePair } from './testing/NaivePair.js';
import type { RawSession } from './testing/naiveSessions.js';
import { amounting, auctioning, grouping, halting, leveraging, replacing, shorting } from './testing/naiveCommands.js';
import {
  auctionSessions,
  barSessions,
  haltSessions,
  mixedSessions,
  printSessions,
  quoteBarSessions,
  quoteSessions,
  shortSessions,
  slowSessions,
  timed,
} from './testing/naiveSessions.js';

/** Steps of a failing session that are shown before the difference. */
const SHOWN = 12;
const LENGTH = 60;

/** What covers orders by margin, or knows whose exits are whose; orders fill in parts and travel under some of them. */
const LEVERAGED = [
  'lean',
  'lean+leverage.1',
  'lean+margin.1000bps',
  'lean+margin.2500bps.5000bps',
  'lean+margin.2000bps+papertape.participation',
  'lean+strict.latency',
  'backtesting.py+papertape.participation',
];

const outcomes = new Map<string, number>();
let operations = 0;

/** Plays a session; the first difference with what led to it, or undefined. */
function differenceOf(session: RawSession): string | undefined {
  const pair = new NaivePair(session.options);
  const told = [JSON.stringify(session.options)];
  for (const [index, step] of timed(session).entries()) {
    operations += step.rows.length + step.commands.length;
    told.push(`step ${index}: ${JSON.stringify(step)}`);
    const difference = pair.play(step);
    if (difference !== undefined) {
      return [...told.slice(-SHOWN), 'exchange:', ...difference.real, 'naive:', ...difference.naive].join('\n');
    }
  }
  for (const [type, count] of pair.seen) outcomes.set(type, (outcomes.get(type) ?? 0) + count);
  return undefined;
}

const kinds = {
  'quote bars': quoteBarSessions,
  'trade bars': barSessions,
  quotes: quoteSessions,
  prints: printSessions,
  'all of them': mixedSessions,
};

describe('the exchange and a naive one', () => {
  const cases = Object.keys(PRESETS).flatMap((preset) =>
    Object.entries(kinds).map(([kind, sessions]) => [kind, preset, sessions] as const),
  );
  it.each(cases)('agree on every outcome on %s with %s, and every invariant holds', (_, preset, sessions) => {
    fc.assert(
      fc.property(sessions([preset], LENGTH), (session) => {
        expect(differenceOf(session)).toBeUndefined();
      }),
      { numRuns: soakCount(20, 700) },
    );
  });

  it.each(Object.entries(kinds))('agree on replaced orders on %s (F37)', (_, sessions) => {
    fc.assert(
      fc.property(sessions(Object.keys(PRESETS), LENGTH, replacing), (session) => {
        expect(differenceOf(session)).toBeUndefined();
      }),
      { numRuns: soakCount(20, 600) },
    );
  });

  it.each(Object.entries(kinds))('agree on amounts in dollars and fractions on %s', (_, sessions) => {
    fc.assert(
      fc.property(sessions(Object.keys(PRESETS), LENGTH, amounting), (session) => {
        expect(differenceOf(session)).toBeUndefined();
      }),
      { numRuns: soakCount(20, 600) },
    );
  });

  it.each(Object.entries(kinds))('agree on brackets, oco and oto on %s (R24, M9)', (_, sessions) => {
    fc.assert(
      fc.property(sessions(Object.keys(PRESETS), LENGTH, grouping), (session) => {
        expect(differenceOf(session)).toBeUndefined();
      }),
      { numRuns: soakCount(20, 600) },
    );
  });

  it.each(Object.entries(kinds))('agree on margin and on exits of their own trade on %s', (_, sessions) => {
    fc.assert(
      fc.property(sessions(LEVERAGED, LENGTH, leveraging), (session) => {
        expect(differenceOf(session)).toBeUndefined();
      }),
      { numRuns: soakCount(40, 2000) },
    );
  });

  it('agree on orders for the auctions and those that wait for one (R4, R5, M12)', () => {
    fc.assert(
      fc.property(auctionSessions(Object.keys(PRESETS), LENGTH, auctioning), (session) => {
        expect(differenceOf(session)).toBeUndefined();
      }),
      { numRuns: soakCount(60, 3000) },
    );
  });

  it('agree on halts, price bands and the auctions that end them (R6, R7, F56)', () => {
    fc.assert(
      fc.property(haltSessions(Object.keys(PRESETS), LENGTH, halting), (session) => {
        expect(differenceOf(session)).toBeUndefined();
      }),
      { numRuns: soakCount(100, 4000) },
    );
  });

  it('agree where messages take a varying time (M8)', () => {
    fc.assert(
      fc.property(slowSessions(Object.keys(PRESETS), LENGTH, replacing), (session) => {
        expect(differenceOf(session)).toBeUndefined();
      }),
      { numRuns: soakCount(40, 3000) },
    );
  });

  it('agree on short sales under a restriction (R8)', () => {
    fc.assert(
      fc.property(shortSessions(Object.keys(PRESETS), LENGTH, shorting), (session) => {
        expect(differenceOf(session)).toBeUndefined();
      }),
      { numRuns: soakCount(60, 3000) },
    );
  });

  // What is compared must also happen: a generator that only makes refusals would agree on everything.
  it('compared thousands of operations, with outcomes of every kind', () => {
    expect(operations).toBeGreaterThan(soakCount(10_000, 1_000_000));
    for (const type of [
      'accepted',
      'activated',
      'triggered',
      'filled',
      'canceled',
      'expired',
      'rejected',
      'replaced',
    ]) {
      expect(outcomes.get(type) ?? 0, type).toBeGreaterThan(100);
    }
  });

  afterAll(() => {
    if (isSoak) process.stdout.write(`${operations} operations compared: ${JSON.stringify([...outcomes])}\n`);
  });
});
