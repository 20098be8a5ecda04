import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextSession } from '../../calendar/sessions.js';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { DOLLAR, SHARE } from '../../domain/units.js';
import { soakCount } from '../../../test/soak.js';
import { CashSettlement, paymentDeadline } from './CashSettlement.js';

const usd = (dollars: number): number => Math.round(dollars * DOLLAR);
const MONDAY = parseDate('2026-08-03');
const TUESDAY = MONDAY + 1;

/** An account that held 100 paid shares of symbol 1 and sold them on Monday for $5,000, still to settle on Tuesday. */
function soldOnMonday(): CashSettlement {
  const account = new CashSettlement();
  account.deposit(MONDAY - 7, usd(4_000));
  account.buy(MONDAY - 7, 1, 100 * SHARE, usd(4_000));
  expect(account.sell(MONDAY, 1, 100 * SHARE, usd(5_000))).toBeUndefined();
  return account;
}

describe('a cash account (R17)', () => {
  it('settles proceeds on the settlement date', () => {
    const account = soldOnMonday();
    expect([account.settled, account.unsettled, account.spendable]).toEqual([0, usd(5_000), usd(5_000)]);
    account.advanceTo(TUESDAY);
    expect([account.settled, account.unsettled]).toEqual([usd(5_000), 0]);
  });

  it.each([
    ['the same day', MONDAY, 'goodFaith'],
    ['when the proceeds have settled', TUESDAY, undefined],
  ] as const)('bought with unsettled proceeds and sold %s', (_, soldOn, violation) => {
    const account = soldOnMonday();
    expect(account.buy(MONDAY, 2, 50 * SHARE, usd(5_000))).toBe(0);
    expect(account.sell(soldOn, 2, 50 * SHARE, usd(5_100))).toBe(violation);
    expect(account.goodFaithViolations).toBe(violation === undefined ? 0 : 1);
    expect(account.frozenUntil).toBeUndefined();
  });

  it('may day trade settled cash, but not the proceeds of that again', () => {
    const account = new CashSettlement();
    account.deposit(MONDAY, usd(10_000));
    account.buy(MONDAY, 1, 100 * SHARE, usd(10_000));
    expect(account.sell(MONDAY, 1, 100 * SHARE, usd(10_500))).toBeUndefined();
    account.buy(MONDAY, 2, 100 * SHARE, usd(10_500));
    expect(account.sell(MONDAY, 2, 100 * SHARE, usd(10_400))).toBe('goodFaith');
  });

  it('uses settled cash first: then no violation', () => {
    const account = soldOnMonday();
    account.deposit(MONDAY, usd(1_000));
    account.buy(MONDAY, 2, 10 * SHARE, usd(1_000));
    expect(account.sell(MONDAY, 2, 10 * SHARE, usd(1_000))).toBeUndefined();
  });

  it('waited for the settlement day, not the next trading day: Columbus Day', () => {
    const account = new CashSettlement();
    const friday = parseDate('2024-10-11');
    account.deposit(friday, usd(100));
    account.buy(friday, 1, SHARE, usd(100));
    account.sell(friday, 1, SHARE, usd(100));
    account.buy(friday, 2, SHARE, usd(100));
    expect(account.sell(friday + 3, 2, SHARE, usd(100))).toBe('goodFaith'); // trades on Monday, settles on Tuesday
  });

  it('freezes for 90 days when what was never paid for is sold', () => {
    const account = new CashSettlement();
    account.deposit(MONDAY, usd(1_000));
    expect(account.buy(MONDAY, 1, 100 * SHARE, usd(1_300))).toBe(usd(300));
    expect([account.unpaid, account.settled]).toEqual([usd(300), 0]);
    expect(account.sell(TUESDAY, 1, 100 * SHARE, usd(1_500))).toBe('freeRiding');
    expect(account.unsettled).toBe(usd(1_200)); // 1,500 less the 300 that the sale paid
    expect(formatDate(account.frozenUntil ?? 0)).toBe('2026-11-02');
    expect(account.spendable).toBe(0); // unsettled proceeds do not buy now
    account.advanceTo(parseDate('2026-11-02'));
    expect([account.frozenUntil !== undefined, account.spendable]).toEqual([true, usd(1_200)]);
    account.advanceTo(parseDate('2026-11-03'));
    expect(account.frozenUntil).toBeUndefined();
  });

  it('does not freeze when a deposit pays before the sale, and knows when payment is overdue', () => {
    const account = new CashSettlement();
    account.buy(MONDAY, 1, 100 * SHARE, usd(500));
    // T+1 is Tuesday, two days of grace: Thursday.
    expect(formatDate(paymentDeadline(MONDAY))).toBe('2026-08-06');
    expect([account.isPaymentOverdue(MONDAY + 3), account.isPaymentOverdue(MONDAY + 4)]).toEqual([false, true]);
    account.deposit(TUESDAY, usd(600));
    expect([account.unpaid, account.settled, account.isPaymentOverdue(MONDAY + 4)]).toEqual([0, usd(100), false]);
    expect(account.sell(TUESDAY, 1, 100 * SHARE, usd(500))).toBeUndefined();
  });

  it('takes a loss on unpaid shares from settled cash', () => {
    const account = new CashSettlement();
    account.buy(MONDAY, 1, 100 * SHARE, usd(500));
    account.sell(MONDAY, 1, 100 * SHARE, usd(450));
    expect([account.settled, account.unsettled, account.unpaid]).toEqual([-usd(50), 0, 0]);
  });

  it('freezes at the third good-faith violation within a year, and forgets older ones', () => {
    const violate = (account: CashSettlement, date: number): void => {
      account.buy(date, 1, SHARE, account.spendable);
      account.sell(date, 1, SHARE, usd(100));
      account.buy(date, 1, SHARE, account.unsettled);
      expect(account.sell(date, 1, SHARE, usd(100))).toBe('goodFaith');
    };
    const fast = new CashSettlement();
    fast.deposit(MONDAY, usd(100));
    for (const days of [0, 7, 14]) violate(fast, MONDAY + days);
    expect([fast.goodFaithViolations, fast.frozenUntil]).toEqual([3, MONDAY + 14 + 90]);
    const slow = new CashSettlement();
    slow.deposit(MONDAY, usd(100));
    for (const days of [0, 7, 371]) violate(slow, MONDAY + days); // 7 + 364 is within, 371 is not
    expect([slow.goodFaithViolations, slow.frozenUntil]).toEqual([2, undefined]);
  });

  it('sells what a split left of lots, each with its own payment', () => {
    const account = soldOnMonday();
    account.buy(MONDAY, 2, 10 * SHARE, usd(1_000)); // paid with proceeds of Tuesday
    account.deposit(MONDAY, usd(1_000));
    account.buy(MONDAY, 2, 5 * SHARE, usd(1_000)); // paid with settled cash
    account.rescale(2, 22 * SHARE); // 3 for 2 of 15 shares, the half as cash
    const first = Math.round((22 * SHARE * 10) / 15);
    expect(account.sell(MONDAY, 2, first, usd(1_000))).toBe('goodFaith');
    expect(account.sell(MONDAY, 2, 22 * SHARE - first, usd(1_000))).toBeUndefined();
  });

  it('loses no money: deposits and proceeds less costs are settled, unsettled, less unpaid', () => {
    const step = fc.record({
      days: fc.integer({ min: 0, max: 3 }),
      symbol: fc.integer({ min: 1, max: 3 }),
      shares: fc.integer({ min: 1, max: 100 }),
      amount: fc.integer({ min: 1, max: 1e9 }),
      action: fc.constantFrom('deposit', 'buy', 'sell'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let account = new CashSettlement();
        const held = new Map<number, number>();
        let date = MONDAY;
        let total = 0;
        for (const { days, symbol, shares, amount, action } of steps) {
          for (let i = 0; i < days; i += 1) date = nextSession(date).date;
          const has = held.get(symbol) ?? 0;
          if (action === 'deposit') {
            account.deposit(date, amount);
            total += amount;
          } else if (action === 'buy') {
            account.buy(date, symbol, shares, amount);
            held.set(symbol, has + shares);
            total -= amount;
          } else if (has > 0) {
            const sold = Math.min(has, shares);
            account.sell(date, symbol, sold, amount);
            held.set(symbol, has - sold);
            total += amount;
          }
          expect(account.settled + account.unsettled - account.unpaid).toBe(total);
          const restored = new CashSettlement();
          restored.restore(account.state());
          expect(restored.state()).toEqual(account.state());
          account = restored;
        }
      }),
      { numRuns: soakCount(100, 5_000) },
    );
  });
});
