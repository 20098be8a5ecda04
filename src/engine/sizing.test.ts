/** Sizing models: figures from the published LEAN runs, and properties of the division. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADJUSTED_PRICE_SCALE, DOLLAR, SHARE } from '../domain/units.js';
import { equityFraction, leanSetHoldings, sharesFor } from './sizing.js';

/** $0.005 per share, at least $1.00, at most 0.5 % of the value. */
const leanFee =
  (price: number) =>
  (_side: string, quantity: number): number => {
    const fee = Math.max(DOLLAR, (quantity / SHARE) * 5_000);
    const value = (quantity / SHARE) * (price / 100);
    return fee > DOLLAR ? Math.min(fee, value / 200) : fee;
  };

describe('whole shares for an amount', () => {
  it('is the largest number whose value is within the amount', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 13 }),
        fc.integer({ min: 1, max: 10 ** 12 }),
        fc.constantFrom(DOLLAR, ADJUSTED_PRICE_SCALE),
        (amount, price, scale) => {
          const shares = sharesFor(amount, price, scale) / SHARE;
          const exact = (BigInt(amount) * BigInt(scale)) / BigInt(SHARE) / BigInt(price);
          expect(BigInt(shares)).toBe(exact < 9_007_199_254n ? exact : 9_007_199_254n);
        },
      ),
    );
  });

  it.each([
    [0, 5],
    [5, 0],
    [-1, 5],
    [5, -1],
    [NaN, 5],
    [5, NaN],
  ])('of %d at %d is nothing', (amount, price) => {
    expect(sharesFor(amount, price, DOLLAR)).toBe(0);
  });

  it('a fraction of equity is rounded down', () => {
    expect(equityFraction(100_000 * DOLLAR, 0.25, 333 * DOLLAR, DOLLAR)).toBe(75 * SHARE);
  });
});

describe('LEAN SetHoldings', () => {
  // Last prices that the published runs were sized with: 688 = floor(99,750 ÷ 144.x), and so on.
  it.each([
    [144.78172417, 688],
    [145.1, 687],
    [143.0, 697],
  ])('of everything at %d is %d shares', (dollars, shares) => {
    const price = Math.round(dollars * ADJUSTED_PRICE_SCALE);
    const order = leanSetHoldings(100_000 * DOLLAR, 1, 0, price, ADJUSTED_PRICE_SCALE, leanFee(price), 1);
    expect(order).toBe(shares * SHARE);
  });

  it('leaves room for the fee', () => {
    // 99,750 ÷ 10 = 9,975 shares cost $49.87 in fees: they must fit too.
    const price = 10 * ADJUSTED_PRICE_SCALE;
    const order = leanSetHoldings(100_000 * DOLLAR, 1, 0, price, ADJUSTED_PRICE_SCALE, leanFee(price), 1);
    expect(order).toBe(9_970 * SHARE);
  });

  const orderAt = (dollars: number, held: number, weight = 0.5, leverage = 1): number => {
    const price = dollars * ADJUSTED_PRICE_SCALE;
    const equity = 100_000 * DOLLAR;
    return leanSetHoldings(equity, weight, held * SHARE, price, ADJUSTED_PRICE_SCALE, () => 0, leverage) / SHARE;
  };

  it('sends nothing for less than 0.1 % of equity, and sells what is too much', () => {
    expect([997, 996, 1100].map((held) => orderAt(50, held))).toEqual([0, 0, -103]);
  });

  it('measures the distance from the target, not what whole shares make of it', () => {
    // The target is 49,875: 333 × 150 are $75 too much, 334 × 150 are $225.
    expect([332, 333, 334].map((held) => orderAt(150, held))).toEqual([0, 0, -2]);
  });

  it('measures the distance in margin, of which leverage leaves less', () => {
    // Of the target of 49,875 there are $175 and $225 too little, or $125 and $275 too much.
    const ordersAt = (leverage: number): number[] =>
      [994, 993, 1000, 1003].map((held) => orderAt(50, held, 0.5, leverage));
    expect(ordersAt(1)).toEqual([3, 4, -3, -6]);
    expect(ordersAt(2)).toEqual([0, 4, 0, -6]);
  });

  it('lets go of everything for a target of nothing, however little that is', () => {
    expect([1, -1].map((held) => orderAt(50, held, 0))).toEqual([-1, 1]);
  });

  it('takes a position to the other side', () => {
    expect(orderAt(50, 997, -0.5)).toBe(-1994);
  });

  it('is the mirror image for shorts', () => {
    const price = 50 * ADJUSTED_PRICE_SCALE;
    expect(leanSetHoldings(100_000 * DOLLAR, -0.5, 0, price, ADJUSTED_PRICE_SCALE, () => 0, 1)).toBe(-997 * SHARE);
  });
});
