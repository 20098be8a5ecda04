/** `papertape runs ls|show|rm`: backtests, walk-forward analyses and validations that were run and kept. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readWhole } from '../options.js';
import { addReport } from './reportOptions.js';

/** Flags of `runs` and `compare`. */
export interface RunsFlags {
  readonly dataDir?: string;
  readonly json?: true;
}

/** Flags of `runs ls`. */
export interface ListRunsFlags extends RunsFlags {
  /** How many, the newest first. */
  readonly last: number;
}

/** Flags of `runs show`. */
export interface ShowRunFlags extends RunsFlags {
  /** Where the kept report goes: HTML or JSON, by the ends of the names. */
  readonly report?: readonly string[];
}

const SHOWN = 20;
const MOST = 1_000_000;
const RUN = 'its number, the beginning of its identity, latest or previous (of the backtests)';

/** See the module header. */
export function runsCommand(context: CommandContext): Command {
  const runs = new Command('runs').description('backtests, walk-forward analyses and validations that were kept');
  withPlace(runs.command('ls'))
    .description('list them, the newest first')
    .option('--last <number>', 'how many', readWhole('--last', 1, MOST), SHOWN)
    .action(async (flags: ListRunsFlags) => {
      const { listRuns } = await import('../runRuns.js');
      await listRuns(flags, context);
    });
  withPlace(runs.command('show'))
    .description('show what a run was asked for and what came of it')
    .argument('<run>', RUN)
    .option(
      '--report <file>',
      'write the report that was kept, as a page (run.html) or as JSON (run.json); repeat it for both',
      addReport,
    )
    .action(async (run: string, flags: ShowRunFlags) => {
      const { showRun } = await import('../runRuns.js');
      await showRun(run, flags, context);
    });
  withPlace(runs.command('rm'))
    .description('remove runs with their trades')
    .argument('<runs...>', `each ${RUN}`)
    .action(async (names: readonly string[], flags: RunsFlags) => {
      const { removeRuns } = await import('../runRuns.js');
      await removeRuns(names, flags, context);
    });
  return runs;
}

/** `papertape compare RUN_A RUN_B`. */
export function compareCommand(context: CommandContext): Command {
  return withPlace(new Command('compare'))
    .description('compare two kept backtests: inputs, statistics, and trade by trade')
    .argument('<run-a>', RUN)
    .argument('<run-b>', RUN)
    .addHelpText('after', '\nExamples:\n  papertape compare previous latest\n  papertape compare 11 12 --json')
    .action(async (a: string, b: string, flags: RunsFlags) => {
      const { compareRuns } = await import('../runCompare.js');
      await compareRuns(a, b, flags, context);
    });
}

function withPlace(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'where the runs lie (default: .papertape)')
    .option('--json', 'print one JSON document');
}
