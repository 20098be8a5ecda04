/**
 * Double-entry book-keeping. Every fill, fee, deposit and reset is a set of entries whose amounts sum to zero
 * (I-01). Signs: an asset of the account (cash, positions at cost) is positive, its counter-accounts negative;
 * the whole ledger sums to zero at every moment (I-02).
 */
import type { FeeKind } from './fill.js';
import type { Money, Quantity } from './units.js';

/**
 * The accounts of the ledger. Assets: `cash`, `position` (at cost and per symbol), `dividendsAccrued` (earned, paid
 * later; negative for what a short owes). Debts: `accruedFees` (borrow fees and interest that are not paid yet).
 * Income: `realisedPnl`, `dividends`. Expenses: the fees, `interest`. `equity` holds deposits, resets and what
 * was written off.
 */
export type LedgerAccount =
  | 'cash'
  | 'position'
  | 'realisedPnl'
  | 'equity'
  | `fee:${FeeKind}`
  | 'fee:borrow'
  | 'interest'
  | 'accruedFees'
  | 'dividends'
  | 'dividendsAccrued';

/** One line of a set. */
export interface LedgerEntry {
  readonly accountId: string;
  readonly account: LedgerAccount;
  /** The symbol of a `position` or `realisedPnl` line, else -1. */
  readonly symbolId: number;
  readonly amount: Money;
  /** Signed change of the position in micro-shares for `position` lines, else 0. */
  readonly quantity: Quantity;
}
