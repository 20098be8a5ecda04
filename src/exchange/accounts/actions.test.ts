/** Corporate actions on accounts and their open orders (R13–R15, F57); the engine's account follows the same. */
import { describe, expect, it } from 'vitest';
import type { DatedAction } from '../../domain/corporateActions.js';
import { SHARE } from '../../domain/units.js';
import { DEFAULT_SETTINGS } from '../../domain/venueDesk.js';
import { DeskRig } from '../testing/DeskRig.js';
import { at, usd } from '../testing/ExchangeRig.js';

const BEFORE = '2014-06-06';
const EX = '2014-06-09';

/** A rig over a weekend with a quote of 99.99 × 100.01 on the Friday, so that the mark is 100.00. */
function overWeekend(...actions: readonly DatedAction['action'][]): DeskRig {
  const rig = new DeskRig({
    preset: 'optimistic',
    startTime: at('09:30', BEFORE),
    corporateActions: actions.map((action) => ({ exDate: EX, symbolId: 0, action })),
  });
  rig.open('a');
  rig.quote('09:31', 99.99, 100.01, 10_000, 0, BEFORE);
  return rig;
}

describe('splits', () => {
  it('F57: keep the value to the cent, with cash for the fraction of a whole share', () => {
    for (const [newShares, oldShares, held, left, price] of [
      [7, 1, 101, 707, 14.285714],
      [3, 2, 101, 151, 66.666667],
      [1, 10, 105, 10, 1000],
    ] as const) {
      const rig = overWeekend({ kind: 'split', newShares, oldShares });
      rig.submit('a', { shares: held });
      rig.advance('16:01', BEFORE);
      const { equity, positions } = rig.state('a');
      rig.advance('05:00', EX);
      const after = rig.state('a');
      expect(after.positions[0]).toMatchObject({ quantity: left * SHARE, mark: usd(price) });
      expect(Math.abs(after.equity - equity)).toBeLessThanOrEqual(10_000 / 2);
      const cost = positions[0]?.cost ?? 0;
      // The fraction takes its part of the cost along.
      expect(after.positions[0]?.cost).toBe(Math.round((cost * left * oldShares) / (held * newShares)));
      expect(after.positions[0]?.lastClose).toBe(usd(price));
    }
  });

  it('of shorts are the mirror image, and holders of fractions keep them', () => {
    const rig = overWeekend({ kind: 'split', newShares: 3, oldShares: 2 });
    rig.open('b');
    rig.submit('a', { side: 'sell', shares: 101 });
    rig.submit('b', { shares: 1.5 });
    rig.advance('16:01', BEFORE);
    const before = rig.state('a');
    rig.advance('05:00', EX);
    expect(rig.state('a').positions[0]?.quantity).toBe(-151 * SHARE);
    // Half a share at 66.666667 is paid.
    expect(rig.state('a').cash - before.cash).toBe(-33_333_333);
    expect(Math.abs(rig.state('a').equity - before.equity)).toBeLessThanOrEqual(10_000 / 2);
    expect(rig.state('b').positions[0]?.quantity).toBe(2.25 * SHARE);
  });

  it('R13: a forward split adjusts orders, a reverse split cancels them', () => {
    const forward = overWeekend({ kind: 'split', newShares: 7, oldShares: 1 });
    const id = forward.submit('a', { shares: 10, limit: 90, timeInForce: 'gtc' });
    forward.advance('05:00', EX);
    expect(forward.events.find(({ type }) => type === 'restated')).toMatchObject({
      orderId: id,
      quantity: 70 * SHARE,
      // 90 ÷ 7 = 12.857…, down to the tick.
      limitPrice: usd(12.85),
    });
    expect(forward.venue.deskOrders('a')[0]).toMatchObject({ quantity: 70 * SHARE, limitPrice: usd(12.85) });
    expect(forward.state('a').reserved).toBe(usd(70 * 12.85));
    forward.quote('09:31', 12.8, 12.82, 10_000, 0, EX);
    expect(forward.fills('a')[0]).toMatchObject({ quantity: 70 * SHARE });

    const reverse = overWeekend({ kind: 'split', newShares: 1, oldShares: 10 });
    const gone = reverse.submit('a', { shares: 10, limit: 90, timeInForce: 'gtc' });
    reverse.advance('05:00', EX);
    expect(reverse.types(gone).at(-1)).toBe('canceled');
  });

  it('what was filled before a split can no longer be taken back; a symbol change changes nothing else', () => {
    const rig = overWeekend({ kind: 'split', newShares: 2, oldShares: 1 }, { kind: 'symbolChange', to: 'ZZZ' });
    rig.submit('a');
    rig.advance('05:00', EX);
    expect(rig.request('a', { type: 'inject', injection: { kind: 'bust', fillId: 'f-1' } })).toMatchObject({
      refusal: { reason: 'FILL_UNKNOWN' },
    });
    expect(
      rig.events.flatMap((event) => (event.type === 'booked' && event.accountId === 'a' ? [event.kind] : [])),
    ).toEqual(['split', 'symbolChange']);
  });
});

