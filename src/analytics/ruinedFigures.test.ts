/** Figures of days and months of a run whose equity was 0 or below: after that no return has a meaning. */
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { HOUR } from '../domain/timeframe.js';
import { dayFigures } from './dayFigures.js';
import { missingDayFigures, missingMonthFigures } from './missingFigures.js';
import { monthFigures } from './monthFigures.js';
import { returnsByMonth } from './periodReturns.js';
import { fellToZero } from './ruin.js';
import { RUINED } from './statistics.js';
import type { EquityCurve } from './returns.js';

const BEFORE = Array.from({ length: 40 }, (_, day) => 100 + ((day * 7) % 11));

/** Two points a day, the second of which has the day's last equity; the first is that of `noon` where given. */
function curveOf(equity: readonly number[], noon: ReadonlyMap<number, number> = new Map()): EquityCurve {
  const date = parseDate('2024-01-02');
  const points = equity.flatMap((value, day) => [
    [fromNewYork(date + day, 12 * HOUR), noon.get(day) ?? value] as const,
    [fromNewYork(date + day, 16 * HOUR), value] as const,
  ]);
  return {
    time: Float64Array.from(points, ([time]) => time),
    equity: Float64Array.from(points, ([, value]) => value),
  };
}

const COUNTS = new Set(['days', 'months', 'benchmarkDays', 'benchmarkRises', 'benchmarkFalls']);

/** What has a number, beside counts. */
function numbersOf(figures: object): readonly string[] {
  return Object.entries(figures).flatMap(([name, value]) => (COUNTS.has(name) || Number.isNaN(value) ? [] : [name]));
}

describe.each<[string, EquityCurve]>([
  ['was below 0, and came back', curveOf([...BEFORE, -20, 30, 40, 35])],
  ['stayed below 0', curveOf([...BEFORE, -20, -30, -10, -35])],
  ['was exactly 0 at the end', curveOf([...BEFORE, 0])],
  ['stayed at 0', curveOf([...BEFORE, 0, 0, 0])],
  ['was below 0 within a day alone', curveOf(BEFORE, new Map([[30, -5]]))],
])('figures of an equity that %s', (_, curve) => {
  it('have no number of days, for that reason', () => {
    const figures = dayFigures(curve, 100, curve.equity.map(Math.abs));
    expect(numbersOf(figures)).toEqual([]);
    expect(new Set(Object.values(missingDayFigures(figures, true)))).toEqual(new Set([RUINED]));
  });

  it('have no number of months, for that reason', () => {
    const figures = monthFigures(returnsByMonth(curve, 100), fellToZero(curve));
    expect(figures.months).toBe(2);
    expect(numbersOf(figures)).toEqual([]);
    expect(new Set(Object.values(missingMonthFigures(figures)))).toEqual(new Set([RUINED]));
  });
});

it('a run of few days tells ruin too', () => {
  const missing = missingDayFigures(dayFigures(curveOf([90, -1, 5]), 100), false);
  expect(missing).toMatchObject({ best: RUINED, worst: RUINED, gaining: RUINED, longestGain: RUINED });
});

it('a run without a day or a month has no best one', () => {
  expect(missingDayFigures(dayFigures(curveOf([]), 100), false)).toMatchObject({ best: 'there is no day' });
  expect(missingMonthFigures(monthFigures([], false))).toMatchObject({ best: 'there is no month' });
});
