/** `papertape data import|fetch|ls|verify|repair|record`: history into the cache, its care, a live market on tape. */
import { Command } from 'commander';
import type { ImportZone } from '../../data/import/rowTimes.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { CommandContext } from '../CommandContext.js';
import type { HistorySourceName } from '../../compose.js';
import { readChoice, readDate, readSymbol, readSymbols, readTimeframe } from '../options.js';
import { recordCommand } from './record.js';

/** Flags of `data import`. */
export interface ImportFlags {
  readonly symbol?: string;
  readonly timeframe?: Timeframe;
  readonly map?: string;
  readonly timezone?: ImportZone;
  readonly roundPrices?: true;
  readonly dataDir?: string;
  readonly json?: true;
}

/** Flags of `data fetch`. Dates are New York trading dates, both inclusive. */
export interface FetchFlags {
  readonly source: HistorySourceName;
  readonly symbols: readonly string[];
  readonly from: string;
  readonly to?: string;
  readonly timeframe: Timeframe;
  readonly extended?: true;
  readonly dataDir?: string;
  readonly json?: true;
}

/** Flags of `data verify`. */
export interface CheckFlags {
  readonly dataDir?: string;
  readonly json?: true;
}

/** Flags of `data repair`. */
export interface RepairFlags extends CheckFlags {
  readonly source?: HistorySourceName;
}

/** Flags of `data ls`. */
export interface ListFlags {
  readonly symbols?: readonly string[];
  readonly gaps?: true;
  readonly dataDir?: string;
  readonly json?: true;
}

/** See the module header. */
export function dataCommand(context: CommandContext): Command {
  const importing = new Command('import')
    .description('read CSV (also .gz) and Parquet files, and tapes, into the cache; repeating it changes nothing')
    .argument('<files...>', 'files to read; a tape by its folder, or by the name of a session')
    .option('--symbol <symbol>', 'symbol of files that do not name it', readSymbol)
    .option('--timeframe <length>', 'length of the bars, where it cannot be told from the file', readTimeframe)
    .option('--map <columns>', 'which column is what: time=Date,open=Open,high=High,low=Low,close=Close,volume=Volume')
    .option('--timezone <zone>', 'zone of clock times that name none: America/New_York or UTC', readZone)
    .option('--round-prices', 'round prices of more than six decimals instead of refusing them')
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)')
    .option('--json', 'print the report as JSON')
    .action(async (files: readonly string[], flags: ImportFlags) => {
      const { importFiles } = await import('../importFiles.js');
      await importFiles(files, flags, context);
    });
  const fetching = new Command('fetch')
    .description('get bars, splits and dividends from a source; only what is missing is asked for')
    .requiredOption('--source <vendor>', 'twelvedata or alpaca; keys come from the environment', readSource)
    .requiredOption('--symbols <list>', 'which, separated by commas', readSymbols)
    .requiredOption('--from <date>', 'first New York trading day', readDate('--from'))
    .option('--to <date>', 'last New York trading day, inclusive (default: today)', readDate('--to'))
    .option('--timeframe <length>', 'length of the bars (default: 1m)', readTimeframe, '1m')
    .option('--extended', 'premarket and after hours too')
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)')
    .option('--json', 'print the report as JSON')
    .action(async (flags: FetchFlags) => {
      const { fetchHistory } = await import('../fetchHistory.js');
      await fetchHistory(flags, context);
    });
  const verifying = new Command('verify')
    .description('check every file of the cache: checksums, columns, order, coverage, calendar')
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)')
    .option('--json', 'print the findings as JSON')
    .action(async (flags: CheckFlags) => {
      const { verifyHistory } = await import('../verifyHistory.js');
      await verifyHistory(flags, context);
    });
  const repairing = new Command('repair')
    .description('set damaged files aside, restore what can be restored, and name what is lost')
    .option('--source <vendor>', 'fetch what is lost again: twelvedata or alpaca', readSource)
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)')
    .option('--json', 'print the report as JSON')
    .action(async (flags: RepairFlags) => {
      const { repairHistory } = await import('../repairHistory.js');
      await repairHistory(flags, context);
    });
  const listing = new Command('ls')
    .description('what history the cache holds, and how far sources have told it')
    .option('--symbols <list>', 'only these, separated by commas', readSymbols)
    .option('--gaps', 'which stretches nobody has told, and minutes without a bar where somebody has')
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)')
    .option('--json', 'print it as JSON')
    .action(async (flags: ListFlags) => {
      const { listCoverage } = await import('../listCoverage.js');
      await listCoverage(flags, context);
    });
  return new Command('data')
    .description('market history: import, fetch, list, verify, repair, record')
    .addCommand(importing)
    .addCommand(fetching)
    .addCommand(listing)
    .addCommand(verifying)
    .addCommand(repairing)
    .addCommand(recordCommand(context));
}

const readSource = readChoice<HistorySourceName>('--source', ['twelvedata', 'alpaca']);

const readZone = readChoice<ImportZone>('--timezone', ['America/New_York', 'UTC']);
