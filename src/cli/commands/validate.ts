/** `papertape validate [SEARCH]`: how much of what a search found is luck; and the one way to open its holdout. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { addReportOptions } from './reportOptions.js';
import type { ReportFlagsOfRun } from './reportOptions.js';
import { readSeed, readShare, readWhole } from '../options.js';

/** Flags of `validate`. */
export interface ValidateFlags extends ReportFlagsOfRun {
  readonly draws: number;
  readonly runs: number;
  readonly groups: number;
  readonly testGroups: number;
  readonly embargo: number;
  readonly noise: number;
  readonly skip: number;
  readonly seed: number;
  readonly workers?: number;
  readonly openHoldout?: true;
  readonly dataDir?: string;
  readonly json?: true;
}

const MOST_DRAWS = 1_000_000;
const MOST_RUNS = 100_000;
const MOST_GROUPS = 20;

const EXAMPLES = `
Examples:
  papertape validate                        the latest search
  papertape validate 20131011-1530 --runs 0 without running its best trial again
  papertape validate --report luck.html     with pictures of what luck may have made of it
  papertape validate latest --open-holdout  once, when everything is decided`;

/** See the module header. */
export function validateCommand(context: CommandContext): Command {
  return addReportOptions(new Command('validate'))
    .description('tell how much of what a search found is luck')
    .argument('[search]', 'its name or the beginning of it', 'latest')
    .option('--draws <number>', 'draws of each bootstrap', readWhole('--draws', 100, MOST_DRAWS), 1000)
    .option(
      '--runs <number>',
      'how often the best trial is run again with other prices and with missed entries; 0 for not at all',
      readWhole('--runs', 0, MOST_RUNS),
      100,
    )
    .option('--noise <bps>', 'deviation of the other prices in basis points', readWhole('--noise', 1, 1000), 10)
    .option('--skip <share>', 'share of the entries that are missed, such as 10%', readShare('--skip'), 0.1)
    .option('--groups <number>', 'groups of days for cross-validation', readWhole('--groups', 2, MOST_GROUPS), 10)
    .option('--test-groups <number>', 'how many of them are the test', readWhole('--test-groups', 1, MOST_GROUPS), 2)
    .option('--embargo <days>', 'days left out of training after each test', readWhole('--embargo', 0, 250), 5)
    .option('--seed <number>', 'seed of what is drawn at random', readSeed, 1)
    .option('--workers <number>', 'threads to run on (default: one a core)', readWhole('--workers', 1, 1024))
    .option('--open-holdout', 'run the best trial on the days that the search held out; this is logged')
    .option('--data-dir <folder>', 'where searches lie (default: .papertape)')
    .option('--json', 'print the result as one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (search: string, flags: ValidateFlags) => {
      const { runValidate } = await import('../runValidate.js');
      await runValidate(search, flags, context);
    });
}
