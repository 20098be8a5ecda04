import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDate } from '../../calendar/tradingDate.js';
import { soakCount } from '../../../test/soak.js';
import { noteOf } from './RuleRow.js';
import { alpacaQuoteShares, roundLotOf } from './roundLots.js';
import { isOnGrid, roundToTick, tickOf, tickRuleOn } from './tickSizes.js';

const SCALE = 1_000_000;
const price = (dollars: number): number => Math.round(dollars * SCALE);

describe('tick sizes (R20)', () => {
  it.each([
    // date, order price, tick
    ['1996-01-02', 20, 0.125],
    ['1997-06-24', 20, 0.0625],
    ['2001-04-06', 20, 0.0625], // the last trading day of fractions
    ['2001-04-09', 20, 0.01],
    ['2005-08-29', 20, 0.01],
    ['2013-10-07', 1, 0.01], // the border belongs to the cent
    ['2013-10-07', 0.9999, 0.0001],
    ['2026-11-27', 20, 0.01],
    ['2027-11-01', 20, 0.01],
  ])('on %s an order at %d has the tick %d', (date, at, tick) => {
    expect(tickOf(price(at), SCALE, parseDate(date))).toBe(price(tick));
  });

  it('halves the cent from November 2027 for stocks of narrow spread only, above $1.00 only', () => {
    const ticks = (date: string): number[] =>
      [20, 0.5].map((at) => tickOf(price(at), SCALE, parseDate(date), 'narrowSpread'));
    expect(ticks('2027-10-29')).toEqual([10_000, 100]);
    expect(ticks('2027-11-01')).toEqual([5_000, 100]);
  });

  it.each([
    ['2013-10-07', 10.005, false],
    ['2013-10-07', 10.01, true],
    ['2013-10-07', 0.5001, true],
    ['2013-10-07', 0.50005, false],
    ['1996-01-02', 20.125, true],
    ['1996-01-02', 20.01, false],
    ['2000-01-03', 20.0625, true],
  ])('on %s is %d on the grid: %s', (date, at, expected) => {
    expect(isOnGrid(price(at), SCALE, parseDate(date))).toBe(expected);
  });

  it.each([
    [10.004, 'down', 10],
    [10.004, 'up', 10.01],
    [10.004, 'nearest', 10],
    [10.005, 'nearest', 10.01], // halves up
    [10.01, 'up', 10.01], // on the grid it stays
    [0.99995, 'down', 0.9999], // judged on its own price: below the border
    [0.99995, 'up', 1],
    [1.009, 'down', 1],
  ] as const)('rounds %d %s to %d', (at, rounding, expected) => {
    expect(roundToTick(price(at), rounding, SCALE)).toBe(price(expected));
  });

  it('rounds to the grid, in the direction, by less than a tick, at every scale', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), fc.constantFrom(10_000, 1_000_000, 100_000_000), (raw, scale) => {
        const tick = tickOf(raw, scale);
        const down = roundToTick(raw, 'down', scale);
        const up = roundToTick(raw, 'up', scale);
        for (const rounded of [down, up, roundToTick(raw, 'nearest', scale)])
          expect(isOnGrid(rounded, scale)).toBe(true);
        expect(raw - down).toBeGreaterThanOrEqual(0);
        expect(up - raw).toBeGreaterThanOrEqual(0);
        expect(up - down === 0 || up - down === tick).toBe(true);
      }),
      { numRuns: soakCount(200, 20_000) },
    );
  });

  it('says what is not certain, and knows nothing before the calendar', () => {
    expect(noteOf(tickRuleOn(parseDate('1999-05-03')))).toContain('not verified');
    expect(noteOf(tickRuleOn(parseDate('2005-10-03')))).toContain('2006-01-31');
    expect(noteOf(tickRuleOn(parseDate('2013-10-07')))).toBe('');
    expect(() => tickRuleOn(parseDate('1989-12-29'))).toThrow(expect.objectContaining({ code: 'CALENDAR_RANGE' }));
  });
});

describe('round lots (R12)', () => {
  it.each([
    ['2025-10-31', 600, 100],
    ['2025-11-03', 250, 100],
    ['2025-11-03', 250.01, 40],
    ['2025-11-03', 1_000, 40],
    ['2025-11-03', 1_000.01, 10],
    ['2025-11-03', 10_000, 10],
    ['2025-11-03', 10_000.01, 1],
    ['2025-11-03', undefined, undefined], // the lot depends on a price that is not known
    ['2013-10-07', undefined, 100],
  ])('on %s at an average close of %s a lot is %s', (date, average, lot) => {
    expect(roundLotOf(average === undefined ? undefined : price(average), SCALE, parseDate(date))).toBe(lot);
  });

  it('reads Alpaca quote sizes as lots before 2025-11-03 and as shares since', () => {
    expect(alpacaQuoteShares(3, 100, parseDate('2025-10-31'))).toBe(300);
    expect(alpacaQuoteShares(300, 40, parseDate('2025-11-03'))).toBe(300);
    expect(alpacaQuoteShares(3, undefined, parseDate('2025-10-31'))).toBeUndefined();
  });
});
