/** What the commands that search parameters ask. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { parseConstraint, parseObjective } from '../../analytics/optimise/objective.js';
import type { Constraint, Objective } from '../../analytics/optimise/objective.js';
import { SAMPLER_NAMES } from '../../analytics/optimise/sampler.js';
import type { SamplerName } from '../../analytics/optimise/sampler.js';
import { PRUNING_NAMES } from '../../analytics/optimise/searchPlan.js';
import type { PruningName } from '../../analytics/optimise/searchPlan.js';
import { readChoice, readParam, readSeed, readWhole } from '../options.js';
import type { MarketFlags } from './marketOptions.js';

/** Flags of every search. */
export interface SearchFlags extends MarketFlags {
  readonly param?: Readonly<Record<string, string>>;
  readonly search?: SamplerName;
  readonly trials?: number;
  readonly objective: Objective;
  readonly constraint?: readonly Constraint[];
  readonly prune: PruningName;
  readonly seed: number;
  readonly workers?: number;
  readonly json?: true;
}

const MOST_TRIALS = 1_000_000;
const MOST_WORKERS = 1024;

/** Adds the options of {@link SearchFlags} but those of the market. */
export function addSearchOptions(command: Command): Command {
  return command
    .option('--param <name=range>', 'what to try: 5:50:5, 5,10,20 or all; one value is not searched', readParam)
    .option(
      '--search <how>',
      'grid, random or tpe (default: grid where there are at most 1000 points, else tpe)',
      readChoice('--search', SAMPLER_NAMES),
    )
    .option(
      '--trials <number>',
      'how many points random and tpe try (default: 200)',
      readWhole('--trials', 1, MOST_TRIALS),
    )
    .addOption(
      new Option('--objective <figure>', 'what to look for, such as sharpe, calmar, profitFactor or min:maxDrawdown')
        .argParser(parseObjective)
        .default(parseObjective('sharpe'), 'sharpe'),
    )
    .option(
      '--constraint <bound>',
      "what must hold, such as 'trades>=30'; repeat it for more",
      (text: string, earlier: readonly Constraint[] | undefined) => [...(earlier ?? []), parseConstraint(text)],
    )
    .option(
      '--prune <how>',
      'give poor trials up early, after a quarter and a half of the days: none, median or halving',
      readChoice('--prune', PRUNING_NAMES),
      'none',
    )
    .option('--seed <number>', 'seed of what is drawn at random', readSeed, 1)
    .option(
      '--workers <number>',
      'threads to run trials on (default: one a core)',
      readWhole('--workers', 1, MOST_WORKERS),
    )
    .option('--json', 'print the result as one JSON document');
}
