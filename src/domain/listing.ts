/**
 * What a session knows beforehand of the symbols that it trades: where each is listed and what yesterday left. All of
 * it is optional; what is not known is assumed the cautious way and receipts say so.
 */
import type { Micros, Price } from './units.js';

/**
 * The listing market by its SIP letter: N New York, Q Nasdaq, A American, P Arca, Z Cboe BZX. It runs the symbol's
 * auctions.
 */
export type ListingVenue = 'N' | 'Q' | 'A' | 'P' | 'Z';

/** One symbol of the session. */
export interface SymbolListing {
  readonly venue?: ListingVenue;
  /** Tier of the limit up-limit down plan; tier 2 where it is not known (R6). */
  readonly tier?: 1 | 2;
  /** Leverage of an exchange-traded product in percent, 100 for none; it widens the bands. */
  readonly leveragePercent?: number;
  /** The listing market's closing price of the trading day before, at the session's scale (R8). */
  readonly previousClose?: Price;
  /** Until when a short-sale restriction of the day before is in force (R8). */
  readonly shortSaleRestrictedUntil?: Micros;
}
