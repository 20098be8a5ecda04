/** Price tests of short sales by date (R8), as data: the uptick rule, none, and Rule 201 of Regulation SHO. */
import type { RuleRow } from './RuleRow.js';
import { CALENDAR_START, rowOf, unverified, verified } from './RuleRow.js';

/** The price test in force. */
export interface ShortSaleRule extends RuleRow {
  /**
   * `uptick`: above the last different price, always. `none`. `rule201`: above the national best bid, after a fall.
   */
  readonly test: 'uptick' | 'none' | 'rule201';
  /** Fall from the previous close that starts the restriction, in bps; 0 where there is no trigger. */
  readonly triggerBps: number;
}

/** Ascending by date. */
export const SHORT_SALE_RULES: readonly ShortSaleRule[] = [
  rowOf(
    CALENDAR_START,
    { test: 'uptick', triggerBps: 0 },
    unverified(
      'Uptick rule: above the last sale, or at it if that was above the last different price',
      '17 CFR 240.10a-1 (of 1938); compliance guide of the SEC',
      'Nasdaq had a bid test of its own since 1994 (NASD Rule 3350); a pilot freed about 1,000 stocks from 2005-05-02',
    ),
  ),
  rowOf(
    '2007-07-06',
    { test: 'none', triggerBps: 0 },
    verified(
      'No price test',
      'amendments to Rule 10a-1 and Regulation SHO, compliance guide of the SEC',
      'the emergency bans of September and October 2008 on financial stocks are not modelled',
    ),
  ),
  rowOf(
    '2011-02-28',
    { test: 'rule201', triggerBps: 1_000 },
    verified(
      'Rule 201: after a fall of 10 % from the previous close short sales only above the national best bid, ' +
        'the rest of the day and the next',
      '17 CFR 242.201; compliance date by FR doc. 2010-28327',
    ),
  ),
];
