import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { dailyReturns } from './dailyReturns.js';
import { logReturns, logReturnSlope, sampleEquity, slope } from './returns.js';

describe('days of a curve', () => {
  it('are those of New York, point by point, also where clocks change', () => {
    const start = fromNewYork(parseDate('2024-03-07'), 0);
    const steps = fc.array(fc.integer({ min: 1, max: 40 * 60 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.constantFrom(start, fromNewYork(parseDate('2024-11-01'), 0)), (minutes, from) => {
        let time = from;
        const times = minutes.map((step) => (time += step * 60_000_000));
        const equity = times.map((_, index) => 100 + index);
        const last = new Map(times.map((at, index) => [newYorkDate(at), equity[index] ?? 0]));
        const curve = { time: Float64Array.from(times), equity: Float64Array.from(equity) };
        const closes = [...last.values()];
        expect([...sampleEquity(curve, 'tradingDay')]).toEqual(closes);
        const { dates, returns } = dailyReturns(curve, 100);
        expect([...dates]).toEqual([...last.keys()]);
        expect([...returns]).toEqual(closes.map((close, index) => close / (closes[index - 1] ?? 100) - 1));
      }),
      { numRuns: 200 },
    );
  });
});

describe('log returns', () => {
  it('are logarithms of the growth, 0 where nothing moves', () => {
    expect([...logReturns(Float64Array.of(1, 1, 2, 2, 0, 0))]).toEqual([0, Math.log(2), 0, -Infinity, NaN]);
    expect([...logReturns(new Float64Array())]).toEqual([]);
  });
});

describe('the slope of log returns', () => {
  const level = fc.double({ min: 1, max: 1e6, noNaN: true });

  it('is that of the returns themselves', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(level, level), { minLength: 3, maxLength: 200 }), (pairs) => {
        const market = logReturns(Float64Array.from(pairs, ([one]) => one));
        const equity = Float64Array.from(pairs, ([, other]) => other);
        expect(logReturnSlope(market, equity)).toBeCloseTo(slope(market, logReturns(equity)), 9);
      }),
    );
  });

  it('is none of a market that stands still, and none of an account that lost all', () => {
    const still = new Float64Array(3);
    expect(logReturnSlope(still, Float64Array.of(1, 2, 3, 4))).toBeNaN();
    for (const equity of [
      [5, 2, -1, 4],
      [5, 4, 3, 0],
      [0, 5, 4, 3],
      [5, 0, 0, 4],
    ]) {
      expect(logReturnSlope(Float64Array.of(0.1, -0.1, 0.2), Float64Array.from(equity)), String(equity)).toBeNaN();
      expect(slope(Float64Array.of(0.1, -0.1, 0.2), logReturns(Float64Array.from(equity)))).toBeNaN();
    }
  });
});
