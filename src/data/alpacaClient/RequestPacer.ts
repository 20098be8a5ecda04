/**
 * When requests for data may leave: within a number per minute (a token bucket), what a running session needs before
 * what fills history. After a refusal for too many, nothing leaves until the time that the vendor names.
 */
import type { Clock } from '../../utils/clock.js';

/** Whose need a request is; a live need goes first. */
export type RequestPriority = 'live' | 'backfill';

const MINUTE_MS = 60_000;

interface Waiting {
  readonly go: () => void;
}

/** See the module header. */
export class RequestPacer {
  readonly #clock: Clock;
  readonly #perMs: number;
  readonly #burst: number;
  readonly #live: Waiting[] = [];
  readonly #backfill: Waiting[] = [];
  #tokens: number;
  #refilledMs: number;
  #pausedUntilMs = 0;
  #timer: (() => void) | undefined;

  /** `perMinute` requests a minute, a tenth of them at once. */
  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMs = perMinute / MINUTE_MS;
    this.#burst = Math.max(1, Math.floor(perMinute / 10));
    this.#tokens = this.#burst;
    this.#refilledMs = clock.monotonicMs();
  }

  /** Resolves when a request may leave; rejects with the signal's reason when that is aborted first. */
  turn(priority: RequestPriority, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(reasonOf(signal));
    return new Promise((resolve, reject) => {
      const queue = priority === 'live' ? this.#live : this.#backfill;
      const leave = (): void => {
        const at = queue.indexOf(waiting);
        if (at >= 0) queue.splice(at, 1);
        reject(reasonOf(signal));
      };
      const waiting: Waiting = {
        go: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      queue.push(waiting);
      this.#pump();
    });
  }

  /** Lets nothing leave for a while. */
  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.monotonicMs() + ms);
    this.#tokens = Math.min(this.#tokens, 1);
  }

  #pump(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#refilledMs) * this.#perMs);
    this.#refilledMs = nowMs;
    while (nowMs >= this.#pausedUntilMs && this.#tokens >= 1) {
      const next = this.#live.shift() ?? this.#backfill.shift();
      if (next === undefined) return;
      this.#tokens -= 1;
      next.go();
    }
    if (this.#live.length + this.#backfill.length === 0 || this.#timer !== undefined) return;
    const waitMs = Math.max(1, Math.ceil((1 - this.#tokens) / this.#perMs), this.#pausedUntilMs - nowMs);
    this.#timer = this.#clock.setTimer(waitMs, () => {
      this.#timer = undefined;
      this.#pump();
    });
  }
}

/** What an aborted signal was aborted with, as an error. */
export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('The request was abandoned.');
}
