/** Bands around an average, and stops that follow the price. */
import type { BarTable } from '../../domain/marketTables.js';
import { assert } from '../../utils/assert.js';
import { averageOf } from '../averageKinds.js';
import type { AverageKind } from '../averageKinds.js';
import type { Average } from '../averages.js';
import { delayed, SimpleAverage } from '../averages.js';
import { RollingMoments } from '../RollingMoments.js';
import type { Study } from '../Study.js';
import { plainColumn, priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';
import { trueRangeOf } from './rangeStudies.js';
import type { RangeAverageOptions, TrueRange } from './rangeStudies.js';

/** Bollinger's bands (BBANDS): a simple average with `width` population standard deviations: upper, middle, lower. */
export class BollingerBands implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(3);
  private readonly moments: RollingMoments;
  private readonly width: number;
  private readonly kind: PriceKind;
  /** Averages of the prices of rows that are taken in together. */
  private prices = new Float64Array(0);

  constructor(length: number, width: number, kind: PriceKind) {
    this.warmUpBars = length;
    this.moments = new RollingMoments(length);
    this.width = width;
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { moments, out } = this;
    moments.push(priceOf(this.kind, table, row));
    if (!moments.full) return false;
    const half = this.width * Math.sqrt(moments.variance);
    out[0] = moments.mean + half;
    out[1] = moments.mean;
    out[2] = moments.mean - half;
    return true;
  }

  nextMany(
    table: BarTable,
    from: number,
    to: number,
    columns: readonly Float64Array[],
    first: number,
    mask: number,
  ): void {
    const [upper, middle, lower] = columns;
    assert(upper !== undefined && middle !== undefined && lower !== undefined, "Bollinger's bands are three lines");
    const column = plainColumn(this.kind, table);
    const prices = column ?? this.pricesOf(table, from, to);
    const begin = column === undefined ? 0 : from;
    this.moments.pushMany(prices, begin, to - from, this.width, upper, middle, lower, first, mask);
  }

  private pricesOf(table: BarTable, from: number, to: number): Float64Array {
    if (this.prices.length < to - from) this.prices = new Float64Array(to - from);
    const { prices, kind } = this;
    for (let row = from; row < to; row += 1) prices[row - from] = priceOf(kind, table, row);
    return prices;
  }
}

/** How many deviations bands lie above and below their middle. */
export interface BandWidths {
  readonly above: number;
  readonly below: number;
}

/**
 * Bands around an average of any kind (BBANDS with an MA type), each with its own width: upper, middle, lower. The
 * deviations are those from the simple mean, whatever the middle is, as TA-Lib has it.
 */
export class DeviationBands implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(3);
  private readonly average: Average;
  private readonly moments: RollingMoments;
  private readonly widths: BandWidths;
  private readonly kind: PriceKind;

  constructor(average: Average, length: number, widths: BandWidths, kind: PriceKind) {
    this.warmUpBars = Math.max(length, average.warmUp);
    this.average = average;
    this.moments = new RollingMoments(length);
    this.widths = widths;
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { moments, widths, out } = this;
    const value = priceOf(this.kind, table, row);
    moments.push(value);
    const middle = this.average.push(value);
    if (!moments.full || Number.isNaN(middle)) return false;
    const deviation = Math.sqrt(moments.variance);
    out[0] = middle + widths.above * deviation;
    out[1] = middle;
    out[2] = middle - widths.below * deviation;
    return true;
  }
}

/** Headley's acceleration bands (ACCBANDS), averages of prices widened by the bar's range: upper, middle, lower. */
export class AccelerationBands implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(3);
  private readonly averages: readonly [SimpleAverage, SimpleAverage, SimpleAverage];

  constructor(length: number) {
    this.warmUpBars = length;
    this.averages = [new SimpleAverage(length), new SimpleAverage(length), new SimpleAverage(length)];
  }

  next(table: BarTable, row: number): boolean {
    const { out, averages } = this;
    const high = table.high[row] ?? 0;
    const low = table.low[row] ?? 0;
    const share = high + low === 0 ? 0 : (4 * (high - low)) / (high + low);
    out[0] = averages[0].push(high * (1 + share));
    out[1] = averages[1].push(table.close[row] ?? 0);
    out[2] = averages[2].push(low * (1 - share));
    return !Number.isNaN(out[1]);
  }
}

/**
 * Lengths of a Keltner channel, how many ranges wide it is on each side, and its averages if not the usual ones.
 * `firstBar` as {@link trueRangeOf} has it; `aligned`: the one that needs fewer bars is {@link delayed} until both have
 * their first value together.
 */
