/**
 * Loads and runs strategies in the main thread under a watch (`hookWatch.ts`): a hook that does not return is
 * interrupted, and so are a constructor and a file, so that the program can say whose it was, end in order or go on,
 * and be stopped by Ctrl+C at all.
 */
import { url } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { PapertapeError } from '../domain/errors.js';
import { PROBE_WORDS, readProbe } from '../domain/hookProbe.js';
import { withLoadBeat } from './loadBeat.js';
import { loadStrategy } from './strategyLoader.js';
import type { LoadedStrategy, StrategyLoaderOptions } from './strategyLoader.js';
import type { StrategyWatch } from './StrategyWatch.js';
import { stuckInHook, stuckWhileLoading } from './stuckStrategy.js';
import { threadEntry } from './threadEntry.js';
import type { StrategyClass } from '../strategies/Strategy.js';

/**
 * Gives `work` the probe for its kernel. Rejects with `STRATEGY_STUCK` when a hook or a constructor has not returned
 * for `STUCK_AFTER_MS`; `work` then never settles, as its thread was taken out of it. `nameOf` gives the name of the
 * strategy that was registered at a place, from 0 on.
 */
export async function withHookWatch<T>(
  nameOf: (index: number) => string | undefined,
  work: (probe: Int32Array) => Promise<T>,
): Promise<T> {
  return watched(work, (probe) => {
    const stuck = readProbe(probe);
    const name = stuck === undefined ? undefined : nameOf(stuck.place);
    return stuckInHook(name ?? 'A strategy', stuck ?? { hook: undefined, time: undefined });
  });
}

/** Goes around the import of the file of strategy `name`; rejects with `STRATEGY_STUCK` when that has no end. */
export function watchImport(work: () => Promise<StrategyClass>, name: string): Promise<StrategyClass> {
  return watched(
    (probe) => withLoadBeat(probe, work),
    () => stuckWhileLoading(name),
  );
}

/** {@link loadStrategy}, which throws `STRATEGY_STUCK` besides, for a file that does not come to its end. */
export async function loadWatched(nameOrFile: string, options: StrategyLoaderOptions): Promise<LoadedStrategy> {
  return loadStrategy(nameOrFile, { ...options, importing: watchImport });
}

/** The watch over the main thread, for what loads and runs strategies in it. */
export const MAIN_THREAD_WATCH: StrategyWatch = { importing: watchImport, running: withHookWatch };

async function watched<T>(
  work: (probe: Int32Array) => Promise<T>,
  errorOf: (probe: Int32Array) => PapertapeError,
): Promise<T> {
  const probe = new Int32Array(new SharedArrayBuffer(PROBE_WORDS * Int32Array.BYTES_PER_ELEMENT));
  // Somebody who stops at a breakpoint in a hook takes their time.
  if (!process.features.inspector || url() !== undefined) return work(probe);
  const watch = new Worker(threadEntry('hookWatch'), { workerData: probe });
  const stuck = new Promise<never>((_, reject) => {
    watch.once('error', reject);
    watch.once('message', (noted: Int32Array) => {
      reject(errorOf(noted));
    });
  });
  try {
    return await Promise.race([work(probe), stuck]);
  } finally {
    await watch.terminate();
  }
}
