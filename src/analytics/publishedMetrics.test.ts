/** Figures of returns against values that other projects publish in their own tests, beyond the shared vectors. */
import { describe, expect, it } from 'vitest';
import { parseDate } from '../calendar/tradingDate.js';
import { aggregateReturns } from './aggregateReturns.js';
import { captureRatio, correlation, excessSharpe, informationRatio, trackingError } from './benchmarkMetrics.js';
import {
  annualReturn,
  annualVolatility,
  calmarRatio,
  excessKurtosis,
  maxDrawdown,
  omegaRatio,
  sharpeRatio,
  skewness,
  sortinoRatio,
} from './returnMetrics.js';
import { ReturnSample } from './ReturnSample.js';
import { cumulativeReturn } from './samples.js';
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
} from './validation/sharpeSignificance.js';

const closeTo = (value: number, wanted: number): void => {
  expect(Math.abs(value - wanted), `${value} for ${wanted}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
};

/** The portfolio of 24 months in Bacon, Practical Portfolio Performance Measurement and Attribution, 2008. */
const BACON = [
  0.003, 0.026, 0.011, -0.01, 0.015, 0.025, 0.016, 0.067, -0.014, 0.04, -0.005, 0.081, 0.04, -0.037, -0.061, 0.017,
  -0.049, -0.022, 0.07, 0.058, -0.065, 0.024, -0.005, -0.009,
];
const SEVEN_LOSSES = [
  -0.018720930383, -0.014303070725, -0.014572173794, -0.003467788444, -0.025038397377, -0.001677869157, -0.010129521509,
];

// QuantStats, tests/data/reference_values.json at b7a78726 (2026): R PerformanceAnalytics 2.1.0, but for Sortino, which
// it checked against a plain definition. ffn 1.4.1 publishes the same Sharpe, Sortino and drawdowns.
describe('figures of R PerformanceAnalytics', () => {
  it.each([
    ['volatility', annualVolatility, 0.13700015867969229, 0.13086457754395944],
    ['return', annualReturn, 0.10367828972980941, -0.9589235732751437],
    [
      'Sharpe',
      (values: number[], years: number) => sharpeRatio(values, 0, years),
      0.7883202548144859,
      -24.183404779195588,
    ],
    [
      'Sortino',
      (values: number[], years: number) => sortinoRatio(values, 0, years),
      1.3592165786838633,
      -13.565806946540524,
    ],
    ['drawdown', maxDrawdown, -0.144672955739218, -0.08485758410265398],
    ['Calmar', calmarRatio, 0.7166390511623746, -11.30038738924165],
    ['omega', (values: number[], years: number) => omegaRatio(values, 0, 0, years), 1.7797833935018055, 0],
    ['skewness', skewness, -0.08817174934967567, -0.05724138737086073],
    ['kurtosis', excessKurtosis, -0.4076603211860866, -0.6907159418089514],
  ])('%s', (_, figure: (values: number[], periodsPerYear: number) => number, ofMonths, ofDays) => {
    closeTo(figure(BACON, 12), ofMonths);
    closeTo(figure(SEVEN_LOSSES, 252), ofDays);
  });
});

// pypbo, tests/test_metrics.py at 3c8cd1b0.
it('Sharpe and Sortino ratios of pypbo', () => {
  const years = [0.259, 0.198, 0.364, -0.081, 0.057, 0.055, 0.188, 0.317, 0.24, 0.184, -0.01, 0.526];
  expect(sharpeRatio(years, 0.05, 1)).toBeCloseTo(0.834364, 6);
  expect(sortinoRatio([0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04], 0, 1)).toBeCloseTo(4.417261, 6);
});

// mlfinlab, tests/test_backtest_statistics.py at 1be71ccf and, of the variance and number of trials, a later one.
it('ratios and their significance of mlfinlab', () => {
  const months = [0.03, 0.02, 0.01, -0.01, 0.02, 0.01, 0, -0.01, 0.01];
  expect(sharpeRatio(months, 0.005, 12)).toBeCloseTo(0.987483, 5);
  expect(informationRatio(months, 0.006, 12)).toBeCloseTo(0.733559, 6);
  const sample = { sharpe: 1.14, count: 250, skewness: 0, kurtosis: 3 };
  expect(probabilisticSharpe(sample, 1)).toBeCloseTo(0.95727, 4);
  // The variance of 3.5, 1.01 and 1.02 divided by 3 as mlfinlab does, not by 2.
  expect(deflatedSharpe(sample, 3, 4.1168666667 / 3)).toBeCloseTo(0.95836, 4);
  expect(expectedMaximumSharpe(100, 0.4 ** 2)).toBeCloseTo(1.012241, 6);
  expect(deflatedSharpe(sample, 100, 0.4 ** 2)).toBeCloseTo(0.94174, 6);
  expect(minimumTrackRecord(sample, 1, 0.95)).toBeCloseTo(228.73498, 5);
});

// QuantStats, tests/test_regressions.py at 01323c1d: R² is of the days that both have.
it('correlation is of the periods that both have', () => {
  const own = [0.02, NaN, -0.01, 0.03, 0.005];
  const market = [0.01, 0.5, -0.01, NaN, 0.02];
  const [x, y] = [
    [0.01, -0.01, 0.02],
    [0.02, -0.01, 0.005],
  ] as const;
  const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / 3;
  const product = (one: readonly number[], other: readonly number[]): number =>
    one.reduce((sum, value, index) => sum + (value - mean(one)) * ((other[index] ?? 0) - mean(other)), 0);
  closeTo(correlation(own, market), product(x, y) / Math.sqrt(product(x, x) * product(y, y)));
  closeTo(correlation(market, market), 1);
  expect([correlation([0.01, 0.01], [0.01, 0.02]), correlation([0.01], [0.02])]).toEqual([NaN, NaN]);
});

// LEAN, Tests/Common/Statistics/PortfolioStatisticsTests.cs at 0abf3158, days per year of different markets. LEAN puts
// the excess kurtosis where the paper has the kurtosis.
it.each([
  [202, 0.0767976000354244, 0.167632655086644, 0.252197874915608],
  [252, 0.0857772727620108, 0.187233350684845, 0.257146306116665],
  [365, 0.103232963748978, 0.225335372429895, 0.264390639112978],
])(
  'volatility, tracking error and probabilistic Sharpe ratio of LEAN, %d days a year',
  (days, risk, error, probability) => {
    const own = [-0.009025132, 0.003653969, 0, 0];
    const market = [-0.011587791300935783, 0.00054375782787618543, 0.022165997700413956, 0.006263266301918822];
    expect(annualVolatility(own, days)).toBeCloseTo(risk, 14);
    expect(trackingError(own, market, days)).toBeCloseTo(error, 14);
    const sharpe = sharpeRatio(own, 0, 1);
    const sample = { sharpe, count: 4, skewness: skewness(own), kurtosis: excessKurtosis(own) };
    expect(probabilisticSharpe(sample, 1 / Math.sqrt(days))).toBeCloseTo(probability, 14);
  },
);

// Tests of empyrical-reloaded 0.7.1; the file of each is named.
describe('figures of empyrical-reloaded', () => {
  it.each([0.001, -0.0001, 0.0003])('a constant lead of %d over a benchmark is infinite (zero_dispersion)', (lead) => {
    for (const periods of [3, 21, 252]) {
      const own = new Float64Array(periods).fill(lead);
      const sample = new ReturnSample({ periodsPerYear: 252, riskFree: 0, required: 0, omegaRequired: 0 });
      for (const value of own) sample.add(value, 0);
      const infinite = Math.sign(lead) * Infinity;
      expect(excessSharpe(own, new Float64Array(periods))).toBe(infinite);
      expect([sample.informationRatio, sample.sharpe, sharpeRatio(own, 0, 252)]).toEqual([
        infinite,
        infinite,
        infinite,
      ]);
    }
  });

  it.each([[[]], [[0.001]], [[NaN, 0.001]], [[NaN, NaN, NaN]], [new Array<number>(252).fill(0)]])(
    'none where nothing differs, case %# (zero_dispersion)',
    (values: number[]) => {
      expect(excessSharpe(values, new Float64Array(values.length))).toBeNaN();
      expect(sharpeRatio(values, 0, 252)).toBeNaN();
    },
  );

  it('one unit in the last place is a difference (zero_dispersion)', () => {
    const values = new Float64Array(252).fill(0.001);
    values[251] = 0.001 + 2 ** -62;
    expect(sharpeRatio(values, 0, 252)).toBeGreaterThan(1e15);
    expect(excessSharpe(values, new Float64Array(252))).toBeGreaterThan(1e14);
    expect(excessSharpe(values, new Float64Array(252))).toBeLessThan(Infinity);
  });

  it('periods without a pair are in neither side of a capture ratio (test_stats)', () => {
    const own = [0.02, 0.03, NaN, -0.01, 0.01, -0.02];
    const market = [0.01, NaN, -0.02, -0.01, 0.02, -0.03];
    closeTo(captureRatio(own, market, 252, 'down'), 0.9838667275446153);
    closeTo(captureRatio(own, market, 252, 'up') / captureRatio(own, market, 252, 'down'), 1.0163978230015438);
  });

  it.each([
    [['2019-12-30', '2019-12-31', '2020-01-02', '2020-01-03'], [1.01 ** 4 - 1]],
    [
      ['2020-12-30', '2020-12-31', '2021-01-01', '2021-01-04'],
      [1.01 ** 3 - 1, 0.01],
    ],
  ])('a week goes on over the turn of the year, case %# (iso_week)', (dates, wanted) => {
    const weeks = aggregateReturns(
      dates.map((date) => parseDate(date)),
      dates.map(() => 0.01),
      'weekly',
    );
    expect(weeks).toHaveLength(wanted.length);
    for (const [index, value] of wanted.entries()) closeTo(weeks[index] ?? NaN, value);
  });

  // What empyrical-reloaded 0.7.1 gives for 0.99^5000, of which a total return of float64 knows nothing but −1.
  it('the growth of many falling days is not lost in the rounding of their total', () => {
    const own = new Float64Array(5000).fill(-0.01);
    const market = new Float64Array(5000).fill(-0.005);
    const wanted = 0.99 ** 252 - 1;
    closeTo(annualReturn(own, 252), wanted);
    closeTo(captureRatio(own, market, 252, 'down'), wanted / (0.995 ** 252 - 1));
    const sample = new ReturnSample({ periodsPerYear: 252, riskFree: 0, required: 0, omegaRequired: 0 });
    for (const value of own) sample.add(value);
    closeTo(sample.annualReturn, wanted);
  });

  it('no returns come to no return (test_stats)', () => {
    expect(cumulativeReturn([])).toBeNaN();
  });
});
