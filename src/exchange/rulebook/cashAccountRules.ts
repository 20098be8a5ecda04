/** Rules of cash accounts (R17), as data: Regulation T's freeze and payment period, and brokers' good-faith count. */
import type { RuleRow } from './RuleRow.js';
import { CALENDAR_START, rowOf, unverified } from './RuleRow.js';

/** The rules of a stretch of time. */
export interface CashAccountRule extends RuleRow {
  /** Calendar days of a freeze after selling what was never paid for. */
  readonly freezeDays: number;
  /** Business days beyond the settlement cycle within which a purchase must be paid. */
  readonly paymentDays: number;
  /** So many good-faith violations within as many calendar days also freeze the account. */
  readonly goodFaithLimit: number;
  readonly goodFaithDays: number;
}

/** Ascending by date. */
export const CASH_ACCOUNT_RULES: readonly CashAccountRule[] = [
  rowOf(
    CALENDAR_START,
    { freezeDays: 90, paymentDays: 2, goodFaithLimit: 3, goodFaithDays: 365 },
    unverified(
      'Free-riding freezes for 90 days; payment within the cycle and two days; three good-faith violations in twelve ' +
        'months freeze too',
      'Regulation T, 12 CFR 220.8; published rules of several brokers',
      'brokers let three to five good-faith violations pass; the start lies before the calendar',
    ),
  ),
];
