/** `papertape trades export`: the trade log as a file. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readChoice, readDate, readSymbol } from '../options.js';

/** Forms of the file. */
export const TRADE_FORMATS = ['csv', 'json', 'parquet'] as const;

/** See {@link TRADE_FORMATS}. */
export type TradeFormat = (typeof TRADE_FORMATS)[number];

/** Flags of `trades export`. Dates are New York's, of the exit, both inclusive. */
export interface TradesExportFlags {
  /** That of the ending of `out` if absent, else `csv`. */
  readonly format?: TradeFormat;
  readonly out?: string;
  readonly session?: string;
  readonly symbol?: string;
  readonly owner?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
  readonly dataDir?: string;
}

/** See the module header. */
export function tradesCommand(context: CommandContext): Command {
  const exporting = new Command('export')
    .description('closed trades of all sessions with their costs, tags and notes; also while the system runs')
    .option(
      '--format <kind>',
      'csv, json (with every fill), or parquet; default: as the file ends, else csv',
      readChoice('--format', TRADE_FORMATS),
    )
    .option('--out <file>', 'the file; csv and json go to standard output without it')
    .option('--session <name>', 'only trades of this session')
    .option('--symbol <symbol>', 'only trades in this symbol', readSymbol)
    .option('--owner <name>', 'only trades of this strategy instance, or manual ones')
    .option('--from <date>', 'closed on this New York date or later', readDate('--from'))
    .option('--to <date>', 'closed on this New York date or earlier', readDate('--to'))
    .option('--json', 'tell what was written as one JSON document')
    .option('--data-dir <folder>', 'where the database lies (default: .papertape)')
    .action(async (flags: TradesExportFlags) => {
      const { exportTrades } = await import('../exportTrades.js');
      await exportTrades(flags, context);
    });
  return new Command('trades').description('the trade log: export').addCommand(exporting);
}
