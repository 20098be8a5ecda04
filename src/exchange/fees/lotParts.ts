/**
 * What of a fill belongs to which lot, where commissions are by lot: fixed parts and minimums are due once for each lot
 * that an order closes and once for what it opens, however many fills that takes it.
 */
import type { Fill } from '../../domain/fill.js';
import type { Money, Quantity } from '../../domain/units.js';
import { mulDiv } from '../../domain/units.js';
import type { Preset } from '../preset.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import type { FeePlan } from './FeePlan.js';

/** The part of a fill that closes of what one order opened, or opens: micro-shares, micro-dollars. */
export interface LotPart {
  readonly quantity: Quantity;
  readonly value: Money;
  /** Whether nothing is left of that, so that what comes next is another's. */
  readonly isLast: boolean;
  /** Serial number of the trade that it closes, {@link OPENS} of what it opens. */
  readonly serial: number;
}

/** In place of a serial number: what an order opens. */
export const OPENS = -1;

/** The parts of a fill of `quantity` micro-shares worth `value`, before it is booked. */
export function lotParts(order: WorkingOrder, quantity: Quantity, value: Money): LotPart[] {
  const parts: LotPart[] = [];
  let left = quantity;
  for (const trade of order.account.trades?.against(order) ?? []) {
    const closed = Math.min(left, trade.quantity);
    const isLast = closed === trade.quantity;
    parts.push({ quantity: closed, value: mulDiv(value, closed, quantity), isLast, serial: trade.serial });
    left -= closed;
    if (left === 0) return parts;
  }
  parts.push({ quantity: left, value: mulDiv(value, left, quantity), isLast: false, serial: OPENS });
  return parts;
}

/** Whether an order has filled some of the lot that its next fill begins with, and owes no fixed part for it again. */
export function goesOnWithLot(order: WorkingOrder): boolean {
  const { lotQuantity, lotSerial, account } = order;
  if (lotQuantity === 0) return false;
  return lotSerial === 0 || lotSerial === (account.trades?.firstAgainst(order)?.serial ?? OPENS);
}

/** Books a fill worth `value`; of one that does not end the order, what it has filled of its last lot is noted. */
export function postByLot(order: WorkingOrder, { quantity, entries }: Fill, value: Money, isFinal: boolean): void {
  const { account } = order;
  if (!isFinal) noteLot(order, quantity, value);
  account.post(entries);
  account.trades?.take(order, quantity, isFinal);
}

function noteLot(order: WorkingOrder, quantity: Quantity, value: Money): void {
  const parts = lotParts(order, quantity, value);
  const last = parts.at(-1);
  if (last === undefined) return;
  const isSame = parts.length === 1 && goesOnWithLot(order);
  order.lotQuantity = last.isLast ? 0 : last.quantity + (isSame ? order.lotQuantity : 0);
  order.lotValue = last.isLast ? 0 : last.value + (isSame ? order.lotValue : 0);
  order.lotSerial = last.isLast ? 0 : last.serial;
}

/** What a plan charges each lot, where a preset charges by lot; undefined where a whole owes what its parts do. */
export function lotFeesOf(
  { commissionOf }: Pick<Preset, 'commissionOf'>,
  plan: FeePlan,
): ((quantity: Quantity, value: Money) => Money) | undefined {
  if (commissionOf !== 'lot' || plan.isProportional) return undefined;
  return (quantity, value) => plan.commission(quantity, value);
}
