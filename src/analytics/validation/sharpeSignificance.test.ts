import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../utils/random.js';
import { normalProbability, normalQuantile } from './normalDistribution.js';
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  independentTrials,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from './sharpeSignificance.js';

describe('the normal distribution', () => {
  // Values of R's pnorm and qnorm.
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.959963984540054, 0.025],
    [3, 0.9986501019683699],
    [-8, 6.220960574271786e-16],
  ])('is known at %d', (x, p) => {
    expect(normalProbability(x)).toBeCloseTo(p, 14);
  });

  it('has quantiles that are its inverse', () => {
    expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 12);
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (p) => {
        expect(normalProbability(normalQuantile(p))).toBeCloseTo(p, 12);
      }),
    );
  });
});

describe('probabilistic Sharpe ratio', () => {
  // Bailey and López de Prado 2012: a fund of 24 months with a monthly ratio of 0.458, first as if it were normal.
  it('is that of the paper', () => {
    const fund = { sharpe: 0.458, count: 24, skewness: 0, kurtosis: 3 };
    expect(probabilisticSharpe(fund, 0)).toBeCloseTo(0.982, 3);
    expect(probabilisticSharpe({ ...fund, skewness: -2.448, kurtosis: 10.164 }, 0)).toBeCloseTo(0.913, 3);
  });

  // pypbo, tests/pbo_tests.py at d5464572, on the figures of the papers.
  it('is that of pypbo, and so are the maximum of luck and the minimum record', () => {
    const fund = { sharpe: 1.585 / Math.sqrt(12), count: 24, skewness: -2.448, kurtosis: 10.164 };
    expect(probabilisticSharpe(fund, 0)).toBeCloseTo(0.91323430688486018, 12);
    expect(expectedMaximumSharpe(100, 1)).toBeCloseTo(2.5306028932016846, 12);
    const normal = { sharpe: 2 / Math.sqrt(250), count: 1250, skewness: 0, kurtosis: 3 };
    expect((minimumTrackRecord(normal, 1 / Math.sqrt(250), 0.95) ?? 0) / 250).toBeCloseTo(2.7311878017281761, 10);
    const weeks = { ...normal, sharpe: 2 / Math.sqrt(52) };
    expect((minimumTrackRecord(weeks, 1 / Math.sqrt(52), 0.95) ?? 0) / 52).toBeCloseTo(2.8288335869452368, 10);
    const odd = { sharpe: 3 / Math.sqrt(12), count: 24, skewness: -0.72, kurtosis: 5.78 };
    expect((minimumTrackRecord(odd, 2.5 / Math.sqrt(12), 0.95) ?? 0) / 12).toBeCloseTo(27.352920196040301, 9);
    const best = { sharpe: 2.5 / Math.sqrt(250), count: 1250, skewness: -3, kurtosis: 10 };
    expect(deflatedSharpe(best, 100, 0.5 / 250)).toBeCloseTo(0.90039683444939034, 12);
  });

  // The same paper: years until a yearly ratio of 2 is above 1 with 95 %, for normal returns.
  it.each([
    ['daily', 252, 2.73],
    ['weekly', 52, 2.83],
    ['monthly', 12, 3.24],
  ])('needs a record as long as the paper says on %s returns', (_name, perYear, years) => {
    const sample = { sharpe: 2 / Math.sqrt(perYear), count: 100, skewness: 0, kurtosis: 3 };
    const needed = minimumTrackRecord(sample, 1 / Math.sqrt(perYear), 0.95);
    expect((needed ?? 0) / perYear).toBeCloseTo(years, 2);
  });

  it('needs for ever what is not above the benchmark', () => {
    const sample = { sharpe: 0.05, count: 100, skewness: 0, kurtosis: 3 };
    expect(minimumTrackRecord(sample, 0.05, 0.95)).toBeUndefined();
  });

  it('has the confidence asked for after the minimum record', () => {
    const sample = { sharpe: 0.1, count: 0, skewness: -0.7, kurtosis: 6 };
    const count = minimumTrackRecord(sample, 0.03, 0.9) ?? 0;
    expect(probabilisticSharpe({ ...sample, count }, 0.03)).toBeCloseTo(0.9, 10);
  });
});

