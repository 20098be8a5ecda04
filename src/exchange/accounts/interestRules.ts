/** Interest on debit balances of margin accounts, as data. */
import type { RuleRow } from '../rulebook/RuleRow.js';
import { CALENDAR_START, rowOf, unverified } from '../rulebook/RuleRow.js';

/** A rate in force from a date. */
export interface InterestRule extends RuleRow {
  /** Annual rate in parts per million of the debit. */
  readonly debitPpm: number;
  /** Days of the year that it is divided by. */
  readonly dayCount: number;
}

/** Ascending by date. */
export const INTEREST_RULES: readonly InterestRule[] = [
  rowOf(
    CALENDAR_START,
    { debitPpm: 65_000, dayCount: 360 },
    unverified(
      '6.5 % a year on the overnight debit, calendar days / 360',
      'Alpaca documentation of margin (2026)',
      'one broker’s rate of 2026 is used for every date; its history is not known',
    ),
  ),
];
