/** The history cache as the market data service reads it. */
import type { MarketHistory } from '../api/microservices/MarketDataService.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { symbolActions } from './symbolActions.js';

/** Reads through to `cache`; corporate actions are what its adjustment factors tell. */
export function marketHistoryOf(cache: HistoricalCache): MarketHistory {
  return {
    load: (query) => cache.load(query),
    coverage: () => cache.coverage(),
    extent: (series) => cache.extent(series),
    contentHash: (query) => cache.contentHash(query),
    factors: (symbol) => cache.factors(symbol),
    tickers: (symbol) => cache.tickers(symbol),
    corporateActions: (symbol, from, to) => symbolActions(cache, symbol, from, to),
  };
}
