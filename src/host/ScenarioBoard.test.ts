/** What the scenarios’ orders and curves are, from the records of a tape, and what the gateway’s side keeps of them. */
import { describe, expect, it } from 'vitest';
import type { ScenarioOrder, Scenarios } from '../contracts/index.js';
import type { Fill } from '../domain/fill.js';
import type { SessionConfig } from '../domain/session.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../domain/units.js';
import { ScenarioBoard } from './ScenarioBoard.js';
import { ScenarioMirror } from './ScenarioMirror.js';
import type { TapeRecord } from './tapeRecords.js';

const SHADOWS = ['papertape+strict.latency', 'papertape+strict', 'papertape+optimistic'];
const CONFIG = { preset: 'papertape', shadowPresets: SHADOWS, symbols: ['AAA'] } as unknown as SessionConfig;
const UNITS = { symbols: ['AAA'], priceScale: RAW_PRICE_SCALE };

const facts = (orderId: string, shares: number, dollars: number, time: number) =>
  ({ orderId, symbolId: 0, side: 'buy', quantity: shares * SHARE, price: dollars * DOLLAR, time }) as const;

function own(orderId: string, shares: number, dollars: number, time: number): TapeRecord {
  const fill = { ...facts(orderId, shares, dollars, time), fees: [{ kind: 'sec', amount: 20_000 }] } as unknown as Fill;
  return { type: 'venue', at: 1, point: 1, now: time, event: { type: 'filled', orderId, time, fill, final: true } };
}

function shadow(preset: string, orderId: string, shares: number, dollars: number, time: number): TapeRecord {
  return { type: 'shadowFill', at: 1, preset, fill: { ...facts(orderId, shares, dollars, time), fees: 10_000 } };
}

describe('the board of the scenarios', () => {
  it('sums what an order got in each, tells it once, and leaves out what one assumption alone gave', () => {
    const board = new ScenarioBoard(UNITS, CONFIG);
    board.note(own('o-1', 60, 10, 5));
    board.note(own('o-1', 40, 11, 6));
    board.note(own('v-1', 1, 10, 6));
    board.note(shadow('papertape+optimistic', 'o-1', 100, 10, 4));
    board.note(shadow('papertape+strict.latency', 'o-1', 100, 12, 7));
    board.note(shadow('papertape+strict', 'o-2', 7, 9, 8));
    const order = { symbol: 'AAA', side: 'buy' };
    expect(board.take().orders).toEqual([
      {
        ...order,
        orderId: 'o-2',
        expected: null,
        strict: { quantity: '7', averagePrice: '9.00', fees: '0.01', time: 8 },
        optimistic: null,
      },
      {
        ...order,
        orderId: 'o-1',
        expected: { quantity: '100', averagePrice: '10.40', fees: '0.04', time: 6 },
        strict: null,
        optimistic: { quantity: '100', averagePrice: '10.00', fees: '0.01', time: 4 },
      },
    ]);
    expect(board.fills).toEqual({ expected: 2, strict: 1, optimistic: 1 });
    expect(board.take().orders).toEqual([]);
  });

  it('joins the equity of the session with that of its shadow accounts, by their place in the configuration', () => {
    const board = new ScenarioBoard(UNITS, CONFIG);
    board.note({ type: 'equity', at: 1, time: 60, equity: 5 * DOLLAR, cash: 0 });
    board.note({ type: 'shadowEquity', at: 1, time: 60, equity: [DOLLAR, 4 * DOLLAR, 6 * DOLLAR] });
    expect(board.take().curve).toEqual({ time: [60], expected: [5], strict: [4], optimistic: [6] });
    expect(board.take().curve.time).toEqual([]);
  });

  it('has no curve where nothing shadows the session', () => {
    const board = new ScenarioBoard(UNITS, { ...CONFIG, shadowPresets: [] });
    board.note({ type: 'equity', at: 1, time: 60, equity: 5 * DOLLAR, cash: 0 });
    board.note({ type: 'shadowEquity', at: 1, time: 60, equity: [] });
    expect(board.take().curve.time).toEqual([]);
    expect(board.endedReason).toBe('');
    board.note({ type: 'shadowsEnded', at: 1, time: 60, reason: 'so it is' });
    expect(board.endedReason).toBe('so it is');
  });
});

describe('the mirror of the scenarios', () => {
  const told = (sentence: string, orders: readonly string[], times: number[]): Scenarios => {
    const value = times.map((time) => time * 10);
    return {
      sentence,
      orders: orders.map((orderId) => ({ orderId, symbol: sentence }) as ScenarioOrder),
      curve: { time: times, expected: value, strict: value, optimistic: value },
    } as unknown as Scenarios;
  };

  it('replaces the standing, keeps the newest orders and points, and gives as many as were asked for', () => {
    const mirror = new ScenarioMirror(3, 2);
    mirror.apply(told('first', ['o-2', 'o-1'], [1, 2]));
    mirror.apply(told('second', ['o-4', 'o-3', 'o-2'], [3, 4, 5]));
    const view = mirror.view({ orders: 9, points: 9 });
    expect(view.sentence).toBe('second');
    expect(view.orders.map(({ orderId, symbol }) => `${orderId} ${symbol}`)).toEqual([
      'o-4 second',
      'o-3 second',
      'o-2 second',
    ]);
    expect(view.curve.time).toEqual([4, 5]);
    const few = mirror.view({ orders: 1, points: 1 });
    expect([few.orders.map(({ orderId }) => orderId), few.curve.strict]).toEqual([['o-4'], [50]]);
    expect(() => new ScenarioMirror(1, 1).view({ orders: 1, points: 1 })).toThrow('the fill scenarios');
  });
});
