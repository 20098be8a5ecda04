/** Watches how late timers run: what blocks the event loop blocks every answer, and health says so (F11). */
import type { Dependency } from '../contracts/index.js';
import type { Clock } from '../utils/clock.js';

const EVERY_MS = 500;
/** Lateness above which the process counts as degraded. */
const DEGRADED_MS = 250;
/** A block stays visible for this many measurements: ten seconds. */
const REMEMBERED = 20;

/** Measures from its construction until `stop`. */
export class LoopMonitor {
  readonly #clock: Clock;
  readonly #lateness: number[] = [];
  #cancel: () => void;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#cancel = this.#next();
  }

  /** The worst lateness of the last ten seconds. */
  read(): Dependency {
    const latencyMs = Math.round(Math.max(0, ...this.#lateness));
    const late = latencyMs > DEGRADED_MS;
    return {
      name: 'eventLoop',
      state: late ? 'degraded' : 'up',
      detail: late ? `Something blocked the process for ${latencyMs} ms in the last ten seconds.` : '',
      latencyMs,
    };
  }

  /** Ends the measurement. */
  stop(): void {
    this.#cancel();
  }

  #next(): () => void {
    const due = this.#clock.monotonicMs() + EVERY_MS;
    return this.#clock.setTimer(EVERY_MS, () => {
      this.#lateness.push(Math.max(0, this.#clock.monotonicMs() - due));
      if (this.#lateness.length > REMEMBERED) this.#lateness.shift();
      this.#cancel = this.#next();
    });
  }
}
