/** Money rules of the desk's accounts by date: settlement, margin, day trades, short sales, fees of the night. */
import { describe, expect, it } from 'vitest';
import type { StockLoan } from '../../domain/corporateActions.js';
import { SHARE } from '../../domain/units.js';
import { DEFAULT_SETTINGS } from '../../domain/venueDesk.js';
import { DeskRig } from '../testing/DeskRig.js';
import { at, usd } from '../testing/ExchangeRig.js';

/** A rig of the preset without latency, in the regular session of a date, with a quote of 99.99 × 100.00. */
function openOn(date: string, options: { readonly stockLoans?: readonly StockLoan[] } = {}): DeskRig {
  const rig = new DeskRig({ preset: 'optimistic', startTime: at('09:30', date), ...options });
  rig.quote('09:31', 99.99, 100, 1_000_000, 0, date);
  return rig;
}

function restrictions(rig: DeskRig): string[] {
  return rig.events.flatMap((event) => (event.type === 'accountRestricted' ? [event.restriction] : []));
}

describe('cash accounts (R17)', () => {
  it('spend proceeds before they settle, and settle by the calendar: T+3 over Columbus Day in 2013', () => {
    const rig = openOn('2013-10-09');
    rig.open('cash', 10_000, { kind: 'cash' });
    rig.submit('cash', { shares: 100 });
    rig.submit('cash', { side: 'sell', shares: 100 });
    const { cash } = rig.state('cash');
    expect(rig.state('cash')).toMatchObject({ settledCash: 0, buyingPower: cash });
    // Trades of Wednesday 9 October: 10, 11, (14 is no settlement day), 15 October.
    rig.advance('12:00', '2013-10-14');
    expect(rig.state('cash').settledCash).toBe(0);
    rig.advance('12:00', '2013-10-15');
    expect(rig.state('cash').settledCash).toBe(cash);
  });

  it('count good-faith violations; the third freezes for 90 days, in which only settled money buys', () => {
    const rig = openOn('2026-07-06');
    rig.open('cash', 30_000, { kind: 'cash' });
    // All cash is spent and sold again; from then on each purchase is paid by proceeds that have not settled.
    const turn = (): void => {
      rig.submit('cash', { shares: 100 });
      rig.submit('cash', { side: 'sell', shares: 100 });
    };
    rig.submit('cash', { shares: 300 });
    rig.submit('cash', { side: 'sell', shares: 300 });
    turn();
    turn();
    expect(restrictions(rig)).toEqual([]);
    turn();
    expect(restrictions(rig)).toEqual(['settledCashOnly']);
    expect(rig.state('cash')).toMatchObject({ restriction: 'settledCashOnly', buyingPower: 0 });
    expect(rig.submit('cash', { shares: 1 })).toBe('BUYING_POWER');
    rig.quote('09:31', 99.99, 100, 1_000_000, 0, '2026-07-07');
    expect(rig.state('cash').buyingPower).toBe(rig.state('cash').cash);
    // 6 July and 90 days is 4 October, a Sunday: the freeze is over on Monday.
    rig.advance('12:00', '2026-10-02');
    expect(rig.state('cash').restriction).toBe('settledCashOnly');
    rig.advance('12:00', '2026-10-05');
    expect(restrictions(rig)).toEqual(['settledCashOnly', 'none']);
  });

  it('never sell short', () => {
    const rig = openOn('2026-07-06');
    rig.open('cash', 10_000, { kind: 'cash' });
    expect(rig.submit('cash', { side: 'sell' })).toBe('SHORTING_NOT_ALLOWED');
  });
});

