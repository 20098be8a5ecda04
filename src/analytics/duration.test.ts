import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { HOUR } from '../domain/timeframe.js';
import { STATISTICS_CONVENTIONS } from './conventions.js';
import { formatDays } from './figureText.js';
import { computeStatistics } from './statistics.js';

// compute_stats of backtesting.py 0.6.6 on these points and trades: lengths in hours and in minutes.
describe('lengths of falls and trades within days', () => {
  const equity = [10_000, 10_000, 9950, 9980, 10_020, 10_010, 9990, 9970, 10_030, 10_040, 10_020, 10_000, 9990, 9995];
  const hours = equity.map((_, hour) =>
    fromNewYork(parseDate('2024-03-07') + Math.floor(hour / 7), (9.5 + (hour % 7)) * HOUR),
  );
  const minutes = equity.map((_, step) => fromNewYork(parseDate('2024-03-08'), (9.5 + step / 12) * HOUR));
  const lengthsOf = (name: keyof typeof STATISTICS_CONVENTIONS, times: readonly number[]): readonly number[] => {
    const trades = [
      [1, 3, 102 / 100 - 1],
      [4, 8, 100 / 101 - 1],
    ].map(([entry = 0, exit = 0, returnFraction = 0]) => ({
      entryTime: times[entry] ?? 0,
      exitTime: times[exit] ?? 0,
      pnl: 1000 * returnFraction,
      returnFraction,
    }));
    const curve = { time: Float64Array.from(times), equity: Float64Array.from(equity) };
    const s = computeStatistics({ curve, trades, startEquity: 10_000, riskFree: 0 }, STATISTICS_CONVENTIONS[name]);
    return [s.maxDrawdownDays, s.averageDrawdownDays, s.maxTradeDays, s.averageTradeDays];
  };

  it('are rounded up to the unit of the time between points under backtesting.py, to days under others', () => {
    const inHours = lengthsOf('backtesting.py', hours).map((days) => days * 24);
    const inMinutes = lengthsOf('backtesting.py', minutes).map((days) => days * 24 * 60);
    for (const [index, wanted] of [21, 10, 21, 12].entries()) expect(inHours[index]).toBeCloseTo(wanted, 9);
    for (const [index, wanted] of [20, 19, 20, 15].entries()) expect(inMinutes[index]).toBeCloseTo(wanted, 9);
    expect(lengthsOf('papertape', hours)).toEqual([1, 1, 1, 1]);
  });

  it.each([
    [3, '3 days'],
    [1, '1 day'],
    [13 / 6, '2 days 4 h'],
    [5 / 24, '5 h'],
    [19 / 1440, '19 min'],
    [1 + 61 / 86_400, '1 day 1 min 1 s'],
    [1e-9, '0 days'],
    [NaN, 'n/a'],
  ])('are told as people do: %d', (days, text) => {
    expect(formatDays(days)).toBe(text);
  });
});
