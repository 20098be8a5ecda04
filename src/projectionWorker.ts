/** Entry of the projections' thread: opens its own connection to the database and connects it to the ports. */
import { platform, setPriority } from 'node:os';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { ProjectionWorker } from './host/ProjectionWorker.js';
import type { ProjectionMessage, ProjectionRequest } from './host/ProjectionWorker.js';
import { joinProjections } from './storage/sql/database.js';
import { required } from './utils/assert.js';
import { systemClock } from './utils/clock.js';

/** Where two cores do everything, orders go first: a row may come a little later. */
const PRIORITY = 15;
// On Linux this is the thread's own; elsewhere it would be the whole process's.
if (platform() === 'linux') setPriority(PRIORITY);

const parent = required(parentPort, 'the port of the parent thread');
// The parent is this program: what it passes has this type.
const { path } = workerData as { readonly path: string };

const post = (message: ProjectionMessage): void => {
  parent.postMessage(message);
};
const worker = new ProjectionWorker(await joinProjections(path), systemClock, (error) => {
  post({ type: 'fault', message: error instanceof Error ? error.message : String(error) });
});
let tape: MessagePort | undefined;

/** What another port says may overtake what the tape's port holds already. */
function takeWaiting(): void {
  if (tape === undefined) return;
  for (;;) {
    const waiting = receiveMessageOnPort(tape);
    if (waiting === undefined) return;
    takeAll(waiting.message as readonly Uint8Array[]);
  }
}

parent.on('message', (request: ProjectionRequest) => {
  takeWaiting();
  if (request.type === 'stop') {
    void worker.stop().then(() => post({ type: 'stopped' }));
    return;
  }
  tape?.close();
  tape = request.port;
  tape.on('message', takeAll);
});

function takeAll(groups: readonly Uint8Array[]): void {
  for (const group of groups) worker.take(group);
}
