import { describe, expect, it } from 'vitest';
import { nearestName } from './nearestName.js';

const NAMES = ['sma-cross', 'opening-range-breakout', 'buy-and-hold'];

describe('nearestName', () => {
  it.each([
    ['sma-cros', 'sma-cross'],
    ['smacross', 'sma-cross'],
    ['SMA-Cross', 'sma-cross'],
    ['sma-corss', 'sma-cross'],
    ['buyhold', 'buy-and-hold'],
    ['breakout', undefined],
    ['xyz', undefined],
    ['', undefined],
  ])('takes %s for %s', (text, name) => {
    expect(nearestName(text, NAMES)).toBe(name);
  });

  it('suggests nothing when nothing is known', () => {
    expect(nearestName('a', [])).toBeUndefined();
  });
});
