/** `data import`: reads files and tapes into the cache, with progress, and reports what became of every row. */
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { withHistory } from '../compose.js';
import { importFile } from '../data/import/importFile.js';
import type { ImportOptions } from '../data/import/importFile.js';
import type { ImportReport } from '../data/import/importReport.js';
import { COLUMN_ROLES } from '../data/import/layouts.js';
import type { ColumnRole } from '../data/import/layouts.js';
import { PapertapeError } from '../domain/errors.js';
import { strayedRows } from '../host/strayedRows.js';
import type { StrayedRows } from '../host/strayedRows.js';
import { importTape } from '../host/tapeImport.js';
import { DataDirLock } from '../storage/dataDirLock.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import { formatCount, plural } from '../analytics/figureText.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import type { ImportFlags } from './commands/data.js';
import { renderImport, renderStrayed } from './importReportText.js';
import { readChoice } from './options.js';
import { startProgress } from './progress.js';
import { asPapertapeError, describeError, renderError } from './renderError.js';
import { tapeFolderOf } from './tapeFolder.js';

/** What became of each file: a report, or the error that ended it. */
interface ImportOutcome {
  readonly reports: readonly ImportReport[];
  readonly failures: readonly { readonly path: string; readonly error: PapertapeError }[];
  /** Rows under names that imported tickers give to other instruments. */
  readonly strayed: readonly StrayedRows[];
}

/**
 * Imports files one after the other; a file that cannot be read does not keep the others from being read, but fails
 * the command. The data directory is locked meanwhile, so that no running session sees half an import.
 */
export async function importFiles(
  files: readonly string[],
  flags: ImportFlags,
  context: CommandContext,
): Promise<void> {
  const { dataDir } = settingsOf(context, flags);
  const options = importOptions(flags);
  const lock = DataDirLock.acquire(dataDir, 'history');
  let outcome: ImportOutcome;
  try {
    outcome = await withHistory(dataDir, (history) => importAll(files, history, options, dataDir, context));
  } finally {
    lock.release();
  }
  tell(outcome, flags.json === true, dataDir, context);
}

async function importAll(
  files: readonly string[],
  store: HistoricalCache,
  options: ImportOptions,
  dataDir: string,
  { terminal, cwd }: CommandContext,
): Promise<ImportOutcome> {
  const reports: ImportReport[] = [];
  const failures: { path: string; error: PapertapeError }[] = [];
  const progress = startProgress(terminal, 'Importing');
  try {
    for (const [index, path] of files.entries()) {
      const onProgress: ImportOptions['onProgress'] = ({ bytesDone, bytesTotal, rows }) => {
        const done = index + (bytesTotal > 0 ? bytesDone / bytesTotal : 0);
        progress.update(done, files.length, `${path}  ${formatCount(rows)} rows`);
      };
      try {
        const tape = tapeFolderOf(path, dataDir, cwd);
        if (statSync(tape, { throwIfNoEntry: false })?.isDirectory() !== true) {
          reports.push(await importFile(path, store, { ...options, onProgress }));
          continue;
        }
        const onPart = (done: number, total: number): void =>
          progress.update(index + done / total, files.length, `${path}  ${formatCount(done)} of ${total} series`);
        reports.push(...(await importTape(nodeFileSystem, tape, store, onPart)));
      } catch (error) {
        failures.push({ path, error: importFailure(asPapertapeError(error), path) });
      }
    }
  } finally {
    progress.stop();
  }
  const named = reports.flatMap(({ kind, symbols }) => (kind === 'ticker' ? symbols.map(({ symbol }) => symbol) : []));
  return { reports, failures, strayed: await strayedRows(store, [...new Set(named)]) };
}

/** A folder without a tape is most often one of files, which are named themselves. */
function importFailure(error: PapertapeError, path: string): PapertapeError {
  if (error.code !== 'TAPE_NOT_FOUND') return error;
  return new PapertapeError('TAPE_NOT_FOUND', error.message, {
    remedy: `Name the files in it, such as ${join(path, '*.csv')}, or the folder or session of a recorded tape.`,
    cause: error,
  });
}

/** Prints what came of it. Throws `CommandFailed` where a file could not be read or none of its rows was kept. */
function tell(outcome: ImportOutcome, json: boolean, dataDir: string, context: CommandContext): void {
  const { terminal } = context;
  const { reports, failures, strayed } = outcome;
  const [only] = failures;
  if (only !== undefined && failures.length === 1 && reports.length === 0) throw only.error;
  if (json) {
    const failed = failures.map(({ path, error }) => ({ path, ...describeError(error) }));
    terminal.out(`${JSON.stringify({ dataDir, files: reports, failed, strayed }, null, 2)}\n`);
  } else if (reports.length > 0) {
    const rows = reports.reduce((sum, report) => sum + report.rowsKept, 0);
    const c = terminal.colours;
    terminal.out(`${renderImport(reports, c)}${renderStrayed(strayed, c)}\n`);
    const where = relative(context.cwd, dataDir) || dataDir;
    const count = plural(new Set(reports.map(({ path }) => path)).size, 'file');
    terminal.out(
      rows === 0
        ? `  ${c.red('✖')} No row of ${count} was kept.\n`
        : `  ${c.green('✔')} ${plural(rows, 'row')} of ${count} ${rows === 1 ? 'is' : 'are'} in ${where}.\n`,
    );
  }
  for (const { error } of failures) renderError(error, terminal, false);
  if (failures.length > 0 || reports.some(keptNothing)) throw new CommandFailed();
}

/** Whether a file has rows and every one was refused: a wrong mapping, most often. */
function keptNothing({ rowsRead, rowsKept }: ImportReport): boolean {
  return rowsRead > 0 && rowsKept === 0;
}

function importOptions(flags: ImportFlags): ImportOptions {
  return {
    symbol: flags.symbol,
    timeframe: flags.timeframe,
    map: flags.map === undefined ? undefined : readColumnMap(flags.map),
    timezone: flags.timezone,
    roundPrices: flags.roundPrices,
  };
}

const readRole = readChoice<ColumnRole>('--map', COLUMN_ROLES);

/** `time=Date,open=Open`: what each column means. */
export function readColumnMap(text: string): Readonly<Partial<Record<ColumnRole, string>>> {
  const map: Partial<Record<ColumnRole, string>> = {};
  for (const part of text.split(',')) {
    const [role = '', ...name] = part.split('=');
    if (name.length === 0 || name.join('=').trim() === '') {
      throw new PapertapeError('USAGE', `--map ${part} is not of the form meaning=column.`, {
        remedy: 'Write for example --map time=Date,open=Open,high=High,low=Low,close=Close,volume=Volume.',
      });
    }
    map[readRole(role.trim())] = name.join('=').trim();
  }
  return map;
}
