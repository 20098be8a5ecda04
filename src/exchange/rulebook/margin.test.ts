import { describe, expect, it } from 'vitest';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { DOLLAR, SHARE } from '../../domain/units.js';
import {
  dayTradeRule,
  intradayDeficit,
  intradayMultiplier,
  isDayTradeDenied,
  isPatternDayTrader,
} from './dayTrades.js';
import type { MarginPosition } from './margin.js';
import { buyingPower, initialRequirement, isConcentrated, maintenanceRequirement, mayUseMargin } from './margin.js';

const SCALE = 1_000_000;
const usd = (dollars: number): number => Math.round(dollars * DOLLAR);
const date = parseDate('2026-08-03');

const position = (side: 'long' | 'short', shares: number, price: number, leverage = 1): MarginPosition => ({
  side,
  quantity: Math.round(shares * SHARE),
  price: Math.round(price * SCALE),
  leverage,
});

describe('initial margin, Regulation T (R18)', () => {
  it.each([
    ['long', 100, 50, 2_500], // 50 % of 5,000
    ['short', 100, 50, 7_500], // 150 %
    ['long', 0.333333, 10.01, 1.668332], // 3.336663 ÷ 2 = 1.6683315, half to even
  ] as const)('%s %d shares at %d need %d', (side, shares, price, required) => {
    expect(initialRequirement(position(side, shares, price), SCALE, date)).toBe(usd(required));
  });
});

describe('maintenance margin (R18)', () => {
  it.each([
    ['finra', 'long', 100, 50, 1, 1_250], // 25 %
    ['finra', 'long', 100, 50, 3, 3_750], // 25 % × 3
    ['finra', 'short', 100, 50, 1, 1_500], // 30 %
    ['finra', 'short', 100, 50, 2, 3_000], // 30 % × 2
    ['finra', 'short', 100, 10, 1, 500], // $5.00 a share beats 300
    ['finra', 'short', 100, 5, 1, 500], // the border belongs to the upper side
    ['finra', 'short', 100, 4.99, 1, 499], // 100 % beats $2.50 a share
    ['finra', 'short', 100, 2, 1, 250], // $2.50 a share beats 200
    ['alpaca', 'long', 100, 2.49, 1, 249], // 100 %
    ['alpaca', 'long', 100, 2.5, 1, 125], // 50 %
    ['alpaca', 'long', 100, 6, 1, 300],
    ['alpaca', 'long', 100, 6.01, 1, 180.3], // 30 %
    ['alpaca', 'long', 100, 50, 2, 2_500],
    ['alpaca', 'long', 100, 50, 3, 3_750],
    ['alpaca', 'long', 100, 2, 3, 200], // the price tier is higher
    ['alpaca', 'short', 100, 50, 1, 1_500],
    ['alpaca', 'short', 100, 2, 1, 250],
  ] as const)('%s: %s %d shares at %d, factor %d: %d', (plan, side, shares, price, leverage, required) => {
    expect(maintenanceRequirement(plan, position(side, shares, price, leverage), SCALE, date)).toBe(usd(required));
  });

  it('does not multiply by the factor before 2009-12-01', () => {
    const fund = position('long', 100, 50, 3);
    expect(maintenanceRequirement('finra', fund, SCALE, parseDate('2009-11-30'))).toBe(usd(1_250));
  });

  it('is 50 % for concentrated accounts at Alpaca, unless the position needs more', () => {
    const concentrated = (largest: number, all: number, debit: number, plan: 'alpaca' | 'finra' = 'alpaca'): boolean =>
      isConcentrated(plan, usd(largest), usd(all), usd(debit), date);
    expect(concentrated(70_000, 100_000, 100_000)).toBe(true);
    expect(concentrated(69_999, 100_000, 100_000)).toBe(false);
    expect(concentrated(70_000, 100_000, 99_999)).toBe(false);
    expect(concentrated(0, 0, 200_000)).toBe(false);
    expect(concentrated(70_000, 100_000, 100_000, 'finra')).toBe(false);
    expect(maintenanceRequirement('alpaca', position('long', 100, 50), SCALE, date, true)).toBe(usd(2_500));
    expect(maintenanceRequirement('alpaca', position('long', 100, 50, 3), SCALE, date, true)).toBe(usd(3_750));
    expect(maintenanceRequirement('finra', position('long', 100, 50), SCALE, date, true)).toBe(usd(1_250));
  });
});

