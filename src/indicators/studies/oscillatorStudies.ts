/** Oscillators: where the price stands in its range, and how gains and losses compare. */
import type { BarTable } from '../../domain/marketTables.js';
import type { AverageKind } from '../averageKinds.js';
import { averageOf } from '../averageKinds.js';
import type { Average } from '../averages.js';
import { heldBack, TripleSmoothedAverage } from '../exponentialAverages.js';
import type { AverageSeed } from '../exponentialAverages.js';
import { RollingExtreme, RollingSum, Window } from '../rolling.js';
import type { Study } from '../Study.js';
import { meanDistance, priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';

/** The change in percent of a triple smoothed average from bar to bar (TRIX). */
export class Trix implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly average: Average;
  private readonly kind: PriceKind;
  private before = NaN;

  constructor(length: number, kind: PriceKind, seed: AverageSeed = 'mean') {
    const warmUp = 3 * length - 2;
    this.average = heldBack(new TripleSmoothedAverage(length, seed), warmUp);
    this.warmUpBars = warmUp + 1;
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const value = this.average.push(priceOf(this.kind, table, row));
    const { before } = this;
    this.before = value;
    if (Number.isNaN(before)) return false;
    this.out[0] = before === 0 ? 0 : ((value - before) / before) * 100;
    return true;
  }
}

/**
 * Lengths of a stochastic: the range, then what %K and %D are smoothed over, by simple averages unless their kinds are
 * given; `slowing` 1 is the fast one.
 */
export interface StochasticLengths {
  readonly range: number;
  readonly slowing: number;
  readonly signal: number;
  readonly slowingKind?: AverageKind;
  readonly signalKind?: AverageKind;
}

/** Lane's stochastic (STOCH, STOCHF): %K, %D in percent. 0 where the range is 0. */
export class Stochastic implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(2);
  private readonly highest: RollingExtreme;
  private readonly lowest: RollingExtreme;
  private readonly slowing: Average;
  private readonly signal: Average;

  constructor({ range, slowing, signal, slowingKind = 'simple', signalKind = 'simple' }: StochasticLengths) {
    this.highest = new RollingExtreme(range, 1);
    this.lowest = new RollingExtreme(range, -1);
    this.slowing = averageOf(slowingKind, slowing);
    this.signal = averageOf(signalKind, signal);
    this.warmUpBars = range + this.slowing.warmUp + this.signal.warmUp - 2;
  }

  next(table: BarTable, row: number): boolean {
    return this.take(table.high[row] ?? 0, table.low[row] ?? 0, table.close[row] ?? 0);
  }

  /** As {@link next}, with the values themselves. */
  take(high: number, low: number, close: number): boolean {
    const top = this.highest.push(high);
    const bottom = this.lowest.push(low);
    if (!this.highest.full) return false;
    const k = this.slowing.push(top === bottom ? 0 : (100 * (close - bottom)) / (top - bottom));
    if (Number.isNaN(k)) return false;
    const d = this.signal.push(k);
    this.out[0] = k;
    this.out[1] = d;
    return !Number.isNaN(d);
  }
}

/**
 * Gains and losses smoothed by Wilder's rule: the relative strength index (RSI) and Chande's momentum oscillator
 * (CMO, in TA-Lib's form, which smooths too). 0 for both where nothing moved.
 */
export class Strength implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(2);
  private readonly length: number;
  private readonly kind: PriceKind;
  private gain = 0;
  private loss = 0;
  private changes = 0;
  private isReady = false;
  private before = NaN;

  constructor(length: number, kind: PriceKind) {
    this.length = length;
    this.warmUpBars = length + 1;
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const value = priceOf(this.kind, table, row);
    const change = value - this.before;
    this.before = value;
    if (Number.isNaN(change)) return false;
    // As TA-Lib reckons: a stochastic of the index tells apart what rounding does to equal values.
    const { length } = this;
    const kept = this.changes < length ? 1 : length - 1;
    this.gain = this.gain * kept + Math.max(0, change);
    this.loss = this.loss * kept + Math.max(0, -change);
    if (this.changes < length) this.changes += 1;
    if (this.changes < length) return false;
    this.gain /= length;
    this.loss /= length;
    // Without a change both shrink alike, if more than one counts: what rounding makes of that is no move.
    if (change === 0 && this.isReady && length > 1) return true;
    this.isReady = true;
    const { gain, loss } = this;
    const sum = gain + loss;
    this.out[0] = sum === 0 ? 0 : 100 * (gain / sum);
    this.out[1] = sum === 0 ? 0 : 100 * ((gain - loss) / sum);
    return true;
  }
}

