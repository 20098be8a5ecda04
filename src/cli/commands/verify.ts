/** `papertape verify SESSION`: re-runs a session from its tape and compares every decision. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';

/** Flags of `verify`. */
export interface VerifyFlags {
  readonly dataDir?: string;
  readonly json?: true;
}

/** See the module header. */
export function verifyCommand(context: CommandContext): Command {
  return new Command('verify')
    .description('re-run a paper session from its tape and compare every order, fill and ledger entry')
    .argument('[session]', 'name of the session; default: the latest')
    .option('--data-dir <folder>', 'where the tapes lie (default: .papertape)')
    .option('--json', 'print the comparison as JSON')
    .action(async (session: string | undefined, flags: VerifyFlags) => {
      const { runVerify } = await import('../runVerify.js');
      await runVerify(session, flags, context);
    });
}
