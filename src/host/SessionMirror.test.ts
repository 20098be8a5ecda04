import { describe, expect, it } from 'vitest';
import type { EquityCurve, LogLine, OrderView, PositionView, StrategyView } from '../contracts/index.js';
import { MIRROR_LIMITS, SessionMirror } from './SessionMirror.js';

const order = (number: number, open: boolean, symbol = 'AAA'): OrderView =>
  ({ id: `o-${number}`, symbol, open }) as OrderView;
const position = (owner: string, symbol: string, quantity: string): PositionView =>
  ({ owner, symbol, quantity }) as PositionView;

function mirrorWith(orders: readonly OrderView[]): SessionMirror {
  const mirror = new SessionMirror();
  mirror.apply({ topic: 'orders', data: { orders: [...orders] } });
  return mirror;
}

describe('the mirror of a session', () => {
  it('keeps one entry per order, the newest first, at the place of its first appearance', () => {
    const mirror = mirrorWith([order(1, true), order(2, true, 'BBB'), order(1, false)]);
    expect(mirror.orders({ openOnly: false, limit: 9 }).map(({ id }) => id)).toEqual(['o-2', 'o-1']);
    expect(mirror.orders({ openOnly: true, limit: 9 }).map(({ id }) => id)).toEqual(['o-2']);
    expect(mirror.orders({ openOnly: false, symbol: 'AAA', limit: 9 })).toEqual([order(1, false)]);
    expect(mirror.order('o-3')).toBeUndefined();
  });

  it('lets the oldest finished orders go at its limit, open ones never', () => {
    const many = Array.from({ length: MIRROR_LIMITS.orders + 10 }, (_, number) => order(number, number < 3));
    const mirror = mirrorWith(many);
    const ids = mirror.orders({ openOnly: false, limit: Infinity }).map(({ id }) => id);
    expect(ids).toHaveLength(MIRROR_LIMITS.orders);
    expect(ids.slice(-4)).toEqual(['o-13', 'o-2', 'o-1', 'o-0']);
  });

  it('drops a position when it is closed, and keeps those of other owners', () => {
    const mirror = new SessionMirror();
    const positions = [position('b', 'AAA', '5'), position('a', 'AAA', '1'), position('a', 'AAA', '0')];
    mirror.apply({ topic: 'positions', data: { positions } });
    expect(mirror.positions()).toEqual([position('b', 'AAA', '5')]);
  });

  it('counts the instances as they were registered, without those of earlier days, which are told behind them', () => {
    const mirror = new SessionMirror();
    const view = (instanceId: string, startedAt: number | null): StrategyView =>
      ({ instanceId, startedAt }) as StrategyView;
    mirror.apply({ topic: 'strategies', data: { strategies: [view('b', 1), view('left', null)] } });
    expect([mirror.instanceAt(0), mirror.instanceAt(1)]).toEqual(['b', undefined]);
    mirror.apply({ topic: 'strategies', data: { strategies: [view('b', 1), view('a', 1), view('left', null)] } });
    expect([mirror.instanceAt(1), mirror.instanceAt(2)]).toEqual(['a', undefined]);
    expect(mirror.strategies().map(({ instanceId }) => instanceId)).toEqual(['a', 'b', 'left']);
  });

  it('bounds the log and the equity curve, and forgets everything on request', () => {
    const mirror = new SessionMirror();
    const lines = Array.from({ length: MIRROR_LIMITS.logs + 5 }, (_, id) => ({ id }) as LogLine);
    mirror.apply({ topic: 'logs', data: { lines } });
    expect(mirror.logs(Infinity)).toHaveLength(MIRROR_LIMITS.logs);
    expect(mirror.logs(1)).toEqual([{ id: MIRROR_LIMITS.logs + 4 }]);
    const points: EquityCurve = { time: [1, 2, 3], equity: [10, 20, 30], cash: [4, 5, 6] };
    mirror.apply({ topic: 'equity', data: points });
    expect(mirror.equity(2)).toEqual({ time: [2, 3], equity: [20, 30], cash: [5, 6] });
    mirror.clear();
    expect(mirror.logs(9)).toEqual([]);
    expect(mirror.equity(9).time).toEqual([]);
    expect(() => mirror.session).toThrow('the session');
  });
});
