import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDate } from '../../calendar/tradingDate.js';
import { DOLLAR, SHARE } from '../../domain/units.js';
import { soakCount } from '../../../test/soak.js';
import type { CorporateAction, Split } from './corporateActions.js';
import { dividendOn, rebasePrice, symbolOn } from './corporateActions.js';
import type { AdjustableOrder } from './openOrderAdjustments.js';
import { adjustOpenOrder } from './openOrderAdjustments.js';
import { splitPosition } from './splits.js';
import { isOnGrid } from './tickSizes.js';

const SCALE = 1_000_000;
const price = (dollars: number): number => Math.round(dollars * SCALE);
const usd = (dollars: number): number => Math.round(dollars * DOLLAR);
const date = parseDate('2026-08-03');
const split = (newShares: number, oldShares: number): Split => ({ kind: 'split', newShares, oldShares });
const dividend = (dollars: number): CorporateAction => ({ kind: 'cashDividend', amount: price(dollars) });

function order(
  side: 'buy' | 'sell',
  limit: number,
  stop: number,
  more: Partial<AdjustableOrder> = {},
): AdjustableOrder {
  return {
    side,
    limitPrice: price(limit),
    stopPrice: price(stop),
    remaining: 100 * SHARE,
    doNotReduce: false,
    isExempt: false,
    ...more,
  };
}

describe('open orders on an ex-date (R13)', () => {
  it.each([
    // what, order, action, limit, stop, shares after; or what became of it
    ['a dividend lowers a buy limit', order('buy', 20, 0), dividend(0.25), [19.75, 0, 100]],
    ['to the next lower tick', order('buy', 20, 0), dividend(0.255), [19.74, 0, 100]], // 19.745
    ['to the finer grid below $1.00', order('buy', 1.1, 0), dividend(0.25555), [0.8444, 0, 100]],
    ['and a sell stop', order('sell', 0, 20), dividend(0.25), [0, 19.75, 100]],
    ['and both prices of a sell stop-limit', order('sell', 19.5, 20), dividend(0.25), [19.25, 19.75, 100]],
    ['a sell limit stays', order('sell', 20, 0), dividend(0.25), 'unchanged'],
    ['a buy stop stays', order('buy', 0, 20), dividend(0.25), 'unchanged'],
    ['a buy stop-limit stays', order('buy', 20.5, 20), dividend(0.25), 'unchanged'],
    ['a market order stays', order('buy', 0, 0), dividend(0.25), 'unchanged'],
    ['less than a cent does nothing', order('buy', 20, 0), dividend(0.009999), 'unchanged'],
    ['a cent does', order('buy', 20, 0), dividend(0.01), [19.99, 0, 100]],
    ['do not reduce', order('buy', 20, 0, { doNotReduce: true }), dividend(0.25), 'unchanged'],
    ['a member of a bracket at Alpaca', order('buy', 20, 0, { isExempt: true }), dividend(0.25), 'unchanged'],
    ['nothing is left of the price', order('buy', 0.2, 0), dividend(0.25), 'priceGone'],
    ['2 for 1', order('buy', 20.01, 0), split(2, 1), [10, 0, 200]], // 10.005, down
    ['3 for 2, a sale', order('sell', 20, 0), split(3, 2), [13.33, 0, 150]],
    ['3 for 2 of an odd size', order('sell', 0, 20, { remaining: 25 * SHARE }), split(3, 2), [0, 13.33, 37]], // 37.5
    ['a split also adjusts "do not reduce"', order('buy', 20, 0, { doNotReduce: true }), split(2, 1), [10, 0, 200]],
    ['a bracket member and a split', order('buy', 20, 0, { isExempt: true }), split(2, 1), 'unchanged'],
    ['a reverse split cancels', order('sell', 20, 0), split(1, 10), 'reverseSplit'],
    ['a bracket member too', order('sell', 20, 0, { isExempt: true }), split(1, 10), 'reverseSplit'],
  ] as const)('%s', (_, before, action, expected) => {
    const after = adjustOpenOrder(before, action, date, SCALE);
    if (after.outcome === 'adjusted') {
      expect([after.limitPrice / SCALE, after.stopPrice / SCALE, after.remaining / SHARE]).toEqual(expected);
    } else {
      expect(after.outcome === 'canceled' ? after.why : after.outcome).toBe(expected);
    }
  });

  it('rounds sizes down to a round lot under the older rule, and knows none before it', () => {
    const small = order('buy', 20, 0, { remaining: 150 * SHARE });
    expect(adjustOpenOrder(small, split(3, 2), parseDate('2005-03-01'), SCALE)).toMatchObject({
      remaining: 200 * SHARE, // 225
    });
    expect(adjustOpenOrder(small, split(3, 2), parseDate('1994-05-13'), SCALE)).toEqual({ outcome: 'unchanged' });
    const tiny = order('buy', 20, 0, { remaining: 50 * SHARE });
    expect(adjustOpenOrder(tiny, split(3, 2), parseDate('2005-03-01'), SCALE)).toMatchObject({ why: 'sizeGone' });
  });

  it('leaves prices on the grid, never above the exact quotient and less than a tick below', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 1_000_000 }),
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1, max: 29 }),
        (cents, newShares, oldShares) => {
          fc.pre(newShares > oldShares);
          const before = order('buy', cents / 100, 0);
          const after = adjustOpenOrder(before, split(newShares, oldShares), date, SCALE);
          if (after.outcome !== 'adjusted') return;
          const exact = (before.limitPrice * oldShares) / newShares;
          expect(isOnGrid(after.limitPrice, SCALE)).toBe(true);
          expect(after.limitPrice).toBeLessThanOrEqual(exact);
          expect(exact - after.limitPrice).toBeLessThan(exact < SCALE ? 100 : 10_000);
        },
      ),
      { numRuns: soakCount(200, 20_000) },
    );
  });
});

