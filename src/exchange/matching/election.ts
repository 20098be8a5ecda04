/** When a print elects a stop order (R3), or touches the trigger of a limit-if-touched order. */
import type { Price } from '../../domain/units.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import { isPrice } from '../SymbolMarket.js';
import type { WorkingOrder } from '../WorkingOrder.js';

/** Whether a print at `price` elects an order: at or through it, and where the rules say so within the best quote. */
export function electsAt(order: WorkingOrder, symbol: SymbolMarket, price: Price): boolean {
  if (order.stopPrice === 0 || order.electionSign * (price - order.stopPrice) < 0) return false;
  if (!order.account.orderRules.electionWithinQuote || symbol.quoteTime === 0 || symbol.quoteFlags !== 0) return true;
  return !(isPrice(symbol.bid) && price < symbol.bid) && !(isPrice(symbol.ask) && price > symbol.ask);
}

/** The highest or lowest price of the far side in the last quote bar. */
export function farExtreme(order: WorkingOrder, symbol: SymbolMarket, isHigh: boolean): Price {
  if (order.sign === 1) return isHigh ? symbol.askHigh : symbol.askLow;
  return isHigh ? symbol.bidHigh : symbol.bidLow;
}