describe('margin accounts (R18)', () => {
  it('multiply by date and equity: 4 since June 2026 from $2,000, 2 before without a pattern', () => {
    for (const [date, cash, multiplier, power] of [
      ['2026-07-06', 2000, 4, 8000],
      ['2026-07-06', 1999.99, 1, 1999.99],
      ['2026-06-03', 100_000, 2, 200_000],
      ['2013-10-07', 2000, 2, 4000],
    ] as const) {
      const rig = openOn(date);
      rig.open('a', cash);
      expect(rig.state('a')).toMatchObject({ multiplier, buyingPower: usd(power) });
    }
  });

  it('the figures of a position follow the formulas', () => {
    const rig = openOn('2026-07-06');
    rig.open('a', 10_000);
    rig.submit('a', { shares: 200 });
    // 200 shares marked at 100.00 (the last price within the quote is the middle, 99.995).
    const value = 200 * 99.995;
    expect(rig.state('a')).toMatchObject({
      cash: usd(-10_000),
      longMarketValue: usd(value),
      equity: usd(value - 10_000),
      initialMargin: usd(value / 2),
      maintenanceMargin: usd(value * 0.3),
      buyingPower: usd(4 * (value - 10_000 - value * 0.3)),
      overnightBuyingPower: usd(2 * (value - 10_000 - value / 2)) < 0 ? 0 : expect.any(Number),
    });
  });

  it('open orders reserve, a short sale at 103 % of the ask, and give it back', () => {
    const rig = openOn('2026-07-06');
    rig.open('a', 10_000);
    rig.submit('a', { shares: 10, limit: 90 });
    expect(rig.state('a')).toMatchObject({ reserved: usd(900), buyingPower: usd(40_000 - 900) });
    rig.request('a', { type: 'cancelAll' });
    const short = rig.submit('a', { side: 'sell', shares: 10, limit: 101 });
    expect(rig.state('a').reserved).toBe(usd(1030));
    rig.request('a', { type: 'cancel', orderId: short });
    expect(rig.state('a')).toMatchObject({ reserved: 0, buyingPower: usd(40_000) });
  });

  it('a call is made below the house requirement, met when the price comes back', () => {
    const rig = openOn('2026-07-06');
    rig.open('a', 10_000);
    rig.submit('a', { shares: 300 });
    // Debit 20,000. At 95: value 28,500, equity 8,500, required 8,550; the deficit of 50 is excused (5 % of equity).
    rig.quote('09:40', 95, 95.01, 1_000_000, 0, '2026-07-06');
    rig.advance('09:42', '2026-07-06');
    expect(restrictions(rig)).toEqual([]);
    // At 92: value 27,600, equity 7,600, required 8,280: 680 short, more than 380.
    rig.quote('09:45', 92, 92.01, 1_000_000, 0, '2026-07-06');
    rig.advance('09:47', '2026-07-06');
    expect(restrictions(rig)).toEqual(['marginCall']);
    expect(rig.submit('a', { shares: 1 })).toBe('ACCOUNT_RESTRICTED');
    rig.quote('09:50', 97, 97.01, 1_000_000, 0, '2026-07-06');
    rig.advance('09:52', '2026-07-06');
    expect(restrictions(rig)).toEqual(['marginCall', 'none']);
  });

  it('is liquidated when the call is not met by its day, and at once below the minimum of FINRA', () => {
    const late = openOn('2026-07-06');
    late.open('a', 10_000);
    late.submit('a', { shares: 300 });
    late.quote('09:45', 92, 92.01, 1_000_000, 0, '2026-07-06');
    // Monday's call is due at the close of Wednesday.
    late.quote('15:59', 92, 92.01, 1_000_000, 0, '2026-07-08');
    late.advance('15:59:30', '2026-07-08');
    expect(restrictions(late)).toEqual(['marginCall']);
    late.quote('09:31', 92, 92.01, 1_000_000, 0, '2026-07-09');
    late.advance('09:33', '2026-07-09');
    expect(restrictions(late)).toEqual(['marginCall', 'liquidationOnly', 'none']);
    expect(late.state('a').positions).toEqual([]);

    const deep = openOn('2026-07-06');
    deep.open('a', 10_000);
    deep.submit('a', { shares: 300 });
    const resting = deep.submit('a', { side: 'sell', shares: 100, limit: 120 });
    // At 88: value 26,400, equity 6,400, FINRA's 25 % is 6,600.
    deep.quote('09:45', 88, 88.01, 1_000_000, 0, '2026-07-06');
    deep.advance('09:47', '2026-07-06');
    expect(restrictions(deep)).toEqual(['liquidationOnly', 'none']);
    expect(deep.types(resting).at(-1)).toBe('canceled');
    expect(deep.state('a').positions).toEqual([]);
  });

  it('a pattern of day trades below $25,000 is stopped at the fourth until June 2026, and no more since', () => {
    for (const [date, outcome] of [
      ['2026-06-02', 'DAY_TRADING'],
      ['2026-06-04', expect.stringMatching(/^v-/)],
    ] as const) {
      const rig = openOn(date);
      rig.open('a', 20_000);
      for (let round = 0; round < 3; round += 1) {
        rig.submit('a', { shares: 10 });
        rig.submit('a', { side: 'sell', shares: 10 });
      }
      expect(rig.state('a').dayTrades).toBe(3);
      rig.submit('a', { shares: 10 });
      expect(rig.submit('a', { side: 'sell', shares: 10 })).toEqual(outcome);
    }
  });
});

