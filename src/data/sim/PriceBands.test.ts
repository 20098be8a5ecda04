import { describe, expect, it } from 'vitest';
import { bandWidth, PriceBands } from './PriceBands.js';

const SESSION = 23_400;
const stock = { tier: 1, previousClose: 50, ticksPerCent: 1 } as const;

/** Bands around 5000 cents since second 0. */
function opened(): PriceBands {
  const bands = new PriceBands(stock, SESSION);
  bands.restart(0, 5_000);
  return bands;
}

describe('price bands of the simulated market (R6)', () => {
  it.each([
    [{ ...stock }, 0.05],
    [{ ...stock, tier: 2 as const }, 0.1],
    [{ ...stock, previousClose: 3 }, 0.2],
    [{ ...stock, previousClose: 0.5 }, 0.75],
  ])('are as wide as tier and previous close say: %o', (one, width) => expect(bandWidth(one)).toBe(width));

  it('lie around the reference, in whole cents, and at most 15 cents away below 75 cents', () => {
    const bands = opened();
    expect([bands.lower, bands.upper]).toEqual([4_750, 5_250]);
    const penny = new PriceBands({ tier: 2, previousClose: 0.5, ticksPerCent: 100 }, SESSION);
    penny.restart(0, 5_050);
    expect([penny.lower, penny.upper]).toEqual([3_600, 6_600]);
  });

  it('follow the mean of five minutes once it has moved by a percent and the reference stood for half a minute', () => {
    const bands = opened();
    for (let second = 1; second < 30; second += 1) {
      expect(bands.step(second, 5_090, 5_110)).toBe(false);
      bands.trade(5_100);
    }
    expect(bands.step(30, 5_090, 5_110)).toBe(true);
    expect([bands.lower, bands.upper]).toEqual([4_845, 5_355]);
    // Half a percent more is not enough.
    for (let second = 31; second < 400; second += 1) {
      bands.trade(5_125);
      expect(bands.step(second, 5_090, 5_110)).toBe(false);
    }
  });

  it('double in the last 25 minutes for tier 1, not for tier 2 above three dollars', () => {
    const bands = opened();
    expect(bands.step(SESSION - 1_501, 4_990, 5_010)).toBe(false);
    expect(bands.step(SESSION - 1_500, 4_990, 5_010)).toBe(true);
    expect([bands.lower, bands.upper]).toEqual([4_500, 5_500]);
    const second = new PriceBands({ ...stock, tier: 2 }, SESSION);
    second.restart(0, 5_000);
    expect(second.step(SESSION - 1_500, 4_990, 5_010)).toBe(false);
  });

  it('ask for a pause after fifteen seconds with the best bid or ask at a band, and not before', () => {
    const bands = opened();
    for (let second = 10; second < 25; second += 1) {
      bands.step(second, 5_250, 5_260);
      expect(bands.isPauseDue(second)).toBe(false);
    }
    bands.step(25, 5_250, 5_260);
    expect(bands.isPauseDue(25)).toBe(true);
    const left = opened();
    left.step(10, 5_250, 5_260);
    left.step(20, 5_240, 5_260);
    left.step(25, 4_700, 4_750);
    expect(left.isPauseDue(39)).toBe(false);
    expect(left.isPauseDue(40)).toBe(true);
  });

  it('are none once they are lifted', () => {
    const bands = opened();
    bands.lift();
    expect([bands.lower, bands.upper]).toEqual([0, 0]);
    expect(bands.step(100, 6_000, 6_010)).toBe(false);
    expect(bands.isPauseDue(200)).toBe(false);
  });
});
