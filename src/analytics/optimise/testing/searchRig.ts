/** A made-up market of daily bars and a search's data over it, for the tests of searches and validation. */
import { createHash } from 'node:crypto';
import { createMemoryHistory } from '../../../cache/memoryHistory.js';
import type { MemoryHistory } from '../../../cache/memoryHistory.js';
import { sessionsBetween } from '../../../calendar/sessions.js';
import { parseDate } from '../../../calendar/tradingDate.js';
import type { BarTable } from '../../../domain/marketTables.js';
import { createBarTable } from '../../../domain/tables.js';
import SmaCross from '../../../strategies/builtin/SmaCross.js';
import { SeededRandom } from '../../../utils/random.js';
import type { HistoryBacktest } from '../../historyMarket.js';
import { loadTrialData } from '../loadTrialData.js';
import type { TrialData } from '../runTrial.js';

/** Micro-dollars in a cent. */
const CENT = 10_000;

/** Daily bars of a random walk in whole cents, around 100 dollars. */
export function dailyWalk(from: string, to: string, seed: number): BarTable {
  const random = new SeededRandom(seed);
  const sessions = sessionsBetween(parseDate(from), parseDate(to));
  const table = createBarTable('1d', sessions.length);
  let before = 10_000;
  for (const [row, { open, close }] of sessions.entries()) {
    const after = Math.max(500, before + Math.round(150 * random.normal()));
    table.start[row] = open;
    table.time[row] = close;
    table.volume[row] = 5_000_000;
    table.open[row] = before * CENT;
    table.high[row] = (Math.max(before, after) + 20) * CENT;
    table.low[row] = (Math.min(before, after) - 20) * CENT;
    table.close[row] = after * CENT;
    before = after;
  }
  table.length = sessions.length;
  return table;
}

/** `sma-cross` on 2013, with what is searched left open. */
export const BACKTEST: HistoryBacktest = {
  strategies: [{ name: 'sma-cross', strategyClass: SmaCross, hash: 's1', timeframe: '1d' }],
  symbols: ['ACME'],
  from: '2013-01-02',
  to: '2013-12-31',
  engineVersion: '1',
  createHash: () => createHash('sha256'),
};

/** A store with two years of the walk. */
export async function walkHistory(): Promise<MemoryHistory> {
  const history = createMemoryHistory();
  await history.merge('ACME', dailyWalk('2012-01-03', '2013-12-31', 11));
  return history;
}

/** What trials of {@link BACKTEST} share, with warm-up for averages of up to 60 days. */
export async function walkData(): Promise<TrialData> {
  return loadTrialData(await walkHistory(), BACKTEST, [{ fast: 5, slow: 60 }]);
}
