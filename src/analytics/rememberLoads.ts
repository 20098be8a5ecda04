/** A store of history that reads each answer once, for those who run over the same data many times. */
import type { MarketTable } from '../domain/marketTables.js';
import type { HistoryQuery, HistoryStore } from '../domain/ports.js';

/** See the module header. Callers may renumber the symbols of a table, so those are copied; other columns are not. */
export function rememberLoads(store: HistoryStore): HistoryStore {
  const answers = new Map<string, Promise<MarketTable>>();
  return {
    coverage: () => store.coverage(),
    async load(query: HistoryQuery): Promise<MarketTable> {
      const key = JSON.stringify(query);
      const answer = answers.get(key) ?? store.load(query);
      answers.set(key, answer);
      const table = await answer;
      return { ...table, symbolId: table.symbolId.slice() };
    },
  };
}
