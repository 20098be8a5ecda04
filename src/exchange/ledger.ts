/**
 * Makes the double entries of fills and deposits. Positions are kept at the cost of the lots that are left: what is
 * closed takes the cost of the oldest lots out, so that realised profit is by lot (FIFO), to the micro-dollar.
 */
import type { FeeLine } from '../domain/fill.js';
import type { LedgerAccount, LedgerEntry } from '../domain/ledger.js';
import type { FillAmounts } from '../domain/promptFill.js';
import type { Money, Quantity } from '../domain/units.js';
import { mulDiv } from '../domain/units.js';
import type { Mutable } from './emptyFill.js';

const line = (
  accountId: string,
  account: LedgerAccount,
  symbolId: number,
  amount: Money,
  quantity: Quantity,
): LedgerEntry => ({ accountId, account, symbolId, amount, quantity });

/** What the position in one symbol is before a fill. */
export interface PositionState {
  readonly accountId: string;
  quantityOf(symbolId: number): Quantity;
  /** Signed cost of the oldest `quantity` micro-shares held. */
  costOfOldest(symbolId: number, quantity: Quantity): Money;
}

/**
 * Writes the amounts of the entries of one fill: cash, position, and realised profit if a position was reduced.
 *
 * `signedQuantity` is positive for a purchase, `value` its positive value and `charged` its fees in micro-dollars. A
 * fill that crosses from one side to the other closes all of the old side and opens the rest.
 */
export function settle(
  position: PositionState,
  symbolId: number,
  signedQuantity: Quantity,
  value: Money,
  charged: Money,
  into: Mutable<FillAmounts>,
): void {
  const held = position.quantityOf(symbolId);
  // Differences, not signs: of what is worth nothing the amount is 0, never -0.
  const signedValue = signedQuantity > 0 ? value : 0 - value;
  into.cash = 0 - signedValue - charged;
  into.isClosing = held !== 0 && held > 0 !== signedQuantity > 0;
  into.realised = 0;
  into.position = signedValue;
  if (!into.isClosing) return;
  const closing = Math.min(Math.abs(held), Math.abs(signedQuantity));
  const costOut = position.costOfOldest(symbolId, closing);
  const closingValue =
    closing === Math.abs(signedQuantity) ? signedValue : mulDiv(signedValue, closing, Math.abs(signedQuantity));
  into.position = signedValue - closingValue - costOut;
  into.realised = closingValue + costOut;
}

/** The entries of one fill, see {@link settle}, with one line per fee. */
export function fillEntries(
  position: PositionState,
  symbolId: number,
  signedQuantity: Quantity,
  value: Money,
  fees: readonly FeeLine[],
): LedgerEntry[] {
  const { accountId } = position;
  let total = 0;
  for (let i = 0; i < fees.length; i += 1) total += fees[i]?.amount ?? 0;
  const amounts = { isClosing: false, realised: 0, position: 0, cash: 0 };
  settle(position, symbolId, signedQuantity, value, total, amounts);
  const realised = amounts.isClosing ? line(accountId, 'realisedPnl', symbolId, amounts.realised, 0) : undefined;
  const moved = line(accountId, 'position', symbolId, amounts.position, signedQuantity);
  const paid = line(accountId, 'cash', -1, amounts.cash, 0);
  // Most fills have one fee or none. A literal takes as much room as it needs, a list that is pushed to much more.
  const fee = fees[0];
  if (fee === undefined) return realised === undefined ? [moved, paid] : [realised, moved, paid];
  if (fees.length === 1) {
    const charged = feeLine(accountId, fee);
    return realised === undefined ? [charged, moved, paid] : [realised, charged, moved, paid];
  }
  const charged = fees.map((one) => feeLine(accountId, one));
  return realised === undefined ? [...charged, moved, paid] : [realised, ...charged, moved, paid];
}

/** By comparison: reading a property by a name that varies is slow, and this runs for every fill. */
function feeAccount(kind: FeeLine['kind']): LedgerAccount {
  if (kind === 'commission') return 'fee:commission';
  return kind === 'sec' ? 'fee:sec' : 'fee:taf';
}

function feeLine(accountId: string, fee: FeeLine): LedgerEntry {
  return line(accountId, feeAccount(fee.kind), -1, fee.amount, 0);
}

/** The entries that leave nothing of an equity: of what is owed the creditors' loss. */
export function writeOffEntries(accountId: string, equity: Money): LedgerEntry[] {
  return depositEntries(accountId, 0 - equity);
}

/** The entries of a deposit; negative is a withdrawal. */
export function depositEntries(accountId: string, amount: Money): LedgerEntry[] {
  return [line(accountId, 'cash', -1, amount, 0), line(accountId, 'equity', -1, 0 - amount, 0)];
}
