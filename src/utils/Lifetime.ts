/**
 * The waits of a client. All of them end when the client does, so that no timer stays behind and nothing waits for
 * ever. It measures nothing; the clock is the caller's.
 */
import type { Clock } from './clock.js';

/** See the module header. Ends once. */
export class Lifetime {
  readonly #clock: Clock;
  readonly #waits = new Set<() => void>();
  #ended = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves after `ms` with true, or at once with false when the life ends. */
  wait(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.after(
        ms,
        () => resolve(true),
        () => resolve(false),
      );
    });
  }

  /** Calls back once after `ms`, unless cancelled by what it returns; at the life's end `onEnd` is called instead. */
  after(ms: number, callback: () => void, onEnd?: () => void): () => void {
    if (this.#ended) {
      onEnd?.();
      return () => undefined;
    }
    const end = (): void => {
      stop();
      onEnd?.();
    };
    const cancel = this.#clock.setTimer(ms, () => {
      this.#waits.delete(end);
      callback();
    });
    const stop = (): void => {
      cancel();
      this.#waits.delete(end);
    };
    this.#waits.add(end);
    return stop;
  }

  /** Ends every wait. */
  end(): void {
    this.#ended = true;
    for (const end of [...this.#waits]) end();
  }
}
