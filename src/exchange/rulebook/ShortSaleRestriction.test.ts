import { describe, expect, it } from 'vitest';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { ShortSaleRestriction, shortablePriceFor } from './ShortSaleRestriction.js';

const price = (dollars: number): number => Math.round(dollars * 1_000_000);

/** A restriction on a day with a previous close in dollars. */
function on(date: string, previousClose: number): ShortSaleRestriction {
  const restriction = new ShortSaleRestriction();
  restriction.startDay(parseDate(date), price(previousClose));
  return restriction;
}

describe('the short-sale restriction (R8)', () => {
  it.each([
    ['2013-10-07', 100, 90.01, false],
    ['2013-10-07', 100, 90, true], // exactly 10 %
    ['2013-10-07', 33.33, 29.9971, false], // 90 % is 29.997
    ['2013-10-07', 33.33, 29.997, true],
    ['2011-02-25', 100, 50, false], // no test yet
    ['2007-07-05', 100, 50, false], // the uptick rule has no trigger
    ['2013-10-07', 0, 50, false], // the previous close is not known
    ['2013-10-07', 100, 0, false], // no price
  ])('%s, previous close %d, print %d: %s', (date, close, print, started) => {
    const restriction = on(date, close);
    expect([restriction.onPrint(price(print)), restriction.isActive]).toEqual([started, started]);
  });

  it('lasts the day and the next trading day, over a weekend', () => {
    const restriction = on('2013-10-11', 100);
    restriction.onPrint(price(89));
    expect(restriction.onPrint(price(88))).toBe(false); // already in force until the next trading day
    expect(formatDate(restriction.until ?? 0)).toBe('2013-10-14');
    restriction.startDay(parseDate('2013-10-14'), price(88));
    expect(restriction.isActive).toBe(true);
    restriction.startDay(parseDate('2013-10-15'), price(88));
    expect([restriction.isActive, restriction.until]).toEqual([false, undefined]);
  });

  it('is renewed by another fall on its second day', () => {
    const restriction = on('2013-10-07', 100);
    restriction.onPrint(price(90));
    restriction.startDay(parseDate('2013-10-08'), price(90));
    expect(restriction.onPrint(price(81))).toBe(true);
    expect(formatDate(restriction.until ?? 0)).toBe('2013-10-09');
  });

  it('compares with a rebased previous close on an ex-date (R15): a split and a dividend are no fall', () => {
    const split = on('2013-10-07', 100);
    split.rebase({ kind: 'split', newShares: 2, oldShares: 1 });
    expect([split.onPrint(price(49)), split.onPrint(price(45))]).toEqual([false, true]);
    const dividend = on('2013-10-07', 100);
    dividend.rebase({ kind: 'cashDividend', amount: price(12) });
    expect([dividend.onPrint(price(80)), dividend.onPrint(price(79.2))]).toEqual([false, true]);
  });

  it('says when the trigger cannot be judged', () => {
    expect([on('2013-10-07', 0).isKnown, on('2013-10-07', 1).isKnown, on('2009-10-07', 0).isKnown]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('goes on the same after list and restore', () => {
    const one = on('2013-10-07', 100);
    one.onPrint(price(90));
    const other = new ShortSaleRestriction();
    other.restore(one.list());
    expect([other.isActive, other.until, other.list()]).toEqual([true, one.until, one.list()]);
    expect(new ShortSaleRestriction().isActive).toBe(false);
  });

  it('allows short sales from one tick above the best bid, and knows no price without a bid', () => {
    expect(shortablePriceFor(price(10), price(0.01))).toBe(price(10.01));
    expect(shortablePriceFor(0, price(0.01))).toBeUndefined();
  });
});
