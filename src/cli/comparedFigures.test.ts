import { describe, expect, it } from 'vitest';
import { computeStatistics } from '../analytics/statistics.js';
import { STATISTICS_CONVENTIONS } from '../analytics/conventions.js';
import { figureChange, figureName, figureValue } from './comparedFigures.js';

describe('figures of two runs', () => {
  it.each([
    ['finalEquity', 487906.27, 524226.43, '$487,906.27', '+$36,320.16'],
    ['totalReturn', 3.87906, 4.24226, '387.91 %', '+36.32 %'],
    ['maxDrawdown', 0.296999, 0.277438, '29.70 %', '−1.96 %'],
    ['sharpe', 0.984554, 1.00639, '0.98', '+0.02'],
    ['averageTradeDays', 53, 55.25, '53 days', '+2.3 days'],
    ['trades', 31, 1029, '31', '+998'],
    ['calmar', 1.5, 1.25, '1.50', '−0.25'],
  ])('tell %s in its unit', (name, a, b, value, change) => {
    expect(figureValue(name, a)).toBe(value);
    expect(figureChange(name, a, b)).toBe(change);
  });

  it('say where a run has none', () => {
    expect(figureValue('sharpe', null)).toBe('n/a');
    expect(figureChange('sharpe', null, 1)).toBe('n/a');
  });

  it('have a name in words each, whatever a run has', () => {
    const curve = { time: Float64Array.of(0, 1), equity: Float64Array.of(1, 2) };
    const statistics = computeStatistics(
      { curve, trades: [], startEquity: 1, riskFree: 0 },
      STATISTICS_CONVENTIONS.papertape,
    );
    for (const name of Object.keys(statistics)) expect(figureName(name), name).toMatch(/^[A-Z][a-z]+( [A-Za-z()]+)*$/);
    expect(figureName('maxDrawdownDays')).toBe('Max drawdown days');
    expect(figureName('cagr')).toBe('Yearly growth');
    expect(figureName('profitFactor')).toBe('Profit factor of returns');
  });
});
