/** Splits and dividends of symbols, as the engine takes them, by the adjustment factors of the history cache. */
import { parseDate } from '../calendar/tradingDate.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import type { DatedAction } from '../domain/corporateActions.js';
import { closeOf } from './closeOf.js';
import { dividendOf, factorActions } from './factorActions.js';
import type { FactorReading } from './factorActions.js';

/** A dated action of the kinds that factors tell of. */
export type FactorDatedAction = DatedAction & { readonly action: { readonly kind: 'split' | 'cashDividend' } };

/**
 * Those with an ex-date from one date to another, both inclusive, by ex-date. A dividend comes before a split of the
 * same day: the factors give it per share as they were before. A split that is not of whole numbers, and a dividend
 * without a close to reckon from, stay unknown.
 */
export async function corporateActionsOf(
  history: HistoricalCache,
  symbols: readonly string[],
  from: string,
  to: string,
  reading: FactorReading = 'declared',
): Promise<readonly FactorDatedAction[]> {
  const actions: FactorDatedAction[] = [];
  for (const [symbolId, symbol] of symbols.entries()) {
    const factors = (await history.factors(symbol)) ?? [];
    for (const action of factorActions(factors, from, to, reading)) {
      const { exDate, closeOn, split, paidShare } = action;
      const close = paidShare > 0 ? await closeOf(history, symbol, parseDate(closeOn)) : undefined;
      const amount = close === undefined ? 0 : dividendOf(close, paidShare, action.reading);
      if (amount > 0) actions.push({ exDate, symbolId, action: { kind: 'cashDividend', amount } });
      if (split?.isWhole === true) {
        actions.push({ exDate, symbolId, action: { kind: 'split', newShares: split.to, oldShares: split.from } });
      }
    }
  }
  return actions.toSorted((a, b) => (a.exDate < b.exDate ? -1 : a.exDate > b.exDate ? 1 : 0));
}
