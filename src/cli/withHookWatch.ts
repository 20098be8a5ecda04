/**
 * Runs strategies in this thread under a watch (`hookWatch.ts`): a hook that does not return is interrupted, so that
 * the command can say whose it was, end in order and be stopped by Ctrl+C at all.
 */
import { url } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import { PapertapeError } from '../domain/errors.js';
import { threadEntry } from '../host/threadEntry.js';
import { STUCK_AFTER_MS } from '../host/Watchdog.js';

const PROBE_BYTES = 8;

/**
 * Gives `work` the probe for its kernel. Rejects with `STRATEGY_STUCK` when a hook has not returned for
 * {@link STUCK_AFTER_MS}; `work` then never settles, as its thread was taken out of it. `nameOf` gives the name of the
 * strategy that was registered at a place, from 0 on.
 */
export async function withHookWatch<T>(
  nameOf: (index: number) => string | undefined,
  work: (probe: Int32Array) => Promise<T>,
): Promise<T> {
  const probe = new Int32Array(new SharedArrayBuffer(PROBE_BYTES));
  // Somebody who stops at a breakpoint in a hook takes their time.
  if (!process.features.inspector || url() !== undefined) return work(probe);
  const watch = new Worker(threadEntry('hookWatch'), { workerData: probe });
  const stuck = new Promise<never>((_, reject) => {
    watch.once('error', reject);
    watch.once('message', (hook: number) => {
      reject(stuckInHook(nameOf(hook - 1)));
    });
  });
  try {
    return await Promise.race([work(probe), stuck]);
  } finally {
    await watch.terminate();
  }
}

function stuckInHook(name = 'A strategy'): PapertapeError {
  const seconds = STUCK_AFTER_MS / 1_000;
  return new PapertapeError(
    'STRATEGY_STUCK',
    `${name} did not return from a hook for ${seconds} seconds and was stopped.`,
    { remedy: 'Correct it: look for a loop that has no end. A hook may take no longer than that.' },
  );
}
