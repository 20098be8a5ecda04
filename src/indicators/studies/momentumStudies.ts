/** Studies of momentum that TA-Lib took up with its versions 0.7 and 0.8; conventions are those of 0.8.1. */
import type { BarTable } from '../../domain/marketTables.js';
import type { Average } from '../averages.js';
import { SimpleAverage, WeightedAverage } from '../averages.js';
import { seeded } from '../exponentialAverages.js';
import { RollingExtreme, RollingSum, RollingTrend, Window } from '../rolling.js';
import type { Study } from '../Study.js';
import { Stochastic } from './oscillatorStudies.js';
import type { StochasticLengths } from './oscillatorStudies.js';
import { Change, priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';
import { AwesomeOscillator } from './trendStudies.js';

/** Williams' accelerator (AC): his awesome oscillator less its simple average. */
export class Accelerator implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly oscillator: AwesomeOscillator;
  private readonly average: SimpleAverage;

  constructor(fast: number, slow: number, signal: number) {
    this.oscillator = new AwesomeOscillator(fast, slow);
    this.average = new SimpleAverage(signal);
    this.warmUpBars = this.oscillator.warmUpBars + signal - 1;
  }

  next(table: BarTable, row: number): boolean {
    const { oscillator, out } = this;
    if (!oscillator.next(table, row)) return false;
    const value = oscillator.out[0] ?? 0;
    const average = this.average.push(value);
    out[0] = value - average;
    return !Number.isNaN(average);
  }
}

/**
 * What the last `length` changes of a price come to, against the sizes of them all: Chande's momentum as he has it, in
 * percent with the sign (CMOU), and Kaufman's efficiency (ER), 0 to 1. Lines in this order; 0 and 1 where nothing
 * moved.
 */
export class NetChange implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(2);
  private readonly window: Window;
  private readonly sizes: RollingSum;
  /** Values in a row that equal the one before: a rolling sum of changes may not come back to 0. */
  private still = 0;
  private readonly kind: PriceKind;

  constructor(length: number, kind: PriceKind) {
    this.warmUpBars = length + 1;
    this.window = new Window(length);
    this.sizes = new RollingSum(length);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { window, sizes, out } = this;
    const value = priceOf(this.kind, table, row);
    const isFirst = window.filled === 0;
    const change = isFirst ? 0 : value - window.at(0);
    const isReady = window.full;
    const net = value - window.leaving;
    window.push(value);
    if (isFirst) return false;
    this.still = change === 0 ? this.still + 1 : 0;
    const sum = sizes.push(Math.abs(change));
    const isStill = this.still >= window.length;
    out[0] = isStill ? 0 : (100 * net) / sum;
    out[1] = isStill ? 1 : Math.abs(net / sum);
    return isReady;
  }
}

/** Coppock's curve (1962; COPPOCK): a weighted average of the sum of two changes in percent. */
export class Coppock implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly one: Change;
  private readonly other: Change;
  private readonly average: WeightedAverage;

  constructor(average: number, one: number, other: number, kind: PriceKind) {
    this.one = new Change(one, 'percent', kind);
    this.other = new Change(other, 'percent', kind);
    this.average = new WeightedAverage(average);
    this.warmUpBars = Math.max(one, other) + average;
  }

  next(table: BarTable, row: number): boolean {
    const { one, other, out } = this;
    const hasOne = one.next(table, row);
    if (!other.next(table, row) || !hasOne) return false;
    const average = this.average.push((one.out[0] ?? 0) + (other.out[0] ?? 0));
    out[0] = average;
    return !Number.isNaN(average);
  }
}

/**
 * The detrended price (DPO): the price ⌊length / 2⌋ + 1 bars ago less the simple average of the last `length`, as it
 * stands at the newest bar (Stock.Indicators draws it back to the bar of the price, which cannot be traded).
 */
export class DetrendedPrice implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly past: Window;
  private readonly average: SimpleAverage;
  private readonly kind: PriceKind;

  constructor(length: number, kind: PriceKind) {
    this.past = new Window(Math.floor(length / 2) + 2);
    this.average = new SimpleAverage(length);
    this.warmUpBars = Math.max(length, this.past.length);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { past, out } = this;
    const value = priceOf(this.kind, table, row);
    past.push(value);
    const average = this.average.push(value);
    out[0] = past.at(past.length - 1) - average;
    return past.full && !Number.isNaN(average);
  }
}

/** The forecast oscillator (FOSC, Chande): by how many percent of itself a price missed the bar before's forecast. */
export class ForecastOscillator implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly trend: RollingTrend;
  private readonly kind: PriceKind;

  /** `length` of at least 2. */
  constructor(length: number, kind: PriceKind) {
    this.warmUpBars = length + 1;
    this.trend = new RollingTrend(length);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { trend, out, warmUpBars } = this;
    const value = priceOf(this.kind, table, row);
    const isReady = trend.full;
    const forecast = trend.intercept + trend.slope * (warmUpBars - 1);
    trend.push(value);
    out[0] = value === 0 ? 0 : (100 * (value - forecast)) / value;
    return isReady;
  }
}

