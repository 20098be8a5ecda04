import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredTrade } from '../domain/runs.js';
import { compareTrades } from './compareTrades.js';

const SCALES = { a: 1_000_000, b: 1_000_000 };

/** A trade; times are minutes, prices whole dollars. */
function trade(change: Partial<StoredTrade> = {}): StoredTrade {
  const base: StoredTrade = {
    owner: 'sma-cross',
    symbol: 'SPY',
    side: 'buy',
    quantity: 100_000_000,
    entryTime: 10,
    exitTime: 20,
    entryPrice: 50_000_000,
    exitPrice: 51_000_000,
    pnl: 100_000_000,
    fees: 0,
    entryReason: 'up',
    exitReason: 'down',
  };
  return { ...base, ...change };
}

describe('trades of two runs', () => {
  it('are the same', () => {
    const trades = [trade(), trade({ entryTime: 30, exitTime: 40 })];
    expect(compareTrades(trades, trades, SCALES)).toEqual({
      same: 2,
      changed: [],
      onlyA: [],
      onlyB: [],
      differences: [],
    });
  });

  it('differ in what they name', () => {
    const a = trade();
    const b = trade({ exitPrice: 52_000_000, pnl: 200_000_000 });
    const { changed, differences } = compareTrades([a], [b], SCALES);
    expect(changed).toEqual([{ a, b, fields: ['exitPrice', 'pnl'] }]);
    expect(differences).toEqual([{ kind: 'changed', change: changed[0] }]);
  });

  it('are paired when the same decision came a bar later', () => {
    const a = trade();
    const b = trade({ entryTime: 11 });
    expect(compareTrades([a], [b], SCALES).changed).toEqual([{ a, b, fields: ['entryTime'] }]);
  });

  it('are of one run alone when they do not meet, or are of another side or symbol', () => {
    const a = [trade(), trade({ symbol: 'IBM' }), trade({ side: 'sell', entryTime: 12 })];
    const b = [trade({ entryTime: 20, exitTime: 30 })];
    const { onlyA, onlyB, changed } = compareTrades(a, b, SCALES);
    expect(onlyA).toEqual([a[0], a[1], a[2]]);
    expect(onlyB).toEqual(b);
    expect(changed).toEqual([]);
  });

  it('part first where the time is first, exits counted at their own', () => {
    const late = trade({ exitReason: 'stop' });
    const extra = trade({ symbol: 'IBM', entryTime: 15, exitTime: 16 });
    expect(compareTrades([trade()], [late, extra], SCALES).differences[0]).toEqual({ kind: 'onlyB', trade: extra });
    const early = trade({ quantity: 1 });
    expect(compareTrades([trade()], [early, extra], SCALES).differences[0]).toMatchObject({ kind: 'changed' });
  });

  it('compare prices of different scales in dollars', () => {
    const adjusted = trade({ entryPrice: 5_000_000_000, exitPrice: 5_100_000_000 });
    expect(compareTrades([trade()], [adjusted], { a: 1_000_000, b: 100_000_000 }).same).toBe(1);
  });

  it('are each counted once, and swapping the runs swaps the answer', () => {
    const random = fc.array(
      fc.record({
        entryTime: fc.nat(30),
        length: fc.integer({ min: 1, max: 9 }),
        symbol: fc.constantFrom('SPY', 'IBM'),
      }),
      { maxLength: 12 },
    );
    const tradesOf = (rows: readonly { entryTime: number; length: number; symbol: string }[]): StoredTrade[] =>
      rows.map(({ entryTime, length, symbol }) => trade({ entryTime, exitTime: entryTime + length, symbol }));
    fc.assert(
      fc.property(random, random, (rowsA, rowsB) => {
        const [a, b] = [tradesOf(rowsA), tradesOf(rowsB)];
        const there = compareTrades(a, b, SCALES);
        const paired = there.same + there.changed.length;
        expect(paired + there.onlyA.length).toBe(a.length);
        expect(paired + there.onlyB.length).toBe(b.length);
        const back = compareTrades(b, a, SCALES);
        expect(back.same + back.changed.length).toBe(paired);
        expect(compareTrades(a, a, SCALES).same).toBe(a.length);
      }),
    );
  });
});
