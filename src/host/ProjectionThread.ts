/**
 * The process side of the SQL projections: starts their thread, connects it with the thread of a session so that the
 * tape's groups go from one to the other without passing here, and ends it once everything is written.
 */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { ProjectionMessage, ProjectionRequest } from './ProjectionWorker.js';
import { threadEntry } from './threadEntry.js';

/** See the module header. */
export class ProjectionThread {
  readonly #worker: Worker;
  #onStopped: () => void = () => undefined;
  #ended = false;

  /** `path` is the database's; `onFault` hears why the projections stopped, until the next start. */
  constructor(path: string, onFault: (message: string) => void) {
    this.#worker = new Worker(threadEntry('projectionWorker'), { workerData: { path } });
    this.#worker.on('message', (message: ProjectionMessage) => {
      if (message.type === 'fault') onFault(message.message);
      else this.#onStopped();
    });
    this.#worker.on('error', (error) => onFault(error.message));
    this.#worker.on('exit', () => {
      this.#ended = true;
      this.#onStopped();
    });
  }

  /** A port for the thread of a session that is about to be opened: it takes the bytes of groups, in order. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#ask({ type: 'tape', port: port1 }, [port1]);
    return port2;
  }

  /** Resolves when everything that was told is in the database, or it has refused; then the thread has ended. */
  async stop(): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#onStopped = resolve;
      this.#ask({ type: 'stop' });
    });
    await this.#worker.terminate();
  }

  #ask(request: ProjectionRequest, transfer: readonly MessagePort[] = []): void {
    this.#worker.postMessage(request, transfer);
  }
}
