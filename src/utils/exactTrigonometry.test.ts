import { describe, expect, it } from 'vitest';
import { exactAtan, exactCos, exactSin } from './exactTrigonometry.js';

describe('sine, cosine and arctangent that are the same on every machine (K10)', () => {
  // The nearest numbers to the values of tables: Abramowitz and Stegun, 4.3 and 4.4, and the angles with closed forms.
  it.each([
    [0, 0],
    [0.1, 0.09983341664682815],
    [0.5, 0.479425538604203],
    [1, 0.8414709848078965],
    [-1, -0.8414709848078965],
    [Math.PI / 6, 0.5],
    [Math.PI / 4, Math.SQRT1_2],
    [2, 0.9092974268256817],
    [10, -0.5440211108893698],
    [100, -0.5063656411097588],
  ])('sine of %d', (x, expected) => {
    expect(Math.abs(exactSin(x) - expected)).toBeLessThan(3e-16);
  });

  it.each([
    [0, 0],
    [0.1, 0.09966865249116202],
    [0.25, 0.24497866312686414],
    [0.5, 0.4636476090008061],
    [1, Math.PI / 4],
    [-2, -1.1071487177940904],
    [10, 1.4711276743037347],
    [Infinity, Math.PI / 2],
  ])('arctangent of %d', (x, expected) => {
    expect(Math.abs(exactAtan(x) - expected)).toBeLessThan(3e-16);
  });

  it('agree with the built-in ones over their ranges', () => {
    for (let step = -2000; step <= 2000; step += 1) {
      const x = step * 0.0137;
      expect(Math.abs(exactSin(x) - Math.sin(x))).toBeLessThan(1e-15);
      expect(Math.abs(exactCos(x) - Math.cos(x))).toBeLessThan(5e-15);
      expect(Math.abs(exactAtan(x) - Math.atan(x))).toBeLessThan(1e-15);
    }
    expect(Math.abs(exactSin(99_999.5) - Math.sin(99_999.5))).toBeLessThan(1e-11);
  });

  it('are pinned to the last digit', () => {
    expect(exactSin(1)).toBe(0.8414709848078965);
    expect(exactAtan(1)).toBe(0.7853981633974483);
  });
});
