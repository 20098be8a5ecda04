import { expect, it } from 'vitest';
import { fewSessions, isSupported, returnCount, tooFewDays } from './yearlyFigures.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';

it('counts the days of a curve, however many points they have', () => {
  const [first, second] = sessionsBetween(parseDate('2013-10-07'), parseDate('2013-10-08'));
  const time = Float64Array.of(first?.open ?? 0, first?.close ?? 0, second?.close ?? 0);
  expect(returnCount({ time, equity: Float64Array.of(1, 2, 3) })).toBe(2);
  expect(returnCount({ time: new Float64Array(0), equity: new Float64Array(0) })).toBe(0);
});

it.each([
  ['sharpe', 365, 19, false],
  ['sharpe', 29, 20, true],
  ['sortino', 5, 5, false],
  ['annualVolatility', 5, 5, false],
  ['cagr', 59, 40, false],
  ['cagr', 60, 40, true],
  ['calmar', 59, 40, false],
  ['totalReturn', 1, 1, true],
])('says of %s in %d days with %d returns: %s', (figure, days, returns, supported) => {
  expect(isSupported(figure, { days, returns })).toBe(supported);
});

it('says from the dates of a run why its Sharpe ratio is not told', () => {
  expect(fewSessions('2013-10-07', '2013-10-11')).toBe(
    'It takes 20 daily returns; the days of the run have 5 at most.',
  );
  expect(fewSessions('2013-10-01', '2013-10-28')).toBeNull();
});

it('says why where they are too few', () => {
  expect(tooFewDays(1)).toContain('they take 20 daily returns, there is 1');
  expect(tooFewDays(20)).toBeUndefined();
});
