import { describe, expect, it } from 'vitest';
import { TradingStatus } from '../../domain/marketTables.js';
import { RouterRig } from '../../../test/support/routerRig.js';

const usd = (dollars: number): number => Math.round(dollars * 1_000_000);

describe('order', () => {
  it('gives rows after the window, by time, kind and symbol', () => {
    const rig = new RouterRig();
    rig.goTo(1000);
    const { source } = rig;
    source.print({ symbolId: 1, time: rig.at(990), price: usd(101), id: 1 });
    source.print({ symbolId: 0, time: rig.at(990), price: usd(100), id: 1 });
    source.quote(1, rig.at(990), usd(100), usd(102));
    source.status(1, rig.at(990), TradingStatus.HALTED);
    source.print({ symbolId: 0, time: rig.at(980), price: usd(99), id: 2 });
    source.send();
    expect(rig.market.peekTime()).toBe(Infinity);
    rig.clock.advance(235);
    rig.read();
    expect(rig.rows).toEqual(['print 980 0 99 100 @0']);
    rig.goTo(1300);
    expect(rig.rows.slice(1)).toEqual([
      'status 990 1 1',
      'quote 990 1 100x102 @0',
      'print 990 0 100 100 @0',
      'print 990 1 101 100 @0',
    ]);
  });
});
