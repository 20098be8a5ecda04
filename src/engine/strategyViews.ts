/** Orders and fills as a strategy sees them: in shares and dollars, with the symbol's name. */
import type { Fill } from '../domain/fill.js';
import type { Order } from '../domain/order.js';
import { SHARE } from '../domain/units.js';
import type { StrategyFill, StrategyOrder } from '../strategies/Context.js';

/** What `onOrder` is given. */
export function viewOrder(order: Order, symbols: readonly string[]): StrategyOrder {
  return {
    id: order.id,
    symbol: symbols[order.symbolId] ?? '',
    side: order.side,
    type: order.type,
    status: order.status,
    quantity: order.quantity / SHARE,
    filledQuantity: order.filledQuantity / SHARE,
    reason: order.reason,
    statusReason: order.statusReason ?? '',
  };
}

/** What `onFill` is given. */
export function viewFill(fill: Fill, symbols: readonly string[], priceScale: number): StrategyFill {
  return {
    orderId: fill.orderId,
    symbol: symbols[fill.symbolId] ?? '',
    side: fill.side,
    quantity: fill.quantity / SHARE,
    price: fill.price / priceScale,
    time: fill.time,
  };
}
