/**
 * Holds what may be sent only while trading is allowed. What waits goes on in its order when the gate opens, and is
 * told to give up when that takes too long: a decision of minutes ago is not one of now.
 */
import type { Lifetime } from '../../utils/Lifetime.js';

/** See the module header. Closed at first. */
export class TradingGate {
  readonly #lifetime: Lifetime;
  readonly #waiting = new Map<object, (isOpen: boolean) => void>();
  #isOpen = false;

  constructor(lifetime: Lifetime) {
    this.#lifetime = lifetime;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.size;
  }

  /** Resolves with true once the gate is open; with false after `ms`, at {@link release}, or when the client ends. */
  pass(key: object, ms: number): Promise<boolean> {
    if (this.#isOpen) return Promise.resolve(true);
    if (ms <= 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (isOpen: boolean): void => {
        this.#waiting.delete(key);
        stop();
        resolve(isOpen);
      };
      this.#waiting.set(key, settle);
      const giveUp = (): void => settle(false);
      let stop: () => void = () => undefined;
      stop = this.#lifetime.after(ms, giveUp, giveUp);
    });
  }

  open(): void {
    this.#isOpen = true;
    for (const settle of [...this.#waiting.values()]) settle(true);
  }

  close(): void {
    this.#isOpen = false;
  }

  /** Lets one, or everything that waits, give up. */
  release(key?: object): void {
    if (key !== undefined) this.#waiting.get(key)?.(false);
    else for (const settle of [...this.#waiting.values()]) settle(false);
  }
}
