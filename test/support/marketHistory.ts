/** A market history in memory for tests of the gateway: the store with what the market data service asks besides. */
import { createHash } from 'node:crypto';
import type { MarketHistory } from '../../src/api/microservices/MarketDataService.js';
import { createMemoryHistory } from '../../src/cache/memoryHistory.js';
import type { MemoryHistory } from '../../src/cache/memoryHistory.js';
import type { AdjustmentFactor, TickerPeriod } from '../../src/domain/history.js';

/** Everything it answers with. */
export interface HistoryParts {
  readonly store?: MemoryHistory;
  readonly factors?: Readonly<Record<string, readonly AdjustmentFactor[]>>;
  readonly tickers?: Readonly<Record<string, readonly TickerPeriod[]>>;
  readonly actions?: Awaited<ReturnType<MarketHistory['corporateActions']>>;
  /** Hears every stretch that is loaded. */
  readonly onLoad?: (from: string, to: string) => void;
}

/** Answers from `parts`; a content hash is that of the rows themselves. */
export function marketHistory(parts: HistoryParts = {}): MarketHistory {
  const store = parts.store ?? createMemoryHistory();
  const rowsOf = async (query: Parameters<MarketHistory['load']>[0]): Promise<unknown> => {
    try {
      return await store.load(query);
    } catch {
      // A query without rows has a hash too.
      return null;
    }
  };
  return {
    load: (query) => {
      parts.onLoad?.(query.from, query.to);
      return store.load(query);
    },
    coverage: () => store.coverage(),
    extent: (series) => store.extent(series),
    contentHash: async (query) =>
      createHash('sha256')
        .update(JSON.stringify([query, await rowsOf(query)]))
        .digest('hex'),
    factors: (symbol) => Promise.resolve(parts.factors?.[symbol]),
    tickers: (symbol) => Promise.resolve(parts.tickers?.[symbol] ?? []),
    corporateActions: (symbol, from, to) =>
      Promise.resolve(
        (parts.actions ?? []).filter((one) => one.symbol === symbol && one.exDate >= from && one.exDate <= to),
      ),
  };
}
