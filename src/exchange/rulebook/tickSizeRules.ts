/**
 * Minimum price increments of orders by date (R20), as data. They bind orders, not executions. The markets turned to
 * decimals in stages between August 2000 and April 2001; the rows give the last stage of all markets.
 */
import type { RuleRow } from './RuleRow.js';
import { CALENDAR_START, rowOf, unverified, verified } from './RuleRow.js';

/** Ticks in micro-dollars; the border between the two is an order price of $1.00. */
export interface TickSizeRule extends RuleRow {
  readonly atOrAboveDollar: number;
  readonly belowDollar: number;
  /** At or above $1.00, for stocks whose quoted spread was narrow in the evaluation period. */
  readonly narrowSpread: number;
}

const ticks = (
  atOrAboveDollar: number,
  belowDollar: number,
  narrowSpread = atOrAboveDollar,
): Pick<TickSizeRule, 'atOrAboveDollar' | 'belowDollar' | 'narrowSpread'> => ({
  atOrAboveDollar,
  belowDollar,
  narrowSpread,
});

const RULE_612 = '17 CFR 242.612; release 34-51808 (70 FR 37496)';

/** Ascending by date. */
export const TICK_SIZES: readonly TickSizeRule[] = [
  rowOf(
    CALENDAR_START,
    ticks(125_000, 31_250),
    unverified(
      'Eighths of a dollar; 1/32 below $1.00',
      'general knowledge of the fraction markets',
      'fractions before 1997 differed by market and price; the start lies before the calendar',
    ),
  ),
  rowOf(
    '1997-06-24',
    ticks(62_500, 31_250),
    unverified(
      'Sixteenths of a dollar; 1/32 below $1.00',
      'NASD Rule 3220 (1/16 and 1/32 as variations of one market); start from general knowledge',
      'the start is that of the NYSE from memory; Nasdaq and the American exchange changed within weeks of it',
    ),
  ),
  rowOf(
    '2001-04-09',
    ticks(10_000, 100),
    unverified(
      'Decimals: $0.01; finer below $1.00',
      'Decimals order of 2000-01-28 (65 FR 5003); release 34-44003: all markets by 2001-04-09',
      'NYSE stocks had decimals since 2001-01-29 at the latest, some since 2000-08-28; some venues took finer orders',
    ),
  ),
  rowOf(
    '2005-08-29',
    ticks(10_000, 100),
    verified(
      'Rule 612 in effect: $0.01 at or above $1.00, $0.0001 below',
      RULE_612,
      'compliance was not required before 2006-01-31 (release 34-52196), so some venues still took sub-penny orders',
    ),
  ),
  rowOf(
    '2006-01-31',
    ticks(10_000, 100),
    verified('Rule 612 complied with: $0.01 at or above $1.00, $0.0001 below', `${RULE_612}; release 34-52196`),
  ),
  rowOf(
    '2027-11-01',
    ticks(10_000, 100, 5_000),
    unverified(
      'Amended Rule 612: $0.005 at or above $1.00 for stocks with a time-weighted quoted spread up to $0.015',
      'releases 34-101070 and 34-105656 (compliance from the first business day of November 2027)',
      'the compliance date was put off twice and may move again',
    ),
  ),
];
