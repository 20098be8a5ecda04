/** Figures of falls against values that other projects publish. */
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { HOUR } from '../domain/timeframe.js';
import { gainToPain, longestRun, martinRatio, recoveryFactor, ulcerIndex } from './fallMetrics.js';
import { monthFigures } from './monthFigures.js';
import { omegaRatio } from './returnMetrics.js';
import type { Fall } from './worstFalls.js';
import { worstFalls } from './worstFalls.js';

/** The portfolio of 24 months in Bacon, Practical Portfolio Performance Measurement and Attribution, 2008. */
const BACON = [
  0.003, 0.026, 0.011, -0.01, 0.015, 0.025, 0.016, 0.067, -0.014, 0.04, -0.005, 0.081, 0.04, -0.037, -0.061, 0.017,
  -0.049, -0.022, 0.07, 0.058, -0.065, 0.024, -0.005, -0.009,
];

describe('ulcer index and what is set against falls', () => {
  it('Martin ratio of R PerformanceAnalytics, MartinRatio(portfolio_bacon[, 1])', () => {
    expect(martinRatio(BACON, 12)).toBeCloseTo(1.6945, 4);
  });

  // QuantStats 0.0.86 divides the squares by 23 instead of 24, and months are what it adds up here.
  it('ulcer index and gain to pain of QuantStats', () => {
    expect(ulcerIndex(BACON) * Math.sqrt(24 / 23)).toBeCloseTo(0.06250022893381009, 14);
    expect(gainToPain(BACON)).toBeCloseTo(0.7797833935018051, 14);
    expect(gainToPain(BACON)).toBeCloseTo(omegaRatio(BACON, 0, 0, 12) - 1, 14);
  });

  // ffn, tests/test_ulcer_performance_index.py at 532d6342: 100, 90, 110, over three prices.
  it('ulcer index of ffn', () => {
    expect(100 * ulcerIndex([-0.1, 110 / 90 - 1]) * Math.sqrt(2 / 3)).toBeCloseTo(Math.sqrt(100 / 3), 12);
  });

  it('recovery factor', () => {
    expect(recoveryFactor([-0.1, 0.5, -0.2])).toBeCloseTo((0.9 * 1.5 * 0.8 - 1) / 0.2, 12);
    expect(recoveryFactor([-0.1])).toBeCloseTo(-1, 12);
  });

  it('have nothing to say of what never fell, or of nothing', () => {
    expect(ulcerIndex([0, 0.1])).toBe(0);
    expect(ulcerIndex([])).toBeNaN();
    expect([martinRatio([0.1], 12), recoveryFactor([0.1, 0]), gainToPain([0, 0.1])]).toEqual([NaN, NaN, NaN]);
  });

  it('the longest run of one sign ends at 0', () => {
    const values = [1, 2, 0, 3, 4, 5, -1, -2, 0, -3];
    expect([longestRun(values, 1), longestRun(values, -1), longestRun([], 1)]).toEqual([3, 2, 0]);
  });
});

/** Dates from `first` on, one equity each. */
function fallsOf(first: string, equity: readonly number[], startEquity = equity[0] ?? 0): readonly Fall[] {
  const time = Float64Array.from(equity, (_, day) => fromNewYork(parseDate(first) + day, 16 * HOUR));
  return worstFalls({ time, equity: Float64Array.from(equity) }, startEquity, 10);
}

describe('the deepest falls', () => {
  // pyfolio-reloaded, tests/test_timeseries.py at b560efb2.
  it.each<[string, number[], [string, string, string | null, number][]]>([
    ['that begins on the first day', [10, 9, 7.5], [['2000-01-03', '2000-01-05', null, 0.25]]],
    [
      'of two, relative to their peaks',
      [10, 11, 12, 15, 18, 20, 10, 12, 16, 18, 20, 30, 40, 50, 60, 80, 90, 100, 65, 60],
      [
        ['2000-01-08', '2000-01-09', '2000-01-13', 0.5],
        ['2000-01-20', '2000-01-22', null, 0.4],
      ],
    ],
    [
      'that is made good',
      [1, 1.2, 1, 0.8, 0.7, 1.1, 1.8, 1.5],
      [
        ['2000-01-04', '2000-01-07', '2000-01-09', 5 / 12],
        ['2000-01-09', '2000-01-10', null, 1 / 6],
      ],
    ],
    ['that is not', [1, 1.2, 1, 0.8, 0.7, 0.8, 0.9, 0.9], [['2000-01-04', '2000-01-07', null, 5 / 12]]],
  ])('%s, as pyfolio has it', (_, equity, wanted) => {
    expect(fallsOf('2000-01-03', equity)).toMatchObject(
      wanted.map(([peak, valley, recovery, depth]) => ({ peak, valley, recovery, depth: expect.closeTo(depth, 12) })),
    );
  });

  // ffn, tests/test_drawdown_details.py at 03238460, whose falls start a day later than their peaks.
  it.each<[number[], [days: number, depth: number][]]>([
    [[0, -0.1, 0, -0.2, 0], [[2, 0.2], [2, 0.1]]], // prettier-ignore
    [[0, -0.1, -0.3, -0.3, 0, 0, -0.2, -0.1, 0], [[4, 0.3], [3, 0.2]]], // prettier-ignore
    [[0, 0], []],
  ])('of the depths of ffn, case %#', (depths, wanted) => {
    const found = fallsOf(
      '2024-01-01',
      depths.map((depth) => 100 * (1 + depth)),
    );
    expect(found.map(({ days, depth }) => [days, depth])).toEqual(
      wanted.map(([days, depth]) => [days, expect.closeTo(depth, 12)]),
    );
  });

  it('begin with the start, and come back to a peak exactly', () => {
    // As returns 0.99 and 1/0.99 would leave a last digit that is never made good.
    const [fall, ...others] = fallsOf('2024-01-01', [99, 98, 100, 100], 100);
    expect(fall).toMatchObject({ peak: '2024-01-01', valley: '2024-01-02', recovery: '2024-01-03', days: 2 });
    expect(others).toEqual([]);
    expect(fallsOf('2024-01-01', [])).toEqual([]);
  });
});

describe('figures of months', () => {
  const of = (returns: readonly number[]) =>
    monthFigures(returns.map((returnFraction, month) => ({ name: `${month}`, profit: 0, returnFraction })));

  // ffn, tests/test_return_table.py at 66a53983, whose months without a price are months of 0 for the share alone.
  it('are those of ffn’s table', () => {
    const months = of([0.25, 1, -0.5, 0.25, 0.25]);
    expect([months.best, months.worst, months.averageLoss, months.gaining]).toEqual([1, -0.5, -0.5, 0.8]);
    expect(months.averageGain).toBeCloseTo(1.75 / 4, 12);
    expect(months.gainToPain).toBeNaN();
  });

  it('have a gain to pain from a year on', () => {
    expect(of(BACON).gainToPain).toBeCloseTo(0.7797833935018051, 14);
    expect(of(BACON.slice(0, 11)).gainToPain).toBeNaN();
    expect(of([0, 0])).toMatchObject({ best: 0, gaining: NaN, averageGain: NaN, averageLoss: NaN });
  });
});
