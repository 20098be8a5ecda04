/**
 * Figures of the last `length` values, kept up to date in constant time on average. Sums of values that are no
 * integers would drift; so each is taken anew from the window once in `length` values, and out of turn where so little
 * is left of a sum that it is mostly rounding: after a jump, as of a split that nobody adjusted for, has left.
 */
import { assert } from '../utils/assert.js';

/** Share of what has left, or of the squares of distances, below which what remains is taken anew. */
export const LITTLE = 1e-6;

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
    // Nothing at all is exact, as of values that go up and down by the same.
    const hasLost = Math.abs(sum) < LITTLE * Math.abs(leaving) && sum !== 0;
    if (window.push(value) || hasLost) this.takeAnew();
    return this.sum;
  }

  private takeAnew(): void {
    const { values, length } = this.window;
    let sum = 0;
    for (let index = 0; index < length; index += 1) sum += values[index] ?? 0;
    this.sum = sum;
  }
}

/** Mean and population variance of the last `length` values, by sums of distances from a value of the window. */
export class RollingMoments {
  private readonly window: Window;
  /** What distances are measured from: near the values, so that their squares lose nothing. */
  private origin = 0;
  private sum = 0;
  private squares = 0;

  constructor(length: number) {
    this.window = new Window(length);
  }

  /** Whether the window is full. */
  get full(): boolean {
    return this.window.full;
  }

  /** The mean of a full window. */
  get mean(): number {
    return this.origin + this.sum / this.window.length;
  }

  /** The population variance of a full window, never below 0. */
  get variance(): number {
    const mean = this.sum / this.window.length;
    return Math.max(0, this.squares / this.window.length - mean * mean);
  }

  /** Takes a value in. */
  push(value: number): void {
    const { window } = this;
    if (window.filled === 0) this.origin = value;
    const leaving = window.full ? window.leaving - this.origin : 0;
    const coming = value - this.origin;
    this.sum += coming - leaving;
    this.squares += coming * coming - leaving * leaving;
    const isRound = window.push(value);
    // Where all lies far from the origin the difference of the two says as little as where a distant value has left.
    const { length } = window;
    const spread = this.squares * length - this.sum * this.sum;
    const hasLost = window.full && spread < LITTLE * length * (this.squares + length * leaving * leaving);
    if (isRound || hasLost) this.takeAnew(value);
  }

  /**
   * Takes `count` values in, those from `from` on, the window being full already, and puts mean + `width` deviations,
   * mean, and mean − `width` deviations after the i-th of them at (first + i) & mask of the columns.
   */
  pushMany(
    values: Float64Array,
    from: number,
    count: number,
    width: number,
    upper: Float64Array,
    middle: Float64Array,
    lower: Float64Array,
    first: number,
    mask: number,
  ): void {
    const { window } = this;
    const { length, values: ring } = window;
    let i = 0;
    while (i < count) {
      // Nothing is called in the loop up to the value with which the sums are taken anew: all stays in registers.
      const { origin } = this;
      const ahead = window.head - i;
      const stop = Math.min(count, length - 1 - ahead);
      let { sum, squares } = this;
      for (; i < stop; i += 1) {
        const value = values[from + i] ?? 0;
        const leaving = (ring[ahead + i] ?? 0) - origin;
        const coming = value - origin;
        const gone = leaving * leaving;
        const nextSum = sum + (coming - leaving);
        const nextSquares = squares + (coming * coming - gone);
        const distance = nextSum / length;
        const square = nextSquares / length;
        const variance = square - distance * distance;
        // The call after the loop takes the sums anew.
        if (variance < LITTLE * (square + gone)) break;
        ring[ahead + i] = value;
        sum = nextSum;
        squares = nextSquares;
        const half = width * Math.sqrt(Math.max(0, variance));
        const mean = origin + distance;
        const place = (first + i) & mask;
        upper[place] = mean + half;
        middle[place] = mean;
        lower[place] = mean - half;
      }
      this.sum = sum;
      this.squares = squares;
      window.head = ahead + i;
      if (i === count) return;
      this.push(values[from + i] ?? 0);
      const { mean } = this;
      const half = width * Math.sqrt(this.variance);
      const place = (first + i) & mask;
      upper[place] = mean + half;
      middle[place] = mean;
      lower[place] = mean - half;
      i += 1;
    }
  }

  /** Measures the values of the window from `origin`, one of them. */
  private takeAnew(origin: number): void {
    const { values, length } = this.window;
    let sum = 0;
    let squares = 0;
    for (let index = 0; index < length; index += 1) {
      const distance = (values[index] ?? 0) - origin;
      sum += distance;
      squares += distance * distance;
    }
    this.origin = origin;
    this.sum = sum;
    this.squares = squares;
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
