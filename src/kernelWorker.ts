/** Entry of a session's thread: gives the session its tools and connects it to the port. */
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { SessionRequest } from './host/protocol.js';
import type { SessionPlan } from './host/sessionPlan.js';
import { SessionWorker } from './host/SessionWorker.js';
import { openHistory } from './compose.js';
import type { HistoricalCache } from './cache/historicalCache.js';
import { nodeFileSystem } from './storage/fileSystem.js';
import { required } from './utils/assert.js';
import { afterWaitingInput, systemClock } from './utils/clock.js';

const port = required(parentPort, 'the port of the parent thread');
// The parent is this program: what it passes has these types.
const { plan, heartbeat, projections } = workerData as {
  readonly plan: SessionPlan;
  readonly heartbeat: Int32Array;
  /** Where the tape's groups go; undefined without a database. */
  readonly projections: MessagePort | undefined;
};

let history: HistoricalCache | undefined;

/** The bytes are the log's own and are used again: the other thread gets a copy, without another one on the way. */
function tellProjections(port: MessagePort, bytes: Uint8Array): void {
  const copy = bytes.slice();
  port.postMessage(copy, [copy.buffer]);
}

const worker = new SessionWorker(plan, {
  clock: systemClock,
  tools: {
    fs: nodeFileSystem,
    history: () => (history ??= openHistory(plan.dataDir)),
    hookProbe: heartbeat.subarray(1),
    ...(projections === undefined ? {} : { onGroup: (bytes) => tellProjections(projections, bytes) }),
  },
  post: (message) => {
    port.postMessage(message);
  },
  beat: () => {
    Atomics.add(heartbeat, 0, 1);
  },
  defer: afterWaitingInput,
});
port.on('message', (requests: readonly SessionRequest[]) => {
  for (const request of requests) void worker.handle(request);
});
await worker.start();
