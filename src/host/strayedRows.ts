/**
 * Rows that lie under a name which was another instrument's at their time: they came before the tickers that say so,
 * and whoever asks for the name on those dates asks for the other instrument (X1).
 */
import type { HistoricalCache } from '../cache/historicalCache.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { HistoryCoverage } from '../domain/ports.js';

/** Rows of one series, told as it is stored; dates are those at which the name was the instrument's. */
export interface StrayedRows extends Pick<HistoryCoverage, 'kind' | 'timeframe' | 'from' | 'to'> {
  /** The name that the rows are kept under. */
  readonly symbol: string;
  /** Whose name it was. */
  readonly instrument: string;
}

/** Those under the names that these instruments have had, in the order of the instruments and their names. */
export async function strayedRows(
  store: Pick<HistoricalCache, 'tickers' | 'coverage'>,
  instruments: readonly string[],
): Promise<readonly StrayedRows[]> {
  const coverage = await store.coverage();
  const found: StrayedRows[] = [];
  for (const instrument of instruments) {
    let after = '';
    for (const { until, ticker } of await store.tickers(instrument)) {
      const symbol = ticker.toUpperCase();
      const since = after;
      after = until;
      // An instrument with tickers of its own is meant by its own rows.
      if (symbol === instrument || (await store.tickers(symbol)).length > 0) continue;
      for (const { kind, timeframe, from, to, ...own } of coverage) {
        // The last date of the period before is not of this one.
        if (own.symbol !== symbol || from > until || to <= since) continue;
        const first = from > since ? from : formatDate(parseDate(since) + 1);
        found.push({ symbol, instrument, kind, timeframe, from: first, to: to < until ? to : until });
      }
    }
  }
  return found;
}
