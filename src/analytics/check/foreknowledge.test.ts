/** Constants compared with prices, and the odds of hits. */
import { describe, expect, it } from 'vitest';
import { createBarTable } from '../../domain/tables.js';
import { chanceOf, constantsIn, longestChain } from './foreknowledge.js';

const SCALE = 100;
const PRICES = [100.01, 100.02, 100.02, 99.5, 101.25, 102, 103.75, 102.5, 99, 98.25, 98.5, 97];

function bars() {
  const table = createBarTable('1d', PRICES.length);
  PRICES.forEach((price, row) => {
    for (const column of [table.open, table.high, table.low]) column[row] = 1;
    table.close[row] = Math.round(price * SCALE);
  });
  table.length = PRICES.length;
  return table;
}

describe('constantsIn', () => {
  it('finds numbers, but no digits of names', () => {
    expect(constantsIn('const a1 = [1, 2.5, -3]; this.sma(20); x.y2 = 1e3; "2013"')).toEqual([1, 2.5, 3, 20, 2013]);
  });
});

describe('longestChain', () => {
  it('finds prices in a row, with other figures between them, and counts one that stands still once', () => {
    const withVolumes = PRICES.flatMap((price, index) => [price, 1000 + index, 7]);
    expect(longestChain([3, 14, ...withVolumes], bars(), SCALE)).toEqual({
      length: PRICES.length - 1,
      symbolId: 0,
      column: 'close',
      row: 0,
    });
  });

  it('finds no more than chance in the constants of a strategy', () => {
    const chain = longestChain([5, 20, 100, 99, 98, 97, 0.5, 14, 30, 70], bars(), SCALE);
    expect(chain?.length ?? 0).toBeLessThan(3);
  });
});

describe('chanceOf', () => {
  it.each([
    // 2^-10; (C(10,9) + 1) ÷ 2^10; all of it.
    [10, 10, 1 / 1024],
    [9, 10, 11 / 1024],
    [0, 10, 1],
    // Hoeffding: exp(−2 · 1000 · 0.1²).
    [600, 1000, Math.exp(-20)],
    [400, 1000, 1],
  ])('%d of %d', (hits, tosses, chance) => {
    expect(chanceOf(hits, tosses)).toBeCloseTo(chance, 12);
  });
});
