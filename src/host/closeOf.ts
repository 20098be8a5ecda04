/** What a symbol closed at on a day, by the history cache. */
import { formatDate } from '../calendar/tradingDate.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { PapertapeError } from '../domain/errors.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Price } from '../domain/units.js';

/** The close of a day by its daily bar, else by its last regular minute; undefined if the cache has neither. */
export async function closeOf(history: HistoricalCache, symbol: string, date: TradingDate): Promise<Price | undefined> {
  const day = formatDate(date);
  for (const timeframe of ['1d', '1m'] as const) {
    const close = await lastClose(history, symbol, day, timeframe);
    if (close !== undefined && close > 0) return close;
  }
  return undefined;
}

async function lastClose(
  history: HistoricalCache,
  symbol: string,
  day: string,
  timeframe: Timeframe,
): Promise<Price | undefined> {
  const range = { symbols: [symbol], kind: 'bar', timeframe, from: day, to: day } as const;
  try {
    const table = await history.load({ ...range, adjust: 'raw', extendedHours: false });
    return table.kind === 'bar' ? table.close[table.length - 1] : undefined;
  } catch (error) {
    if (error instanceof PapertapeError && error.code === 'DATA_MISSING') return undefined;
    throw error;
  }
}