export interface KeltnerOptions {
  readonly length: number;
  readonly rangeLength: number;
  readonly width: number;
  readonly average?: AverageKind;
  readonly rangeAverage?: AverageKind;
  readonly firstBar?: boolean;
  readonly aligned?: boolean;
}

/**
 * Keltner's channel: an average of a price with `width` average true ranges on each side: upper, middle, lower. As
 * Raschke and Stock.Indicators have it the averages are exponential, of the close, and Wilder's. Keltner himself (1960)
 * and LEAN average the typical price and the ranges simply. TA-Lib 0.8's KC is exponential, of the typical price, and
 * aligned.
 */
export class KeltnerChannel implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(3);
  private readonly middle: Average;
  private readonly trueRange: TrueRange;
  private readonly range: Average;
  private readonly width: number;
  private readonly kind: PriceKind;

  constructor(options: KeltnerOptions, kind: PriceKind) {
    const { length, rangeLength, width, average = 'exponential', rangeAverage = 'wilder' } = options;
    const middle = averageOf(average, length);
    const range = averageOf(rangeAverage, rangeLength);
    this.trueRange = trueRangeOf(options.firstBar === true);
    const rangeWarmUp = range.warmUp + this.trueRange.warmUpBars - 1;
    this.warmUpBars = Math.max(middle.warmUp, rangeWarmUp);
    this.middle = delayed(middle, options.aligned === true ? this.warmUpBars - middle.warmUp : 0);
    this.range = delayed(range, options.aligned === true ? this.warmUpBars - rangeWarmUp : 0);
    this.width = width;
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { out } = this;
    const middle = this.middle.push(priceOf(this.kind, table, row));
    const range = this.trueRange.next(table, row) ? this.range.push(this.trueRange.out[0] ?? 0) : NaN;
    out[0] = middle + this.width * range;
    out[1] = middle;
    out[2] = middle - this.width * range;
    return !Number.isNaN(out[0]);
  }
}

/**
 * With which trend a SuperTrend begins: an up trend where the first `close` lies at or above the bar's middle, as in
 * Stock.Indicators; always `up` as in TA-Lib 0.8, or `down` as in TradingView. They are the same once they have changed
 * sides together.
 */
export type TrendSeed = 'close' | 'up' | 'down';

/** How a SuperTrend averages its ranges, and with which trend it begins. */
export interface SuperTrendOptions extends RangeAverageOptions {
  readonly seed?: TrendSeed;
}

/**
 * SuperTrend: a stop `width` average true ranges (Wilder's unless told) from the middle of the bar, which moves only
 * with the trend and changes sides when the close crosses it. Lines: the stop, and 1 while it lies below (up) or -1
 * (down). {@link TrendSeed} says with which it begins.
 */
export class SuperTrend implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(2);
  private readonly trueRange: TrueRange;
  private readonly range: Average;
  private readonly width: number;
  private readonly seed: TrendSeed;
  private upper = NaN;
  private lower = NaN;
  private isUp = true;
  private closeBefore = 0;

  constructor(length: number, width: number, options: SuperTrendOptions = {}) {
    const { average = 'wilder', firstBar = false, seed = 'close' } = options;
    this.trueRange = trueRangeOf(firstBar);
    this.range = averageOf(average, length);
    this.warmUpBars = this.trueRange.warmUpBars + this.range.warmUp - 1;
    this.width = width;
    this.seed = seed;
  }

  next(table: BarTable, row: number): boolean {
    const close = table.close[row] ?? 0;
    const range = this.trueRange.next(table, row) ? this.range.push(this.trueRange.out[0] ?? 0) : NaN;
    const before = this.closeBefore;
    this.closeBefore = close;
    if (Number.isNaN(range)) return false;
    const middle = priceOf('median', table, row);
    const upper = middle + this.width * range;
    const lower = middle - this.width * range;
    if (Number.isNaN(this.upper)) {
      this.isUp = this.seed === 'close' ? close >= middle : this.seed === 'up';
      this.upper = upper;
      this.lower = lower;
    } else {
      if (upper < this.upper || before > this.upper) this.upper = upper;
      if (lower > this.lower || before < this.lower) this.lower = lower;
      this.isUp = this.isUp ? close >= this.lower : close > this.upper;
    }
    this.out[0] = this.isUp ? this.lower : this.upper;
    this.out[1] = this.isUp ? 1 : -1;
    return true;
  }
}
