import { beforeEach, describe, expect, it } from 'vitest';
import type { OrderView, QuoteView } from '../../../src/contracts/index.js';
import { LiveStore } from './LiveStore.js';

let frames: (() => void)[];
let store: LiveStore;
let published: number;

/** Runs the animation frames that were asked for. */
function frame(): void {
  const due = frames;
  frames = [];
  for (const task of due) task();
}

beforeEach(() => {
  frames = [];
  published = 0;
  store = new LiveStore({ nextFrame: (task) => frames.push(task), now: () => 1234 });
  store.state.subscribe(() => {
    published += 1;
  });
});

function quote(symbol: string, last: string): QuoteView {
  return {
    symbol,
    time: 0,
    last,
    previousClose: null,
    change: null,
    changeFraction: null,
    bid: null,
    bidSize: null,
    ask: null,
    askSize: null,
    open: null,
    high: null,
    low: null,
    volume: 0,
    halted: false,
  };
}

function order(id: string, createdAt: number, status: OrderView['status'] = 'accepted'): OrderView {
  return {
    id,
    clientOrderId: id,
    symbol: 'SPY',
    side: 'buy',
    type: 'market',
    timeInForce: 'day',
    quantity: '1',
    filledQuantity: '0',
    averageFillPrice: null,
    limitPrice: null,
    stopPrice: null,
    trail: null,
    notional: null,
    orderClass: 'simple',
    parentId: null,
    role: null,
    replaces: null,
    replacedBy: null,
    extendedHours: false,
    status,
    open: status === 'accepted',
    statusReason: null,
    owner: 'manual',
    reason: '',
    signalId: null,
    createdAt,
    updatedAt: createdAt,
  };
}

const state = () => store.state.getState();

describe('frames', () => {
  it('publish once however many messages came', () => {
    for (let index = 0; index < 1000; index++) {
      store.onUpdate('delta', { topic: 'quotes', data: { quotes: [quote(`S${index % 500}`, String(index))] } });
    }
    expect(published).toBe(0);
    expect(frames).toHaveLength(1);
    frame();
    expect(published).toBe(1);
    expect(state().quotes.size).toBe(500);
    expect(state().quotes.get('S499')?.last).toBe('999');
  });

  it('leave alone what did not change, so that nothing renders for nothing', () => {
    store.onUpdate('snapshot', { topic: 'quotes', data: { quotes: [quote('A', '1'), quote('B', '1')] } });
    store.onUpdate('snapshot', { topic: 'orders', data: { orders: [order('o1', 1)] } });
    frame();
    const before = state();
    store.onUpdate('delta', { topic: 'quotes', data: { quotes: [quote('A', '2')] } });
    frame();
    expect(state().quotes).not.toBe(before.quotes);
    expect(state().quotes.get('B')).toBe(before.quotes.get('B'));
    expect(state().orders).toBe(before.orders);
    expect(state().received).toBe(before.received);
  });
});

describe('lists', () => {
  it('are replaced by a snapshot and changed by key with a delta', () => {
    store.onUpdate('snapshot', { topic: 'orders', data: { orders: [order('a', 1), order('b', 2)] } });
    store.onUpdate('delta', { topic: 'orders', data: { orders: [order('a', 1, 'filled'), order('c', 3)] } });
    frame();
    expect(state().orders.map(({ id, status }) => `${id} ${status}`)).toEqual(['c accepted', 'b accepted', 'a filled']);
    store.onUpdate('snapshot', { topic: 'orders', data: { orders: [order('d', 4)] } });
    frame();
    expect(state().orders.map(({ id }) => id)).toEqual(['d']);
  });

  it('are bounded: the oldest go', () => {
    for (let index = 0; index < 700; index++) {
      store.onUpdate('delta', { topic: 'orders', data: { orders: [order(`o${index}`, index)] } });
    }
    frame();
    expect(state().orders).toHaveLength(500);
    expect(state().orders[0]?.id).toBe('o699');
    expect(state().orders.at(-1)?.id).toBe('o200');
  });

  it('drop a position whose quantity became zero', () => {
    const position = {
      owner: 'manual',
      symbol: 'SPY',
      quantity: '10',
      averagePrice: '1',
      mark: '1',
      marketValue: '10',
      unrealisedPnl: '0',
      realisedPnl: '0',
      fees: '0',
      openedAt: 0,
    };
    store.onUpdate('snapshot', { topic: 'positions', data: { positions: [position] } });
    frame();
    expect(state().positions).toHaveLength(1);
    store.onUpdate('delta', { topic: 'positions', data: { positions: [{ ...position, quantity: '0' }] } });
    frame();
    expect(state().positions).toHaveLength(0);
  });
});

it('the equity curve grows, replaces its last point, and ignores what it has', () => {
  const points = (...rows: [number, number][]) => ({
    topic: 'equity' as const,
    data: { time: rows.map(([at]) => at), equity: rows.map(([, value]) => value), cash: rows.map(() => 0) },
  });
  store.onUpdate('snapshot', points([1, 100], [2, 101]));
  store.onUpdate('delta', points([2, 102], [3, 103]));
  store.onUpdate('delta', points([1, 999]));
  frame();
  expect(state().equity.time).toEqual([1, 2, 3]);
  expect(state().equity.equity).toEqual([100, 102, 103]);
});

it('a sign-out leaves nothing behind, not even what waits for a frame', () => {
  store.onUpdate('snapshot', { topic: 'orders', data: { orders: [order('a', 1)] } });
  frame();
  store.onUpdate('delta', { topic: 'orders', data: { orders: [order('b', 2)] } });
  store.reset();
  frame();
  expect(state().orders).toEqual([]);
  expect(state().received.size).toBe(0);
});
