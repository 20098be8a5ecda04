import { describe, expect, it } from 'vitest';
import { BookAction } from '../domain/marketTables.js';
import { SHARE } from '../domain/units.js';
import { ExchangeRig, usd } from './testing/ExchangeRig.js';
import { OwnActivity } from './OwnActivity.js';

const { ADD, OWN_EXECUTION } = BookAction;

describe('what own orders do in books', () => {
  it('is nothing while nobody asks', () => {
    const activity = new OwnActivity();
    activity.stand(1, { id: 'o-1', side: 'buy', price: 10, shares: 100 });
    activity.take(1, 'buy', 10, 100);
    expect(activity.drain()).toEqual([]);
  });

  it('is told as how orders stand at last, by symbol, once', () => {
    const activity = new OwnActivity();
    activity.isOn = true;
    activity.stand(2, { id: 'o-1', side: 'buy', price: 10, shares: 100 });
    activity.stand(2, { id: 'o-1', side: 'buy', price: 10, shares: 60 });
    activity.take(1, 'sell', 9, 30);
    expect(activity.drain()).toEqual([
      { symbolId: 1, orders: [], takes: [{ side: 'sell', price: 9, shares: 30 }] },
      { symbolId: 2, orders: [{ id: 'o-1', side: 'buy', price: 10, shares: 60 }], takes: [] },
    ]);
    expect(activity.drain()).toEqual([]);
    // A replaced twice within one report: the market knows only the first.
    activity.stand(2, { id: 'o-2', side: 'buy', price: 10, shares: 50, replaces: 'o-1' });
    activity.stand(2, { id: 'o-3', side: 'buy', price: 10, shares: 40, replaces: 'o-2' });
    activity.stand(2, { id: 'o-3', side: 'buy', price: 10, shares: 20 });
    expect(activity.drain()[0]?.orders).toEqual([{ id: 'o-3', side: 'buy', price: 10, shares: 20, replaces: 'o-1' }]);
  });

  it('comes from the books: takes, orders that rest, shrink, are hit, and leave', () => {
    const rig = new ExchangeRig({ overrides: { orderLatency: 0, reportLatency: 0 } });
    const activity = rig.activity;
    activity.isOn = true;
    rig.instant('09:31', rig.bookRow(ADD, 'sell', 1, 10, 100), rig.bookRow(ADD, 'buy', 2, 9.98, 100));
    rig.submit({ shares: 40, limit: 10 });
    const resting = rig.submit({ shares: 100, limit: 9.98 });
    const id = resting;
    expect(activity.drain()).toEqual([
      {
        symbolId: 0,
        orders: [{ id, side: 'buy', price: usd(9.98), shares: 100 }],
        takes: [{ side: 'buy', price: usd(10), shares: 40 }],
      },
    ]);
    rig.instant('09:31:01', rig.bookRow(OWN_EXECUTION, 'buy', 0, 9.98, 70));
    expect(rig.fills.at(-1)).toMatchObject({ quantity: 70 * SHARE, liquidity: 'maker' });
    expect(activity.drain()[0]?.orders).toEqual([{ id, side: 'buy', price: usd(9.98), shares: 30 }]);
    rig.cancel(resting);
    expect(activity.drain()[0]?.orders).toMatchObject([{ id, shares: 0 }]);
    expect(activity.drain()).toEqual([]);
  });
});
