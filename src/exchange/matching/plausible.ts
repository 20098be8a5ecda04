/**
 * Whether a price may decide anything, and whether an execution at it is allowed. A stub quote or a misprint is not a
 * market: beyond half or double the last price of the same session, a quote or print never fills and never elects.
 */
import type { Price } from '../../domain/units.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import type { TradingSession } from '../TradingSession.js';

/** See the module header; without a last price in the present session everything positive is plausible. */
export function isPlausible(price: Price, symbol: SymbolMarket, session: TradingSession): boolean {
  const reference = symbol.lastPrice;
  if (reference === 0 || symbol.lastTime < session.start) return true;
  return price <= 2 * reference && 2 * price >= reference;
}

/** Whether the price bands allow an execution at a price; they are in force in regular hours (R7). */
export function isWithinBands(price: Price, symbol: SymbolMarket, session: TradingSession): boolean {
  return symbol.bandUpper === 0 || session.phase !== 'regular' || isBetweenBands(price, symbol);
}

/** Whether a price lies within the price bands that are in force. */
export function isBetweenBands(price: Price, symbol: SymbolMarket): boolean {
  return price >= symbol.bandLower && price <= symbol.bandUpper;
}
