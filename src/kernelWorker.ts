/** Entry of a session's thread: gives the session its tools and connects it to the port. */
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { SessionTools } from './host/assembleSession.js';
import { GroupSender } from './host/GroupSender.js';
import type { SessionRequest } from './host/protocol.js';
import type { SessionPlan } from './host/sessionPlan.js';
import { SessionWorker } from './host/SessionWorker.js';
import { readSystemConfig } from './config/systemConfig.js';
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
// A simulated market needs none, and is not kept waiting for the database that reads it.
const compose = plan.market.kind === 'simulated' ? undefined : await import('./compose.js');

/** A line of a source about what it did not understand. */
const noteLine = (line: string): void => {
  port.postMessage({ type: 'notice', notice: { code: 'SOURCE_MESSAGE_INVALID', message: line } });
};

/** Keys are in the environment and nowhere else: no plan, message or tape holds one. */
function liveTools(): Pick<SessionTools, 'live' | 'brokers'> {
  if (plan.market.kind !== 'live') return {};
  const { sources, broker } = readSystemConfig(undefined, {}, 'programs');
  const { liveMarkets, paperBrokers } = required(compose, 'the sources of a live market');
  return { live: liveMarkets(sources, noteLine), brokers: paperBrokers(sources, broker) };
}

const groups = projections === undefined ? undefined : new GroupSender(projections, systemClock);
/** The answer to a stop ends this thread: then nothing may wait any more. */
let stopping = false;

const worker = new SessionWorker(plan, {
  clock: systemClock,
  tools: {
    fs: nodeFileSystem,
    ...liveTools(),
    history: () => (history ??= required(compose, 'the history of a recorded market').openHistory(plan.dataDir)),
    hookProbe: heartbeat.subarray(1),
    ...(groups === undefined ? {} : { onGroup: (bytes) => groups.take(bytes) }),
  },
  post: (message) => {
    if (stopping || message.type === 'fatal') groups?.flush();
    port.postMessage(message);
  },
  beat: () => {
    Atomics.add(heartbeat, 0, 1);
  },
  defer: afterWaitingInput,
});
port.on('message', (requests: readonly SessionRequest[]) => {
  stopping ||= requests.some(({ method }) => method === 'stop');
  for (const request of requests) void worker.handle(request);
});
await worker.start();
