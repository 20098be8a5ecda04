/** Looks now and then whether somebody has asked long work to stop: signals are handled between its steps alone. */
import { afterWaitingInput } from '../utils/clock.js';

/** Signals are looked for this often. */
const LOOK_EVERY_MS = 50;

/** See the module header. */
export class StopLook {
  #lookedMs: number;
  #isAsked = false;

  /** `stopped` settles when the work is to stop; `nowMs` is monotonic. */
  constructor(stopped: Promise<void>, nowMs = 0) {
    this.#lookedMs = nowMs;
    void stopped.then(() => {
      this.#isAsked = true;
    });
  }

  /** Whether it is time for the next look, which is then to be taken. */
  isDue(nowMs: number): boolean {
    if (nowMs - this.#lookedMs < LOOK_EVERY_MS) return false;
    this.#lookedMs = nowMs;
    return true;
  }

  /** Whether somebody has asked by now; lets what waits be handled first. */
  async isAsked(): Promise<boolean> {
    await new Promise<void>((resolve) => afterWaitingInput(resolve));
    return this.#isAsked;
  }
}
