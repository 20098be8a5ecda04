/** `trades export`: reads closed trades from the database, page by page, and writes them oldest first. */
import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { plural } from '../analytics/figureText.js';
import type { TradeDocument } from '../analytics/tradeDocument.js';
import { TRADE_COLUMNS, tradeRow } from '../analytics/tradeTable.js';
import type { TradeAnnotations, TradeCell, TradeColumn } from '../analytics/tradeTable.js';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { csvToParquet, isoMicros } from '../data/export/csvToParquet.js';
import type { ParquetColumn } from '../data/export/csvToParquet.js';
import { PapertapeError } from '../domain/errors.js';
import type { TradeCursor, TradeFilter, TradeLogStore, TradeNoteRecord } from '../domain/tradeLog.js';
import { openDatabase } from '../storage/sql/database.js';
import { SqlTradeStore } from '../storage/sql/tradeStore.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { TradeFormat, TradesExportFlags } from './commands/trades.js';
import { checkRange } from './options.js';
import { startProgress } from './progress.js';

const PAGE_TRADES = 500;
/** More are those of binary fractions, not of the figure. */
const FIGURE_DIGITS = 12;

const PARQUET_TYPES: Readonly<Record<TradeColumn['type'], ParquetColumn['type']>> = {
  text: 'VARCHAR',
  amount: 'DECIMAL(24,8)',
  number: 'DOUBLE',
  time: 'TIMESTAMPTZ',
};

const FORMATS: Readonly<Record<string, TradeFormat>> = { '.csv': 'csv', '.json': 'json', '.parquet': 'parquet' };

/** Flags whose format is settled. */
type ExportFlags = TradesExportFlags & { readonly format: TradeFormat };

/** Where text goes, piece by piece. */
type Writer = (text: string) => void;

/** Runs the command. Throws `USAGE`, `NOT_FOUND` without a trade log, `FILE_EXISTS` and `FILE_UNWRITABLE`. */
export async function exportTrades(given: TradesExportFlags, context: CommandContext): Promise<void> {
  const flags = { ...given, format: formatOf(given) };
  if (flags.from !== undefined && flags.to !== undefined) checkRange(flags.from, flags.to);
  if (flags.out === undefined && (flags.format === 'parquet' || flags.json === true)) {
    const what = flags.json === true ? 'With --json the trades' : 'Parquet';
    throw new PapertapeError('USAGE', `${what} cannot go to standard output.`, { remedy: 'Name a file with --out.' });
  }
  const path = flags.out === undefined ? undefined : resolve(context.cwd, flags.out);
  if (path !== undefined && existsSync(path)) {
    throw new PapertapeError('FILE_EXISTS', `The file ${path} is already there.`, {
      remedy: 'Name another one with --out, or move it away.',
    });
  }
  const { dataDir } = settingsOf(context, flags);
  const databasePath = join(dataDir, 'papertape.db');
  if (!existsSync(databasePath)) {
    throw new PapertapeError('NOT_FOUND', `There is no trade log in ${dataDir}: nothing has run there yet.`, {
      remedy: 'Start `papertape up` first, or name the folder with --data-dir.',
    });
  }
  const database = await openDatabase(databasePath);
  try {
    const store = new SqlTradeStore(database);
    if (path === undefined) await writeTrades(store, flags, context, (text) => context.terminal.out(text));
    else tell(path, await writeFile(store, flags, context, path), flags, context);
  } finally {
    await database.destroy();
  }
}

/** What was asked for, else what the file's name says: CSV in a file called `.parquet` is a trap. */
function formatOf({ format, out = '' }: TradesExportFlags): TradeFormat {
  return format ?? FORMATS[extname(out).toLowerCase()] ?? 'csv';
}

function tell(path: string, trades: number, flags: ExportFlags, { terminal }: CommandContext): void {
  const { format } = flags;
  if (flags.json === true) terminal.out(`${JSON.stringify({ path, format, trades })}\n`);
  else terminal.out(`\n  ${terminal.colours.green('✔')} ${plural(trades, 'trade')} in ${path}\n`);
}

