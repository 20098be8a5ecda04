/** `papertape parity SESSION`: whether a backtest from a session's tape does what the session did. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readParam } from '../options.js';

/** Flags of `parity`. */
export interface ParityFlags {
  readonly preset?: string;
  readonly fees?: string;
  readonly param?: Readonly<Record<string, string>>;
  readonly onHistory?: true;
  /** A file of a broker's executions. */
  readonly executions?: string;
  readonly dataDir?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  papertape parity                                          the latest session, as it was recorded
  papertape parity live-2026-11-23-0004 --on-history        on the vendor's history instead of what came live
  papertape parity sim-2026-11-23-0001 --preset strict      under other fills
  papertape parity live-2026-11-23-0004 --executions fills.csv

The exit code is 1 if the re-run differs. docs/parity.md explains causes, layouts and figures.`;

/** See the module header. */
export function parityCommand(context: CommandContext): Command {
  return new Command('parity')
    .description("re-run a session as a backtest from its tape; with a broker's executions, compare fills")
    .argument('[session]', 'name of the session; default: the latest')
    .option('--preset <name>', 'run it with another preset')
    .option('--fees <plan>', 'run it with another fee plan')
    .option('--param <name=value>', 'run it with another parameter of its strategies; repeat it for more', readParam)
    .option('--on-history', 'run it on the history of that day in the cache')
    .option('--executions <file>', "compare its fills with a broker's executions (CSV, or Alpaca's activities as JSON)")
    .option('--data-dir <folder>', 'where the tapes lie (default: .papertape)')
    .option('--json', 'print the comparison as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (session: string | undefined, flags: ParityFlags) => {
      const { runParity } = await import('../runParity.js');
      await runParity(session, flags, context);
    });
}
