/**
 * Market data of a tape into the history cache, under the quality of the feed that told them. What is covered is what
 * the tape says of itself: a live session covers a symbol while a source spoke for it, but for the gaps; of a cut or
 * merged tape each symbol is covered from its first row to its last. Halts and books have no place in the cache.
 */
import type { HistoryTable } from '../domain/history.js';
import type { HistoryArchive, TimeStretch } from '../domain/historyArchive.js';
import type { FeedQuality } from '../domain/marketSource.js';
import type { MarketTable } from '../domain/marketTables.js';
import type { FeedCoverage } from '../domain/receipt.js';
import type { Micros } from '../domain/units.js';
import { copyRow, createTableLike } from '../domain/tables.js';
import type { ImportReport } from '../data/import/importReport.js';
import { joined, within, without } from '../cache/stretches.js';
import type { FileSystem } from '../storage/fileSystem.js';
import { lastPosition, readTape, type SessionRecord, type Tape } from './readTape.js';
import { selectRows } from './tapeFiles.js';
import { leastOf } from './tapeQuality.js';
import type { MarketNote } from './tapeRecords.js';

/** What the cache says of a coverage that a tape names without its feed. */
const QUALITY_OF: Readonly<Record<FeedCoverage, FeedQuality>> = {
  consolidated: { source: 'tape', coverage: 'consolidated', delay: 0 },
  oneVenue: { source: 'tape/venue', coverage: 'venue', delay: 0 },
  sampled: { source: 'tape/sampled', coverage: 'sampled', delay: 0 },
  unknown: { source: 'tape/unknown', coverage: 'sampled', delay: 0 },
  simulated: { source: 'papertape/sim', coverage: 'simulated', delay: 0 },
};

/** Rows of one symbol and kind. */
interface Part {
  readonly symbol: string;
  readonly table: HistoryTable;
}

/** Imports a tape; a report per kind of rows. Throws the errors of tapes, `DATA_MISSING` where no rows are on it. */
export async function importTape(
  fs: FileSystem,
  directory: string,
  archive: HistoryArchive,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<readonly ImportReport[]> {
  const tape = readTape(fs, directory);
  const { symbols, batches } = selectRows(fs, directory, {});
  const parts = new Map<string, Part>();
  for (const { tables } of batches) for (const table of tables) collect(table, symbols, parts);
  const quality = qualityOf(tape.session);
  const reports = new Map<string, ImportReport & { symbols: ImportReport['symbols'][number][] }>();
  let done = 0;
  for (const { symbol, table } of parts.values()) {
    const covered = coveredOf(tape, symbols.indexOf(symbol), table);
    const instrument = await archive.instrument(symbol, tape.session.market.date);
    const outcome = await archive.merge(instrument, table, { quality, covered });
    const timeframe = timeframeOf(table);
    const name = `${table.kind} ${timeframe ?? ''}`;
    const report = reports.get(name) ?? {
      path: directory,
      layout: `tape of ${quality.source}, ${table.kind}s`,
      kind: table.kind,
      timeframe,
      rowsRead: 0,
      rowsKept: 0,
      refused: [],
      symbols: [],
    };
    const rows = { rowsRead: report.rowsRead + table.length, rowsKept: report.rowsKept + table.length };
    reports.set(name, { ...report, ...rows, symbols: [...report.symbols, { symbol, rows: table.length, outcome }] });
    done += 1;
    onProgress(done, parts.size);
  }
  return [...reports.values()];
}

/** The feed whose rows they are; of several the one that shows the least. */
function qualityOf(session: SessionRecord): FeedQuality {
  const { config } = session;
  const feed = leastOf(session);
  return feed ?? QUALITY_OF[config.coverage ?? (config.feed === 'sim' ? 'simulated' : 'consolidated')];
}

function collect(table: MarketTable, symbols: readonly string[], parts: Map<string, Part>): void {
  if (table.kind === 'status' || table.kind === 'book') return;
  for (let row = 0; row < table.length; row += 1) {
    const symbol = symbols[table.symbolId[row] ?? 0] ?? '';
    const name = `${symbol} ${table.kind} ${timeframeOf(table) ?? ''}`;
    let part = parts.get(name);
    if (part === undefined) {
      part = { symbol, table: createTableLike(table, 256) };
      parts.set(name, part);
    }
    copyRow(table, row, part.table);
    part.table.symbolId[part.table.length - 1] = 0;
  }
}

function timeframeOf(table: HistoryTable): ImportReport['timeframe'] {
  return table.kind === 'bar' || table.kind === 'quoteBar' ? table.timeframe : undefined;
}

/** What the tape has told everything about: see the module header. */
function coveredOf({ session, records }: Tape, symbolId: number, table: HistoryTable): readonly TimeStretch[] {
  const isBars = table.kind === 'bar' || table.kind === 'quoteBar';
  const key = isBars ? table.start : table.time;
  const first = key[0] ?? 0;
  const last = table.time[table.length - 1] ?? first;
  const own = { from: first, to: isBars ? last : last + 1 };
  if (session.market.kind !== 'live') return [own];
  // Everything up to and including it was final.
  const end = (lastPosition(records)?.time ?? session.config.startTime) + 1;
  const spoken: TimeStretch[] = [];
  const gaps: TimeStretch[] = [];
  let since: Micros | undefined;
  for (const { record } of records) {
    if (record.type !== 'marketNote') continue;
    const { note, time } = record;
    if (note.kind === 'gap' && concerns(note, symbolId)) gaps.push({ from: note.since, to: note.until });
    if (note.kind !== 'source' || note.symbolId !== symbolId) continue;
    if (note.feed !== null) since ??= time;
    else if (since !== undefined) {
      spoken.push({ from: since, to: time });
      since = undefined;
    }
  }
  if (since !== undefined) spoken.push({ from: since, to: end });
  return within(without(joined(spoken), gaps), [{ from: -Infinity, to: end }]);
}

function concerns({ symbolIds }: Extract<MarketNote, { kind: 'gap' }>, symbolId: number): boolean {
  return symbolIds.length === 0 || symbolIds.includes(symbolId);
}
