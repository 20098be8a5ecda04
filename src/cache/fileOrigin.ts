/**
 * What a file of a user's says by being imported: its rows are consolidated, and each day that it has rows of is
 * told from its first row to its last. Days without a row are not spoken of; daily bars speak of the whole stretch
 * from the first to the last session that follow one another.
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { nyse } from '../calendar/sessions.js';
import { FIRST_DATE, LAST_DATE } from '../calendar/TradingCalendar.js';
import type { HistoryTable } from '../domain/history.js';
import type { HistoryOrigin, TimeStretch } from '../domain/historyArchive.js';
import type { FeedQuality } from '../domain/marketSource.js';
import { keyColumn } from './historyTables.js';

/** The quality of imported files: the user's word. */
export const FILE_QUALITY: FeedQuality = { source: 'file', coverage: 'consolidated', delay: 0 };

/** The origin of an imported table; sorted by key. */
export function fileOrigin(table: HistoryTable): HistoryOrigin {
  const covered: { from: number; to: number; date: number }[] = [];
  const key = keyColumn(table);
  const isBars = table.kind === 'bar' || table.kind === 'quoteBar';
  const isDaily = isBars && table.timeframe === '1d';
  for (let row = 0; row < table.length; row++) {
    const from = key[row] ?? 0;
    const to = isBars ? (table.time[row] ?? 0) : from + 1;
    const date = newYorkDate(from);
    const last = covered.at(-1);
    if (last !== undefined && (last.date === date || (isDaily && followsOn(last.date, date)))) {
      last.to = Math.max(last.to, to);
      last.date = date;
    } else {
      covered.push({ from, to, date });
    }
  }
  const stretches: TimeStretch[] = covered.map(({ from, to }) => ({ from, to }));
  return { quality: FILE_QUALITY, covered: stretches };
}

/** Whether one date's session is the next after another's. */
function followsOn(date: number, next: number): boolean {
  return date >= FIRST_DATE && next <= LAST_DATE && nyse.nextSession(date).date === next;
}
