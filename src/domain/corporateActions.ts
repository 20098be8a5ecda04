/** Corporate actions and stock loans of a session, as dated lists that are known at its start and on its tape (K6). */
import type { Price, Quantity } from './units.js';

/** What happens to a share. */
export type ShareAction =
  /** `newShares` for every `oldShares`, both positive integers; fewer new ones are a reverse split. */
  | { readonly kind: 'split'; readonly newShares: number; readonly oldShares: number }
  /**
   * `amount` per share at the session's price scale; the cash comes on `payDate` (`YYYY-MM-DD`), on the ex-date where
   * that is not known.
   */
  | { readonly kind: 'cashDividend'; readonly amount: Price; readonly payDate?: string }
  | { readonly kind: 'symbolChange'; readonly to: string };

/** An action that applies before the first session of its ex-date (R14), a New York date `YYYY-MM-DD`. */
export interface DatedAction {
  readonly exDate: string;
  readonly symbolId: number;
  readonly action: ShareAction;
}

/** What is known of borrowing a symbol's shares; a symbol without an entry is unknown, not free (M14). */
export interface StockLoan {
  readonly symbolId: number;
  /** `easy`: borrowed without asking; `hard`: only as many as are `available`; `none`: not at all. */
  readonly availability: 'easy' | 'hard' | 'none';
  readonly available?: Quantity;
  /** Annual fee in parts per million of the collateral; absent: not known. */
  readonly annualRatePpm?: number;
}
