import { describe, expect, it } from 'vitest';
import { parseDate } from '../../calendar/tradingDate.js';
import { DOLLAR, SHARE } from '../../domain/units.js';
import type { Locate, LocateList } from './stockBorrow.js';
import { borrowFee, borrowOf, collateralPerShare } from './stockBorrow.js';

const SCALE = 1_000_000;
const date = parseDate('2026-08-03');
const usd = (dollars: number): number => Math.round(dollars * DOLLAR);

describe('stock borrow (M14)', () => {
  it.each([
    // 102 %, rounded up to the dollar
    [13, 14], // 13.26
    [0.25, 1], // 0.255
    [50, 51], // 51.00 exactly
    [50.01, 52], // 51.0102
    [42.8, 44], // 43.656
  ])('a share at %d is covered with %d', (price, collateral) => {
    expect(collateralPerShare(Math.round(price * SCALE), SCALE, date)).toBe(usd(collateral));
    expect(collateralPerShare(Math.round(price * 100), 100, date)).toBe(usd(collateral));
  });

  it.each([
    // shares, price, rate, days, fee
    [100_000, 0.25, 0.5, 1, 138.888889], // 100,000 × 50 % ÷ 360
    [1_000, 13, 0.06, 1, 2.333333], // 14,000 × 6 % ÷ 360
    [1_000, 13, 0.06, 3, 7], // Friday to Monday
    [1_000, 13, 0, 1, 0], // a rate of zero is known
  ])('%d shares at %d for %d a year cost over %d days %d', (shares, price, rate, days, fee) => {
    const annual = Math.round(rate * 1_000_000);
    expect(borrowFee(shares * SHARE, Math.round(price * SCALE), SCALE, annual, days, date)).toBe(usd(fee));
  });

  it('does not know the fee of an unknown rate', () => {
    expect(borrowFee(SHARE, SCALE, SCALE, undefined, 1, date)).toBeUndefined();
  });

  const locate = (symbol: string, availability: Locate['availability'], available?: number): [string, Locate] => [
    symbol,
    { symbol, availability, available, annualRate: undefined },
  ];
  const list: LocateList = {
    date,
    source: 'test',
    locates: new Map([
      locate('EASY', 'easy'),
      locate('SOME', 'hard', 100 * SHARE),
      locate('HARD', 'hard'),
      locate('NONE', 'none', 100 * SHARE),
    ]),
  };
  it.each([
    ['EASY', 1_000_000, 'available'],
    ['SOME', 100, 'available'],
    ['SOME', 101, 'unavailable'],
    ['HARD', 1, 'unknown'],
    ['NONE', 1, 'unavailable'],
    ['MISSING', 1, 'unknown'],
  ])('%s, %d shares: %s', (symbol, shares, answer) => {
    expect(borrowOf(list, symbol, shares * SHARE)).toBe(answer);
  });
});
