import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../utils/random.js';
import { combinationCount } from './combinations.js';
import { crossValidate } from './crossValidation.js';
import { bootstrapDays, reshuffleTrades, runFigures } from './monteCarlo.js';
import { purgedSplits } from './purgedSplits.js';

/** Spans in order of start, of any lengths. */
const spans = fc
  .array(fc.record({ start: fc.nat(200), length: fc.nat(25) }), { minLength: 8, maxLength: 60 })
  .map((list) =>
    list.map(({ start, length }) => ({ start, end: start + length })).toSorted((a, b) => a.start - b.start),
  );

describe('purgedSplits', () => {
  it('leaves no training sample that touches a test sample, or begins within the embargo after one', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 2, max: 6 }), fc.nat(10), (samples, groups, embargo) => {
        const testGroups = Math.max(1, Math.floor(groups / 2));
        for (const { train, test } of purgedSplits(samples, { groups, testGroups, embargo })) {
          for (const a of train) {
            for (const b of test) {
              const [trained, tested] = [samples[a], samples[b]];
              if (trained === undefined || tested === undefined) throw new Error('an index is out of range');
              const touches = trained.start <= tested.end && trained.end >= tested.start;
              const isEmbargoed = trained.start > tested.end && trained.start <= tested.end + embargo;
              expect(touches || isEmbargoed).toBe(false);
            }
          }
        }
      }),
    );
  });

  it('purges what it must and nothing else', () => {
    const samples = Array.from({ length: 12 }, (_, start) => ({ start, end: start + 1 }));
    const options = { groups: 4, testGroups: 1, embargo: 2 };
    expect([...purgedSplits(samples, options)].map(({ train, test }) => [train, test])).toEqual([
      // The span of the last test sample, 2, ends at 3; with the embargo of 2 training goes on from 6.
      [
        [6, 7, 8, 9, 10, 11],
        [0, 1, 2],
      ],
      [
        [0, 1, 9, 10, 11],
        [3, 4, 5],
      ],
      [
        [0, 1, 2, 3, 4],
        [6, 7, 8],
      ],
      [
        [0, 1, 2, 3, 4, 5, 6, 7],
        [9, 10, 11],
      ],
    ]);
  });
});

describe('crossValidate', () => {
  const random = new SeededRandom(6);
  const noise = (mean: number): Float64Array => Float64Array.from({ length: 240 }, () => 0.01 * random.normal() + mean);

  it('makes whole paths out of the tests: every group of every path comes from one choice', () => {
    const series = [noise(0), noise(0.004), noise(0)];
    const input = { series, groups: 6, testGroups: 2, embargo: 2, holding: 3 };
    const { paths, splits, chosen, keptShare } = crossValidate(input);
    expect(splits).toBe(combinationCount(6, 2));
    expect(paths).toHaveLength(5);
    expect(chosen).toEqual([0, 15, 0]);
    for (const path of paths) expect(path.returns).toEqual(series[1]);
    expect(keptShare).toBeGreaterThan(0.9);
    expect(keptShare).toBeLessThan(1);
  });

  it('does not let a trial be chosen by what it is judged on', () => {
    // Each trial is good in one group alone: whoever could see the test would choose it there.
    const series = Array.from({ length: 4 }, (_, trial) =>
      Float64Array.from(
        { length: 80 },
        (_, day) => (Math.floor(day / 20) === trial ? 0.01 : -0.001) + 0.0001 * (day % 3),
      ),
    );
    const { paths } = crossValidate({ series, groups: 4, testGroups: 1, embargo: 0, holding: 0 });
    expect(paths).toHaveLength(1);
    expect(paths[0]?.sharpe).toBeLessThan(0);
  });
});

describe('Monte Carlo', () => {
  const random = new SeededRandom(12);
  const returns = Float64Array.from({ length: 250 }, () => 0.01 * random.normal() + 0.0005);

  it('comes to the same end whatever the order of the trades, by ways of different depth', () => {
    const profits = Float64Array.from([500, -200, 300, -800, 400, 100, -50, 900]);
    const found = reshuffleTrades(profits, { startEquity: 10_000, runs: 300, seed: 1 });
    expect(found.totalReturn.p5).toBeCloseTo(0.115, 10);
    expect(found.totalReturn.p95).toBeCloseTo(0.115, 10);
    expect(found.maxDrawdown.p95).toBeGreaterThan(found.maxDrawdown.p5);
    expect(found.lossShare).toBe(0);
    expect(profits[0]).toBe(500);
  });

  it('spreads the days around what they were', () => {
    const found = bootstrapDays(returns, { runs: 400, meanBlock: 6, seed: 3 });
    const real = runFigures(returns);
    expect(found.sharpe.p5).toBeLessThan(real.sharpe);
    expect(found.sharpe.p95).toBeGreaterThan(real.sharpe);
    expect(found.maxDrawdown.p5).toBeGreaterThan(0);
    expect(found).toEqual(bootstrapDays(returns, { runs: 400, meanBlock: 6, seed: 3 }));
    expect(found).not.toEqual(bootstrapDays(returns, { runs: 400, meanBlock: 6, seed: 4 }));
  });
});
