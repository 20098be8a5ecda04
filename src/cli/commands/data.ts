/** `papertape data import|ls|record`: history into the cache, what is there, and a live market onto a tape. */
import { Command } from 'commander';
import type { ImportZone } from '../../data/import/rowTimes.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { CommandContext } from '../CommandContext.js';
import { recordCommand } from './record.js';
import { readChoice, readSymbol, readTimeframe } from '../options.js';

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

/** Flags of `data ls`. */
export interface ListFlags {
  readonly dataDir?: string;
  readonly json?: true;
}

/** See the module header. */
export function dataCommand(context: CommandContext): Command {
  const importing = new Command('import')
    .description('read CSV (also .gz) and Parquet files into the cache; repeating it changes nothing')
    .argument('<files...>', 'files to read')
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
  const listing = new Command('ls')
    .description('what history the cache holds')
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)')
    .option('--json', 'print it as JSON')
    .action(async (flags: ListFlags) => {
      const { listCoverage } = await import('../listCoverage.js');
      await listCoverage(flags, context);
    });
  return new Command('data')
    .description('market history: import, list, record')
    .addCommand(importing)
    .addCommand(listing)
    .addCommand(recordCommand(context));
}

const readZone = readChoice<ImportZone>('--timezone', ['America/New_York', 'UTC']);