/** The file is there whole or not at all. */
async function writeFile(
  store: TradeLogStore,
  flags: ExportFlags,
  context: CommandContext,
  path: string,
): Promise<number> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = openSync(temporary, 'wx');
    let trades: number;
    try {
      trades = await writeTrades(store, flags, context, (text) => void writeSync(handle, text));
    } finally {
      closeSync(handle);
    }
    if (flags.format === 'parquet') {
      const columns = TRADE_COLUMNS.map(({ name, type }) => ({ name, type: PARQUET_TYPES[type] }));
      await csvToParquet([{ csv: temporary, target: path, columns }]);
    } else renameSync(temporary, path);
    return trades;
  } catch (error) {
    if (error instanceof PapertapeError) throw error;
    throw new PapertapeError('FILE_UNWRITABLE', `${path} cannot be written.`, {
      remedy: 'Name another file with --out, or free space on the disk.',
      cause: error,
    });
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function writeTrades(
  store: TradeLogStore,
  flags: ExportFlags,
  context: CommandContext,
  write: Writer,
): Promise<number> {
  const filter = filterOf(flags);
  const isJson = flags.format === 'json';
  // What becomes Parquet is read by no spreadsheet.
  const guard = flags.format === 'csv' ? guarded : (text: string): string => text;
  const progress = startProgress(context.terminal, 'Trades');
  const total = await store.countTrades(filter);
  let written = 0;
  try {
    write(isJson ? '[' : `${TRADE_COLUMNS.map(({ name }) => name).join(',')}\n`);
    let after: TradeCursor | undefined;
    do {
      const page = await store.findTrades(filter, { limit: PAGE_TRADES, ordering: 'oldestFirst', after });
      const notes = await store.tradeNotes(page.trades);
      for (const { sessionId, tradeId, document } of page.trades) {
        const own = notes.filter((note) => note.sessionId === sessionId && note.tradeId === tradeId);
        // Written by the host from this very type.
        const trade = JSON.parse(document) as TradeDocument;
        write(
          isJson ? `${written === 0 ? '' : ','}\n${JSON.stringify(withNotes(trade, own))}` : csvLine(trade, own, guard),
        );
        written += 1;
      }
      progress.update(written, total);
      after = page.next;
    } while (after !== undefined);
    if (isJson) write('\n]\n');
    return written;
  } finally {
    progress.stop();
  }
}

function filterOf({ session, symbol, owner, from, to }: TradesExportFlags): TradeFilter {
  return {
    ...(session === undefined ? {} : { sessionId: session }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(owner === undefined ? {} : { owner }),
    ...(from === undefined ? {} : { from: fromNewYork(parseDate(from, 'first date'), 0) }),
    ...(to === undefined ? {} : { to: fromNewYork(parseDate(to, 'last date') + 1, 0) }),
  };
}

function withNotes(trade: TradeDocument, notes: readonly TradeNoteRecord[]): object {
  return {
    ...trade,
    tags: notes.at(-1)?.tags ?? [],
    notes: notes.map(({ time, user, text, tags }) => ({ time, user, text, tags })),
  };
}

function csvLine(trade: TradeDocument, notes: readonly TradeNoteRecord[], guard: (text: string) => string): string {
  const annotations: TradeAnnotations = {
    tags: notes.at(-1)?.tags ?? [],
    notes: notes.flatMap(({ text }) => (text === '' ? [] : [text])),
  };
  const cells = tradeRow(trade, annotations);
  return `${TRADE_COLUMNS.map(({ type }, index) => csvCell(type, cells[index] ?? null, guard)).join(',')}\n`;
}

/** RFC 4180; texts are always quoted, so that an empty one is not taken for none. */
function csvCell(type: TradeColumn['type'], cell: TradeCell, guard: (text: string) => string): string {
  if (cell === null) return '';
  if (type === 'time' && typeof cell === 'number') return isoMicros(cell);
  if (typeof cell === 'number') return String(Number(cell.toPrecision(FIGURE_DIGITS)));
  return type === 'text' ? `"${guard(cell).replaceAll('"', '""')}"` : cell;
}

/** A text that a spreadsheet does not take for a formula (OWASP, CSV injection; S34): an apostrophe makes it text. */
function guarded(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}
