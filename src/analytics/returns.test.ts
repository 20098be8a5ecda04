import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { dailyReturns } from './dailyReturns.js';
import { firstAtOrAfter, logOf, logReturns, logReturnSlope, marketReturns, sampleEquity, slope } from './returns.js';

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

describe('the logarithm of a ratio', () => {
  it('is that of Math.log to the last bit, near 1 and elsewhere', () => {
    const near = fc.double({ min: 1 - 2 ** -19, max: 1 + 2 ** -19, noNaN: true });
    const edge = fc.tuple(fc.constantFrom(-1, 1), fc.integer({ min: -3, max: 3 }));
    const edges = edge.map(([sign, ulps]) => 1 + sign * 2 ** -20 + ulps * 2 ** -52);
    const bits = fc.integer({ min: -(2 ** 33), max: 2 ** 33 }).map((ulps) => 1 + ulps * 2 ** -53);
    const anyRatio = fc.oneof(near, edges, bits, fc.double(), fc.constantFrom(0, -0, 1, Infinity, NaN, -1));
    fc.assert(
      fc.property(anyRatio, (ratio) => {
        expect(logOf(ratio)).toBe(Math.log(ratio));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('the first point at or after a time', () => {
  it('is the one that a look at every point finds, whichever is looked at first', () => {
    const steps = fc.array(fc.constantFrom(0, 0, 1, 1, 1, 2, 50), { maxLength: 1500 });
    fc.assert(
      fc.property(steps, fc.nat(2000), fc.nat(1500), fc.nat(1600), (by, wanted, start, likely) => {
        let at = 0;
        const times = Float64Array.from(by, (step) => (at += step));
        const from = Math.min(start, times.length);
        const found = times.findIndex((time, point) => point >= from && time >= wanted);
        const expected = found < 0 ? times.length : found;
        expect(firstAtOrAfter(times, wanted, from)).toBe(expected);
        expect(firstAtOrAfter(times, wanted, from, likely)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the slope of log returns', () => {
  const level = fc.double({ min: 1, max: 1e6, noNaN: true });

  it('is that of the returns themselves', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(level, level), { minLength: 3, maxLength: 200 }), (pairs) => {
        const market = logReturns(Float64Array.from(pairs, ([one]) => one));
        const equity = Float64Array.from(pairs, ([, other]) => other);
        expect(logReturnSlope(marketReturns(market), equity)).toBeCloseTo(slope(market, logReturns(equity)), 9);
      }),
    );
  });

  it('is to the last bit what the sums come to one after the other, of an account that often stands still', () => {
    const move = fc.oneof(
      fc.constant(0),
      fc.double({ min: -2e-6, max: 2e-6, noNaN: true }),
      fc.constantFrom(0.1, -0.2),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(level, move), { minLength: 2, maxLength: 200 }), (steps) => {
        const market = logReturns(Float64Array.from(steps, ([one]) => one));
        let worth = 10_000_000;
        const equity = Float64Array.from(steps, ([, by]) => (worth *= 1 + by));
        const centre = market.reduce((sum, value) => sum + value, 0) / market.length;
        let [covariance, variance] = [0, 0];
        for (const [index, value] of market.entries()) {
          const growth = (equity[index + 1] ?? NaN) / (equity[index] ?? NaN);
          if (growth !== 1) covariance += (value - centre) * Math.log(growth);
          variance += (value - centre) * (value - centre);
        }
        const wanted = variance > market.length * 1e-30 ? covariance / variance : NaN;
        expect(logReturnSlope(marketReturns(market), equity)).toBe(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it('is none of a market that stands still, and none of an account that lost all', () => {
    const still = new Float64Array(3);
    expect(logReturnSlope(marketReturns(still), Float64Array.of(1, 2, 3, 4))).toBeNaN();
    for (const equity of [
      [5, 2, -1, 4],
      [5, 4, 3, 0],
      [0, 5, 4, 3],
      [5, 0, 0, 4],
    ]) {
      const market = marketReturns(Float64Array.of(0.1, -0.1, 0.2));
      expect(logReturnSlope(market, Float64Array.from(equity)), String(equity)).toBeNaN();
      expect(slope(Float64Array.of(0.1, -0.1, 0.2), logReturns(Float64Array.from(equity)))).toBeNaN();
    }
  });
});
