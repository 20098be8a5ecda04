import { describe, expect, it } from 'vitest';
import { exactLog } from './exactLog.js';

describe('the natural logarithm that is one on every machine (K10)', () => {
  it.each([1e-9, 0.01, 0.5, 0.9, 0.999999, 1.000001, 1.1, 2, Math.E, 10, 12345.678, 1e12])(
    'agrees with the built-in one at %d',
    (x) => {
      expect(Math.abs(exactLog(x) - Math.log(x))).toBeLessThan(1e-14 * Math.max(0.01, Math.abs(Math.log(x))));
    },
  );

  it.each([0, -1, Infinity, NaN])('refuses %d', (x) => {
    expect(() => exactLog(x)).toThrow('the logarithm of');
  });

  it('has its exact values where there are some, and is pinned to the last digit', () => {
    expect(exactLog(1)).toBe(0);
    expect(exactLog(2)).toBe(0.6931471805599453);
    expect(exactLog(10)).toBe(2.3025850929940455);
  });
});
