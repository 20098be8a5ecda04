/** Lets a bounded number of asynchronous pieces of work run at once; some more wait, the rest is refused at once. */

/** See the module header. */
export class BoundedQueue {
  readonly #maxRunning: number;
  readonly #maxWaiting: number;
  readonly #refusal: () => Error;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `refusal` makes the error of work that finds the queue full. */
  constructor(limits: { readonly running: number; readonly waiting: number }, refusal: () => Error) {
    this.#maxRunning = limits.running;
    this.#maxWaiting = limits.waiting;
    this.#refusal = refusal;
  }

  /** Runs `work` in its turn, first come, first served. Rejects with the refusal if too many wait. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#maxRunning) {
      if (this.#waiting.length >= this.#maxWaiting) throw this.#refusal();
      await new Promise<void>((resume) => this.#waiting.push(resume));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // A waiting one takes this place over; otherwise the place is free again.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
