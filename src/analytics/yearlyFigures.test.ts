import { expect, it } from 'vitest';
import { byDays, isSupported, keptReturns, returnCount, tooFewDays, tooFewPairs } from './yearlyFigures.js';
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
  expect(isSupported(figure, { days, returns, benchmarkDays: 0 })).toBe(supported);
});

it.each(['informationRatio', 'trackingError', 'treynorRatio'])('judges %s by the days of the benchmark', (figure) => {
  const year = { days: 365, returns: 250 };
  expect(isSupported(figure, { ...year, benchmarkDays: 19 })).toBe(false);
  expect(isSupported(figure, { ...year, benchmarkDays: 20 })).toBe(true);
  expect(tooFewPairs({ benchmarkDays: 19 })).toContain(
    'they take 20 days that have a return of the benchmark too, there are 19',
  );
  expect([tooFewPairs({ benchmarkDays: 20 }), tooFewPairs({ benchmarkDays: 0 })]).toEqual([undefined, undefined]);
});

it('knows the returns of a run that was kept, or how many there can be', () => {
  const five = { from: '2013-10-07', to: '2013-10-11' };
  expect(keptReturns({ ...five, dailyReturns: 3 })).toBe(3);
  expect(keptReturns({ ...five, dailyReturns: null })).toBe(5);
  expect(keptReturns(five)).toBe(5);
  // A week-end alone has no session.
  expect(keptReturns({ from: '2013-10-05', to: '2013-10-06' })).toBe(0);
});

it.each([
  [19, 'n/a'],
  [20, '1.50'],
])('tells a ratio of %d returns as %s', (returns, text) => {
  expect(byDays(returns, '1.50')).toBe(text);
});

it('says why where they are too few', () => {
  expect(tooFewDays(1)).toContain('they take 20 daily returns, there is 1');
  expect(tooFewDays(20)).toBeUndefined();
});
