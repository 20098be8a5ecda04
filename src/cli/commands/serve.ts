/** `papertape serve SERVICE`: services apart from the system, in processes of their own. */
import { Command } from 'commander';
import type { DurationMicros } from '../../domain/units.js';
import type { CommandContext } from '../CommandContext.js';
import { readChoice, readDuration, readWhole } from '../options.js';

/** What can be served. */
const SERVICES = ['worker'] as const;

/** Flags of `serve`. */
export interface ServeFlags {
  readonly threads?: number;
  readonly lease?: DurationMicros;
  readonly dataDir?: string;
}

const MOST_THREADS = 1024;

const EXAMPLES = `
Services:
  worker    runs the parameter sweeps of any machine, given over the Redis of PAPERTAPE_REDIS_URL

Examples:
  PAPERTAPE_REDIS_URL=redis://10.0.0.5:6379 papertape serve worker
  PAPERTAPE_REDIS_URL=redis://10.0.0.5:6379 papertape serve worker --threads 8 --data-dir /mnt/shared/papertape`;

/** See the module header. */
export function serveCommand(context: CommandContext): Command {
  return new Command('serve')
    .description('run a service in a process of its own')
    .argument('<service>', `one of: ${SERVICES.join(', ')}`, readChoice('serve', SERVICES))
    .option('--threads <number>', 'how many jobs to run at a time (default: one a core)', readThreads)
    .option(
      '--lease <length>',
      'how long a worker may be silent before others take its jobs, the same for all (default: 30s)',
      readDuration('--lease'),
    )
    .option('--data-dir <folder>', 'where the cache lies that the jobs are about (default: .papertape)')
    .addHelpText('after', EXAMPLES)
    .action(async (_service: (typeof SERVICES)[number], flags: ServeFlags) => {
      const { runWorker } = await import('../runWorker.js');
      await runWorker(flags, context);
    });
}

const readThreads = readWhole('--threads', 1, MOST_THREADS);
