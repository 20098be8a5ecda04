/**
 * Conventions of stock loans (M14), as data: the collateral that a borrow fee accrues on, and the day count. Rates
 * are no rule: they come with a locate list, and an unknown rate stays unknown.
 */
import type { RuleRow } from './RuleRow.js';
import { CALENDAR_START, rowOf, unverified } from './RuleRow.js';

/** How a borrow fee accrues. */
export interface BorrowRule extends RuleRow {
  /** Hundredths of a percent of the previous settlement price per share. */
  readonly collateralBps: number;
  /** The collateral per share is rounded up to a multiple of this many cents. */
  readonly roundUpToCents: number;
  /** Days of the year that an annual rate is divided by; days held are calendar days. */
  readonly dayCount: number;
}

/** Ascending by date. */
export const BORROW_RULES: readonly BorrowRule[] = [
  rowOf(
    CALENDAR_START,
    { collateralBps: 10_200, roundUpToCents: 100, dayCount: 360 },
    unverified(
      '102 % of the last price per share, rounded up to the dollar; calendar days / 360',
      'industry convention as published by Interactive Brokers (knowledge base 1146) and others',
      'a convention without a start date; brokers may round or mark otherwise',
    ),
  ),
];
