import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lots } from './Lots.js';
import { ExchangeRig, usd } from './testing/ExchangeRig.js';

describe('Lots', () => {
  it('close the oldest first, a whole lot with its whole cost', () => {
    const lots = new Lots();
    lots.open(3, 10);
    lots.open(5, 100);
    expect(lots.costOf(4)).toBe(10 + 20);
    lots.close(1);
    // 10 × 1/3 is 3.33, so 7 is left for the other two.
    expect(lots.list()).toEqual([2, 7, 5, 100]);
    lots.close(2);
    expect(lots.list()).toEqual([5, 100]);
    expect(() => lots.close(6)).toThrow(/more than the lots hold/);
  });

  it('never lose or make cost, however they are closed', () => {
    const move = fc.record({ size: fc.integer({ min: 1, max: 1000 }), cost: fc.integer({ min: 0, max: 1e9 }) });
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 300 }), fc.boolean(), (moves, isShort) => {
        const lots = new Lots();
        let held = 0;
        let cost = 0;
        moves.forEach(({ size, cost: value }, index) => {
          if (held === 0 || index % 3 === 0) {
            lots.open(size, isShort ? -value : value);
            held += size;
            cost += isShort ? -value : value;
          } else {
            const closed = Math.min(held, size);
            cost -= lots.costOf(closed);
            lots.close(closed);
            held -= closed;
          }
        });
        const list = lots.list();
        expect(list.reduce((sum, value, index) => sum + (index % 2 === 0 ? value : 0), 0)).toBe(held);
        expect(list.reduce((sum, value, index) => sum + (index % 2 === 1 ? value : 0), 0)).toBe(cost);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the ledger', () => {
  it('realises by lot, first in first out, long and short', () => {
    const rig = new ExchangeRig({ preset: 'optimistic', overrides: { regulatoryFees: false } });
    const account = rig.exchange.account('main');
    const trade = (clock: string, side: 'buy' | 'sell', shares: number, price: number): void => {
      rig.submit({ side, shares });
      rig.bar(clock, [price, price, price, price]);
    };
    rig.bar('10:00', [100, 100, 100, 100]);
    trade('10:01', 'buy', 100, 100);
    trade('10:02', 'buy', 100, 110);
    trade('10:03', 'sell', 150, 120);
    // 100 × 20 + 50 × 10; at average cost it would have been 150 × 15.
    expect(account.realisedPnl).toBe(usd(2500));
    expect(account.positions()[0]?.cost).toBe(usd(5500));
    trade('10:04', 'sell', 50, 120);
    trade('10:05', 'sell', 100, 120);
    trade('10:06', 'sell', 100, 130);
    trade('10:07', 'buy', 150, 110);
    expect(account.realisedPnl).toBe(usd(3000 + 1000 + 1000));
    expect(rig.faults()).toEqual([]);
  });
});
