/**
 * Retention of market data (K7): old tapes lose their market segments, and keep their decisions for ever. A session
 * that lost them can no longer be run again, but everything that was decided in it is still told.
 */
import { parseDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { FileSystem } from '../storage/fileSystem.js';
import { segmentNumber } from '../storage/logFormat.js';
import { indexName } from '../storage/marketReader.js';
import { lastPosition, readTape } from './readTape.js';
import { sessionNames, tapeDirectory } from './tapeNames.js';

/** A tape that lost its market data. */
export interface RemovedMarket {
  readonly sessionId: string;
  readonly segments: number;
}

/**
 * Removes the market data of sessions that ended more than `keepDays` days before `today` (`YYYY-MM-DD`). The latest
 * session is always kept whole: the next one goes on from it. A tape that cannot be read is left as it is, and told.
 */
export function removeOldMarkets(
  fs: FileSystem,
  dataDir: string,
  today: string,
  keepDays: number,
  onFault: (error: PapertapeError) => void,
): readonly RemovedMarket[] {
  const removed: RemovedMarket[] = [];
  const oldest = parseDate(today) - keepDays;
  for (const sessionId of sessionNames(fs, dataDir).slice(0, -1)) {
    const directory = tapeDirectory(dataDir, sessionId);
    const segments = fs.list(directory).filter((name) => segmentNumber('market', name) !== undefined);
    if (segments.length === 0) continue;
    try {
      const { session, records } = readTape(fs, directory);
      const isOver = lastPosition(records)?.ended === true;
      if (!isOver || parseDate(session.market.date) >= oldest) continue;
    } catch (error) {
      if (!(error instanceof PapertapeError)) throw error;
      onFault(error);
      continue;
    }
    for (const name of segments) {
      fs.remove(`${directory}/${name}`);
      fs.remove(`${directory}/${indexName(segmentNumber('market', name) ?? 0)}`);
    }
    removed.push({ sessionId, segments: segments.length });
  }
  return removed;
}
