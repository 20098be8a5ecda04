/**
 * What of a fill belongs to which lot, where commissions are by lot: fixed parts and minimums are due once for each lot
 * that an order closes and once for what it opens, however many fills that takes it.
 */
import type { Fill } from '../../domain/fill.js';
import type { Money, Quantity } from '../../domain/units.js';
import { mulDiv } from '../../domain/units.js';
import type { Lots } from '../Lots.js';
import type { WorkingOrder } from '../WorkingOrder.js';

/** The part of a fill that closes of what one order opened, or opens: micro-shares, micro-dollars. */
export interface LotPart {
  readonly quantity: Quantity;
  readonly value: Money;
  /** Whether nothing is left of that, so that what comes next is another's. */
  readonly isLast: boolean;
}

/** The parts of a fill of `quantity` micro-shares worth `value`, before it is booked. */
export function lotParts({ account, symbolId, sign }: WorkingOrder, quantity: Quantity, value: Money): LotPart[] {
  const lots = account.quantityOf(symbolId) * sign < 0 ? account.lots[symbolId] : undefined;
  const parts: LotPart[] = [];
  let left = quantity;
  for (const held of lots === undefined ? [] : openedByOrder(lots)) {
    const closed = Math.min(left, held);
    parts.push({ quantity: closed, value: mulDiv(value, closed, quantity), isLast: closed === held });
    left -= closed;
    if (left === 0) return parts;
  }
  parts.push({ quantity: left, value: mulDiv(value, left, quantity), isLast: false });
  return parts;
}

/** Micro-shares that are left of what each order opened, oldest first. */
function openedByOrder(lots: Lots): readonly Quantity[] {
  const list = lots.list();
  const joints = new Set(lots.joints);
  const opened: Quantity[] = [];
  for (let lot = 0; lot * 2 < list.length; lot += 1) {
    const quantity = list[lot * 2] ?? 0;
    if (joints.has(lot)) opened.push((opened.pop() ?? 0) + quantity);
    else opened.push(quantity);
  }
  return opened;
}

/**
 * Books a fill worth `value`. What an order opens by several fills is joined; of a fill that does not end the order,
 * what it has filled of its last lot is noted. Other orders of `all`, those of the symbol, that were at a lot of which
 * this fill leaves nothing begin with another one.
 */
export function postByLot(
  order: WorkingOrder,
  { quantity, entries }: Fill,
  value: Money,
  isFinal: boolean,
  all: readonly WorkingOrder[],
): void {
  const { account, symbolId, sign } = order;
  const before = account.quantityOf(symbolId);
  const goesOnOpening = order.lotQuantity > 0 && before * sign > 0;
  const lots = before * sign < 0 ? account.lots[symbolId] : undefined;
  const endsLot = lots !== undefined && quantity >= (openedByOrder(lots)[0] ?? 0);
  if (!isFinal) noteLot(order, quantity, value);
  account.post(entries);
  if (goesOnOpening) account.lots[symbolId]?.join();
  const after = account.quantityOf(symbolId);
  for (let i = 0; i < all.length; i += 1) {
    const other = all[i];
    if (other === undefined || other === order || other.lotQuantity === 0 || other.account !== account) continue;
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
