/**
 * Limits failed sign-ins per key (an address, a user name, everyone together) in a sliding window. Attempts are
 * only slowed down: an owner is never locked out for good (S14).
 */
import { PapertapeError } from '../../../domain/errors.js';
import type { Clock } from '../../../utils/clock.js';

/** At most `limit` failures per key within `windowMs`. */
export class AttemptLimiter {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #failures = new Map<string, number[]>();

  constructor(options: {
    readonly limit: number;
    readonly windowMs: number;
    readonly clock: Pick<Clock, 'monotonicMs'>;
  }) {
    this.#limit = options.limit;
    this.#windowMs = options.windowMs;
    this.#clock = options.clock;
  }

  /** Throws `RATE_LIMITED` when the key failed too often lately. */
  check(key: string): void {
    const recent = this.#recent(key);
    const oldest = recent[0];
    if (oldest === undefined || recent.length < this.#limit) return;
    const waitSeconds = Math.max(1, Math.ceil((oldest + this.#windowMs - this.#clock.monotonicMs()) / 1000));
    throw new PapertapeError('RATE_LIMITED', 'There were too many failed sign-ins.', {
      remedy: `Wait ${waitSeconds} seconds and try again.`,
    });
  }

  /** Counts a failure. */
  fail(key: string): void {
    const recent = this.#recent(key);
    recent.push(this.#clock.monotonicMs());
    this.#failures.set(key, recent);
    // Random keys must not fill the memory: the map forgets what has left the window.
    if (this.#failures.size > 10_000) for (const other of [...this.#failures.keys()]) this.#recent(other);
  }

  #recent(key: string): number[] {
    const since = this.#clock.monotonicMs() - this.#windowMs;
    const recent = (this.#failures.get(key) ?? []).filter((time) => time > since);
    if (recent.length === 0) this.#failures.delete(key);
    return recent;
  }
}
