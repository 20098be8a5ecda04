/**
 * Quotes of an earlier session are no evidence of the present one: where a history has quotes of some days only, orders
 * of the others would wait for one for ever.
 */
import type { Micros } from '../domain/units.js';
import { Evidence } from './SymbolMarket.js';
import type { SymbolMarket } from './SymbolMarket.js';

/**
 * Takes quotes and bars of quotes from before `start` out of what is known, if anything else is; says whether it did.
 * Those that a halt has voided are waited for: whoever lags behind must come to the same.
 */
export function forgetQuotes(symbol: SymbolMarket, start: Micros): boolean {
  const { quoteTime, quoteBarTime } = symbol;
  let left = symbol.known;
  if (quoteTime > 0 && quoteTime < start) left &= ~Evidence.QUOTE;
  if (quoteBarTime > 0 && quoteBarTime < start) left &= ~Evidence.QUOTE_BAR;
  if (left === symbol.known || left === 0) return false;
  symbol.known = left;
  return true;
}
