/**
 * What an action means for prices that are compared with later ones (R15): marks, last prices and trailing marks are
 * those of a share after it, and quotes of before are void. Without it every ex-date would be a gap.
 */
import type { DatedAction } from '../../domain/corporateActions.js';
import type { PaperExchange } from '../PaperExchange.js';
import { rebasePrice } from '../rulebook/corporateActions.js';

/** Rebases an exchange's market in one symbol; the shared marks are not touched. */
export function rebaseMarket(exchange: PaperExchange, dated: DatedAction): void {
  const { action, symbolId } = dated;
  if (action.kind === 'symbolChange') return;
  const symbol = exchange.book.symbol(symbolId);
  if (symbol.lastPrice > 0) symbol.lastPrice = rebasePrice(symbol.lastPrice, action);
  symbol.doubtfulPrice = 0;
  symbol.voidQuotes();
  for (const order of symbol.orders) {
    if (order.highWaterMark === 0) continue;
    order.highWaterMark = rebasePrice(order.highWaterMark, action);
    order.stopPrice = rebasePrice(order.stopPrice, action);
    order.noteChange();
  }
}

/** Rebases a symbol's mark. */
export function rebaseMark(marks: Float64Array, dated: DatedAction): void {
  const { action, symbolId } = dated;
  const mark = marks[symbolId] ?? 0;
  if (action.kind !== 'symbolChange' && mark > 0) marks[symbolId] = rebasePrice(mark, action);
}