describe('buying power (R18)', () => {
  const sums = { cash: usd(1_000), equity: usd(30_000), initialMargin: usd(5_000), maintenanceMargin: usd(3_000) };
  it.each([
    [1, 1_000],
    [2, 50_000], // 2 × (30,000 − 5,000)
    [4, 108_000], // 4 × (30,000 − 3,000)
  ] as const)('with multiplier %d is %d', (multiplier, expected) => {
    expect(buyingPower(multiplier, sums)).toBe(usd(expected));
  });

  it('is never negative', () => {
    const broke = { ...sums, cash: -usd(1), equity: 0 };
    expect(([1, 2, 4] as const).map((multiplier) => buyingPower(multiplier, broke))).toEqual([0, 0, 0]);
  });
});

describe('day-trade rules by date (R18)', () => {
  it.each([
    ['2001-09-27', undefined],
    ['2001-09-28', 'patternDayTrader'],
    ['2026-06-03', 'patternDayTrader'],
    ['2026-06-04', 'intradayMargin'],
  ])('%s: %s', (on, kind) => {
    expect(dayTradeRule(parseDate(on))?.kind).toBe(kind);
  });

  it.each([
    [3, 10, '2026-06-03', false],
    [4, 10, '2026-06-03', true],
    [4, 66, '2026-06-03', true], // 6.06 %
    [4, 67, '2026-06-03', false], // 5.97 %: does not exceed 6 %
    [6, 100, '2026-06-03', false], // exactly 6 %
    [4, 10, '2026-06-04', false],
  ])('%d day trades of %d on %s make a pattern day trader: %s', (dayTrades, trades, on, expected) => {
    expect(isPatternDayTrader(dayTrades, trades, parseDate(on))).toBe(expected);
  });

  it('denies the fourth day trade below $25,000, until June 2026', () => {
    const denied = (equity: number, on: string): boolean => isDayTradeDenied(3, 7, usd(equity), parseDate(on));
    expect([denied(24_999.99, '2026-06-03'), denied(25_000, '2026-06-03'), denied(24_999.99, '2026-06-04')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(isDayTradeDenied(2, 7, usd(3_000), parseDate('2026-06-03'))).toBe(false);
  });

  it.each([
    [1_999.99, false, '2026-06-04', 1],
    [2_000, false, '2026-06-04', 4],
    [2_000, false, '2026-06-03', 2],
    [25_000, true, '2026-06-03', 4],
    [24_999, true, '2026-06-03', 2],
    [50_000, false, '2026-06-03', 2],
    [50_000, false, '2000-06-05', undefined],
  ])('equity %d, pattern day trader %s, %s: multiplier %s', (equity, isPattern, on, multiplier) => {
    expect(intradayMultiplier(usd(equity), isPattern, parseDate(on))).toBe(multiplier);
    expect(mayUseMargin(usd(equity), parseDate(on))).toBe(equity >= 2_000);
  });

  it('excuses small intraday deficits, and dates the others', () => {
    const deficit = (equity: number, requirement: number) => intradayDeficit(usd(equity), usd(requirement), date);
    expect(deficit(10_000, 9_000)).toMatchObject({ amount: 0, isExcused: true, dueOn: undefined });
    expect(deficit(10_000, 10_500)).toMatchObject({ amount: usd(500), isExcused: true }); // 5 % of 10,000
    expect(deficit(50_000, 51_000)).toMatchObject({ amount: usd(1_000), isExcused: true }); // $1,000 is less
    expect(deficit(50_000, 51_000.01)).toMatchObject({ isExcused: false });
    // Monday 3 August 2026: due on Wednesday, unmet at the end of Monday the 10th frozen from the 11th for 90 days.
    const unmet = deficit(10_000, 10_500.01);
    expect([unmet?.dueOn, unmet?.frozenFrom, unmet?.frozenUntil].map((day) => formatDate(day ?? 0))).toEqual([
      '2026-08-05',
      '2026-08-11',
      '2026-11-08',
    ]);
    expect(intradayDeficit(0, usd(1), parseDate('2026-06-03'))).toBeUndefined();
    expect(intradayDeficit(-usd(1), 0, date)).toMatchObject({ amount: usd(1), isExcused: false });
  });
});
