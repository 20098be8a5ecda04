/** `papertape doctor`: is everything well, and if not, what to do. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readPort } from '../options.js';

/** Flags of `doctor`. */
export interface DoctorFlags {
  readonly dataDir?: string;
  readonly port?: number;
  readonly json?: true;
}

/** See the module header. */
export function doctorCommand(context: CommandContext): Command {
  return new Command('doctor')
    .description('check Node.js, data directory, disk, cache, port and page; exit code 1 if something is wrong')
    .option('--data-dir <folder>', 'the data directory to look at (default: .papertape)')
    .option('--port <number>', 'the port to look at (default: 8080)', readPort)
    .option('--json', 'print the findings as JSON')
    .action(async (flags: DoctorFlags) => {
      const { runDoctor } = await import('../doctor.js');
      await runDoctor(flags, context);
    });
}
