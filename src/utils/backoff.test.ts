import { describe, expect, it } from 'vitest';
import { pauseMs } from './backoff.js';

describe('pauseMs', () => {
  it.each([
    [0, 125, 250],
    [1, 250, 500],
    [4, 2_000, 4_000],
    [7, 15_000, 30_000],
    [5_000, 15_000, 30_000],
  ])('after failure %i lies from %i to below %i ms', (failures, least, most) => {
    const backoff = { firstMs: 250, longestMs: 30_000 };
    expect(pauseMs(backoff, failures, () => 0)).toBe(least);
    expect(pauseMs(backoff, failures, () => 0.999_999)).toBeCloseTo(most, 0);
  });
});
