/** `papertape check STRATEGY`: whether a strategy's backtest can be believed, with evidence. */
import { Command, Option } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readWhole } from '../options.js';
import { withPlanOptions } from '../planOptions.js';
import type { PlanFlags } from '../plannedBacktest.js';

/** Flags of `check`. */
export interface CheckFlags extends PlanFlags {
  readonly cuts?: number;
  readonly dataDir?: string;
  readonly json?: true;
  /** Prints what one run came to and nothing else: how the command asks itself in another process. */
  readonly digest?: true;
}

const DESCRIPTION =
  'check that a strategy sees no future, is warm, decides the same every time, and what its profit depends on';

const EXAMPLES = `
Examples:
  papertape check sma-cross --symbols SPY --from 2013-10-07 --to 2013-10-11
  papertape check ./MyIdea.ts --symbols SPY --from 2010-01-04 --to 2012-12-31 --timeframe 1d --cuts 100

The exit code is 1 if a check fails; warnings are for you to weigh. docs/checking-strategies.md explains each check.`;

/** See the module header. */
export function checkCommand(context: CommandContext): Command {
  return withPlanOptions(new Command('check').description(DESCRIPTION))
    .option('--cuts <number>', 'instants after which the data are cut (default: 24)', readWhole('--cuts', 1, 10_000))
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)')
    .option('--json', 'print the report as one JSON document')
    .addOption(new Option('--digest', 'print the hashes of one run').hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(async (strategy: string, flags: CheckFlags) => {
      const { runCheck } = await import('../runCheck.js');
      await runCheck(strategy, flags, context);
    });
}
