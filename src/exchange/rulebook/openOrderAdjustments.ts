/**
 * Open orders on an ex-date (R13): a cash dividend lowers buy limits and sell stops unless the order says "do not
 * reduce"; sell limits and buy stops stay. A forward split adjusts price and size of every order, a reverse split
 * cancels it. Prices are rounded down to the tick, sizes down to the multiple of the dated rule. Members of brackets
 * and OCO pairs are left alone where the broker does so (Alpaca). Trailing marks are rebased, see corporateActions.ts.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Side } from '../../domain/order.js';
import type { Price, Quantity } from '../../domain/units.js';
import { DOLLAR, mulDiv, SHARE } from '../../domain/units.js';
import type { CashDividend, CorporateAction, Split } from './corporateActions.js';
import { isReverseSplit } from './corporateActions.js';
import { OPEN_ORDER_RULES } from './corporateActionRules.js';
import type { OpenOrderRule } from './corporateActionRules.js';
import { ruleOn } from './RuleRow.js';
import { roundToTick } from './tickSizes.js';

/** What of an open order an action may change. */
export interface AdjustableOrder {
  readonly side: Side;
  /** 0 where the order has none. */
  readonly limitPrice: Price;
  readonly stopPrice: Price;
  /** Whether the stop price is the trigger of a limit-if-touched order, which is no stop. */
  readonly isIfTouched?: boolean;
  /** Micro-shares still to be filled. */
  readonly remaining: Quantity;
  readonly doNotReduce: boolean;
  /** Whether the order is a member of a group that its broker never adjusts. */
  readonly isExempt: boolean;
}

/** What becomes of the order. */
export type OrderAdjustment =
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'canceled'; readonly why: 'reverseSplit' | 'priceGone' | 'sizeGone' }
  | {
      readonly outcome: 'adjusted';
      readonly limitPrice: Price;
      readonly stopPrice: Price;
      readonly remaining: Quantity;
    };

const UNCHANGED: OrderAdjustment = { outcome: 'unchanged' };

/** The order after an action with ex-date `date`; unchanged where no rule was in force yet. */
export function adjustOpenOrder(
  order: AdjustableOrder,
  action: CorporateAction,
  date: TradingDate,
  priceScale: number,
): OrderAdjustment {
  const rule = ruleOn(OPEN_ORDER_RULES, date);
  if (rule === undefined) return UNCHANGED;
  if (action.kind === 'cashDividend') return afterDividend(order, action, rule, date, priceScale);
  if (isReverseSplit(action)) return { outcome: 'canceled', why: 'reverseSplit' };
  return order.isExempt ? UNCHANGED : afterSplit(order, action, rule, date, priceScale);
}

function afterDividend(
  order: AdjustableOrder,
  { amount }: CashDividend,
  rule: OpenOrderRule,
  date: TradingDate,
  priceScale: number,
): OrderAdjustment {
  const isStop = order.stopPrice > 0 && order.isIfTouched !== true;
  const isReducible = order.side === 'buy' ? !isStop && order.limitPrice > 0 : isStop;
  // Compared without a division: the amount is at the price scale, the least dividend in micro-dollars.
  const isSmall = amount * DOLLAR < rule.leastDividend * priceScale;
  if (!isReducible || isSmall || order.doNotReduce || order.isExempt) return UNCHANGED;
  const reduce = (price: Price): Price =>
    price === 0 ? 0 : roundToTick(Math.max(0, price - amount), 'down', priceScale, date);
  return adjusted(order, reduce(order.limitPrice), reduce(order.stopPrice), order.remaining);
}

function afterSplit(
  order: AdjustableOrder,
  { newShares, oldShares }: Split,
  rule: OpenOrderRule,
  date: TradingDate,
  priceScale: number,
): OrderAdjustment {
  const reduce = (price: Price): Price => {
    if (price === 0) return 0;
    const exact = mulDiv(price, oldShares, newShares);
    // Rounded half to even, `exact` may lie a step above the quotient; rounding down must start below it.
    const floor = BigInt(exact) * BigInt(newShares) > BigInt(price) * BigInt(oldShares) ? exact - 1 : exact;
    return roundToTick(floor, 'down', priceScale, date);
  };
  const multiple = BigInt(rule.sizeMultiple * SHARE);
  const size = (BigInt(order.remaining) * BigInt(newShares)) / BigInt(oldShares);
  return adjusted(order, reduce(order.limitPrice), reduce(order.stopPrice), Number(size - (size % multiple)));
}

function adjusted(order: AdjustableOrder, limitPrice: Price, stopPrice: Price, remaining: Quantity): OrderAdjustment {
  const isGone = (order.limitPrice > 0 && limitPrice === 0) || (order.stopPrice > 0 && stopPrice === 0);
  if (isGone) return { outcome: 'canceled', why: 'priceGone' };
  if (remaining === 0) return { outcome: 'canceled', why: 'sizeGone' };
  return { outcome: 'adjusted', limitPrice, stopPrice, remaining };
}
