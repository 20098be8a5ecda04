/** What corporate actions do to open orders and positions, by date (R13, R14), as data. */
import type { RuleRow } from './RuleRow.js';
import { rowOf, unverified, verified } from './RuleRow.js';

/** Treatment of open orders on an ex-date. */
export interface OpenOrderRule extends RuleRow {
  /** Cash dividends below this many micro-dollars a share leave orders as they are. */
  readonly leastDividend: number;
  /** Adjusted sizes are rounded down to a multiple of this many shares. */
  readonly sizeMultiple: number;
}

/** Ascending by date; earlier, each firm did as it liked. */
export const OPEN_ORDER_RULES: readonly OpenOrderRule[] = [
  rowOf(
    '1994-05-16',
    { leastDividend: 10_000, sizeMultiple: 100 },
    verified(
      'Dividends from $0.01 lower buy limits and sell stops to the next lower tick; forward splits adjust price and ' +
        'size, rounded down to a round lot; reverse splits cancel',
      'NASD Rules of Fair Practice, section 46 (Notice to Members 94-9); NASD Rule 3220',
    ),
  ),
  rowOf(
    '2010-02-15',
    { leastDividend: 10_000, sizeMultiple: 1 },
    unverified(
      'As before; sizes rounded down to a whole share; bracket and OCO members at Alpaca are never adjusted',
      'FINRA Rule 5330 (order of 2010-01-12, FR doc. 2010-819); Alpaca documentation of orders',
      'the day of effect and the whole-share rounding (a round lot in the older text) were not seen',
    ),
  ),
];
