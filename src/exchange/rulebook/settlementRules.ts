/**
 * Settlement cycles by trade date (R17), as data. Settlement days are trading days on which banks are open; the bank
 * holidays themselves follow a rule per year (see settlement.ts).
 */
import type { RuleRow } from './RuleRow.js';
import { CALENDAR_START, rowOf, unverified, verified } from './RuleRow.js';

/** Settlement days between trade and settlement. */
export interface SettlementRule extends RuleRow {
  readonly days: number;
}

/** Ascending by trade date. */
export const SETTLEMENT_CYCLES: readonly SettlementRule[] = [
  rowOf(
    CALENDAR_START,
    { days: 5 },
    unverified('T+5', 'market practice before Rule 15c6-1', 'the start lies before the calendar'),
  ),
  rowOf('1995-06-07', { days: 3 }, unverified('T+3', '17 CFR 240.15c6-1', 'the start comes from a secondary source')),
  rowOf('2017-09-05', { days: 2 }, verified('T+2', '17 CFR 240.15c6-1; release 34-80295')),
  rowOf('2024-05-28', { days: 1 }, verified('T+1', '17 CFR 240.15c6-1; release 34-96930')),
];

/** A bank holiday that the exchange does not keep, or kept later than the banks. */
export interface BankHolidayRule extends RuleRow {
  readonly holiday: 'columbus' | 'veterans' | 'martinLutherKing';
}

/** Bank holidays on which the exchange trades or traded, by the first year that concerns the calendar. */
export const BANK_ONLY_HOLIDAYS: readonly BankHolidayRule[] = [
  rowOf(
    CALENDAR_START,
    { holiday: 'columbus' },
    verified('Columbus Day, second Monday of October, trades and does not settle', '5 U.S.C. 6103; Federal Reserve'),
  ),
  rowOf(
    CALENDAR_START,
    { holiday: 'veterans' },
    verified('Veterans Day, 11 November (Monday after a Sunday), trades and does not settle', '5 U.S.C. 6103'),
  ),
  rowOf(
    CALENDAR_START,
    { holiday: 'martinLutherKing' },
    unverified(
      'Martin Luther King Jr. Day, third Monday of January, does not settle; the exchange closes on it since 1998',
      '5 U.S.C. 6103; NYSE Rule 7.2',
      'that trades did not settle on it before 1998 is inferred from the banks being closed',
    ),
  ),
];
