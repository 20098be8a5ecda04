/**
 * What of a fill belongs to which lot, where commissions are by lot: fixed parts and minimums are due once for each lot
 * that an order closes and once for what it opens, however many fills that takes it.
 */
import type { Fill } from '../../domain/fill.js';
import type { Money, Quantity } from '../../domain/units.js';
import { mulDiv } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';
import { traderOf } from '../OpenTrades.js';
import type { Preset } from '../preset.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import type { FeePlan } from './FeePlan.js';

/** The part of a fill that closes of what one order opened, or opens: micro-shares, micro-dollars. */
export interface LotPart {
  readonly quantity: Quantity;
  readonly value: Money;
  /** Whether nothing is left of that, so that what comes next is another's. */
  readonly isLast: boolean;
}

/** The parts of a fill of `quantity` micro-shares worth `value`, before it is booked. */
export function lotParts(order: WorkingOrder, quantity: Quantity, value: Money): LotPart[] {
  const parts: LotPart[] = [];
  let left = quantity;
  for (const trade of order.account.trades?.against(order) ?? []) {
    const closed = Math.min(left, trade.quantity);
    parts.push({ quantity: closed, value: mulDiv(value, closed, quantity), isLast: closed === trade.quantity });
    left -= closed;
    if (left === 0) return parts;
  }
  parts.push({ quantity: left, value: mulDiv(value, left, quantity), isLast: false });
  return parts;
}

/**
 * Books a fill worth `value`; of one that does not end the order, what it has filled of its last lot is noted. Other
 * orders of `all`, those of the symbol, that were at a lot of which this fill leaves nothing begin with another one.
 */
export function postByLot(
  order: WorkingOrder,
  { quantity, entries }: Fill,
  value: Money,
  isFinal: boolean,
  all: readonly WorkingOrder[],
): void {
  const { account, sign } = order;
  const { trades } = account;
  assert(trades !== undefined, 'fills are booked by lot where trades are told apart');
  const before = trades.signOf(order);
  const endsLot = before * sign < 0 && quantity >= (trades.against(order)[0]?.quantity ?? 0);
  if (!isFinal) noteLot(order, quantity, value);
  account.post(entries);
  trades.take(order, quantity, isFinal);
  const after = trades.signOf(order);
  for (let i = 0; i < all.length; i += 1) {
    const other = all[i];
    if (other === undefined || other === order || other.lotQuantity === 0 || other.account !== account) continue;
    if (traderOf(other) !== traderOf(order)) continue;
    const wasClosing = before * other.sign < 0;
    // One that opens goes on with that until there is something to close.
    if (wasClosing ? !endsLot : after * other.sign >= 0) continue;
    other.lotQuantity = 0;
    other.lotValue = 0;
    other.noteChange();
  }
}

function noteLot(order: WorkingOrder, quantity: Quantity, value: Money): void {
  const parts = lotParts(order, quantity, value);
  const last = parts.at(-1);
  if (last === undefined) return;
  const isSame = parts.length === 1;
  order.lotQuantity = last.isLast ? 0 : last.quantity + (isSame ? order.lotQuantity : 0);
  order.lotValue = last.isLast ? 0 : last.value + (isSame ? order.lotValue : 0);
}

/** What a plan charges each lot, where a preset charges by lot; undefined where a whole owes what its parts do. */
export function lotFeesOf(
  { commissionOf }: Pick<Preset, 'commissionOf'>,
  plan: FeePlan,
): ((quantity: Quantity, value: Money) => Money) | undefined {
  if (commissionOf !== 'lot' || plan.isProportional) return undefined;
  return (quantity, value) => plan.commission(quantity, value);
}