describe('splits of positions (R14)', () => {
  it.each([
    // shares, cost, price, ratio, unit: shares, cost, cash in lieu, cost of the fraction, price
    [100, 5_000, 50, [2, 1], SHARE, [200, 5_000, 0, 0, 25]],
    [25, 1_250, 60, [3, 2], SHARE, [37, 1_233.333333, 20, 16.666667, 40]], // 37.5: half a share at 40
    [105, 1_050, 10, [1, 10], SHARE, [10, 1_000, 50, 50, 100]], // 10.5
    [9, 90, 10, [1, 10], SHARE, [0, 0, 90, 90, 100]], // all of it
    [-25, -1_250, 60, [3, 2], SHARE, [-37, -1_233.333333, -20, -16.666667, 40]], // a short pays
    [25, 1_250, 60, [3, 2], 1, [37.5, 1_250, 0, 0, 40]], // where fractions are held
    [0, 0, 60, [3, 2], SHARE, [0, 0, 0, 0, 40]],
  ] as const)('%d shares for %d at %d, %j', (shares, cost, at, [newShares, oldShares], unit, expected) => {
    const after = splitPosition(shares * SHARE, usd(cost), price(at), SCALE, split(newShares, oldShares), unit);
    const { quantity, cost: kept, cashInLieu, costInLieu, price: rebased, residue } = after;
    expect([quantity / SHARE, kept / DOLLAR, cashInLieu / DOLLAR, costInLieu / DOLLAR, rebased / SCALE]).toEqual(
      expected.map((value) => value + 0),
    );
    expect(residue).toBe(0);
  });

  it('says what rounding the price hides', () => {
    // 100 at 10.00, 3 for 1: 300 at 3.333333 are 999.9999.
    expect(splitPosition(100 * SHARE, usd(1_000), price(10), SCALE, split(3, 1)).residue).toBe(100);
  });

  it('conserves cost exactly and value to the cent, long and short, for any ratio and holding', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.integer({ min: 1, max: 1e10 }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 500 }),
        fc.constantFrom(1, SHARE),
        (quantity, at, newShares, oldShares, unit) => {
          fc.pre(Math.abs(quantity) * (at / SCALE) < 1e15);
          const cost = Math.trunc(quantity / 3) + 0;
          const after = splitPosition(quantity, cost, at, SCALE, split(newShares, oldShares), unit);
          expect(after.cost + after.costInLieu).toBe(cost);
          expect(after.quantity % unit === 0).toBe(true);
          const total = quantity * newShares;
          const fraction = total - after.quantity * oldShares;
          if (total !== 0) expect(Math.abs(after.costInLieu - (cost * fraction) / total)).toBeLessThan(0.51);
          // At the exact price after the split, price × old ÷ new: value before less after, in 1/(new × scale) units.
          const unitOf = BigInt(newShares) * BigInt(SCALE);
          const before = BigInt(quantity) * BigInt(at) * BigInt(newShares);
          const kept = BigInt(after.quantity) * BigInt(at) * BigInt(oldShares);
          const lost = before - kept - BigInt(after.cashInLieu) * unitOf;
          expect(lost * 2n <= unitOf && lost * -2n <= unitOf).toBe(true); // half a micro-dollar, far below a cent
          // The rest of the residue is the price's own rounding: half a step per share kept.
          const bound = Math.abs(after.quantity) / 2 / SCALE + 2;
          expect(Math.abs(after.residue)).toBeLessThanOrEqual(bound);
        },
      ),
      { numRuns: soakCount(500, 50_000) },
    );
  });
});

describe('reference prices, dividends and names (R14, R15)', () => {
  it.each([
    [100, split(2, 1), 50],
    [10, split(1, 10), 100],
    [10, split(3, 1), 3.333333],
    [100, dividend(0.25), 99.75],
    [0.1, dividend(0.25), 0],
  ])('%d rebased by %j is %d', (before, action, after) => {
    expect(rebasePrice(price(before), action)).toBe(price(after));
  });

  it('pays long positions and charges short ones', () => {
    const quarter = { kind: 'cashDividend', amount: price(0.25) } as const;
    expect(dividendOn(100 * SHARE, quarter, SCALE)).toBe(usd(25));
    expect(dividendOn(-100 * SHARE, quarter, SCALE)).toBe(usd(-25));
    expect(dividendOn(1, quarter, SCALE)).toBe(0); // a quarter of a micro-dollar
  });

  it('follows names by date', () => {
    const changes = [
      { exDate: parseDate('2022-06-09'), from: 'FB', to: 'META' },
      { exDate: parseDate('2023-01-03'), from: 'META', to: 'XYZ' },
    ];
    const on = (text: string): string => symbolOn('FB', changes, parseDate(text));
    expect([on('2022-06-08'), on('2022-06-09'), on('2024-01-02')]).toEqual(['FB', 'META', 'XYZ']);
    expect(symbolOn('IBM', changes, parseDate('2024-01-02'))).toBe('IBM');
  });
});
