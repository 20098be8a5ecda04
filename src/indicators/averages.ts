/**
 * Moving averages as computations on a stream of numbers: `push` takes a value and returns the average, NaN before
 * there is one. Conventions are TA-Lib's (0.4): exponential averages are seeded with the simple average of their first
 * `length` values.
 */
import { RollingSum, Window } from './rolling.js';

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

/** Exponential average; `weight` of the newest value is 2 / (length + 1) unless given. Wilder's has 1 / length. */
export class ExponentialAverage implements Average {
  readonly warmUp: number;
  private readonly weight: number;
  private average = 0;
  private filled = 0;

  constructor(length: number, weight = 2 / (length + 1)) {
    this.warmUp = length;
    this.weight = weight;
  }

  push(value: number): number {
    if (this.filled === this.warmUp) {
      this.average += (value - this.average) * this.weight;
      return this.average;
    }
    this.average += value;
    this.filled += 1;
    if (this.filled < this.warmUp) return NaN;
    this.average /= this.warmUp;
    return this.average;
  }
}

/** Linearly weighted: the newest of `length` values counts `length` times, the oldest once. */
export class WeightedAverage implements Average {
  readonly warmUp: number;
  private readonly window: Window;
  private sum = 0;
  private weighted = 0;

  constructor(length: number) {
    this.warmUp = length;
    this.window = new Window(length);
  }

  push(value: number): number {
    const { window } = this;
    const { length } = window;
    if (window.full) {
      this.weighted += length * value - this.sum;
      this.sum += value - window.leaving;
    } else {
      this.weighted += (window.filled + 1) * value;
      this.sum += value;
    }
    if (window.push(value)) {
      this.sum = 0;
      this.weighted = 0;
      for (let index = 0; index < length; index += 1) {
        this.sum += window.values[index] ?? 0;
        this.weighted += (index + 1) * (window.values[index] ?? 0);
      }
    }
    return window.full ? this.weighted / ((length * (length + 1)) / 2) : NaN;
  }
}

/**
 * Zero-lag exponential average (Ehlers and Way 2010, TA-Lib 0.8's ZLEMA): an exponential average of 2 × the value − the
 * value ⌊(length − 1) / 2⌋ earlier.
 */
export class ZeroLagAverage implements Average {
  readonly warmUp: number;
  private readonly past: Window;
  private readonly average: ExponentialAverage;

  constructor(length: number) {
    const lag = Math.floor((length - 1) / 2);
    this.past = new Window(lag + 1);
    this.average = new ExponentialAverage(length);
    this.warmUp = lag + length;
  }

  push(value: number): number {
    const { past } = this;
    past.push(value);
    return past.full ? this.average.push(2 * value - past.at(past.length - 1)) : NaN;
  }
}

/** Averages of averages: each link takes what the one before it gives. */
class Chain {
  readonly links: readonly Average[];
  /** The newest average of each link. */
  readonly newest: Float64Array;

  constructor(links: readonly Average[]) {
    this.links = links;
    this.newest = new Float64Array(links.length).fill(NaN);
  }

  get warmUp(): number {
    return this.links.reduce((sum, link) => sum + link.warmUp - 1, 1);
  }

  /** Whether the last link has an average. */
  push(value: number): boolean {
    let input = value;
    for (let index = 0; index < this.links.length; index += 1) {
      input = this.links[index]?.push(input) ?? NaN;
      if (Number.isNaN(input)) return false;
      this.newest[index] = input;
    }
    return true;
  }

  at(index: number): number {
    return this.newest[index] ?? NaN;
  }
}

function exponentials(count: number, length: number): Chain {
  return new Chain(Array.from({ length: count }, () => new ExponentialAverage(length)));
}

/** Double exponential average (Mulloy 1994): 2 × first − second. */
export class DoubleExponentialAverage implements Average {
  readonly warmUp: number;
  private readonly chain: Chain;

  constructor(length: number) {
    this.chain = exponentials(2, length);
    this.warmUp = this.chain.warmUp;
  }

  push(value: number): number {
    return this.chain.push(value) ? 2 * this.chain.at(0) - this.chain.at(1) : NaN;
  }
}

/** Triple exponential average (Mulloy 1994): 3 × first − 3 × second + third. */
export class TripleExponentialAverage implements Average {
  readonly warmUp: number;
  private readonly chain: Chain;

  constructor(length: number) {
    this.chain = exponentials(3, length);
    this.warmUp = this.chain.warmUp;
  }

  push(value: number): number {
    return this.chain.push(value) ? 3 * this.chain.at(0) - 3 * this.chain.at(1) + this.chain.at(2) : NaN;
  }
}

/** Three exponential averages one after the other, as TRIX takes them. */
export class TripleSmoothedAverage implements Average {
  readonly warmUp: number;
  private readonly chain: Chain;

  constructor(length: number) {
    this.chain = exponentials(3, length);
    this.warmUp = this.chain.warmUp;
  }

  push(value: number): number {
    return this.chain.push(value) ? this.chain.at(2) : NaN;
  }
}

/** T3 (Tillson 1998): six exponential averages, mixed by the volume factor `factor` (0 to 1, usually 0.7). */
export class TillsonAverage implements Average {
  readonly warmUp: number;
  private readonly chain: Chain;
  private readonly weights: readonly [number, number, number, number];

  constructor(length: number, factor: number) {
    this.chain = exponentials(6, length);
    this.warmUp = this.chain.warmUp;
    const square = factor * factor;
    const cube = square * factor;
    this.weights = [
      1 + 3 * factor + 3 * square + cube,
      -3 * factor - 6 * square - 3 * cube,
      3 * square + 3 * cube,
      -cube,
    ];
  }

  push(value: number): number {
    const { chain, weights } = this;
    if (!chain.push(value)) return NaN;
    return weights[0] * chain.at(2) + weights[1] * chain.at(3) + weights[2] * chain.at(4) + weights[3] * chain.at(5);
  }
}

/** Triangular average: a simple average of a simple average, so that the middle of the window counts most. */
export class TriangularAverage implements Average {
  readonly warmUp: number;
  private readonly chain: Chain;

  constructor(length: number) {
    const half = Math.floor(length / 2);
    const halves = length % 2 === 1 ? [half + 1, half + 1] : [half, half + 1];
    this.chain = new Chain(halves.map((part) => new SimpleAverage(Math.max(1, part))));
    this.warmUp = length;
  }

  push(value: number): number {
    return this.chain.push(value) ? this.chain.at(1) : NaN;
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
