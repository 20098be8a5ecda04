import { expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { DAY, HOUR } from '../domain/timeframe.js';
import { ruinWarnings } from './ruinWarning.js';

const curveOf = (...equity: readonly number[]) => ({
  time: Float64Array.from(equity, (_, day) => fromNewYork(parseDate('2013-10-07'), 16 * HOUR) + day * DAY),
  equity: Float64Array.from(equity),
});

it('names the first date without equity', () => {
  expect(ruinWarnings(curveOf(100, 20, -5, -30, 40))[0]).toContain('on 2013-10-09');
  expect(ruinWarnings(curveOf(100, 0))[0]).toContain('on 2013-10-08');
});

it('says nothing of accounts that never lost everything', () => {
  expect(ruinWarnings(curveOf(100, 0.01, 30))).toEqual([]);
  expect(ruinWarnings(curveOf())).toEqual([]);
});
