/**
 * How many messages may still be sent within a minute (any 60 seconds). Heartbeats have a few of them to themselves,
 * so that a long list of subscriptions does not silence the connection. Times are those of a monotonic clock.
 */

const WINDOW_MS = 60_000;
/** Heartbeats of a minute. */
const RESERVED = 6;

/** See the module header. One budget outlives connections: the limit is the key's. */
export class MessageBudget {
  readonly #perMinute: number;
  /** When the last messages were sent, a ring: the oldest stands at `#next`. */
  readonly #sent: Float64Array;
  #next = 0;

  /** `perMinute` messages, at least one more than heartbeats need. */
  constructor(perMinute: number) {
    this.#perMinute = Math.max(RESERVED + 1, Math.floor(perMinute));
    this.#sent = new Float64Array(this.#perMinute).fill(-Infinity);
  }

  /** How long to wait before another message; 0: it may go. `keepsAlive` may use what is reserved. */
  waitMs(nowMs: number, keepsAlive = false): number {
    const mayWait = keepsAlive ? 0 : RESERVED;
    const oldest = this.#sent[(this.#next + mayWait) % this.#perMinute] ?? -Infinity;
    return Math.max(0, oldest + WINDOW_MS - nowMs);
  }

  /** Counts a message that was sent. */
  spend(nowMs: number): void {
    this.#sent[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#perMinute;
  }
}
