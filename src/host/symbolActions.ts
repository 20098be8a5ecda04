/** Splits and dividends of a symbol as the history cache's adjustment factors tell them. */
import type { CorporateActionRow } from '../api/alpaca/PaperVenue.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { formatDecimal, RAW_PRICE_SCALE } from '../domain/units.js';
import { closeOf } from './closeOf.js';
import { dividendOf, factorActions } from './factorActions.js';

/** Those with an ex-date from one date to another, both inclusive, oldest first; a dividend before a split. */
export async function symbolActions(
  history: HistoricalCache,
  symbol: string,
  from: string,
  to: string,
): Promise<CorporateActionRow[]> {
  const actions: CorporateActionRow[] = [];
  const factors = (await history.factors(symbol)) ?? [];
  for (const { exDate, closeOn, split, paidShare } of factorActions(factors, from, to)) {
    const close = paidShare > 0 ? await closeOf(history, symbol, parseDate(closeOn)) : undefined;
    const amount = close === undefined ? 0 : dividendOf(close, paidShare);
    if (amount > 0) {
      actions.push({ kind: 'dividend', symbol, exDate, amount: formatDecimal(amount, RAW_PRICE_SCALE, 0) });
    }
    if (split !== undefined) actions.push({ kind: 'split', symbol, exDate, from: split.from, to: split.to });
  }
  return actions;
}
