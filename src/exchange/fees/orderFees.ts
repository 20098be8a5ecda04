/** What an order has been charged, and from which of its fills on its SEC and TAF fees are summed. */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Fill } from '../../domain/fill.js';
import { settlementDate } from '../rulebook/settlement.js';
import { rateOn, SEC_RATES, TAF_RATES } from '../rulebook/usEquityFees.js';
import type { WorkingOrder } from '../WorkingOrder.js';

/** Whether a sale is charged by other SEC or TAF rates on `date` than at its last fill; false before the first. */
export function isRatedAnew({ filledAt }: WorkingOrder, date: TradingDate): boolean {
  if (filledAt === 0) return false;
  const before = newYorkDate(filledAt);
  if (before === date) return false;
  const secBefore = rateOn(SEC_RATES, settlementDate(before)).rate;
  const tafBefore = rateOn(TAF_RATES, before).rate;
  return secBefore !== rateOn(SEC_RATES, settlementDate(date)).rate || tafBefore !== rateOn(TAF_RATES, date).rate;
}

/** Notes the fees of a fill with its order, before its shares are added; `isRegulated` where sales owe SEC and TAF. */
export function noteFees(order: WorkingOrder, { fees, time }: Fill, isRegulated: boolean): void {
  if (isRegulated && order.sign === -1) {
    if (isRatedAnew(order, newYorkDate(time))) {
      order.ratedQuantity = order.filledQuantity;
      order.ratedValue = order.filledNotional;
      order.ratedSecFee = order.secFee;
      order.ratedTafFee = order.tafFee;
    }
    order.filledAt = time;
  }
  for (let i = 0; i < fees.length; i += 1) {
    const fee = fees[i];
    if (fee === undefined) continue;
    if (fee.kind === 'commission') order.commission += fee.amount;
    else if (fee.kind === 'sec') order.secFee += fee.amount;
    else order.tafFee += fee.amount;
  }
}
