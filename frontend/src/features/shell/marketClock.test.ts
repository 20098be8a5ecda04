import { describe, expect, it } from 'vitest';
import type { SessionInfo } from '../../../../src/contracts/index.js';
import { marketTimeAfter } from './marketClock.js';

const SECOND = 1_000_000;
const OPEN = 1_381_152_600 * SECOND;

function session(clock: Partial<SessionInfo['clock']>): SessionInfo {
  return {
    sessionId: 's',
    feed: 'recorded',
    feedLabel: 'RECORDED 2013-10-07',
    simulated: false,
    controllable: true,
    sources: [],
    recordedFrom: [],
    broker: null,
    symbols: [],
    accountId: 'a',
    preset: 'realistic',
    feePlan: 'zero',
    fees: 'no commission, SEC and TAF on sales',
    startTime: OPEN,
    killSwitch: { on: false, reason: '', user: '', since: null },
    clock: {
      time: OPEN,
      tradingDate: '2013-10-07',
      phase: 'regular',
      nextPhase: null,
      nextPhaseAt: null,
      speed: 1,
      paused: false,
      ended: false,
      ...clock,
    },
  };
}

describe('the market clock between two messages', () => {
  const cases: readonly (readonly [string, Partial<SessionInfo['clock']>, number, number])[] = [
    ['runs on in real time', {}, 1500, OPEN + 1.5 * SECOND],
    ['runs on at the speed of the session', { speed: 60 }, 500, OPEN + 30 * SECOND],
    ['stands still while paused', { paused: true, speed: 60 }, 500, OPEN],
    ['stands still at the end of the data', { ended: true }, 500, OPEN],
    ['does not guess at full speed', { speed: 0 }, 500, OPEN],
    ['stops guessing after three seconds of silence', {}, 60_000, OPEN + 3 * SECOND],
    ['never goes back', {}, -200, OPEN],
    ['never runs into the next phase', { speed: 600, nextPhaseAt: OPEN + 5 * SECOND }, 1000, OPEN + 5 * SECOND],
    ['is not before its message when that is late', { nextPhaseAt: OPEN - SECOND }, 1000, OPEN],
  ];
  it.each(cases)('%s', (_, clock, elapsedMs, expected) => {
    expect(marketTimeAfter(session(clock), elapsedMs)).toBe(expected);
  });
});
