/** The timers of one connection, which end together; afterwards new ones may begin. The clock is the caller's. */
import type { Clock } from './clock.js';

/** See the module header. */
export class Timers {
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #cancels = new Set<() => void>();

  constructor(clock: Pick<Clock, 'setTimer'>) {
    this.#clock = clock;
  }

  /** Calls back once after `ms`, unless it is canceled, by what this returns or with all others. */
  after(ms: number, callback: () => void): () => void {
    const cancel = this.#clock.setTimer(ms, () => {
      this.#cancels.delete(cancel);
      callback();
    });
    this.#cancels.add(cancel);
    return () => {
      cancel();
      this.#cancels.delete(cancel);
    };
  }

  /** Cancels all that wait. */
  cancelAll(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
