/**
 * Which groups of orders are offered, and whether the prices of a group fit each other and the market. The exits of a
 * long entry are sales above and below it, those of a short entry purchases below and above.
 */
import type { Price } from '../domain/units.js';
import type { OrderRules } from './orderRules.js';
import { tickOf } from './rulebook/tickSizes.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** Whether the class has these members: their roles, types, sizes and sides. */
export function isGroupOffered(order: WorkingOrder, legs: readonly WorkingOrder[]): boolean {
  const { orderClass, timeInForce } = order;
  if (timeInForce !== 'day' && timeInForce !== 'gtc') return false;
  const isOco = orderClass === 'oco';
  const takeProfits = legs.filter((leg) => leg.role === 'takeProfit').length;
  const stopLosses = legs.filter((leg) => leg.role === 'stopLoss').length;
  if (takeProfits + stopLosses !== legs.length) return false;
  if (isOco && (order.type !== 'limit' || legs.length !== 1 || stopLosses !== 1)) return false;
  if (orderClass === 'oto' && legs.length !== 1) return false;
  if (orderClass === 'bracket' && (takeProfits !== 1 || stopLosses !== 1 || legs[0]?.role !== 'takeProfit'))
    return false;
  const isPlain = order.account.orderRules.groupTypes === 'plain';
  if (order.type === 'trailing_stop' || order.type === 'limit_if_touched') return false;
  if (isPlain && order.type !== 'market' && order.type !== 'limit') return false;
  return legs.every((leg) => {
    if (leg.symbolId !== order.symbolId || leg.timeInForce !== timeInForce) return false;
    if (leg.quantity !== order.quantity || leg.notional !== 0 || (leg.sign === order.sign) !== isOco) return false;
    if (leg.role === 'takeProfit') return leg.type === 'limit';
    return leg.type === 'stop' || leg.type === 'stop_limit' || (leg.type === 'trailing_stop' && !isPlain);
  });
}

/** The prices of a group; 0 where it has none. */
export interface ExitPrices {
  /** The entry's own limit price. */
  readonly entryLimit: Price;
  readonly takeProfit: Price;
  readonly stopLoss: Price;
}

/** The prices of a new group. */
function exitPricesOf(order: WorkingOrder, legs: readonly WorkingOrder[]): ExitPrices {
  const isOco = order.orderClass === 'oco';
  const takeProfit = isOco ? order : legs.find((leg) => leg.role === 'takeProfit');
  const stopLoss = legs.find((leg) => leg.role === 'stopLoss');
  return {
    entryLimit: isOco ? 0 : order.limitPrice,
    takeProfit: takeProfit?.limitPrice ?? 0,
    stopLoss: stopLoss?.stopPrice ?? 0,
  };
}

/** Why exits do not fit: which lies on the wrong side, and of what. */
export interface ExitFault {
  readonly leg: 'takeProfit' | 'stopLoss';
  /** Where it ought to lie. */
  readonly side: 'above' | 'below';
  /** What it ought to lie beyond by a tick; 0 where a take profit lies on the wrong side of the stop loss. */
  readonly basePrice: Price;
}

/**
 * What is wrong with the sides of exits: the take profit lies beyond the stop loss, and both at least a tick beyond
 * their base (R24): the entry's own limit price, and where the rules say so the market's price, 0 if that is unknown.
 */
export function exitFaultOf(
  prices: ExitPrices,
  exitSign: 1 | -1,
  rules: OrderRules,
  marketPrice: Price,
  priceScale: number,
): ExitFault | undefined {
  const { takeProfit, stopLoss } = prices;
  // Profits of sales lie above, those of purchases below.
  const up = -exitSign;
  const [profitSide, lossSide] = up === 1 ? (['above', 'below'] as const) : (['below', 'above'] as const);
  if (takeProfit > 0 && stopLoss > 0 && up * (takeProfit - stopLoss) <= 0) {
    return { leg: 'takeProfit', side: profitSide, basePrice: 0 };
  }
  for (const basePrice of [prices.entryLimit, rules.basePrice === 'entryAndMarket' ? marketPrice : 0]) {
    if (basePrice === 0) continue;
    const tick = tickOf(basePrice, priceScale);
    if (takeProfit !== 0 && up * (takeProfit - basePrice) < tick) {
      return { leg: 'takeProfit', side: profitSide, basePrice };
    }
    if (stopLoss !== 0 && up * (basePrice - stopLoss) < tick) return { leg: 'stopLoss', side: lossSide, basePrice };
  }
  return undefined;
}

/** {@link exitFaultOf} a new group. */
export function groupFaultOf(
  order: WorkingOrder,
  legs: readonly WorkingOrder[],
  marketPrice: Price,
  priceScale: number,
): ExitFault | undefined {
  const exitSign = order.orderClass === 'oco' ? order.sign : order.sign === 1 ? -1 : 1;
  return exitFaultOf(exitPricesOf(order, legs), exitSign, order.account.orderRules, marketPrice, priceScale);
}
