/** Requests per minute and account, counted in windows of one minute that begin with the first request. */
import type { Clock } from '../../utils/clock.js';

const WINDOW_MS = 60_000;

/** What the headers of an answer say. */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  /** Unix seconds at which the window ends. */
  readonly resetSeconds: number;
  readonly exceeded: boolean;
  /** Whole seconds until then, at least 1. */
  readonly retryAfterSeconds: number;
}

/** See the module header. */
export class RateLimiter {
  readonly #limit: number;
  readonly #enforced: boolean;
  readonly #clock: Clock;
  readonly #windows = new Map<string, { startMs: number; count: number }>();

  /** `perMinute` undefined: counted against 200 for the headers, never refused. */
  constructor(perMinute: number | undefined, clock: Clock) {
    this.#limit = perMinute ?? 200;
    this.#enforced = perMinute !== undefined;
    this.#clock = clock;
  }

  /** Counts a request of `key`. */
  take(key: string): RateState {
    const nowMs = this.#clock.monotonicMs();
    let window = this.#windows.get(key);
    if (window === undefined || nowMs - window.startMs >= WINDOW_MS) {
      window = { startMs: nowMs, count: 0 };
      this.#windows.set(key, window);
    }
    window.count += 1;
    const leftMs = window.startMs + WINDOW_MS - nowMs;
    return {
      limit: this.#limit,
      remaining: Math.max(0, this.#limit - window.count),
      resetSeconds: Math.ceil(this.#clock.now() / 1_000_000 + leftMs / 1000),
      exceeded: this.#enforced && window.count > this.#limit,
      retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)),
    };
  }
}
