/** `papertape optimize STRATEGY`: a search for parameters, counted, kept, and with what it left alone. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readShare } from '../options.js';
import { STRATEGY_NAMES } from '../planOptions.js';
import { addMarketOptions } from './marketOptions.js';
import { addSearchOptions } from './searchOptions.js';
import type { SearchFlags } from './searchOptions.js';

/** Flags of `optimize`. */
export interface OptimizeFlags extends SearchFlags {
  /** Fraction of the trading days at the end that the search does not touch. */
  readonly holdout?: number;
  /** Where the page goes. */
  readonly report?: string;
}

const EXAMPLES = `
Examples:
  papertape optimize sma-cross --symbols SPY --from 2005-01-03 --to 2014-12-31 --timeframe 1d \\
    --param fast=5:50:5 --param slow=20:200:20 --holdout 20%
  papertape optimize ./MyIdea.ts --from 2013-01-02 --to 2013-12-31 --search tpe --trials 300 \\
    --objective calmar --constraint 'trades>=30' --constraint 'maxDrawdown<=20%' --report search.html`;

/** See the module header. */
export function optimizeCommand(context: CommandContext): Command {
  const command = new Command('optimize')
    .description('search the parameters of a strategy over history in the cache')
    .argument('<strategy>', STRATEGY_NAMES);
  return addSearchOptions(addMarketOptions(command))
    .option(
      '--holdout <share>',
      'the last part of the days, such as 20%, that the search does not touch; "papertape validate" opens it',
      readShare('--holdout'),
    )
    .option('--report <file>', 'write the result as one HTML page, such as search.html')
    .addHelpText('after', EXAMPLES)
    .action(async (strategy: string, flags: OptimizeFlags) => {
      const { runOptimize } = await import('../runOptimize.js');
      await runOptimize(strategy, flags, context);
    });
}
