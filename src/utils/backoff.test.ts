import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  it.each([
    [1, 125, 250],
    [2, 250, 500],
    [5, 2_000, 4_000],
    [8, 15_000, 30_000],
    [5_000, 15_000, 30_000],
  ])('after %i failures lies from %i to below %i ms', (failures, least, most) => {
    expect(backoffMs(failures, 250, 30_000, () => 0)).toBe(least);
    expect(backoffMs(failures, 250, 30_000, () => 0.999_999)).toBeCloseTo(most, 0);
  });
});
