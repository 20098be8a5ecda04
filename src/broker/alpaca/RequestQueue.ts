/**
 * The order in which requests leave, within the broker's limit per minute (a token bucket). Cancels go before what
 * reduces risk, that before new risk, and all of it before questions. Bounded: when it is full, the oldest request of
 * the least urgent kind is refused with `RATE_LIMITED` (F29).
 */
import { PapertapeError } from '../../domain/errors.js';
import type { Clock } from '../../utils/clock.js';

/** Kinds of request, most urgent first. */
export const Urgency = { CANCEL: 0, REDUCE: 1, OPEN: 2, QUERY: 3 } as const;
/** A kind of request. */
export type Urgency = (typeof Urgency)[keyof typeof Urgency];

const LEVELS = 4;
const MINUTE_MS = 60_000;

interface Waiting {
  readonly isWanted: () => boolean;
  /** Says whether it may leave. */
  readonly start: (mayLeave: boolean) => void;
  readonly refuse: (error: PapertapeError) => void;
}

/** See the module header. */
export class RequestQueue {
  readonly #clock: Clock;
  readonly #perMs: number;
  readonly #burst: number;
  readonly #capacity: number;
  readonly #waiting: Waiting[][] = Array.from({ length: LEVELS }, () => []);
  #tokens: number;
  #refilledMs: number;
  #pausedUntilMs = 0;
  #stopTimer: (() => void) | undefined;
  #closedBy: PapertapeError | undefined;

  /** `perMinute` requests a minute, at most `burst` of them at once; `capacity` may wait. */
  constructor(clock: Clock, perMinute: number, burst = Math.min(perMinute, 20), capacity = 1_000) {
    this.#clock = clock;
    this.#perMs = perMinute / MINUTE_MS;
    this.#burst = burst;
    this.#capacity = capacity;
    this.#tokens = burst;
    this.#refilledMs = clock.monotonicMs();
  }

  /** Requests that wait. */
  get length(): number {
    return this.#waiting.reduce((sum, level) => sum + level.length, 0);
  }

  /**
   * Resolves when the request may leave, with false if it is not wanted any more by then: that takes nothing of the
   * limit. Rejects with `RATE_LIMITED` if more urgent ones took its place, after `close` with its error.
   */
  turn(urgency: Urgency, isWanted: () => boolean = () => true): Promise<boolean> {
    if (this.#closedBy !== undefined) return Promise.reject(this.#closedBy);
    return new Promise((resolve, reject) => {
      this.#waiting[urgency]?.push({ isWanted, start: resolve, refuse: reject });
      if (this.length > this.#capacity) this.#refuseOne();
      this.#pump();
    });
  }

  /** Lets nothing leave for a while: the broker said that there was too much. */
  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.monotonicMs() + ms);
    this.#tokens = Math.min(this.#tokens, 0);
  }

  /** Refuses everything that waits and that comes later. */
  close(error: PapertapeError): void {
    this.#closedBy = error;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    for (const level of this.#waiting) for (const waiting of level.splice(0)) waiting.refuse(error);
  }

  #refuseOne(): void {
    for (let level = LEVELS - 1; level >= 0; level -= 1) {
      const oldest = this.#waiting[level]?.shift();
      if (oldest === undefined) continue;
      oldest.refuse(
        new PapertapeError('RATE_LIMITED', 'More requests wait for the broker than can be sent in time.', {
          remedy: 'Send fewer orders, or raise the limit if your plan allows more.',
        }),
      );
      return;
    }
  }

  #pump(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#refilledMs) * this.#perMs);
    this.#refilledMs = nowMs;
    while (nowMs >= this.#pausedUntilMs && this.#tokens >= 1) {
      const next = this.#waiting.find((level) => level.length > 0)?.shift();
      if (next === undefined) return;
      const mayLeave = next.isWanted();
      if (mayLeave) this.#tokens -= 1;
      next.start(mayLeave);
    }
    if (this.length === 0 || this.#stopTimer !== undefined) return;
    const untilToken = (1 - this.#tokens) / this.#perMs;
    const waitMs = Math.max(1, Math.ceil(untilToken), this.#pausedUntilMs - nowMs);
    this.#stopTimer = this.#clock.setTimer(waitMs, () => {
      this.#stopTimer = undefined;
      this.#pump();
    });
  }
}
