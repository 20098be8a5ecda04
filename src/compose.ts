/**
 * The composition root: the one place that picks implementations of ports. Commands and the host ask it for what
 * they work with and see only ports.
 */
import { join } from 'node:path';
import { createHistoricalCache } from './cache/historicalCache.js';
import type { HistoricalCache } from './cache/historicalCache.js';

/** Folder of the market history within a data directory. */
export const HISTORY_FOLDER = 'history';

/** The market history of a data directory; close it when done. Nothing is written until something is imported. */
export function openHistory(dataDir: string): HistoricalCache {
  return createHistoricalCache(join(dataDir, HISTORY_FOLDER));
}

/** Lends the market history of a data directory to `use` and closes it afterwards. */
export async function withHistory<T>(dataDir: string, use: (history: HistoricalCache) => Promise<T>): Promise<T> {
  const history = openHistory(dataDir);
  try {
    return await use(history);
  } finally {
    await history.close();
  }
}
