import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TradingOrder } from './OpenTrades.js';
import { OpenTrades } from './OpenTrades.js';

const NO_IDS: readonly string[] = [];

/** An order of the strategy `s` unless it says otherwise; with exits, so that its trade is known by its id. */
function orderOf(id: string, sign: 1 | -1, more: Partial<TradingOrder> = {}): TradingOrder {
  const source = { kind: 'strategy', instanceId: 's' } as const;
  return { id, symbolId: 0, sign, source, exitOf: '', legIds: [`${id}-tp`], filledQuantity: 0, ...more };
}

/** What is open without serial numbers. */
function listOf(trades: OpenTrades): readonly unknown[] {
  return trades.list().map((list) => list.filter((_, at) => at < 2 || (at - 2) % 3 < 2));
}

const other = { source: { kind: 'strategy', instanceId: 't' } } as const;

describe('what is left of what orders opened', () => {
  it('is closed from the oldest on, by an exit that of its own entry first', () => {
    const trades = new OpenTrades();
    trades.take(orderOf('a', 1), 5, true);
    trades.take(orderOf('b', 1), 3, true);
    trades.take(orderOf('x', -1), 2, true);
    expect(listOf(trades)).toEqual([[0, 's', 'a', 3, 'b', 3]]);
    expect(trades.reduced).toEqual(['a']);
    trades.take(orderOf('b-tp', -1, { exitOf: 'b', legIds: NO_IDS }), 3, true);
    expect(listOf(trades)).toEqual([[0, 's', 'a', 3]]);
    trades.take(orderOf('c', -1), 5, true);
    expect(listOf(trades)).toEqual([[0, 's', 'c', -2]]);
    expect([trades.leftOf('c', orderOf('c', -1)), trades.leftOf('a', orderOf('a', 1))]).toEqual([2, 0]);
  });

  it('is told apart by who gave the orders, and by symbol', () => {
    const trades = new OpenTrades();
    trades.take(orderOf('a', 1), 5, true);
    trades.take(orderOf('b', -1, other), 5, true);
    trades.take(orderOf('c', -1, { symbolId: 1 }), 5, true);
    expect(listOf(trades)).toEqual([
      [0, 's', 'a', 5],
      [0, 't', 'b', -5],
      [1, 's', 'c', -5],
    ]);
  });

  it('is one trade of several fills of an order, also of one that took its place', () => {
    const trades = new OpenTrades();
    trades.take(orderOf('a', 1, { legIds: NO_IDS }), 2, false);
    trades.take(orderOf('b', 1), 1, true);
    trades.rename('a', 'c');
    trades.take(orderOf('c', 1, { legIds: NO_IDS, filledQuantity: 2 }), 3, true);
    // Without exits nobody asks for it by its id once its order is over.
    expect(listOf(trades)).toEqual([[0, 's', '', 5, 'b', 1]]);
  });

  it('follows splits and fills that are taken back', () => {
    const trades = new OpenTrades();
    trades.take(orderOf('a', 1), 5, true);
    trades.take(orderOf('b', 1), 4, true);
    trades.rescale(0, 18, { newShares: 2, oldShares: 1 });
    expect(listOf(trades)).toEqual([[0, 's', 'a', 10, 'b', 8]]);
    const entry = { accountId: 'main', account: 'position', symbolId: 0, amount: 0, quantity: -8 } as const;
    trades.reverse({ orderId: 'a', entries: [entry] }, undefined);
    expect(listOf(trades)).toEqual([[0, 's', 'a', 2, 'b', 8]]);
    trades.reverse({ orderId: 'x', entries: [{ ...entry, quantity: 3 }] }, orderOf('x', -1).source);
    expect(listOf(trades)).toEqual([[0, 's', '', 3, 'a', 2, 'b', 8]]);
  });

  it('sums to the position, whatever the orders, and is told and taken over whole', () => {
    const move = fc.record({
      sign: fc.constantFrom<1 | -1>(1, -1),
      quantity: fc.integer({ min: 1, max: 9 }),
      own: fc.nat(40),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const trades = new OpenTrades();
        let held = 0;
        moves.forEach(({ sign, quantity, own }, index) => {
          trades.take(orderOf(`o-${index}`, sign, { exitOf: own < index ? `o-${own}` : '' }), quantity, true);
          held += sign * quantity;
          expect(trades.sumOf(0)).toBe(held);
        });
        const copy = new OpenTrades();
        copy.restore(trades.list(), trades.opened);
        expect([copy.list(), copy.opened]).toEqual([trades.list(), trades.opened]);
      }),
    );
  });
});
