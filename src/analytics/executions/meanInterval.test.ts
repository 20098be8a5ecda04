import { describe, expect, it } from 'vitest';
import { meanInterval } from './meanInterval.js';

/** So many values of mean 0 and sample variance 1: half the width × √count is the quantile. */
function quantileOf(count: number): number {
  const half = Math.sqrt((count - 1) / count);
  const values = Array.from({ length: count }, (_, index) => (index % 2 === 0 ? half : -half));
  return (meanInterval(values).within ?? NaN) * Math.sqrt(count);
}

describe('meanInterval', () => {
  // Values of R's qt(0.975, df).
  it.each([
    [2, 12.706205],
    [4, 3.182446],
    [10, 2.262157],
    [20, 2.093024],
    [32, 2.039513],
    [62, 1.999624],
    [102, 1.983731],
    [1002, 1.962337],
  ])('is that of Student with %d values', (count, quantile) => {
    expect(quantileOf(count)).toBeCloseTo(quantile, 6);
  });

  it('narrows with every value more', () => {
    for (let count = 4; count < 400; count += 2) expect(quantileOf(count)).toBeLessThan(quantileOf(count - 2));
  });

  it('has no width for one value, and no mean for none', () => {
    expect(meanInterval([3])).toEqual({ count: 1, mean: 3, within: null });
    expect(meanInterval([])).toEqual({ count: 0, mean: null, within: null });
  });
});
