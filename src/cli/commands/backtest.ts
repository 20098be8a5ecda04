/** `papertape backtest STRATEGY`: a strategy over history, and what came of it. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import type { HistorySourceName } from '../../compose.js';
import type { PlanFlags } from '../plannedBacktest.js';
import { readChoice } from '../options.js';
import { withPlanOptions } from '../planOptions.js';

/** Flags of `backtest`. */
export interface BacktestFlags extends PlanFlags {
  /** A vendor to ask for what the cache does not have. */
  readonly source?: HistorySourceName;
  readonly dataDir?: string;
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
  return withPlanOptions(new Command('backtest').description('run a strategy over history in the cache'))
    .option('--source <vendor>', 'ask twelvedata or alpaca for what the cache does not have', readSource)
    .option('--scenarios', 'run it under strict and optimistic fills too, and say which assumption matters most')
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)')
    .option('--report <file>', 'write the result as one HTML page, such as result.html')
    .option('--json', 'print the result as one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (strategy: string, flags: BacktestFlags) => {
      const { runBacktest } = await import('../runBacktest.js');
      await runBacktest(strategy, flags, context);
    });
}

const readSource = readChoice<HistorySourceName>('--source', ['twelvedata', 'alpaca']);