describe('cash dividends', () => {
  const dividend = { kind: 'cashDividend', amount: usd(1.5), payDate: '2014-06-12' } as const;

  it('R14: are accrued inside equity before the first session of the ex-date, and cash on the pay date', () => {
    const rig = overWeekend(dividend);
    rig.open('alpaca');
    rig.request('alpaca', { type: 'configure', settings: { ...DEFAULT_SETTINGS, fidelity: 'alpaca' } });
    rig.open('short');
    rig.submit('a');
    rig.submit('alpaca');
    rig.submit('short', { side: 'sell' });
    rig.advance('16:01', BEFORE);
    const before = rig.state('a');
    rig.advance('05:00', EX);
    const accrued = rig.state('a');
    expect(accrued).toMatchObject({ equity: before.equity, cash: before.cash, dividendsAccrued: usd(150) });
    expect(accrued.positions[0]?.mark).toBe(usd(98.5));
    expect(rig.state('short').dividendsAccrued).toBe(usd(-150));
    expect(rig.state('alpaca')).toMatchObject({ dividendsAccrued: 0, equity: before.equity - usd(150) });
    // Whoever sells on the ex-date keeps it.
    rig.quote('09:31', 98.5, 98.51, 10_000, 0, EX);
    rig.submit('a', { side: 'sell' });
    const { cash } = rig.state('a');
    rig.advance('05:00', '2014-06-12');
    expect(rig.state('a')).toMatchObject({ cash: cash + usd(150), dividendsAccrued: 0 });
  });

  it('R14: are cash on the ex-date where the pay date is not known, and say so', () => {
    const rig = overWeekend({ kind: 'cashDividend', amount: usd(1.5) });
    rig.submit('a');
    rig.advance('16:01', BEFORE);
    const { cash } = rig.state('a');
    rig.advance('05:00', EX);
    expect(rig.state('a')).toMatchObject({ cash: cash + usd(150), dividendsAccrued: 0 });
    const notes = rig.events.flatMap((event) =>
      event.type === 'booked' && event.accountId === 'a' ? [[event.kind, event.note]] : [],
    );
    expect(notes).toEqual([
      ['dividendAccrued', `${EX} dividend, paid on the ex-date, as the pay date is not known`],
      ['dividendPaid', 'dividend paid'],
    ]);
  });

  it('R13: lower buy limits and sell stops, not sell limits and buy stops', () => {
    const rig = overWeekend(dividend);
    rig.submit('a');
    const orders = [
      rig.submit('a', { shares: 1, limit: 90, timeInForce: 'gtc' }),
      rig.submit('a', { side: 'sell', shares: 1, limit: 110, timeInForce: 'gtc' }),
    ];
    rig.request('a', { type: 'configure', settings: { ...DEFAULT_SETTINGS, washTradeCheck: false } });
    orders.push(rig.submit('a', { side: 'sell', shares: 1, stop: 95, timeInForce: 'gtc' }));
    orders.push(rig.submit('a', { shares: 1, stop: 115, timeInForce: 'gtc' }));
    rig.advance('05:00', EX);
    const restated = rig.events.flatMap((event) =>
      event.type === 'restated' ? [[event.orderId, event.limitPrice, event.stopPrice]] : [],
    );
    expect(restated).toEqual([
      [orders[0], usd(88.5), undefined],
      [orders[2], undefined, usd(93.5)],
    ]);
  });
});

describe('recovery', () => {
  it('K1: actions on accounts, orders, marks and closes come back by events', () => {
    const rig = overWeekend(
      { kind: 'split', newShares: 3, oldShares: 2 },
      { kind: 'cashDividend', amount: usd(0.5), payDate: '2014-06-12' },
    );
    rig.submit('a', { shares: 101 });
    rig.submit('a', { shares: 5, limit: 60, timeInForce: 'gtc' });
    rig.advance('05:00', EX);
    expect(rig.recovered().snapshot()).toEqual(rig.venue.snapshot());
    const carried = new DeskRig({ startTime: at('09:25', EX), preset: 'optimistic' });
    carried.venue.restore(JSON.parse(JSON.stringify(rig.venue.snapshot())));
    carried.advance('12:00', '2014-06-12');
    expect(carried.state('a').dividendsAccrued).toBe(0);
  });
});
