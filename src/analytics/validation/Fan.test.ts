import { describe, expect, it } from 'vitest';
import { FanRecorder } from './Fan.js';
import { bootstrapDays, profitsAsReturns, reshuffleTrades } from './monteCarlo.js';

describe('FanRecorder', () => {
  it('tells the wealth of the runs at each period of few', () => {
    const fan = new FanRecorder(2);
    fan.add([0.1, 0.1]);
    fan.add([-0.1, 0.2]);
    fan.add([0, 0]);
    const { steps, wealth } = fan.read();
    expect(steps).toEqual([0, 1, 2]);
    expect(wealth[0]).toEqual({ p5: 1, p25: 1, median: 1, p75: 1, p95: 1 });
    // 0.9, 1.0 and 1.1 after the first; 1.0, 1.08 and 1.21 at the end.
    expect(wealth[1]?.median).toBe(1);
    expect(wealth[1]?.p5).toBeCloseTo(0.91, 12);
    expect(wealth[2]?.median).toBeCloseTo(1.08, 12);
    expect(wealth[2]?.p95).toBeCloseTo(1.08 + 0.9 * 0.13, 12);
  });

  it('has few points of many periods, the first and the last among them', () => {
    const { steps } = new FanRecorder(1_234).read();
    expect([steps[0], steps.at(-1), steps.length]).toEqual([0, 1_234, 81]);
    expect(steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? Infinity))).toBe(true);
  });
});

describe('drawn runs', () => {
  it('end where their fan ends', () => {
    const drawn = bootstrapDays(new Float64Array([0.01, -0.02, 0.03, 0.005]), { runs: 51, meanBlock: 2, seed: 3 });
    const ends = drawn.totalReturns.toSorted();
    expect(drawn.fan.wealth.at(-1)?.median).toBeCloseTo(1 + (ends[25] ?? NaN), 12);
    expect(drawn.totalReturn.median).toBe(ends[25]);
    expect(Math.max(...drawn.maxDrawdowns)).toBeGreaterThan(0);
  });

  it('of the same trades end alike, with other drawdowns on the way', () => {
    const profits = new Float64Array([100, -50, 30, -20]);
    expect([...profitsAsReturns(profits, 1_000)]).toEqual([0.1, -50 / 1_100, 30 / 1_050, -20 / 1_080]);
    const { fan, maxDrawdowns } = reshuffleTrades(profits, { startEquity: 1_000, runs: 40, seed: 1 });
    const end = fan.wealth.at(-1);
    expect(end?.p5).toBeCloseTo(1.06, 12);
    expect(end?.p95).toBeCloseTo(1.06, 12);
    expect(new Set(maxDrawdowns).size).toBeGreaterThan(1);
  });
});
