/**
 * Notices a thread that no longer moves: a hook of a strategy that never returns cannot be interrupted from
 * inside its thread, so the watch is kept outside (K4). Pure; the owner brings the time and the counter.
 */

/** How long a thread may stand still before it counts as stuck, in milliseconds. */
export const STUCK_AFTER_MS = 5_000;

/** See the module header. */
export class Watchdog {
  #beats = -1;
  #sinceMs: number;
  #lastLookMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#lastLookMs = nowMs;
  }

  /**
   * Looks at the thread's counter; true if it has not moved for {@link STUCK_AFTER_MS}. If the looker itself was
   * stopped in between (the machine slept), nothing can be said, and the time starts anew.
   */
  isStuck(beats: number, nowMs: number): boolean {
    const wasAway = nowMs - this.#lastLookMs > STUCK_AFTER_MS / 2;
    this.#lastLookMs = nowMs;
    if (beats !== this.#beats || wasAway) {
      this.#beats = beats;
      this.#sinceMs = nowMs;
      return false;
    }
    return nowMs - this.#sinceMs >= STUCK_AFTER_MS;
  }
}