describe('short sales (M14)', () => {
  const loans: readonly StockLoan[] = [
    { symbolId: 0, availability: 'hard', available: 50 * SHARE, annualRatePpm: 90_000 },
    { symbolId: 1, availability: 'none' },
  ];

  it('need equity, whole shares and shares to borrow; the settings may forbid them', () => {
    const rig = openOn('2026-07-06', { stockLoans: loans });
    rig.quote('09:32', 9.99, 10, 10_000, 1);
    rig.open('a', 50_000);
    expect(rig.submit('a', { side: 'sell', shares: 51 })).toBe('NOT_SHORTABLE');
    expect(rig.submit('a', { side: 'sell', shares: 1, symbolId: 1 })).toBe('NOT_SHORTABLE');
    expect(rig.submit('a', { side: 'sell', shares: 0.5 })).toBe('FRACTIONAL_INVALID');
    expect(rig.submit('a', { side: 'sell', shares: 50 })).toMatch(/^v-/);
    expect(rig.submit('a', { side: 'sell', shares: 1 })).toBe('NOT_SHORTABLE');
    rig.open('small', 1999);
    expect(rig.submit('small', { side: 'sell', shares: 1 })).toBe('SHORTING_NOT_ALLOWED');
    rig.open('strict', 50_000, { preset: 'strict' });
    expect(rig.submit('strict', { side: 'sell', shares: 1, symbolId: 1 })).toBe('NOT_SHORTABLE');
  });

  it('cost 102 % of the close, rounded up to the dollar, per calendar day / 360, paid with the new month', () => {
    const rig = openOn('2026-07-30', { stockLoans: loans });
    rig.open('a', 50_000);
    rig.open('alpaca', 50_000);
    rig.request('alpaca', { type: 'configure', settings: { ...DEFAULT_SETTINGS, fidelity: 'alpaca' } });
    rig.submit('a', { side: 'sell', shares: 50 });
    rig.submit('alpaca', { side: 'sell', shares: 50 });
    rig.advance('12:00', '2026-07-31');
    // 99.995 × 1.02 = 101.9949, up to 102; × 50 = 5,100; × 9 % ÷ 360 = 1.275 a day.
    expect(rig.state('a')).toMatchObject({ accruedFees: usd(1.275) });
    const { cash } = rig.state('a');
    rig.advance('12:00', '2026-08-03');
    // Friday to Monday: three days more; then the month is paid.
    expect(rig.state('a')).toMatchObject({ accruedFees: 0, cash: cash - usd(4 * 1.275) });
    expect(rig.state('alpaca')).toMatchObject({ accruedFees: 0, fees: rig.state('a').fees - usd(4 * 1.275) });
  });

  it('a debit bears interest overnight, as data', () => {
    const rig = openOn('2026-07-30');
    rig.open('a', 10_000);
    rig.submit('a', { shares: 200 });
    rig.advance('12:00', '2026-07-31');
    // 10,000 × 6.5 % ÷ 360 = 1.805556.
    expect(rig.state('a').accruedFees).toBe(1_805_556);
  });
});
