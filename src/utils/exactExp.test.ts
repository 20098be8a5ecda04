import { describe, expect, it } from 'vitest';
import { exactExp } from './exactExp.js';

describe('the exponential function that is one on every machine (K10)', () => {
  it.each([-50, -10, -1, -0.5, -1e-9, 0, 1e-9, 0.3, 1, 2.5, 10, 50])('agrees with the built-in one at %d', (x) => {
    expect(Math.abs(exactExp(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
  });

  it('has its exact values where there are some', () => {
    expect(exactExp(0)).toBe(1);
    // The value is pinned: another last digit would give other fills.
    expect(exactExp(1)).toBe(2.7182818284590438);
  });
});
