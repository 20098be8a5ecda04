/** `papertape walk-forward STRATEGY`: parameters are searched, then judged on the days that follow, again and again. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readDays, readSymbol } from '../options.js';
import { STRATEGY_NAMES } from '../planOptions.js';
import { addMarketOptions } from './marketOptions.js';
import { addReportOptions } from './reportOptions.js';
import type { ReportFlagsOfRun } from './reportOptions.js';
import { addSearchOptions } from './searchOptions.js';
import type { SearchFlags } from './searchOptions.js';

/** Flags of `walk-forward`; lengths in trading days. */
export interface WalkForwardFlags extends SearchFlags, ReportFlagsOfRun {
  readonly train: number;
  readonly test: number;
  readonly anchored?: true;
  /** The symbol that the days outside of training are measured against. */
  readonly benchmark?: string;
}

const EXAMPLES = `
Examples:
  papertape walk-forward sma-cross --symbols SPY --from 2005-01-03 --to 2014-12-31 --timeframe 1d \\
    --param fast=5:50:5 --param slow=20:200:20 --train 500d --test 125d
  papertape walk-forward ./MyIdea.ts --from 2013-01-02 --to 2013-12-31 --train 60d --test 20d --anchored \\
    --report walk.html`;

/** See the module header. */
export function walkForwardCommand(context: CommandContext): Command {
  const command = new Command('walk-forward')
    .description('search parameters on one window and judge them on the days after it, over and over')
    .argument('<strategy>', STRATEGY_NAMES);
  return addReportOptions(addSearchOptions(addMarketOptions(command)))
    .requiredOption('--train <days>', 'trading days that parameters are searched on, such as 250d', readDays('--train'))
    .requiredOption('--test <days>', 'trading days after them that they are judged on, such as 60d', readDays('--test'))
    .option('--anchored', 'let training begin with the first day each time, and grow')
    .option(
      '--benchmark <symbol>',
      'what the days after are measured against; default: the symbol of a walk of one',
      readSymbol,
    )
    .addHelpText('after', EXAMPLES)
    .action(async (strategy: string, flags: WalkForwardFlags) => {
      const { runWalkForwardCommand } = await import('../runWalkForwardCommand.js');
      await runWalkForwardCommand(strategy, flags, context);
    });
}
