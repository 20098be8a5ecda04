/**
 * The arithmetic mean of the prices of a trailing stretch of time, exact: the sum is an integer and the mean is
 * rounded once, half to even. Grows by doubling and allocates nothing once it is large enough.
 */
import type { DurationMicros, Micros, Price } from '../../domain/units.js';
import { addExact, mulDiv } from '../../domain/units.js';

/** See the module header. Times come in non-decreasing order. */
export class TrailingMean {
  readonly #window: DurationMicros;
  #times = new Float64Array(64);
  #prices = new Float64Array(64);
  #head = 0;
  #count = 0;
  #sum = 0;

  constructor(window: DurationMicros) {
    this.#window = window;
  }

  /** Number of prices within the window as of the last call of {@link add} or {@link expire}. */
  get count(): number {
    return this.#count;
  }

  /** When the oldest price leaves the window; infinite if there is none. */
  get nextExpiry(): Micros {
    return this.#count === 0 ? Infinity : (this.#times[this.#head] ?? 0) + this.#window;
  }

  /** The mean; only while there is a price. */
  get mean(): Price {
    return mulDiv(this.#sum, 1, this.#count);
  }

  /** Adds a price at `time` after dropping what is too old by then. */
  add(time: Micros, price: Price): void {
    this.expire(time);
    if (this.#count === this.#times.length) this.#grow();
    const at = (this.#head + this.#count) % this.#times.length;
    this.#times[at] = time;
    this.#prices[at] = price;
    this.#sum = addExact(this.#sum, price);
    this.#count += 1;
  }

  /** Drops the prices that are as old as the window or older at `time`. */
  expire(time: Micros): void {
    const oldest = time - this.#window;
    while (this.#count > 0 && (this.#times[this.#head] ?? 0) <= oldest) {
      this.#sum -= this.#prices[this.#head] ?? 0;
      this.#head = (this.#head + 1) % this.#times.length;
      this.#count -= 1;
    }
  }

  /** Forgets every price. */
  clear(): void {
    this.#head = 0;
    this.#count = 0;
    this.#sum = 0;
  }

  /** Time and price in turn, oldest first. */
  list(): readonly number[] {
    const list: number[] = [];
    for (let i = 0; i < this.#count; i += 1) {
      const at = (this.#head + i) % this.#times.length;
      list.push(this.#times[at] ?? 0, this.#prices[at] ?? 0);
    }
    return list;
  }

  /** Replaces every price by those of a {@link list}. */
  restore(list: readonly number[]): void {
    this.clear();
    for (let i = 0; i + 1 < list.length; i += 2) this.add(list[i] ?? 0, list[i + 1] ?? 0);
  }

  #grow(): void {
    const size = this.#times.length;
    const times = new Float64Array(size * 2);
    const prices = new Float64Array(size * 2);
    for (let i = 0; i < this.#count; i += 1) {
      times[i] = this.#times[(this.#head + i) % size] ?? 0;
      prices[i] = this.#prices[(this.#head + i) % size] ?? 0;
    }
    this.#times = times;
    this.#prices = prices;
    this.#head = 0;
  }
}
