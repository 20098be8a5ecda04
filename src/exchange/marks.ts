/** The price that positions are marked at: the last eligible one, clipped into the best quote (M13). */
import type { PrintTable } from '../domain/marketTables.js';
import { isPlausible } from './matching/plausible.js';
import type { Preset } from './preset.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { isPrice } from './SymbolMarket.js';
import type { TradingSession } from './TradingSession.js';

/**
 * Takes over a print that may set the last price; false if it is not a price, or so far off that it counts as a
 * misprint until a second one agrees (M13).
 */
export function observeLast(
  symbol: SymbolMarket,
  table: PrintTable,
  row: number,
  sequence: number,
  session: TradingSession,
): boolean {
  const price = table.price[row] ?? 0;
  if (!isPrice(price)) return false;
  if (!isPlausible(price, symbol, session) && !agrees(price, symbol.doubtfulPrice)) {
    symbol.doubtfulPrice = price;
    return false;
  }
  symbol.doubtfulPrice = 0;
  symbol.lastPrice = price;
  symbol.lastSize = table.size[row] ?? 0;
  symbol.lastTime = table.time[row] ?? 0;
  symbol.lastSequence = sequence;
  return true;
}

/** Whether a second price that is far off lies where the first one did; 0 is none before. */
function agrees(price: number, before: number): boolean {
  return before !== 0 && price <= 2 * before && 2 * price >= before;
}

/**
 * Marks a symbol at its last price, within the best quote where the preset's model clips, or at the middle of the quote
 * without a last price.
 */
export function markByQuote(symbol: SymbolMarket, marks: Float64Array, model: Preset['marks']): void {
  const { bid, ask } = symbol;
  let mark = symbol.lastPrice;
  if (isPrice(bid) && isPrice(ask) && bid <= ask && symbol.quoteFlags === 0) {
    if (mark === 0) mark = Math.floor((bid + ask) / 2);
    else if (model === 'lastPrice') mark = symbol.lastPrice;
    else if (mark < bid) mark = bid;
    else if (mark > ask) mark = ask;
  }
  if (mark > 0) marks[symbol.symbolId] = mark;
}

/** Marks a symbol without any last price at the middle of its last quote bar. */
export function markByQuoteBar(symbol: SymbolMarket, marks: Float64Array): void {
  const { bidClose, askClose } = symbol;
  if (isPrice(bidClose) && isPrice(askClose) && bidClose <= askClose) {
    marks[symbol.symbolId] = Math.floor((bidClose + askClose) / 2);
  }
}
