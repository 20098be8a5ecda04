import { describe, expect, it } from 'vitest';
import { faultsOf, toNewOrder } from './orderDraft.js';
import type { Draft } from './orderDraft.js';

const draft: Draft = {
  side: 'buy',
  type: 'market',
  quantity: '100',
  price: '',
  timeInForce: 'day',
  extendedHours: false,
};
const order = (changes: Partial<Draft>) => toNewOrder('SPY', { ...draft, ...changes }, 'id-1');

describe('an order of the ticket', () => {
  it('has a price exactly where its type needs one', () => {
    expect(order({})).not.toHaveProperty('limitPrice');
    expect(order({ type: 'limit', price: ' 101.25 ' })).toMatchObject({ limitPrice: '101.25' });
    expect(order({ type: 'stop', price: '99' })).toMatchObject({ stopPrice: '99' });
  });

  it('works in extended hours only as a limit order', () => {
    expect(order({ extendedHours: true })).toMatchObject({ extendedHours: false });
    expect(order({ extendedHours: true, type: 'limit', price: '1' })).toMatchObject({ extendedHours: true });
  });

  it.each([
    [{}, []],
    [{ quantity: '0' }, ['quantity']],
    [{ quantity: '' }, ['quantity']],
    [{ quantity: '1e3' }, ['quantity']],
    [{ quantity: '-5' }, ['quantity']],
    [{ quantity: '0.5' }, []],
    [{ type: 'limit' as const, price: '' }, ['price']],
    [{ type: 'stop' as const, price: '1.2.3' }, ['price']],
    [{ type: 'limit' as const, price: 'x', quantity: 'y' }, ['price', 'quantity']],
  ])('%j has faults in %j', (changes, fields) => {
    expect(Object.keys(faultsOf(order(changes))).sort()).toEqual(fields);
  });
});