describe('deflated Sharpe ratio', () => {
  // Bailey and López de Prado 2014, the numerical example: five years of days, a yearly ratio of 2.5, the best of 100
  // whose yearly ratios have a variance of one half.
  const sample = { sharpe: 2.5 / Math.sqrt(250), count: 1250, skewness: -3, kurtosis: 10 };
  const variance = 0.5 / 250;

  it('is that of the paper', () => {
    expect(expectedMaximumSharpe(100, variance)).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(sample, 100, variance)).toBeCloseTo(0.9004, 4);
  });

  it('lets 46 trials pass at 95 %, and not one more', () => {
    expect(deflatedSharpe(sample, 46, variance)).toBeCloseTo(0.9505, 4);
    expect(deflatedSharpe(sample, 47, variance)).toBeLessThan(0.95);
  });

  it('is the probabilistic one for a single trial', () => {
    expect(deflatedSharpe(sample, 1, variance)).toBe(probabilisticSharpe(sample, 0));
  });

  // independentTrials gives parts of trials, of which the formula for many makes a maximum below 0.
  it.each([1.001, 1.05, 1.25, 1.5, 2])('is never better than the probabilistic one: %d trials', (count) => {
    expect(expectedMaximumSharpe(count, 1)).toBeGreaterThanOrEqual(0);
    expect(deflatedSharpe(sample, count, variance)).toBeLessThanOrEqual(probabilisticSharpe(sample, 0) ?? NaN);
  });

  it('expects the best of many lucky ones where simulation finds it', () => {
    const random = new SeededRandom(4);
    const runs = 2000;
    let sum = 0;
    for (let run = 0; run < runs; run += 1) {
      sum += Math.max(...Array.from({ length: 50 }, () => random.normal()));
    }
    expect(sum / runs).toBeCloseTo(expectedMaximumSharpe(50, 1), 1);
  });
});

describe('sharpeSample', () => {
  it('says nothing of a few returns, or of returns that never differ', () => {
    expect(sharpeSample(new Float64Array(19).map((_, day) => day))).toBeUndefined();
    expect(sharpeSample(new Float64Array(100))).toBeUndefined();
    expect(sharpeSample(new Float64Array(100).fill(0.01))).toBeUndefined();
    const grown = Float64Array.from({ length: 100 }, (_, day) => 1.001 ** (day + 1) / 1.001 ** day - 1);
    expect(new Set(grown).size).toBeGreaterThan(1);
    expect(sharpeSample(grown)).toBeUndefined();
  });
});

describe('independentTrials', () => {
  const random = new SeededRandom(8);
  const noise = (): Float64Array => Float64Array.from({ length: 400 }, () => random.normal());

  it('counts copies once and strangers one by one', () => {
    const one = noise();
    expect(independentTrials([one, one, one, one], 4)).toBeCloseTo(1, 6);
    const strangers = Array.from({ length: 20 }, noise);
    expect(independentTrials(strangers, 20)).toBeGreaterThan(18.5);
    expect(independentTrials([...strangers, new Float64Array(400)], 21)).toBeLessThanOrEqual(21);
  });

  // Appendix A.3 of the paper: ρ + (1 − ρ) M, M being all trials that were made, whichever of them ρ is known of.
  it('reckons with all trials, not with those alone whose returns are known', () => {
    const common = noise();
    const alike = Array.from({ length: 10 }, () => noise().map((value, day) => value + (common[day] ?? 0)));
    const correlation = (10 - independentTrials(alike, 10)) / 9;
    expect(correlation).toBeGreaterThan(0.4);
    expect(correlation).toBeLessThan(0.6);
    expect(independentTrials(alike, 1000)).toBeCloseTo(correlation + (1 - correlation) * 1000, 9);
  });

  it('takes them for strangers where their correlation is not known', () => {
    expect(independentTrials([], 50)).toBe(50);
    expect(independentTrials([noise(), new Float64Array(400)], 50)).toBe(50);
    expect(independentTrials([], 0)).toBe(1);
  });
});
