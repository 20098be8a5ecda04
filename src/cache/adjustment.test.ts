import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { FACTOR_SCALE } from '../domain/history.js';
import { createBarTable, createQuoteTable } from '../domain/tables.js';
import { adjustTable } from './adjustment.js';

const day = (date: string): number => fromNewYork(parseDate(date), 10 * 3_600_000_000);

function bar(date: string, price: number, volume: number) {
  const table = createBarTable('1m', 1);
  table.start[0] = day(date);
  table.time[0] = day(date) + 60_000_000;
  table.open[0] = table.high[0] = table.low[0] = table.close[0] = price;
  table.volume[0] = volume;
  table.length = 1;
  return table;
}

/** Half to even, by remainders of bigints only. */
function exactly(value: bigint, numerator: bigint, denominator: bigint): bigint {
  const product = value * numerator;
  const down = product / denominator;
  const rest = 2n * (product - down * denominator);
  if (rest === denominator) return down + (down % 2n);
  return rest > denominator ? down + 1n : down;
}

describe('adjustment', () => {
  it('gives the published fill price of the first LEAN backtest', () => {
    // SPY, ask close of the 09:30 quote bar of 2013-10-07: 167.45 × 0.8646266 = 144.78172417.
    const table = bar('2013-10-07', 167_450_000, 100);
    adjustTable(table, [{ until: '2013-12-19', priceFactor: 8_646_266_000, splitFactor: FACTOR_SCALE }], 'all');
    expect(table.close[0]).toBe(14_478_172_417);
    expect(table.volume[0]).toBe(100);
  });

  it('leaves rows after the last factor as they are, at the adjusted scale', () => {
    const table = bar('2021-03-31', 5_000_001, 7);
    adjustTable(table, [{ until: '2020-01-01', priceFactor: 1, splitFactor: 1 }], 'all');
    expect([table.open[0], table.volume[0]]).toEqual([500_000_100, 7]);
  });

  it('adjusts both sides of quotes, and keeps an absent side absent', () => {
    const table = createQuoteTable(1);
    table.time[0] = day('2014-06-05');
    table.bid[0] = 645_400_000;
    table.bidSize[0] = 100;
    table.flags[0] = 2;
    table.length = 1;
    const factors = [{ until: '2014-06-06', priceFactor: FACTOR_SCALE, splitFactor: 1_428_571_429 }];
    adjustTable(table, factors, 'split');
    expect(table.bid[0]).toBe(9_220_000_003);
    expect(table.bidSize[0]).toBe(700);
    expect([table.ask[0], table.askSize[0], table.flags[0]]).toEqual([0, 0, 2]);
  });

  it('equals exact arithmetic for every price, size and factor', () => {
    const price = fc.integer({ min: 0, max: 800_000_000_000 });
    const volume = fc.integer({ min: 0, max: 5_000_000_000 });
    // Short factors make exact halves, where float64 alone would guess.
    const factor = fc.oneof(
      fc.integer({ min: 10_000, max: 20_000_000_000 }),
      fc.integer({ min: 1, max: 400 }).map((percent) => percent * 50_000_000),
    );
    fc.assert(
      fc.property(price, volume, factor, factor, (value, shares, priceFactor, splitFactor) => {
        const table = bar('2013-10-07', value, shares);
        adjustTable(table, [{ until: '2013-10-07', priceFactor, splitFactor }], 'all');
        const scale = BigInt(FACTOR_SCALE);
        const product = BigInt(priceFactor) * BigInt(splitFactor) * 100n;
        expect(table.low[0]).toBe(Number(exactly(BigInt(value), product, scale * scale)));
        expect(table.volume[0]).toBe(Number(exactly(BigInt(shares), scale, BigInt(splitFactor))));
      }),
      { numRuns: 2000 },
    );
  });
});
