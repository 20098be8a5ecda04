/** A clock that moves only when a test says so; timers that become due run in order of their time. */
import type { Clock } from '../../src/utils/clock.js';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** {@link Clock} under control of a test. */
export class ManualClock implements Clock {
  #ms: number;
  readonly #startMs: number;
  readonly #timers = new Set<Timer>();

  /** Starts at `startMs` milliseconds since the epoch. */
  constructor(startMs = Date.UTC(2026, 0, 5, 15)) {
    this.#startMs = startMs;
    this.#ms = startMs;
  }

  now(): number {
    return Math.round(this.#ms * 1000);
  }

  monotonicMs(): number {
    return this.#ms - this.#startMs;
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#ms + delayMs, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Moves on and runs what becomes due on the way. */
  advance(ms: number): void {
    const end = this.#ms + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.dueMs <= end).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#ms = Math.max(this.#ms, due.dueMs);
      due.callback();
    }
    this.#ms = end;
  }
}
