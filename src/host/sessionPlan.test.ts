/** Plans of sessions that follow each other. */
import { expect, it } from 'vitest';
import { BARE_DAY } from '../../test/support/sessionPlans.js';
import { planOfNextDay } from './sessionPlan.js';

it('the next day begins where a day begins, goes on with the account, and starts no strategy again', () => {
  const first = { ...BARE_DAY, startAt: 1_764_000_000_000_000, fresh: true, stopFirst: 'endless', speed: 60 };
  expect(planOfNextDay(first, { sessionId: 'sim-2026-11-23-0001', speed: 5 })).toEqual({
    ...BARE_DAY,
    startAt: undefined,
    fresh: false,
    stopFirst: undefined,
    speed: 5,
    follows: 'sim-2026-11-23-0001',
  });
});
