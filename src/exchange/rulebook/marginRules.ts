/**
 * Margin by date (R18), as data: Regulation T's initial margin, the maintenance margin of FINRA and of one broker's
 * house table, and the least equity of a margin account. All fractions in hundredths of a percent (bps).
 */
import type { RuleRow } from './RuleRow.js';
import { CALENDAR_START, rowOf, unverified, verified } from './RuleRow.js';

/** Initial margin. */
export interface InitialMarginRule extends RuleRow {
  readonly longBps: number;
  /** Of the current value, the proceeds of the sale included. */
  readonly shortBps: number;
}

/** A tier of long maintenance for prices up to a border in cents. */
export interface LongMarginTier {
  readonly upToCents: number;
  /** Whether the border price itself still belongs to the tier. */
  readonly isInclusive: boolean;
  readonly bps: number;
}

/** When an account counts as concentrated, and what its long positions need then. */
export interface ConcentrationFigures {
  /** The largest position's share of all, and the debit. */
  readonly leastShareBps: number;
  readonly leastDebitDollars: number;
  readonly bps: number;
}

/** Maintenance margin. */
export interface MaintenanceRule extends RuleRow {
  /** Ascending; the last has no upper border. */
  readonly long: readonly LongMarginTier[];
  /** Long positions of leveraged funds by their factor; a factor that is not here is multiplied like FINRA does. */
  readonly leveragedLongBps: Readonly<Record<number, number>>;
  /** Whether margins of leveraged funds are the plain ones times their factor, at most 100 %. */
  readonly multipliesLeverage: boolean;
  /** Short positions: the greater of a fraction and cents per share, at or above and below $5.00. */
  readonly shortBps: number;
  readonly shortCents: number;
  readonly shortBelowFiveBps: number;
  readonly shortBelowFiveCents: number;
  /** Undefined where the plan knows no concentrated accounts. */
  readonly concentration: ConcentrationFigures | undefined;
}

/** The least equity at which a margin account may borrow or sell short. */
export interface MinimumEquityRule extends RuleRow {
  readonly dollars: number;
}

/** Ascending by date. */
export const INITIAL_MARGINS: readonly InitialMarginRule[] = [
  rowOf(
    CALENDAR_START,
    { longBps: 5_000, shortBps: 15_000 },
    unverified(
      '50 % of long, 150 % of short positions',
      'Regulation T, 12 CFR 220.12',
      'unchanged since 1974 by general knowledge; the start lies before the calendar',
    ),
  ),
];

const shorts = {
  shortBps: 3_000,
  shortCents: 500,
  shortBelowFiveBps: 10_000,
  shortBelowFiveCents: 250,
} as const;

/** Names of the maintenance plans. */
export type MaintenancePlan = 'finra' | 'alpaca';

/** Per plan, ascending by date. */
export const MAINTENANCE_MARGINS: Readonly<Record<MaintenancePlan, readonly MaintenanceRule[]>> = {
  finra: [
    rowOf(
      CALENDAR_START,
      {
        long: [{ upToCents: Infinity, isInclusive: true, bps: 2_500 }],
        leveragedLongBps: {},
        multipliesLeverage: false,
        ...shorts,
        concentration: undefined,
      },
      unverified(
        'Long 25 %; short the greater of 30 % and $5.00 a share, below $5.00 of 100 % and $2.50 a share',
        'FINRA Rule 4210(c), earlier NASD 2520 and NYSE 431',
        'the start lies before the calendar',
      ),
    ),
    rowOf(
      '2009-12-01',
      {
        long: [{ upToCents: Infinity, isInclusive: true, bps: 2_500 }],
        leveragedLongBps: {},
        multipliesLeverage: true,
        ...shorts,
        concentration: undefined,
      },
      unverified(
        'As before; leveraged funds times their factor, at most 100 %',
        'FINRA Rule 4210(c) and Regulatory Notice 09-53',
        'content and start of the factor are from memory',
      ),
    ),
  ],
  alpaca: [
    rowOf(
      CALENDAR_START,
      {
        long: [
          { upToCents: 250, isInclusive: false, bps: 10_000 },
          { upToCents: 600, isInclusive: true, bps: 5_000 },
          { upToCents: Infinity, isInclusive: true, bps: 3_000 },
        ],
        leveragedLongBps: { 2: 5_000, 3: 7_500 },
        multipliesLeverage: false,
        ...shorts,
        concentration: { leastShareBps: 7_000, leastDebitDollars: 100_000, bps: 5_000 },
      },
      unverified(
        'Long below $2.50 100 %, to $6.00 50 %, above 30 %; funds 2× 50 %, 3× 75 %; shorts as FINRA; concentrated 50 %',
        'Alpaca documentation of margin and short selling (2026)',
        'the house table of 2026 is used for every date; its history is not known',
      ),
    ),
  ],
};

/** Ascending by date. */
export const MINIMUM_EQUITY: readonly MinimumEquityRule[] = [
  rowOf(
    CALENDAR_START,
    { dollars: 2_000 },
    verified('$2,000', 'FINRA Rule 4210(b); unchanged by 91 FR 20731', 'the start lies before the calendar'),
  ),
];
