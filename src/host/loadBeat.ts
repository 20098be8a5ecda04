/**
 * Shows in a hook probe that a thread moves while it imports a file: a file may wait for something, but one that keeps
 * its thread to itself stands still, and whoever looks at the probe sees that as of a hook that does not return.
 */
import { HOOK_OF_FILE, PROBE_BEAT, PROBE_HOOK, PROBE_PLACE } from '../domain/hookProbe.js';
import { systemClock } from '../utils/clock.js';

/** How often the thread shows that it moves. */
const MOVE_EVERY_MS = 250;

/** Runs `work`, an import, and answers what it does; the probe is as between hooks afterwards. */
export async function withLoadBeat<T>(probe: Int32Array, work: () => Promise<T>): Promise<T> {
  let cancel: () => void = () => undefined;
  const beat = (): void => {
    Atomics.add(probe, PROBE_BEAT, 1);
    cancel = systemClock.setTimer(MOVE_EVERY_MS, beat);
  };
  probe[PROBE_HOOK] = HOOK_OF_FILE;
  Atomics.store(probe, PROBE_PLACE, 1);
  beat();
  try {
    return await work();
  } finally {
    Atomics.store(probe, PROBE_PLACE, 0);
    cancel();
  }
}
