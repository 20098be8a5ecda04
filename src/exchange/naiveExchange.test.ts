/** The exchange beside one that was written from its documents: the same outcomes, line by line, on random sessions. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../test/propertySeed.js';
import { soakCount } from '../../test/soak.js';
import { PRESETS } from './presets.js';
import { NaivePair } from './testing/NaivePair.js';
import type { RawSession } from './testing/naiveSessions.js';
import { barSessions, timed } from './testing/naiveSessions.js';

const counts = new Map<string, number>();

/** Plays a session; the difference of the first step that has one, with all that led to it. */
function differenceOf(session: RawSession): string | undefined {
  const pair = new NaivePair(session.options);
  const told: string[] = [JSON.stringify(session.options)];
  for (const step of timed(session)) {
    told.push(JSON.stringify(step));
    const difference = pair.play(step);
    if (difference !== undefined) {
      return [...told.slice(-12), 'exchange:', ...difference.real, 'naive:', ...difference.naive].join('\n');
    }
  }
  for (const [type, count] of pair.seen) counts.set(type, (counts.get(type) ?? 0) + count);
  return undefined;
}

describe('the exchange and a naive one', () => {
  it.each(Object.keys(PRESETS))('agree on every outcome on trade bars, with %s', (preset) => {
    fc.assert(
      fc.property(barSessions([preset], 60), (session) => {
        expect(differenceOf(session)).toBeUndefined();
      }),
      { numRuns: soakCount(30, 20_000) },
    );
  });
});
