/**
 * Standing that lasts longer than a day, over real changes of the session and, each evening, over a restart: day
 * trades, good-faith violations and their freeze, adjusted orders.
 */
import { describe, expect, it } from 'vitest';
import { SHARE } from '../../domain/units.js';
import { DeskRig } from '../testing/DeskRig.js';
import { at, usd } from '../testing/ExchangeRig.js';

/** Goes into the evening of a date; with `restarts` the venue is another one then, made of the record. */
function sleep(rig: DeskRig, date: string, restarts: boolean): void {
  rig.advance('20:30', date);
  if (restarts) rig.venue = rig.recovered();
}

function wake(rig: DeskRig, date: string): void {
  rig.quote('09:31', 99.99, 100, 1_000_000, 0, date);
}

const ways = [
  ['in one process', false],
  ['with a restart each evening', true],
] as const;

describe('over several days', () => {
  it.each(ways)('day trades count for five business days, %s (R18)', (_, restarts) => {
    const rig = new DeskRig({ preset: 'optimistic', startTime: at('09:30', '2013-10-07') });
    rig.open('a', 20_000);
    const turn = (): string => {
      const bought = rig.submit('a', { shares: 1 });
      rig.submit('a', { side: 'sell', shares: 1 });
      return bought;
    };
    for (const date of ['2013-10-07', '2013-10-08', '2013-10-09']) {
      wake(rig, date);
      turn();
      sleep(rig, date, restarts);
    }
    wake(rig, '2013-10-10');
    expect(rig.state('a').dayTrades).toBe(3);
    rig.submit('a', { shares: 1 });
    // The fourth within five days, below $25,000.
    expect(rig.submit('a', { side: 'sell', shares: 1 })).toBe('DAY_TRADING');
    sleep(rig, '2013-10-10', restarts);
    sleep(rig, '2013-10-11', restarts);
    // Monday the 14th: those of the 7th are more than five business days old.
    wake(rig, '2013-10-14');
    expect(rig.state('a').dayTrades).toBe(2);
    expect(rig.submit('a', { side: 'sell', shares: 1 })).toMatch(/^v-/);
  });

  it.each(ways)('good-faith violations of several days add up, and the freeze lasts, %s (R17)', (_, restarts) => {
    const rig = new DeskRig({ preset: 'optimistic', startTime: at('09:30', '2013-10-07') });
    rig.open('cash', 10_000, { kind: 'cash' });
    const spend = (): void => {
      const { buyingPower } = rig.state('cash');
      const shares = Math.floor(buyingPower / usd(100));
      rig.submit('cash', { shares });
      rig.submit('cash', { side: 'sell', shares });
    };
    // The first purchase is paid by settled money; what is bought with its proceeds and sold before they settle is not.
    wake(rig, '2013-10-07');
    spend();
    for (const date of ['2013-10-07', '2013-10-08', '2013-10-09']) {
      wake(rig, date);
      expect(rig.state('cash').restriction).toBe('none');
      spend();
      sleep(rig, date, restarts);
    }
    expect(rig.state('cash').restriction).toBe('settledCashOnly');
    wake(rig, '2013-12-31');
    expect(rig.state('cash').restriction).toBe('settledCashOnly');
    sleep(rig, '2013-12-31', restarts);
    wake(rig, '2014-01-08');
    expect(rig.state('cash').restriction).toBe('none');
  });

  it.each(ways)('an adjusted order works on with its new terms and reserve, %s (R13)', (_, restarts) => {
    const rig = new DeskRig({
      preset: 'optimistic',
      startTime: at('09:30', '2014-06-06'),
      corporateActions: [
        { exDate: '2014-06-09', symbolId: 0, action: { kind: 'split', newShares: 2, oldShares: 1 } },
        {
          exDate: '2014-06-10',
          symbolId: 0,
          action: { kind: 'cashDividend', amount: usd(0.5), payDate: '2014-06-12' },
        },
      ],
    });
    rig.open('a');
    wake(rig, '2014-06-06');
    rig.submit('a', { shares: 10 });
    const order = rig.submit('a', { shares: 10, limit: 90, timeInForce: 'gtc' });
    expect(rig.state('a').reserved).toBe(usd(900));
    sleep(rig, '2014-06-06', restarts);
    rig.advance('09:31', '2014-06-09');
    expect(rig.state('a').reserved).toBe(usd(20 * 45));
    sleep(rig, '2014-06-09', restarts);
    rig.advance('09:31', '2014-06-10');
    // The dividend lowers purchases: 45 - 0.50; its booking changes no reserve but that.
    expect(rig.state('a').reserved).toBe(usd(20 * 44.5));
    expect(rig.state('a').dividendsAccrued).toBe(usd(20 * 0.5));
    rig.quote('09:32', 44.4, 44.45, 1000, 0, '2014-06-10');
    expect(rig.fills('a').filter(({ orderId }) => orderId === order)).toMatchObject([
      { quantity: 20 * SHARE, price: usd(44.5) },
    ]);
    expect(rig.state('a').reserved).toBe(0);
  });
});
