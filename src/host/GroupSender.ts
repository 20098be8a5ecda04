/**
 * Sends the groups of a tape to the projections' thread, many at once: a message costs both threads far more than a
 * group in it, and rows may come a moment later. What was not sent when the thread ends is told at the next start.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '../utils/clock.js';

/** How long a group may wait for others, and how many bytes. */
const GATHER_MS = 50;
const GATHER_BYTES = 262_144;

/** See the module header. */
export class GroupSender {
  readonly #port: Pick<MessagePort, 'postMessage'>;
  readonly #clock: Pick<Clock, 'setTimer'>;
  #groups: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(port: Pick<MessagePort, 'postMessage'>, clock: Pick<Clock, 'setTimer'>) {
    this.#port = port;
    this.#clock = clock;
  }

  /** Takes a copy of a group, whose bytes the log uses again. */
  take(bytes: Uint8Array): void {
    this.#groups.push(bytes.slice());
    this.#bytes += bytes.length;
    if (this.#bytes >= GATHER_BYTES) this.flush();
    else this.#cancelTimer ??= this.#clock.setTimer(GATHER_MS, () => this.flush());
  }

  /** Sends what waits. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#groups.length === 0) return;
    this.#port.postMessage(
      this.#groups,
      this.#groups.map(({ buffer }) => buffer),
    );
    this.#groups = [];
    this.#bytes = 0;
  }
}
