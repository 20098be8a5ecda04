import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPrintTable } from '../../domain/tables.js';
import { soakCount } from '../../../test/soak.js';
import { SeenPrints } from './SeenPrints.js';

interface Print {
  readonly symbolId: number;
  readonly exchange: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly number: number;
}

function see(seen: SeenPrints, print: Print): boolean {
  const table = createPrintTable(1);
  table.time[0] = print.time;
  table.price[0] = print.price;
  table.size[0] = print.size;
  table.exchange[0] = print.exchange;
  return seen.see(print.symbolId, table, 0, print.number);
}

const idOf = ({ symbolId, exchange, time, price, size, number }: Print): string =>
  number > 0 ? `${symbolId} ${exchange} #${number}` : `${symbolId} ${exchange} ${time} ${price} ${size}`;

const print = fc.record({
  symbolId: fc.constantFrom(0, 1, 65_535),
  exchange: fc.constantFrom(0, 78, 255),
  time: fc.constantFrom(1_700_000_000_000_000, 1_700_000_000_000_001),
  price: fc.constantFrom(1_000_000, 90_000_000_000_000),
  size: fc.constantFrom(0, 1, 2 ** 40),
  number: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6 }), fc.constantFrom(2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1)),
});

describe('seen prints', () => {
  it('F47 are known as long as a set of the last ones knows them, and no other is', () => {
    const capacity = 8;
    fc.assert(
      fc.property(fc.array(print, { maxLength: 200 }), (prints) => {
        const seen = new SeenPrints(capacity);
        // Distinct prints in the order in which each was first taken, or taken anew after it was forgotten.
        let known: string[] = [];
        for (const one of prints) {
          const id = idOf(one);
          const isKnown = see(seen, one);
          const place = known.lastIndexOf(id);
          if (place < 0) expect(isKnown).toBe(false);
          else if (place >= known.length - capacity) expect(isKnown).toBe(true);
          if (!isKnown) known.push(id);
          known = known.slice(-2 * capacity);
        }
      }),
      { numRuns: soakCount(150, 5_000) },
    );
  });

  it('begin anew with a day', () => {
    const seen = new SeenPrints(16);
    const one = { symbolId: 1, exchange: 78, time: 1, price: 1, size: 1, number: 5 };
    expect([see(seen, one), see(seen, one)]).toEqual([false, true]);
    seen.clear();
    expect(see(seen, one)).toBe(false);
  });

  it('find no other print among many', () => {
    const seen = new SeenPrints(4_096);
    for (let number = 1; number <= 4_000; number += 1) {
      expect(see(seen, { symbolId: number % 7, exchange: 78, time: 1, price: 1, size: 1, number })).toBe(false);
    }
    for (let number = 1; number <= 4_000; number += 1) {
      expect(see(seen, { symbolId: number % 7, exchange: 78, time: 2, price: 2, size: 2, number })).toBe(true);
    }
  });
});
