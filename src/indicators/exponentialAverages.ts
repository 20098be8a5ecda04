/**
 * Exponential moving averages and what is made of them. As in TA-Lib (0.4) they are seeded with the simple average of
 * their first `length` values, unless another {@link AverageSeed} is given.
 */
import type { Average } from './averages.js';
import { Window } from './rolling.js';

/**
 * With what an exponential average begins: the `mean` of its first `length` values (TA-Lib), or its `first` value
 * (TradingView, MetaStock, pandas' `ewm` without adjustment). Of averages of averages there are two more: `once` the
 * mean, then the first value that each takes from the one before (Stock.Indicators' DEMA, TEMA, TRIX); and `late` the
 * first value of each, taken when the one before has as many as it is long (Tulip).
 */
export type AverageSeed = 'mean' | 'first' | 'once' | 'late';

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

/** An average of which nothing is told before `warmUp` values came, whenever its first was there. */
export class HeldBackAverage implements Average {
  readonly warmUp: number;
  private readonly average: Average;
  private seen = 0;

  constructor(average: Average, warmUp: number) {
    this.average = average;
    this.warmUp = warmUp;
  }

  push(value: number): number {
    const average = this.average.push(value);
    if (this.seen < this.warmUp) this.seen += 1;
    return this.seen === this.warmUp ? average : NaN;
  }
}

function exponentials(count: number, length: number, seed: AverageSeed): Chain {
  return new Chain(Array.from({ length: count }, (_, place) => seeded(length, seed, place === 0)));
}

/** One that begins as the seed says, and gives values from there on; `isFirst` of averages of averages. */
export function seeded(length: number, seed: AverageSeed, isFirst = true): Average {
  if (seed === 'mean' || (seed === 'once' && isFirst)) return new ExponentialAverage(length);
  // Of 1 value the mean is the first.
  const average = new ExponentialAverage(1, 2 / (length + 1));
  return seed === 'late' ? new HeldBackAverage(average, length) : average;
}

/** Double exponential average (Mulloy 1994): 2 × first − second. */
export class DoubleExponentialAverage implements Average {
  readonly warmUp: number;
  private readonly chain: Chain;

  constructor(length: number, seed: AverageSeed = 'mean') {
    this.chain = exponentials(2, length, seed);
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

  constructor(length: number, seed: AverageSeed = 'mean') {
    this.chain = exponentials(3, length, seed);
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

  constructor(length: number, seed: AverageSeed = 'mean') {
    this.chain = exponentials(3, length, seed);
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

  constructor(length: number, factor: number, seed: AverageSeed = 'mean') {
    this.chain = exponentials(6, length, seed);
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