/** A stochastic with its divergence (KDJ): %K, %D, and 3 × %K − 2 × %D. */
export class Kdj implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(3);
  private readonly stochastic: Stochastic;

  constructor(lengths: StochasticLengths) {
    this.stochastic = new Stochastic(lengths);
    this.warmUpBars = this.stochastic.warmUpBars;
  }

  next(table: BarTable, row: number): boolean {
    const { stochastic, out } = this;
    if (!stochastic.next(table, row)) return false;
    const [k = 0, d = 0] = stochastic.out;
    out[0] = k;
    out[1] = d;
    out[2] = 3 * k - 2 * d;
    return true;
  }
}

/** Chande's Qstick (QSTICK): the simple average of the bodies. */
export class Qstick implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly average: SimpleAverage;

  constructor(length: number) {
    this.warmUpBars = length;
    this.average = new SimpleAverage(length);
  }

  next(table: BarTable, row: number): boolean {
    const average = this.average.push((table.close[row] ?? 0) - (table.open[row] ?? 0));
    this.out[0] = average;
    return !Number.isNaN(average);
  }
}

/** Lengths of a stochastic momentum index, usually 13, 25, 2 and 9: the range, two smoothings in turn, the signal. */
export interface StochasticMomentumLengths {
  readonly range: number;
  readonly first: number;
  readonly second: number;
  readonly signal: number;
  readonly seed?: 'mean' | 'first';
}

/**
 * Blau's stochastic momentum index (1993; SMI): the close's distance from the middle of its range, smoothed twice, in
 * percent of half the range smoothed alike; its signal is exponential. 0 where the range is 0. With the seed `first`
 * the averages begin with their first values, as in Stock.Indicators.
 */
export class StochasticMomentum implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(2);
  private readonly highest: RollingExtreme;
  private readonly lowest: RollingExtreme;
  private readonly distances: readonly [Average, Average];
  private readonly ranges: readonly [Average, Average];
  private readonly signal: Average;
  private bars = 0;

  constructor({ range, first, second, signal, seed = 'mean' }: StochasticMomentumLengths) {
    this.warmUpBars = range + first + second + signal - 3;
    this.highest = new RollingExtreme(range, 1);
    this.lowest = new RollingExtreme(range, -1);
    this.distances = [seeded(first, seed), seeded(second, seed)];
    this.ranges = [seeded(first, seed), seeded(second, seed)];
    this.signal = seeded(signal, seed);
  }

  next(table: BarTable, row: number): boolean {
    const { distances, ranges, out } = this;
    const top = this.highest.push(table.high[row] ?? 0);
    const bottom = this.lowest.push(table.low[row] ?? 0);
    if (this.bars < this.warmUpBars) this.bars += 1;
    if (!this.highest.full) return false;
    const distance = distances[0].push((table.close[row] ?? 0) - (top + bottom) / 2);
    const range = ranges[0].push(top - bottom);
    if (Number.isNaN(distance)) return false;
    const above = distances[1].push(distance);
    const below = ranges[1].push(range);
    if (Number.isNaN(above)) return false;
    out[0] = below === 0 ? 0 : (100 * above) / (below / 2);
    out[1] = this.signal.push(out[0]);
    return this.bars === this.warmUpBars;
  }
}

/** White's vertical horizontal filter (VHF): the range of `length` closes ÷ the sizes of the last `length` changes. */
export class VerticalHorizontal implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly highest: RollingExtreme;
  private readonly lowest: RollingExtreme;
  private readonly sizes: RollingSum;
  private readonly kind: PriceKind;
  private before = NaN;

  constructor(length: number, kind: PriceKind) {
    this.warmUpBars = length + 1;
    this.highest = new RollingExtreme(length, 1);
    this.lowest = new RollingExtreme(length, -1);
    this.sizes = new RollingSum(length);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const value = priceOf(this.kind, table, row);
    const range = this.highest.push(value) - this.lowest.push(value);
    const change = value - this.before;
    this.before = value;
    if (Number.isNaN(change)) return false;
    const sizes = this.sizes.push(Math.abs(change));
    this.out[0] = range === 0 ? 0 : range / sizes;
    return this.sizes.full;
  }
}

/**
 * Williams' fractals (FRACTAL): whether the bar `right` bars ago is higher than those around it, `left` before and
 * `right` after, and whether it is lower. Lines: 1 or 0 of a high, 1 or 0 of a low, at the bar with which it is known.
 */
export class Fractals implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(2);
  private readonly right: number;
  private readonly highs: Window;
  private readonly lows: Window;

  constructor(left: number, right: number) {
    this.warmUpBars = left + right + 1;
    this.right = right;
    this.highs = new Window(this.warmUpBars);
    this.lows = new Window(this.warmUpBars);
  }

  /** Costs a step per bar of the window. */
  next(table: BarTable, row: number): boolean {
    const { highs, lows, right, out } = this;
    highs.push(table.high[row] ?? 0);
    lows.push(table.low[row] ?? 0);
    out[0] = stands(highs, right, 1) ? 1 : 0;
    out[1] = stands(lows, right, -1) ? 1 : 0;
    return highs.full;
  }
}

/** Whether the value `ago` values back exceeds (sign 1) or undercuts (sign -1) all others of the window. */
function stands(window: Window, ago: number, sign: 1 | -1): boolean {
  const value = window.at(ago);
  for (let other = 0; other < window.length; other += 1) {
    if (other !== ago && (value - window.at(other)) * sign <= 0) return false;
  }
  return true;
}
