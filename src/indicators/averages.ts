/**
 * Moving averages as computations on a stream of numbers: `push` takes a value and returns the average, NaN before
 * there is one. Conventions are TA-Lib's (0.4). The exponential ones are in `exponentialAverages.ts`.
 */
import { LITTLE, RollingSum, SPARE_TURNS, Window } from './rolling.js';

/** See the module header. */
export interface Average {
  /** Values until the first average, that value included. */
  readonly warmUp: number;
  push(value: number): number;
}

/** The mean of the last `length` values. */
export class SimpleAverage implements Average {
  readonly warmUp: number;
  private readonly sum: RollingSum;

  constructor(length: number) {
    this.warmUp = length;
    this.sum = new RollingSum(length);
  }

  push(value: number): number {
    const sum = this.sum.push(value);
    return this.sum.full ? sum / this.warmUp : NaN;
  }
}

/** An average that leaves out the first `by` values; itself where there are none to leave out. */
export function delayed(average: Average, by: number): Average {
  return by > 0 ? new DelayedAverage(average, by) : average;
}

class DelayedAverage implements Average {
  readonly warmUp: number;
  private readonly average: Average;
  /** Values that are left out yet. */
  private left: number;

  constructor(average: Average, by: number) {
    this.warmUp = average.warmUp + by;
    this.average = average;
    this.left = by;
  }

  push(value: number): number {
    if (this.left === 0) return this.average.push(value);
    this.left -= 1;
    return NaN;
  }
}

/** Linearly weighted: the newest of `length` values counts `length` times, the oldest once. */
export class WeightedAverage implements Average {
  readonly warmUp: number;
  private readonly window: Window;
  private sum = 0;
  private weighted = 0;
  private spare = SPARE_TURNS;

  constructor(length: number) {
    this.warmUp = length;
    this.window = new Window(length);
  }

  push(value: number): number {
    const { window } = this;
    const { length, leaving } = window;
    if (window.full) {
      this.weighted += length * value - this.sum;
      this.sum += value - leaving;
    } else {
      this.weighted += (window.filled + 1) * value;
      this.sum += value;
    }
    const hasLost = Math.abs(this.weighted) < LITTLE * Math.abs(leaving) && this.weighted !== 0;
    if (window.push(value)) {
      this.spare = SPARE_TURNS;
      this.takeAnew();
    } else if (hasLost && window.full && this.spare > 0) {
      this.spare -= 1;
      this.takeAnew();
    }
    return window.full ? this.weighted / ((length * (length + 1)) / 2) : NaN;
  }

  private takeAnew(): void {
    const { window } = this;
    const { length } = window;
    this.sum = 0;
    this.weighted = 0;
    for (let index = 0; index < length; index += 1) {
      const value = window.at(length - 1 - index);
      this.sum += value;
      this.weighted += (index + 1) * value;
    }
  }
}

/**
 * Triangular average: a simple average of a simple average, so that the middle of the window counts most. It is divided
 * once, at the end: sums of sums of whole numbers leave nothing behind.
 */
export class TriangularAverage implements Average {
  readonly warmUp: number;
  private readonly inner: RollingSum;
  private readonly outer: RollingSum;
  private readonly divisor: number;

  constructor(length: number) {
    const [one, other] = [Math.ceil(length / 2), Math.floor(length / 2) + 1];
    this.inner = new RollingSum(one);
    this.outer = new RollingSum(other);
    this.divisor = one * other;
    this.warmUp = one + other - 1;
  }

  push(value: number): number {
    const { inner, outer } = this;
    const sum = inner.push(value);
    if (!inner.full) return NaN;
    const sums = outer.push(sum);
    return outer.full ? sums / this.divisor : NaN;
  }
}

/** Hull's average (2005): a weighted one of √length values of 2 × (length / 2) − (length), which lags little. */
export class HullAverage implements Average {
  readonly warmUp: number;
  private readonly half: WeightedAverage;
  private readonly whole: WeightedAverage;
  private readonly last: WeightedAverage;

  constructor(length: number) {
    this.half = new WeightedAverage(Math.max(1, Math.floor(length / 2)));
    this.whole = new WeightedAverage(length);
    this.last = new WeightedAverage(Math.max(1, Math.floor(Math.sqrt(length))));
    this.warmUp = length + this.last.warmUp - 1;
  }

  push(value: number): number {
    const half = this.half.push(value);
    const whole = this.whole.push(value);
    return Number.isNaN(whole) ? NaN : this.last.push(2 * half - whole);
  }
}

const FASTEST = 2 / 3;
const SLOWEST = 2 / 31;

/**
 * Kaufman's adaptive average (1995), between exponential averages of 2 and 30 values: fast when the last `length`
 * changes go one way, slow when they cancel out. Starts from the value before its first average.
 */
export class KaufmanAverage implements Average {
  readonly warmUp: number;
  private readonly values: Window;
  private readonly changes: RollingSum;
  private before = NaN;
  private average = 0;
  private isFirst = true;
  /** Values in a row that equal the one before: a rolling sum of changes may not come back to 0. */
  private still = 0;

  constructor(length: number) {
    this.warmUp = length + 1;
    this.values = new Window(length);
    this.changes = new RollingSum(length);
  }

  push(value: number): number {
    const { values, changes } = this;
    const oldest = values.leaving;
    const wasFull = values.full;
    const moved = values.filled > 0 ? changes.push(Math.abs(value - this.before)) : 0;
    this.still = value === this.before ? this.still + 1 : 0;
    if (wasFull) {
      if (this.isFirst) {
        this.average = this.before;
        this.isFirst = false;
      }
      const gone = value - oldest;
      const efficiency = moved <= gone || this.still >= values.length ? 1 : Math.abs(gone / moved);
      const weight = efficiency * (FASTEST - SLOWEST) + SLOWEST;
      this.average += (value - this.average) * weight * weight;
    }
    values.push(value);
    this.before = value;
    return wasFull ? this.average : NaN;
  }
}
