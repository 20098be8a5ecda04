/** Statistics of what moves by rounding only. */
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { DAY, HOUR } from '../domain/timeframe.js';
import { STATISTICS_CONVENTIONS } from './conventions.js';
import { computeStatistics } from './statistics.js';

const closeOf = (date: string): number => fromNewYork(parseDate(date), 16 * HOUR);

describe('returns that differ by rounding only', () => {
  const time = Float64Array.from({ length: 60 }, (_, day) => closeOf('2024-01-02') + day * DAY);

  it.each([0.001, 0.01, 0.0001, -0.001])('bear no ratio to their spread: %d a day', (rate) => {
    const equity = Float64Array.from(time, (_, day) => 100_000 * (1 + rate) ** (day + 1));
    const benchmark = equity.map((value) => 1.5 * value);
    for (const convention of Object.values(STATISTICS_CONVENTIONS)) {
      const input = { curve: { time, equity }, trades: [], startEquity: 100_000, benchmark, riskFree: 0 };
      const { sharpe, annualVolatility, beta, alpha, informationRatio, trackingError, treynorRatio } =
        computeStatistics(input, convention);
      expect([sharpe, beta, alpha, annualVolatility], convention.name).toEqual([NaN, NaN, NaN, 0]);
      // The first return of the benchmark is from its first price, and so 0, where it counts.
      if (convention.firstReturn === 'counted') continue;
      expect([informationRatio, treynorRatio, trackingError], convention.name).toEqual([NaN, NaN, 0]);
    }
  });
});

describe('figures that are rounding alone', () => {
  const time = Float64Array.from({ length: 61 }, (_, day) => closeOf('2024-01-02') + day * DAY);
  const input = { trades: [], startEquity: 100_000, riskFree: 0.04 };
  const curveOf = (returns: (day: number) => number): Float64Array => {
    let worth = 100_000;
    return Float64Array.from(time, (_, day) => (day === 0 ? worth : (worth *= 1 + returns(day))));
  };

  // Each sign of the one comes as often with either sign of the other.
  const benchmark = curveOf((day) => ((day >> 1) % 2 === 0 ? 0.02 : -0.02));
  it.each([
    ['equity that is flat but for rounding', curveOf((day) => (day % 3 === 0 ? 2.3e-16 : -1.1e-16))],
    ['returns that do not go with the benchmark', curveOf((day) => (day % 2 === 0 ? 0.011 : -0.009))],
  ])('there is no ratio to a beta of rounding: %s', (_, equity) => {
    for (const convention of Object.values(STATISTICS_CONVENTIONS)) {
      const { treynorRatio } = computeStatistics({ ...input, curve: { time, equity }, benchmark }, convention);
      expect(treynorRatio, convention.name).toBeNaN();
    }
  });

  it.each([1e-6, 1e-8, 1e-10])('the spread of returns is kept however small it is: %d', (spread) => {
    const equity = curveOf((day) => 0.001 + (day % 2 === 0 ? spread : -spread));
    const curve = { time, equity };
    const { annualVolatility } = computeStatistics({ ...input, curve }, STATISTICS_CONVENTIONS['backtesting.py']);
    // For so small a spread the compounded deviation is the scaled one, grown over the other periods of a year.
    const expected = Math.sqrt((spread ** 2 * 60) / 59) * Math.sqrt(252) * 1.001 ** 251;
    expect(annualVolatility / expected).toBeCloseTo(1, 3);
  });

  it('losses that are rounding are none', () => {
    const equity = curveOf((day) => (day % 3 === 0 ? 0.001 : -1.2e-16));
    for (const convention of [STATISTICS_CONVENTIONS.papertape, STATISTICS_CONVENTIONS['backtesting.py']]) {
      const { sortino } = computeStatistics({ ...input, curve: { time, equity } }, convention);
      expect(sortino, convention.name).toBeNaN();
    }
  });
});
