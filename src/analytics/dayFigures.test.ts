import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { HOUR } from '../domain/timeframe.js';
import { dayFigures, FEWEST_DAYS } from './dayFigures.js';
import type { EquityCurve } from './returns.js';

/** Two points on each of as many days as there are returns: the second has the day's last equity. */
function curveOf(returns: readonly number[], start: number): EquityCurve {
  const time: number[] = [];
  const equity: number[] = [];
  let last = start;
  returns.forEach((value, day) => {
    const date = parseDate('2024-01-02') + day;
    time.push(fromNewYork(date, 10 * HOUR), fromNewYork(date, 16 * HOUR));
    equity.push(last * (1 + value / 3), last * (1 + value));
    last *= 1 + value;
  });
  return { time: Float64Array.from(time), equity: Float64Array.from(equity) };
}

describe('figures of days', () => {
  const returns = Array.from({ length: 40 }, (_, day) => ((day * 7) % 11) / 1000 - 0.004);

  it('are those of the days’ last equities', () => {
    const figures = dayFigures(curveOf(returns, 5000), 5000);
    expect(figures.days).toBe(40);
    expect(figures.best).toBeCloseTo(0.006, 12);
    expect(figures.worst).toBeCloseTo(-0.004, 12);
    const moved = returns.filter((value) => Math.abs(value) > 1e-12);
    expect(figures.gaining).toBeCloseTo(moved.filter((value) => value > 0).length / moved.length, 12);
    const gains = returns.reduce((sum, value) => sum + Math.max(0, value), 0);
    const losses = returns.reduce((sum, value) => sum - Math.min(0, value), 0);
    expect(figures.omega).toBeCloseTo(gains / losses, 9);
    const lowest = [...returns].sort((a, b) => a - b);
    expect(figures.conditionalValueAtRisk).toBeCloseTo(((lowest[0] ?? 0) + (lowest[1] ?? 0)) / 2, 12);
    expect(figures.dailyBeta).toBeNaN();
  });

  it('of a benchmark that moves half as much: beta 2, by the days since it begins, which must be many', () => {
    const half = curveOf(
      returns.map((value) => value / 2),
      100,
    );
    // Its first day begins at its first point, not at the equity before it.
    expect(dayFigures(curveOf(returns, 5000), 5000, half.equity).dailyBeta).toBeCloseTo(2, 1);
    const late = half.equity.map((value, point) => (point < 6 ? NaN : value));
    expect(dayFigures(curveOf(returns, 5000), 5000, late).dailyBeta).toBeCloseTo(2, 1);
    const later = half.equity.map((value, point) => (point < 2 * 21 ? NaN : value));
    const { omega, dailyBeta, upCapture, downCapture } = dayFigures(curveOf(returns, 5000), 5000, later);
    expect(omega).not.toBeNaN();
    expect([dailyBeta, upCapture, downCapture]).toEqual([NaN, NaN, NaN]);
    expect(dayFigures(curveOf(returns, 5000), 5000, half.equity).upCapture).toBeGreaterThan(1);
  });

  it('of a benchmark without any price are not given', () => {
    const none = curveOf(returns, 100).equity.fill(NaN);
    const { omega, dailyBeta, upCapture } = dayFigures(curveOf(returns, 5000), 5000, none);
    expect(omega).not.toBeNaN();
    expect([dailyBeta, upCapture]).toEqual([NaN, NaN]);
  });

  it('of days that differ by rounding only have no shape', () => {
    const equity = Float64Array.from({ length: 40 }, (_, day) => 5000 * 1.001 ** (day + 1));
    const time = Float64Array.from(equity, (_, day) => fromNewYork(parseDate('2024-01-02') + day, 16 * HOUR));
    const figures = dayFigures({ time, equity }, 5000);
    expect([figures.skewness, figures.excessKurtosis]).toEqual([NaN, NaN]);
    expect([figures.tailRatio, figures.stability].map((value) => value.toFixed(9))).toEqual([
      '1.000000000',
      '1.000000000',
    ]);
  });

  it('of too few days are not given', () => {
    const figures = dayFigures(curveOf(returns.slice(0, FEWEST_DAYS - 1), 5000), 5000);
    expect(figures.days).toBe(FEWEST_DAYS - 1);
    expect([figures.omega, figures.valueAtRisk, figures.skewness, figures.tailRatio]).toEqual([NaN, NaN, NaN, NaN]);
  });
});