/** The stochastic of the relative strength index (STOCHRSI, where %K is not smoothed): %K, %D in percent. */
export class StochasticRsi implements Study {
  readonly warmUpBars: number;
  readonly out: Float64Array;
  private readonly strength: Strength;
  private readonly stochastic: Stochastic;

  constructor(length: number, stochastic: StochasticLengths, kind: PriceKind) {
    this.strength = new Strength(length, kind);
    this.stochastic = new Stochastic(stochastic);
    this.out = this.stochastic.out;
    this.warmUpBars = length + this.stochastic.warmUpBars;
  }

  next(table: BarTable, row: number): boolean {
    if (!this.strength.next(table, row)) return false;
    const value = this.strength.out[0] ?? 0;
    return this.stochastic.take(value, value, value);
  }
}

/** Williams' %R (WILLR): 0 at the top of the range of `length` bars, −100 at its bottom. */
export class WilliamsR implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly highest: RollingExtreme;
  private readonly lowest: RollingExtreme;

  constructor(length: number) {
    this.warmUpBars = length;
    this.highest = new RollingExtreme(length, 1);
    this.lowest = new RollingExtreme(length, -1);
  }

  next(table: BarTable, row: number): boolean {
    const top = this.highest.push(table.high[row] ?? 0);
    const bottom = this.lowest.push(table.low[row] ?? 0);
    this.out[0] = top === bottom ? 0 : (-100 * (top - (table.close[row] ?? 0))) / (top - bottom);
    return this.highest.full;
  }
}

/** The balance of power (BOP): what of the bar's range it went from open to close; 0 without a range. */
export class BalanceOfPower implements Study {
  readonly warmUpBars = 1;
  readonly out = new Float64Array(1);

  next(table: BarTable, row: number): boolean {
    const range = (table.high[row] ?? 0) - (table.low[row] ?? 0);
    this.out[0] = range <= 0 ? 0 : ((table.close[row] ?? 0) - (table.open[row] ?? 0)) / range;
    return true;
  }
}

/** Lambert's commodity channel index (CCI). Costs `length` per bar, for the mean deviation. */
export class CommodityChannelIndex implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly window: Window;
  private readonly sum: RollingSum;

  constructor(length: number) {
    this.warmUpBars = length;
    this.window = new Window(length);
    this.sum = new RollingSum(length);
  }

  next(table: BarTable, row: number): boolean {
    const { window } = this;
    // Of three times the typical price, which is a whole number: sums of those leave nothing behind, and the index is
    // the same.
    const price = (table.high[row] ?? 0) + (table.low[row] ?? 0) + (table.close[row] ?? 0);
    window.push(price);
    const mean = this.sum.push(price) / window.length;
    if (!window.full) return false;
    const deviation = meanDistance(window, mean);
    this.out[0] = deviation === 0 || price === mean ? 0 : (price - mean) / (0.015 * deviation);
    return true;
  }
}

/**
 * Chande's intraday momentum index (IMI): the share of rising bodies in all bodies of `length` bars, in percent; 50
 * without any body, as in TA-Lib 0.8 (0.6 gives no number there).
 */
export class IntradayMomentum implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly ups: RollingSum;
  private readonly downs: RollingSum;

  constructor(length: number) {
    this.warmUpBars = length;
    this.ups = new RollingSum(length);
    this.downs = new RollingSum(length);
  }

  next(table: BarTable, row: number): boolean {
    const body = (table.close[row] ?? 0) - (table.open[row] ?? 0);
    const up = this.ups.push(Math.max(0, body));
    const down = this.downs.push(Math.max(0, -body));
    this.out[0] = up + down === 0 ? 50 : (100 * up) / (up + down);
    return this.ups.full;
  }
}
