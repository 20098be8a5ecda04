/** `serve worker`: works for parameter sweeps until it is told to stop. */
import { availableParallelism } from 'node:os';
import { formatCount, plural } from '../analytics/figureText.js';
import { startJobWorker } from '../compose.js';
import { PapertapeError } from '../domain/errors.js';
import { SECOND } from '../domain/timeframe.js';
import type { DurationMicros } from '../domain/units.js';
import { INSTALLATION } from '../host/installation.js';
import { shownUrl } from '../storage/jobs/redisQueue.js';
import { keepAlive } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { ServeFlags } from './commands/serve.js';
import { stopSignal } from './stopSignal.js';

/** How long a worker may be silent unless it is told otherwise. */
const DEFAULT_LEASE: DurationMicros = 30 * SECOND;

/** Runs the command. Ends with a signal, after what is being worked on is done; a second one ends it at once. */
export async function runWorker(flags: ServeFlags, context: CommandContext): Promise<void> {
  const { dataDir, redisUrl } = settingsOf(context, flags, 'programs');
  const { terminal } = context;
  if (redisUrl === undefined) {
    throw new PapertapeError('CONFIG_INVALID', 'A worker needs the Redis server that gives it jobs.', {
      remedy: 'Set PAPERTAPE_REDIS_URL, such as redis://10.0.0.5:6379, here and where the sweeps are started.',
    });
  }
  const threads = flags.threads ?? availableParallelism();
  let done = 0;
  const stopped = stopSignal();
  const release = keepAlive();
  const worker = await startJobWorker({
    redisUrl,
    dataDir,
    threads,
    leaseMs: ((flags.lease ?? DEFAULT_LEASE) / SECOND) * 1_000,
    onDone: (jobs) => {
      done += jobs;
    },
    log: (line) => terminal.err(`${line}\n`),
  });
  terminal.out(
    `Working for ${shownUrl(redisUrl)} with ${plural(threads, 'thread')}, build ${INSTALLATION.build}, ` +
      `on the data of ${dataDir}. Stop with Ctrl+C.\n`,
  );
  await stopped;
  terminal.err('Stopping after what is being worked on; Ctrl+C again stops at once.\n');
  await worker.stop();
  release();
  terminal.out(`Stopped after ${formatCount(done)} ${done === 1 ? 'job' : 'jobs'}.\n`);
}
