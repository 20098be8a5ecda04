/** `papertape backtest STRATEGY`: a strategy over history, and what came of it. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readParam } from '../options.js';
import { addMarketOptions, STRATEGY_ARGUMENT } from './marketOptions.js';
import type { MarketFlags } from './marketOptions.js';

/** Flags of `backtest`. */
export interface BacktestFlags extends MarketFlags {
  readonly param?: Readonly<Record<string, string>>;
  readonly scenarios?: true;
  /** Where the HTML report goes. */
  readonly report?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  papertape backtest sma-cross --symbols SPY --from 2013-10-07 --to 2013-10-11 --param fast=10 --param slow=30
  papertape backtest ./MyIdea.ts --symbols SPY,IBM --from 2013-10-07 --to 2013-10-11 --report result.html`;

/** See the module header. */
export function backtestCommand(context: CommandContext): Command {
  const command = new Command('backtest')
    .description('run a strategy over history in the cache')
    .argument('<strategy>', STRATEGY_ARGUMENT);
  return addMarketOptions(command)
    .option('--param <name=value>', 'a parameter of the strategy; repeat it for more', readParam)
    .option('--scenarios', 'run it under strict and optimistic fills too, and say which assumption matters most')
    .option('--report <file>', 'write the result as one HTML page, such as result.html')
    .option('--json', 'print the result as one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (strategy: string, flags: BacktestFlags) => {
      const { runBacktest } = await import('../runBacktest.js');
      await runBacktest(strategy, flags, context);
    });
}
