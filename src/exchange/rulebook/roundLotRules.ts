/**
 * Round lots by date (R12), as data. A round lot is the least size that makes a national best quote; since November
 * 2025 it depends on the average closing price of the last evaluation month (March for May, September for November).
 */
import type { RuleRow } from './RuleRow.js';
import { CALENDAR_START, rowOf, unverified, verified } from './RuleRow.js';

/** A round lot of `shares` for average closing prices up to `upTo` dollars, inclusive. */
export interface RoundLotTier {
  readonly upTo: number;
  readonly shares: number;
}

/** Tiers in ascending order; the last has no upper end. */
export interface RoundLotRule extends RuleRow {
  readonly tiers: readonly RoundLotTier[];
}

/** What a vendor's quote sizes count. */
export interface QuoteSizeRule extends RuleRow {
  readonly unit: 'roundLots' | 'shares';
}

/** Ascending by date. */
export const ROUND_LOTS: readonly RoundLotRule[] = [
  rowOf(
    CALENDAR_START,
    { tiers: [{ upTo: Infinity, shares: 100 }] },
    unverified(
      '100 shares',
      'common practice before Rule 600(b)(93)',
      'a few stocks of very high price had lots of 1 or 10; the start lies before the calendar',
    ),
  ),
  rowOf(
    '2025-11-03',
    {
      tiers: [
        { upTo: 250, shares: 100 },
        { upTo: 1_000, shares: 40 },
        { upTo: 10_000, shares: 10 },
        { upTo: Infinity, shares: 1 },
      ],
    },
    verified(
      'By average close: up to $250 100 shares, up to $1,000 40, up to $10,000 10, above 1',
      '17 CFR 242.600(b)(93); statement of the SEC chairman of 2025-10-15',
    ),
  ),
];

/** How the Alpaca data feed counts quote sizes, ascending by date. */
export const ALPACA_QUOTE_SIZES: readonly QuoteSizeRule[] = [
  rowOf(
    CALENDAR_START,
    { unit: 'roundLots' },
    verified('Alpaca quote sizes count round lots', 'Alpaca market-data reference, records of quotes'),
  ),
  rowOf(
    '2025-11-03',
    { unit: 'shares' },
    verified('Alpaca quote sizes count shares', 'Alpaca market-data reference, records of quotes'),
  ),
];
