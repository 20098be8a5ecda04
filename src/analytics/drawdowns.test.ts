/** Falls of a curve: what counts as one, where they begin, and how long they last. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { DAY, HOUR } from '../domain/timeframe.js';
import { STATISTICS_CONVENTIONS } from './conventions.js';
import { drawdowns, DrawdownTracker, fallsOfCurve, longestRecovery } from './drawdowns.js';
import { computeStatistics } from './statistics.js';

const closeOf = (date: string): number => fromNewYork(parseDate(date), 16 * HOUR);

describe('drawdowns', () => {
  const curve = (equity: number[]) => ({
    time: Float64Array.from(equity, (_, day) => day * DAY),
    equity: Float64Array.from(equity),
  });

  it('counts falls between peaks, and one that is still open at the end', () => {
    // 100 → 80 → 110: 20 % over two days. 110 → 99 → 88 at the end: 20 % over two days.
    expect(drawdowns(curve([100, 80, 110, 99, 88]))).toEqual({
      maxDrawdown: 1 - 80 / 100,
      averageDrawdown: (1 - 80 / 100 + (1 - 88 / 110)) / 2,
      maxDrawdownDays: 2,
      averageDrawdownDays: 2,
    });
  });

  it('is zero for a curve that never falls', () => {
    expect(drawdowns(curve([1, 1, 2, 3]))).toEqual({
      maxDrawdown: 0,
      averageDrawdown: 0,
      maxDrawdownDays: 0,
      averageDrawdownDays: 0,
    });
  });
});

describe('the falls of a whole curve', () => {
  it('are those of its points taken one by one, in one portion or in two', () => {
    const level = fc.constantFrom(-3, 0, 80, 90, 95, 99, 100, 100, 101, 120);
    fc.assert(
      fc.property(fc.array(level, { maxLength: 60 }), fc.option(level), fc.nat(60), (levels, start, cut) => {
        const time = Float64Array.from(levels, (_, point) => (point + 1) * HOUR);
        const equity = Float64Array.from(levels);
        const single = new DrawdownTracker();
        if (start !== null) single.begin(time[0] ?? 0, start);
        for (const [point, value] of equity.entries()) single.add(time[point] ?? 0, value);
        const whole = fallsOfCurve({ time, equity }, start ?? undefined);
        const parts = new DrawdownTracker();
        if (start !== null) parts.begin(time[0] ?? 0, start);
        parts.addAll({ time: time.subarray(0, cut), equity: equity.subarray(0, cut) });
        parts.addAll({ time: time.subarray(cut), equity: equity.subarray(cut) });
        expect([whole, parts]).toEqual([single, single]);
        expect(whole.statisticsIn(HOUR)).toEqual(single.statisticsIn(HOUR));
        expect(whole.lowest).toBe(Math.min(...levels));
        expect(whole.peak).toBe(Math.max(...levels, start ?? -Infinity));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the longest recovery', () => {
  const since = fromNewYork(parseDate('2024-03-04'), 0);
  /** Equity at the closes of days from Monday, 4 March 2024 on. */
  const daysOf = (...equity: readonly number[]): number => {
    const time = Float64Array.from(equity, (_, day) => since + day * DAY + 16 * HOUR);
    return longestRecovery({ time, equity: Float64Array.from(equity) }, 100, since);
  };

  it.each([
    ['of no fall', [100, 101, 102], 0],
    ['of one that goes on', [101, 99, 98, 97], 0],
    ['of a peak that stood until midnight: two thirds more than a day', [101, 99, 101], 1],
    ['of the start', [99, 98, 97, 100], 3],
    ['of the longest of two, the other deeper', [101, 60, 101, 100, 100, 100, 101], 3],
  ])('%s', (_, equity, days) => {
    expect(daysOf(...equity)).toBe(days);
  });

  it('is counted from the peak itself within a day', () => {
    const time = Float64Array.from([10, 11, 59], (hour) => since + hour * HOUR);
    expect(longestRecovery({ time, equity: Float64Array.of(101, 100, 101) }, 100, since)).toBe(2);
  });
});

describe('the points that falls are measured on', () => {
  const open = fromNewYork(parseDate('2013-10-07'), 9.5 * HOUR);
  const MINUTE = HOUR / 60;
  // Minutes of two days, equity 100 but for a dip to 90 at one of them.
  const timeOf = (minute: number): number => open + (minute < 100 ? minute : minute - 100 + 24 * 60) * MINUTE;
  const fallOf = (name: keyof typeof STATISTICS_CONVENTIONS, dip: number, runDays = 1): number => {
    const time = Float64Array.from({ length: 200 }, (_, minute) => timeOf(minute));
    const equity = Float64Array.from(time, (_, minute) => (minute === dip ? 90 : 100));
    const since = fromNewYork(parseDate('2013-10-08') + 1 - runDays, 0);
    const input = { curve: { time, equity }, trades: [], since, startEquity: 100, riskFree: 0 };
    return computeStatistics(input, STATISTICS_CONVENTIONS[name]).maxDrawdown;
  };

  it('are all of them, or under lean those more than four minutes after the one before', () => {
    const dips = [0, 1, 4, 5, 9, 10];
    expect(dips.map((dip) => fallOf('papertape', dip) > 0.09)).toEqual([true, true, true, true, true, true]);
    expect(dips.map((dip) => fallOf('lean', dip) > 0.09)).toEqual([false, false, false, true, false, true]);
  });

  it('are at least a four-thousandth of a long run apart', () => {
    // Of 40 days that is 14.4 minutes.
    expect([5, 14, 15, 30].map((dip) => fallOf('lean', dip, 40) > 0.09)).toEqual([false, false, true, true]);
  });

  // R PerformanceAnalytics 2.1.0 as QuantStats records it (tests/data/reference_values.json at b7a78726): the starting
  // capital counts as a peak. Seven losses, so that the first return is part of the deepest fall.
  it('begin with the start under papertape, and with the first point under backtesting.py', () => {
    const losses = [
      -0.018720930383, -0.014303070725, -0.014572173794, -0.003467788444, -0.025038397377, -0.001677869157,
      -0.010129521509,
    ];
    let wealth = 10_000;
    const equity = Float64Array.from(losses, (loss) => (wealth *= 1 + loss));
    const time = Float64Array.from(losses, (_, day) => closeOf('2024-03-04') + day * DAY);
    const of = (name: keyof typeof STATISTICS_CONVENTIONS) =>
      computeStatistics(
        { curve: { time, equity }, trades: [], startEquity: 10_000, riskFree: 0 },
        STATISTICS_CONVENTIONS[name],
      );
    expect(of('papertape').maxDrawdown).toBeCloseTo(0.08485758410265398, 12);
    expect(of('papertape').calmar).toBeCloseTo(-11.30038738924165, 8);
    expect(of('backtesting.py').maxDrawdown).toBeCloseTo(1 - (1 - 0.08485758410265398) / (1 - 0.018720930383), 12);
    expect([of('papertape').peakEquity, of('backtesting.py').peakEquity]).toEqual([10_000, equity[0]]);
    expect([of('papertape').maxDrawdownDays, of('backtesting.py').maxDrawdownDays]).toEqual([6, 6]);
  });

  it('begin anew each morning, and have the last of each day', () => {
    expect([98, 99, 100, 101, 105].map((dip) => fallOf('lean', dip) > 0.09)).toEqual([false, true, true, false, true]);
  });
});
