/** How far a fast average is from a slow one: the absolute and percentage price oscillators, and MACD. */
import type { BarTable } from '../../domain/marketTables.js';
import type { AverageKind } from '../averageKinds.js';
import { averageOf } from '../averageKinds.js';
import type { Average } from '../averages.js';
import { ExponentialAverage, HeldBackAverage } from '../exponentialAverages.js';
import type { AverageSeed } from '../exponentialAverages.js';
import type { Study } from '../Study.js';
import { priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';

/**
 * The difference of a fast and a slow average (APO, or PPO in percent of the slow one). `aligned`: the average that
 * needs fewer bars begins so late that both have their first value together, as in TA-Lib's MACD and nowhere else.
 */
export class AverageDifference implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly fast: Average;
  private readonly slow: Average;
  private readonly inPercent: boolean;
  private readonly kind: PriceKind;
  /** Bars that each average leaves out yet. */
  private fastSkip: number;
  private slowSkip: number;

  constructor(
    fast: Average,
    slow: Average,
    how: { readonly inPercent: boolean; readonly aligned: boolean },
    kind: PriceKind,
  ) {
    this.warmUpBars = Math.max(fast.warmUp, slow.warmUp);
    this.fast = fast;
    this.slow = slow;
    this.inPercent = how.inPercent;
    this.kind = kind;
    this.fastSkip = how.aligned ? this.warmUpBars - fast.warmUp : 0;
    this.slowSkip = how.aligned ? this.warmUpBars - slow.warmUp : 0;
  }

  next(table: BarTable, row: number): boolean {
    const value = priceOf(this.kind, table, row);
    const slow = this.slowSkip > 0 ? NaN : this.slow.push(value);
    const fast = this.fastSkip > 0 ? NaN : this.fast.push(value);
    if (this.slowSkip > 0) this.slowSkip -= 1;
    if (this.fastSkip > 0) this.fastSkip -= 1;
    const difference = fast - slow;
    this.out[0] = this.inPercent ? (slow === 0 ? 0 : (100 * difference) / slow) : difference;
    return !Number.isNaN(difference);
  }
}

/** The weights of Appel's original figures, which MACDFIX keeps: 15 % and 7.5 % for 12 and 26 bars. */
const FIXED_FAST = 0.15;
const FIXED_SLOW = 0.075;

/**
 * Lengths of a MACD and its kinds of averages, exponential unless given: `kind` is that of all three, the others are of
 * one. `fixed` takes Appel's weights for 12 and 26. `seed` is that of all exponential ones. `aligned`, unless false:
 * both averages have their first value together, as in TA-Lib; else each begins with the first bar, as in
 * Stock.Indicators and on most charts. The difference fades.
 */
export interface MacdLengths {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
  readonly kind?: AverageKind;
  readonly fastKind?: AverageKind;
  readonly slowKind?: AverageKind;
  readonly signalKind?: AverageKind;
  readonly fixed?: boolean;
  readonly seed?: AverageSeed;
  readonly aligned?: boolean;
}

/**
 * Appel's moving average convergence/divergence (MACD, MACDEXT, MACDFIX): difference, signal, histogram. Of two lengths
 * in the wrong order the shorter one is the fast one all the same, and keeps its kind, as in TA-Lib.
 */
export class Macd implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(3);
  private readonly difference: AverageDifference;
  private readonly signal: Average;

  constructor(lengths: MacdLengths, price: PriceKind) {
    const { fast, slow, signal, kind = 'exponential', fixed = false, seed, aligned = true } = lengths;
    const { fastKind = kind, slowKind = kind, signalKind = kind } = lengths;
    const ofFast = fixed ? fixedAverage(fast, FIXED_FAST, seed) : averageOf(fastKind, fast, { seed });
    const ofSlow = fixed ? fixedAverage(slow, FIXED_SLOW, seed) : averageOf(slowKind, slow, { seed });
    const [quick, long] = fast > slow ? [ofSlow, ofFast] : [ofFast, ofSlow];
    this.difference = new AverageDifference(quick, long, { inPercent: false, aligned }, price);
    this.signal = averageOf(signalKind, signal, { seed });
    this.warmUpBars = this.difference.warmUpBars + this.signal.warmUp - 1;
  }

  next(table: BarTable, row: number): boolean {
    const { difference, out } = this;
    if (!difference.next(table, row)) return false;
    const value = difference.out[0] ?? 0;
    const signal = this.signal.push(value);
    out[0] = value;
    out[1] = signal;
    out[2] = value - signal;
    return !Number.isNaN(signal);
  }
}

/** Begins with its first value, or the mean, but for a seed of averages of averages, which it is not. */
function fixedAverage(length: number, weight: number, seed: AverageSeed = 'mean'): Average {
  if (seed === 'mean' || seed === 'once') return new ExponentialAverage(length, weight);
  return new HeldBackAverage(new ExponentialAverage(1, weight), length);
}
