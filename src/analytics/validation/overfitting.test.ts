import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../utils/random.js';
import { combinationCount, combinations } from './combinations.js';
import { overfittingBlocks, probabilityOfOverfitting } from './overfitting.js';
import { realityCheck } from './realityCheck.js';
import { periodSharpe } from './sharpeSignificance.js';
import { drawBlocks, resample, resampledMean, wrappedSums } from './stationaryBootstrap.js';

/** Returns of 1 % deviation; the first trial has `edge` deviations a day more. */
function trials(count: number, days: number, seed: number, edge = 0): Float64Array[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_, trial) =>
    Float64Array.from({ length: days }, () => 0.01 * (random.normal() + (trial === 0 ? edge : 0))),
  );
}

describe('probabilityOfOverfitting', () => {
  it('is about one half among trials of pure noise', () => {
    const found = Array.from({ length: 60 }, (_, seed) => probabilityOfOverfitting(trials(20, 160, seed), 8));
    const mean = found.reduce((sum, { probability }) => sum + probability, 0) / found.length;
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.6);
    expect(found[0]?.splits).toBe(70);
  });

  it('is near 0 where one trial is truly better', () => {
    const found = probabilityOfOverfitting(trials(20, 480, 3, 0.4), 12);
    expect(found.probability).toBeLessThan(0.02);
    expect(found.probabilityOfLoss).toBeLessThan(0.02);
    expect(found.medianLogit).toBeGreaterThan(2);
  });

  it('is near 1 where every gain in one half is paid back in the other', () => {
    const repaid = trials(20, 160, 7).map((values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.map((value) => value - mean);
    });
    const found = probabilityOfOverfitting(repaid, 8);
    expect(found.probability).toBeGreaterThan(0.95);
    expect(found.probabilityOfLoss).toBe(1);
    expect(found.degradation).toBeCloseTo(-1, 0);
  });

  it('agrees with a plain count over series joined from the halves', () => {
    const series = trials(7, 63, 5);
    // Four blocks of 15: the three oldest days are left over.
    const bounds = [3, 18, 33, 48, 63];
    let overfit = 0;
    for (const half of combinations(4, 2)) {
      const pick = (values: Float64Array, wanted: boolean): number[] =>
        [0, 1, 2, 3]
          .filter((block) => half.includes(block) === wanted)
          .flatMap((block) => [...values.subarray(bounds[block], bounds[block + 1])]);
      const inside = series.map((values) => periodSharpe(pick(values, true)) ?? 0);
      const outside = series.map((values) => periodSharpe(pick(values, false)) ?? 0);
      const chosen = outside[inside.indexOf(Math.max(...inside))] ?? 0;
      const rank = outside.filter((value) => value <= chosen).length;
      if (rank / 8 <= 0.5) overfit += 1;
    }
    expect(probabilityOfOverfitting(series, 4).probability).toBe(overfit / 6);
  });

  // What pypbo's rules come to (submatrices of T ÷ S rows, the first T mod S dropped; rank ÷ (N + 1); logit ≤ 0), by a
  // program in numpy and scipy over these series.
  it('equals the published rules where the days do not divide by the blocks', () => {
    const wave = (trial: number): Float64Array =>
      Float64Array.from(
        { length: 47 },
        (_, day) => 0.01 * Math.sin((trial + 1) * (day + 1) * 1.7) + 0.001 * (trial % 3),
      );
    const found = probabilityOfOverfitting([0, 1, 2, 3, 4].map(wave), 6);
    expect(found.splits).toBe(20);
    expect([found.probability, found.probabilityOfLoss]).toEqual([0.35, 0.05]);
    expect(found.degradation).toBeCloseTo(-0.6900487490028867, 12);
    expect(found.medianLogit).toBeCloseTo(0.6931471805599452, 12);
  });

  it('cuts a sample into as many blocks as it supports', () => {
    expect([19, 20, 31, 79, 80, 5000].map(overfittingBlocks)).toEqual([undefined, 4, 6, 14, 16, 16]);
  });
});

describe('combinations', () => {
  it('are all there, once, in order', () => {
    const all = [...combinations(6, 3)].map((choice) => choice.join(''));
    expect(all).toHaveLength(combinationCount(6, 3));
    expect(all).toEqual([...new Set(all)].toSorted());
    expect(combinationCount(16, 8)).toBe(12_870);
    expect([...combinations(2, 3)]).toEqual([]);
  });
});

describe('stationary bootstrap', () => {
  const random = new SeededRandom(2);
  const values = Float64Array.from({ length: 50 }, (_, index) => index);

  it('draws a series of the same length whose quick mean is the mean of it', () => {
    const sums = wrappedSums(values);
    for (let draw = 0; draw < 200; draw += 1) {
      const blocks = drawBlocks(values.length, 5, random);
      const drawn = resample(values, blocks);
      expect(drawn).toHaveLength(50);
      expect(resampledMean(sums, blocks)).toBeCloseTo(drawn.reduce((sum, value) => sum + value, 0) / 50, 9);
    }
  });

  it('keeps neighbours together, with blocks of the mean length that is asked for', () => {
    let joined = 0;
    for (let draw = 0; draw < 400; draw += 1) {
      const drawn = resample(values, drawBlocks(values.length, 5, random));
      for (let at = 1; at < drawn.length; at += 1) {
        if (((drawn[at - 1] ?? 0) + 1) % 50 === drawn[at]) joined += 1;
      }
    }
    expect(joined / (400 * 49)).toBeCloseTo(0.8, 1);
  });
});

describe('realityCheck', () => {
  const options = { draws: 199, meanBlock: 1, seed: 9 };

  it('has p-values that are about uniform where no trial is any good', () => {
    const pValues = Array.from({ length: 150 }, (_, seed) => realityCheck(trials(8, 120, seed + 100), options).pValue);
    const sorted = pValues.toSorted((a, b) => a - b);
    const distance = Math.max(...sorted.map((p, index) => Math.abs(p - (index + 0.5) / sorted.length)));
    // The Kolmogorov distance of 150 uniform values exceeds 0.13 in one case of a hundred.
    expect(distance).toBeLessThan(0.13);
  });

  it('finds the trial that beats the benchmark, and is not fooled by the number of those that do not', () => {
    const good = realityCheck(trials(50, 500, 1, 0.25), options);
    expect(good.best).toBe(0);
    expect(good.pValue).toBe(1 / 200);
    const lucky = realityCheck(trials(50, 500, 1), options);
    expect(lucky.bestMean).toBeGreaterThan(0);
    expect(lucky.pValue).toBeGreaterThan(0.1);
  });
});
