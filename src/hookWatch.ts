/**
 * Entry of the thread that watches the hooks of strategies that run in the main thread: a hook that never returns
 * leaves that no turn to notice it, or to hear of Ctrl+C. It is interrupted from here, by the debugger's means, and
 * the main thread is told what its probe said. See host/withHookWatch.ts.
 */
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import { PROBE_BEAT, PROBE_PLACE } from './domain/hookProbe.js';
import { required } from './utils/assert.js';
import { systemClock } from './utils/clock.js';
import { Watchdog } from './utils/Watchdog.js';

const LOOK_EVERY_MS = 250;

const port = required(parentPort, 'the port of the main thread');
// The parent is this program: `KernelOptions.hookProbe`.
const probe = workerData as Int32Array;
const watchdog = new Watchdog(systemClock.monotonicMs());

function look(): void {
  const hook = Atomics.load(probe, PROBE_PLACE);
  // Between hooks no strategy is to blame, however long it takes: NaN is never the beat of before.
  const beat = hook === 0 ? Number.NaN : Atomics.load(probe, PROBE_BEAT);
  if (!watchdog.isStuck(beat, systemClock.monotonicMs())) {
    systemClock.setTimer(LOOK_EVERY_MS, look);
    return;
  }
  const noted = Int32Array.from(probe);
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    port.postMessage(noted);
  });
}

look();
// Keeps this thread until it is ended: the answer of the session alone would not.
port.on('message', () => undefined);
