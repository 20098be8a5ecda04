import { describe, expect, it } from 'vitest';
import { closingFigures } from './closingFigures.js';
import { computeStatistics } from './statistics.js';
import { STATISTICS_CONVENTIONS } from './conventions.js';
import { figureChange, figureName, figureValue } from './comparedFigures.js';

describe('figures of two runs', () => {
  it.each([
    ['finalEquity', 487906.27, 524226.43, '$487,906.27', '+$36,320.16'],
    ['totalReturn', 3.87906, 4.24226, '387.91 %', '+36.32 %'],
    ['maxDrawdown', 0.296999, 0.277438, '29.70 %', '−1.96 %'],
    ['sharpe', 0.984554, 1.00639, '0.98', '+0.02'],
    ['averageTradeDays', 53, 55.25, '53 days', '+2 days 6 h'],
    ['trades', 31, 1029, '31', '+998'],
    ['calmar', 1.5, 1.25, '1.50', '−0.25'],
    ['benchmarkDays', 1234, 1235, '1,234', '+1'],
    ['closings', 8, 1020, '8', '+1,012'],
    ['closingWinRate', 0.375, 0.5, '37.50 %', '+12.50 %'],
    ['averageWin', 0.0144, 0.0134, '1.44 %', '−0.10 %'],
    ['averageLoss', -0.0144, -0.0134, '−1.44 %', '+0.10 %'],
    ['closingPayoff', 1.5, 1.25, '1.50', '−0.25'],
    ['closingExpectancy', -0.2, 0.3, '−0.20', '+0.50'],
    ['dailyTurnover', 0.0002, 0.1, '0.02 %', '+9.98 %'],
    ['probabilisticSharpe', 0.625, 0.5, '62.50 %', '−12.50 %'],
    ['recoveryDays', 1, 12, '1 day', '+11 days'],
  ])('tell %s in its unit', (name, a, b, value, change) => {
    expect(figureValue(name, a)).toBe(value);
    expect(figureChange(name, a, b)).toBe(change);
  });

  it('say where a run has none', () => {
    expect(figureValue('sharpe', null)).toBe('n/a');
    expect(figureChange('sharpe', null, 1)).toBe('n/a');
  });

  it.each(Object.values(STATISTICS_CONVENTIONS))(
    'have a name in words each, whatever a run has: $name',
    (convention) => {
      const curve = { time: Float64Array.of(0, 1), equity: Float64Array.of(1, 2) };
      const closings = closingFigures({ fills: [], priceScale: 1, splits: [], curve, startEquity: 1, days: 1 });
      const statistics = computeStatistics(
        { curve, trades: [], startEquity: 1, riskFree: 0, ...(convention.closings === 'counted' ? { closings } : {}) },
        convention,
      );
      for (const name of Object.keys(statistics))
        expect(figureName(name), name).toMatch(/^[A-Z][a-z]+( [A-Za-z()0-9]+)*$/);
    },
  );

  it.each([
    ['maxDrawdownDays', 'Max drawdown days'],
    ['cagr', 'Yearly growth'],
    ['profitFactor', 'Profit factor of returns'],
    ['closings', 'Closing fills'],
    ['closingWinRate', 'Closing fills that won'],
    ['averageWin', 'Average win of a closing fill'],
    ['averageLoss', 'Average loss of a closing fill'],
    ['closingPayoff', 'Win to loss of closing fills'],
    ['closingExpectancy', 'Expectancy of closing fills'],
    ['dailyTurnover', 'Traded a day'],
    ['probabilisticSharpe', 'Probability of a Sharpe above 1'],
    ['recoveryDays', 'Longest recovery'],
  ])('call %s %s', (name, words) => {
    expect(figureName(name)).toBe(words);
  });
});
