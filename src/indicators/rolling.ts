/**
 * Figures of the last `length` values, kept up to date in constant time on average. Sums of values that are no
 * integers would drift; so each is taken anew from the window once in `length` values, and out of turn where so little
 * is left of a sum that it is mostly rounding: after a jump, as of a split that nobody adjusted for, has left.
 */
import { assert } from '../utils/assert.js';

/** Share of what has left, or of the squares of distances, below which what remains is taken anew. */
export const LITTLE = 1e-6;
/** How often at most that is done in `length` values: what is of both signs may come near 0 again and again. */
export const SPARE_TURNS = 4;

/** The window itself: the last `length` values. */
export class Window {
  readonly length: number;
  readonly values: Float64Array;
  /** Where the next value goes, which is where the oldest is once the window is full. */
  head = 0;
  /** Values so far, at most `length`. */
  filled = 0;

  constructor(length: number) {
    assert(Number.isInteger(length) && length > 0, `a window of ${length} values`);
    this.length = length;
    this.values = new Float64Array(length);
  }

  /** Whether the window is full. */
  get full(): boolean {
    return this.filled === this.length;
  }

  /** The value that leaves with the next one; 0 before the window is full. */
  get leaving(): number {
    return this.values[this.head] ?? 0;
  }

  /** Takes a value in; true once in `length` values, when sums should be taken anew. */
  push(value: number): boolean {
    this.values[this.head] = value;
    this.head = this.head + 1 === this.length ? 0 : this.head + 1;
    if (this.filled < this.length) this.filled += 1;
    return this.head === 0;
  }

  /** The value `ago` values back; 0 is the newest. */
  at(ago: number): number {
    const index = this.head - 1 - ago;
    return this.values[index < 0 ? index + this.length : index] ?? 0;
  }
}

/** The sum of the last `length` values. */
export class RollingSum {
  sum = 0;
  private readonly window: Window;
  private spare = SPARE_TURNS;

  constructor(length: number) {
    this.window = new Window(length);
  }

  /** Whether the window is full. */
  get full(): boolean {
    return this.window.full;
  }

  /** Takes a value in and returns the sum of what the window holds. */
  push(value: number): number {
    const { window } = this;
    const { leaving } = window;
    const sum = this.sum + (value - leaving);
    this.sum = sum;
    if (window.push(value)) {
      this.spare = SPARE_TURNS;
      this.takeAnew();
    } else if (Math.abs(sum) < LITTLE * Math.abs(leaving) && sum !== 0 && this.spare > 0) {
      this.spare -= 1;
      this.takeAnew();
    }
    return this.sum;
  }

  private takeAnew(): void {
    const { values, length } = this.window;
    let sum = 0;
    for (let index = 0; index < length; index += 1) sum += values[index] ?? 0;
    this.sum = sum;
  }
}

/** The straight line of least squares through the last `length` values (at least 2), x counting from the oldest. */
export class RollingTrend {
  /** Change per value, and height at the oldest value; of a full window. */
  slope = 0;
  intercept = 0;
  private readonly window: Window;
  private sum = 0;
  private weighted = 0;

  constructor(length: number) {
    assert(length >= 2, `a line through ${length} values`);
    this.window = new Window(length);
  }

  /** Whether the window is full. */
  get full(): boolean {
    return this.window.full;
  }

  /** Takes a value in. */
  push(value: number): void {
    const { window } = this;
    const { length } = window;
    if (window.full) {
      // Everything moves one place towards the oldest, which leaves.
      this.sum -= window.leaving;
      this.weighted += (length - 1) * value - this.sum;
    } else {
      this.weighted += window.filled * value;
    }
    this.sum += value;
    if (window.push(value)) this.takeAnew();
    const sumX = (length * (length - 1)) / 2;
    const sumXX = (length * (length - 1) * (2 * length - 1)) / 6;
    this.slope = (length * this.weighted - sumX * this.sum) / (length * sumXX - sumX * sumX);
    this.intercept = (this.sum - this.slope * sumX) / length;
  }

  /** After a full round the oldest value stands first in the ring. */
  private takeAnew(): void {
    const { values, length } = this.window;
    this.sum = 0;
    this.weighted = 0;
    for (let index = 0; index < length; index += 1) {
      this.sum += values[index] ?? 0;
      this.weighted += index * (values[index] ?? 0);
    }
  }
}

/**
 * The highest (sign 1) or lowest (sign -1) of the last `length` values; of equal ones the newest. Keeps the values that
 * can still become the extreme, each better than those after it.
 */
export class RollingExtreme {
  protected readonly length: number;
  private readonly sign: 1 | -1;
  private readonly values: Float64Array;
  private readonly places: Int32Array;
  private first = 0;
  private count = 0;
  /** Number of values so far. */
  private seen = 0;

  constructor(length: number, sign: 1 | -1) {
    assert(Number.isInteger(length) && length > 0, `a window of ${length} values`);
    this.length = length;
    this.sign = sign;
    this.values = new Float64Array(length);
    this.places = new Int32Array(length);
  }

  /** Whether the window is full. */
  get full(): boolean {
    return this.seen >= this.length;
  }

  /** How many values ago the extreme was. */
  get ago(): number {
    return this.seen - 1 - (this.places[this.first] ?? 0);
  }

  /** Takes a value in and returns the extreme of the window. */
  push(value: number): number {
    const { length, values, places, sign } = this;
    if (this.count > 0 && (places[this.first] ?? 0) <= this.seen - length) {
      this.first = this.first + 1 === length ? 0 : this.first + 1;
      this.count -= 1;
    }
    while (this.count > 0) {
      const last = (this.first + this.count - 1) % length;
      if (this.stays(((values[last] ?? 0) - value) * sign)) break;
      this.count -= 1;
    }
    const place = (this.first + this.count) % length;
    values[place] = value;
    places[place] = this.seen;
    this.count += 1;
    this.seen += 1;
    return values[this.first] ?? 0;
  }

  /** Whether a value that is better than a new one by so much may still become the extreme. */
  protected stays(better: number): boolean {
    return better > 0;
  }
}
