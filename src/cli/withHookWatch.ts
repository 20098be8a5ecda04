/**
 * Loads and runs strategies in this thread under a watch (`hookWatch.ts`): a hook that does not return is interrupted,
 * and so are a constructor and a file, so that the command can say whose it was, end in order and be stopped by Ctrl+C
 * at all.
 */
import { url } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { PapertapeError } from '../domain/errors.js';
import { PROBE_BEAT, PROBE_PLACE, PROBE_WORDS, readProbe } from '../domain/hookProbe.js';
import { loadStrategy } from '../host/strategyLoader.js';
import type { LoadedStrategy, StrategyLoaderOptions } from '../host/strategyLoader.js';
import { stuckInHook, stuckWhileLoading } from '../host/stuckStrategy.js';
import { threadEntry } from '../host/threadEntry.js';
import { systemClock } from '../utils/clock.js';

/** How often this thread shows that it moves while a file is loaded. */
const MOVE_EVERY_MS = 250;

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

/** {@link loadStrategy}, which throws `STRATEGY_STUCK` besides, for a file that does not come to its end. */
export async function loadWatched(nameOrFile: string, options: StrategyLoaderOptions): Promise<LoadedStrategy> {
  return loadStrategy(nameOrFile, {
    ...options,
    importing: (work) =>
      watched(
        async (probe) => {
          const stop = beating(probe);
          try {
            return await work();
          } finally {
            stop();
          }
        },
        () => stuckWhileLoading(nameOrFile),
      ),
  });
}

/** Shows in the probe that this thread moves, until the answer is called: a file that waits for something may. */
function beating(probe: Int32Array): () => void {
  let cancel: () => void = () => undefined;
  const beat = (): void => {
    Atomics.add(probe, PROBE_BEAT, 1);
    cancel = systemClock.setTimer(MOVE_EVERY_MS, beat);
  };
  Atomics.store(probe, PROBE_PLACE, 1);
  beat();
  return () => {
    Atomics.store(probe, PROBE_PLACE, 0);
    cancel();
  };
}

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
