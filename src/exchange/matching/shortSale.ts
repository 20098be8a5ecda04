/**
 * The short-sale price test (R8): while a restriction is in force, a short sale may execute only above the best bid
 * that was current when it was displayed. A crossed market is exempt.
 */
import type { Micros, Price } from '../../domain/units.js';
import type { Preset } from '../preset.js';
import { tickOf } from '../rulebook/tickSizes.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import { isPrice } from '../SymbolMarket.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import type { DecisionTarget } from './DecisionTarget.js';

/**
 * The lowest price that a sale may be displayed at now: one tick above the bid. 0 if the order is free: it buys or
 * closes a position, nothing restricts the symbol, it rests at a price that was permitted, or there is no bid.
 */
export function shortSaleFloor(order: WorkingOrder, symbol: SymbolMarket, time: Micros, priceScale: number): Price {
  if (order.sign === 1 || order.openingQuantity === 0 || time >= symbol.restrictedUntil) return 0;
  if (order.resting || symbol.crossedSince !== 0) return 0;
  // Without quotes the last sale is the best that is known of where the bid is.
  const bid = isPrice(symbol.bid) ? symbol.bid : symbol.quoteTime === 0 ? symbol.lastPrice : 0;
  if (bid === 0) return 0;
  const floor = bid + tickOf(bid, priceScale);
  return order.limitPrice >= floor ? 0 : floor;
}

/** Puts a short sale above the bid while a restriction is in force, or ends it; says whether it may go on (R8). */
export function passesPriceTest(
  order: WorkingOrder,
  symbol: SymbolMarket,
  time: Micros,
  preset: Preset,
  priceScale: number,
  target: Pick<DecisionTarget, 'cancelOrder'>,
): boolean {
  if (order.sign === 1 || symbol.restrictedUntil <= time || preset.shortSaleRule === 'none') return true;
  const floor = shortSaleFloor(order, symbol, time, priceScale);
  if (floor === 0) return true;
  if (preset.shortSaleRule === 'reject') {
    target.cancelOrder(order, time, 'a short-sale restriction is in force and the price is not above the bid');
    return false;
  }
  order.shortFloor = floor;
  order.limitPrice = floor;
  order.acts = 'limit';
  order.noteChange();
  symbol.include(order);
  return true;
}
