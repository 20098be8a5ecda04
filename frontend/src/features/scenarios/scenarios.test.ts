/** What the page makes of the fill scenarios: orders compared, the band, and the kept points of the stream. */
import { describe, expect, it } from 'vitest';
import type { ScenarioCurve, ScenarioFill, ScenarioOrder, Scenarios } from '../../../../src/contracts/index.js';
import { bandPoints } from '../../charts/bandPoints.js';
import { ScenarioStore } from '../../stores/ScenarioStore.js';
import { resultOf } from './resultOf.js';

const got = (quantity: string, averagePrice: string, fees: string): ScenarioFill => ({
  quantity,
  averagePrice,
  fees,
  time: 0,
});
const order = (side: 'buy' | 'sell', strict: ScenarioFill | null): ScenarioOrder => ({
  orderId: 'o-1',
  symbol: 'AAA',
  side,
  expected: got('100', '10.00', '0.10'),
  strict,
  optimistic: null,
});
const curve = (time: number[], value: number): ScenarioCurve => {
  const column = time.map(() => value);
  return { time, expected: column, strict: column.map((one) => one - 1), optimistic: column.map((one) => one + 1) };
};
const scenarios = (sentence: string, orderIds: string[], points: ScenarioCurve): Scenarios =>
  ({ sentence, orders: orderIds.map((orderId) => ({ orderId })), curve: points }) as unknown as Scenarios;

describe('an order in another scenario', () => {
  it.each([
    ['a dearer purchase costs', 'buy', got('100', '10.05', '0.10'), '-5'],
    ['a cheaper purchase earns', 'buy', got('100', '9.98', '0.10'), '2'],
    ['a lower sale costs, fees too', 'sell', got('100', '9.95', '0.30'), '-5.2'],
    ['the same is nothing', 'sell', got('100', '10.00', '0.10'), '0'],
  ] as const)('%s', (_what, side, strict, result) => {
    expect(resultOf(order(side, strict), 'strict')).toBe(result);
  });

  it('says nothing where another number of shares was filled, or none', () => {
    expect(resultOf(order('buy', got('60', '10.05', '0.10')), 'strict')).toBeUndefined();
    expect(resultOf(order('buy', null), 'strict')).toBeUndefined();
  });
});

describe('the band', () => {
  it('has one point per second, the last one, and none out of order', () => {
    const points = bandPoints({
      time: [1_000_000, 1_500_000, 3_000_000, 2_000_000],
      expected: [0, 0, 0, 0],
      strict: [1, 2, 3, 4],
      optimistic: [5, 6, 7, 8],
    });
    expect(points.map(({ strict, optimistic }) => [strict, optimistic])).toEqual([
      [2, 6],
      [3, 7],
    ]);
  });
});

describe('the store', () => {
  it('replaces the standing, upserts orders and points, and starts anew with a snapshot', () => {
    const store = new ScenarioStore(3, 3);
    expect(store.view()).toBeUndefined();
    store.apply(scenarios('first', ['o-2', 'o-1'], curve([1, 2], 10)), true);
    store.apply(scenarios('second', ['o-4', 'o-3'], curve([2, 3, 4], 20)), false);
    const view = store.view();
    expect(view?.sentence).toBe('second');
    expect(view?.orders.map(({ orderId }) => orderId)).toEqual(['o-4', 'o-3', 'o-2']);
    expect([view?.curve.time, view?.curve.expected, view?.curve.strict]).toEqual([
      [2, 3, 4],
      [20, 20, 20],
      [19, 19, 19],
    ]);
    store.apply(scenarios('third', [], curve([9], 1)), true);
    expect([store.view()?.orders, store.view()?.curve.time]).toEqual([[], [9]]);
  });
});
