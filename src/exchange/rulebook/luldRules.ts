/**
 * The limit up-limit down plan by date (R6, R7), as data: which tiers it covers, at which hours, how wide the bands
 * are and when they are doubled. Amendment 23 was disapproved on 2024-09-16 (34-101036) and has no row.
 */
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import type { DurationMicros } from '../../domain/units.js';
import type { RuleRow } from './RuleRow.js';
import { rowOf, unverified, verified } from './RuleRow.js';

/** Tier 1: S&P 500, Russell 1000 and chosen exchange-traded products; tier 2: all others but rights and warrants. */
export type LuldTier = 1 | 2;

/** Hours and doubling of the bands. */
export interface LuldRule extends RuleRow {
  readonly tiers: readonly LuldTier[];
  /** Bands are in force from this long after the open until that long before the close. */
  readonly startsAfterOpen: DurationMicros;
  readonly endsBeforeClose: DurationMicros;
  /** Bands are doubled for this long after the open; 0 for not. */
  readonly doubledAfterOpen: DurationMicros;
  /** Bands are doubled for this long before the close. */
  readonly doubledBeforeClose: DurationMicros;
  /** Whether tier 2 stocks above $3.00 are doubled before the close too. */
  readonly doublesAllBeforeClose: boolean;
}

/** Width of the bands by previous close. */
export interface LuldWidthRule extends RuleRow {
  /** Hundredths of a percent of the reference price, previous close above $3.00, by tier. */
  readonly tier1Bps: number;
  readonly tier2Bps: number;
  /** Previous close from $0.75 to $3.00 inclusive, both tiers. */
  readonly lowPricedBps: number;
  /** Previous close below $0.75: the lesser of these, the second in cents. */
  readonly pennyBps: number;
  readonly pennyCents: number;
}

/** The state machine of limit states and pauses. */
export interface LuldTimingRule extends RuleRow {
  /** The trailing stretch of eligible prints whose mean is the reference price. */
  readonly window: DurationMicros;
  /** How long a reference price stands at least, and by how much (bps of it) the mean must have moved. */
  readonly referenceStands: DurationMicros;
  readonly referenceMoveBps: number;
  /** A limit state of this length becomes a pause of that length. */
  readonly limitState: DurationMicros;
  readonly pause: DurationMicros;
  /** A pause in force this long before the close goes into the closing auction. */
  readonly closingAuctionFrom: DurationMicros;
}

const hours = (
  tiers: readonly LuldTier[],
  startsAfterOpen: DurationMicros,
  endsBeforeClose: DurationMicros,
  doublesAtOpenAndAllAtClose: boolean,
): Omit<LuldRule, keyof RuleRow> => ({
  tiers,
  startsAfterOpen,
  endsBeforeClose,
  doubledAfterOpen: doublesAtOpenAndAllAtClose ? 15 * MINUTE : 0,
  doubledBeforeClose: 25 * MINUTE,
  doublesAllBeforeClose: doublesAtOpenAndAllAtClose,
});

/** Ascending by date; before the first row there were no bands (single-stock circuit breakers of 2010 are not kept). */
export const LULD_HOURS: readonly LuldRule[] = [
  rowOf(
    '2013-04-08',
    hours([1], 15 * MINUTE, 30 * MINUTE, true),
    unverified(
      'Tier 1, 09:45 to 15:30',
      'NMS plan, phase I; Nasdaq equity regulatory alert 2013-9',
      'stocks entered in groups over some weeks; the groups are not known',
    ),
  ),
  rowOf(
    '2013-08-05',
    hours([1, 2], 0, 15 * MINUTE, true),
    unverified(
      'Both tiers, 09:30 to 15:45; doubled 09:30 to 09:45 and from 15:35',
      'Nasdaq equity regulatory alert 2013-9, equity trader alert 2013-75',
      'tier 2 stocks entered in groups until 2013-12-08; the groups are not known',
    ),
  ),
  rowOf(
    '2013-12-09',
    hours([1, 2], 0, 15 * MINUTE, true),
    verified('Both tiers complete, 09:30 to 15:45', 'Nasdaq equity trader alert 2013-111'),
  ),
  rowOf(
    '2014-02-24',
    hours([1, 2], 0, 0, true),
    unverified(
      'Both tiers, 09:30 to 16:00; doubled 09:30 to 09:45 and from 15:35',
      'amendment 6; Nasdaq equity trader alerts 2013-111 and 2014-17',
      'Nasdaq-listed stocks kept 15:45 for some weeks more (alert 2014-18, perhaps until 2014-05-12)',
    ),
  ),
  rowOf(
    '2020-02-24',
    hours([1, 2], 0, 0, false),
    unverified(
      'Not doubled after the open; before the close tier 1, and tier 2 up to $3.00 only',
      'amendment 18, 83 FR 66464',
      'the month is known from secondary sources, the day is not',
    ),
  ),
];

/** Ascending by date. */
export const LULD_WIDTHS: readonly LuldWidthRule[] = [
  rowOf(
    '2013-04-08',
    { tier1Bps: 500, tier2Bps: 1_000, lowPricedBps: 2_000, pennyBps: 7_500, pennyCents: 15 },
    verified(
      'Previous close above $3.00: 5 % tier 1, 10 % tier 2; $0.75 to $3.00: 20 %; below: lesser of 75 % and $0.15; ' +
        'leveraged products of tier 2 times their factor',
      'NMS plan, appendix A (luldplan.com)',
      'bands computed here may differ from the published ones, which are preferred',
    ),
  ),
];

/** Ascending by date. */
export const LULD_TIMINGS: readonly LuldTimingRule[] = [
  rowOf(
    '2013-04-08',
    {
      window: 5 * MINUTE,
      referenceStands: 30 * SECOND,
      referenceMoveBps: 100,
      limitState: 15 * SECOND,
      pause: 5 * MINUTE,
      closingAuctionFrom: 10 * MINUTE,
    },
    verified(
      'Reference price: mean of 5 minutes, new at 1 % and 30 s; limit state of 15 s, pause of 5 minutes; ' +
        'from 15:50 into the closing auction',
      'NMS plan, sections V to VII (luldplan.com); Nasdaq equity trader alert 2014-3',
      'bands are rounded to the nearest cent; how the plan rounds an exact half cent was not found',
    ),
  ),
];
