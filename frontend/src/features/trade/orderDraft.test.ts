import { describe, expect, it } from 'vitest';
import { faultsOf, toNewOrder, typingFaultsOf } from './orderDraft.js';
import type { Draft } from './orderDraft.js';

const draft: Draft = {
  side: 'buy',
  type: 'market',
  quantity: '100',
  inDollars: false,
  price: '',
  limit: '',
  trail: '',
  takeProfit: '',
  stopLoss: '',
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

  it('has a stop and a limit, a trail, or dollars where it says so', () => {
    expect(order({ type: 'stop_limit', price: '99', limit: '98' })).toMatchObject({
      stopPrice: '99',
      limitPrice: '98',
    });
    expect(order({ type: 'limit_if_touched', price: '97', limit: '98' })).toMatchObject({
      stopPrice: '97',
      limitPrice: '98',
    });
    expect(order({ type: 'trailing_stop', trail: '1.5 %' })).toMatchObject({ trail: { percent: '1.5' } });
    expect(order({ type: 'trailing_stop', trail: '0.75' })).toMatchObject({ trail: { price: '0.75' } });
    expect(order({ inDollars: true, quantity: '250' })).toMatchObject({ notional: '250' });
    expect(order({ inDollars: true })).not.toHaveProperty('quantity');
  });

  it('comes with exits as a bracket or with one of them', () => {
    expect(order({})).not.toHaveProperty('orderClass');
    expect(order({ takeProfit: '110', stopLoss: '90' })).toMatchObject({
      orderClass: 'bracket',
      takeProfit: { limitPrice: '110' },
      stopLoss: { stopPrice: '90' },
    });
    expect(order({ stopLoss: '90' })).toMatchObject({ orderClass: 'oto' });
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
    [{ type: 'stop_limit' as const, price: '1', limit: '' }, ['limit']],
    [{ type: 'trailing_stop' as const, trail: '%' }, ['trail']],
    [{ takeProfit: 'x', stopLoss: '0' }, ['stopLoss', 'takeProfit']],
    [{ type: 'limit' as const, price: 'x', quantity: 'y' }, ['price', 'quantity']],
  ])('%j has faults in %j', (changes, fields) => {
    expect(Object.keys(faultsOf(order(changes))).sort()).toEqual(fields);
  });
});

describe('what is being typed', () => {
  it.each([
    [{}, []],
    [{ quantity: 'abc' }, ['quantity']],
    [{ quantity: '1e3' }, ['quantity']],
    [{ quantity: '-5' }, ['quantity']],
    [{ quantity: '1,000' }, ['quantity']],
    // Not done yet.
    [{ quantity: '' }, []],
    [{ quantity: '0.' }, []],
    [{ quantity: ' 12 ' }, []],
    [{ type: 'limit' as const, price: 'abc' }, ['price']],
    [{ type: 'limit' as const, price: '101.' }, []],
    // The field is not there.
    [{ price: 'abc', limit: 'abc', trail: 'abc' }, []],
    [{ type: 'stop_limit' as const, price: '1', limit: 'x' }, ['limit']],
    [{ type: 'trailing_stop' as const, trail: '1.5 %' }, []],
    [{ type: 'trailing_stop' as const, trail: '1.5 cents' }, ['trail']],
    [{ takeProfit: 'high', stopLoss: 'low' }, ['takeProfit', 'stopLoss']],
  ])('of %j is wrong at once in %j', (changes, fields) => {
    expect(Object.keys(typingFaultsOf({ ...draft, ...changes }))).toEqual(fields);
  });
});
