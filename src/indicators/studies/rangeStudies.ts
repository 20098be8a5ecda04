/** Studies of ranges and directions of movement after Wilder (1978). */
import type { BarTable } from '../../domain/marketTables.js';
import { averageOf } from '../averageKinds.js';
import type { AverageKind } from '../averageKinds.js';
import type { Average } from '../averages.js';
import { ExponentialAverage } from '../exponentialAverages.js';
import { RollingExtreme, RollingSum, Window } from '../rolling.js';
import type { Study } from '../Study.js';

/**
 * The largest of high − low and the distances of both from the close before (TRANGE). The first bar, which has no close
 * before, has none, as in TA-Lib and Stock.Indicators.
 */
export class TrueRange implements Study {
  readonly warmUpBars: number = 2;
  readonly out = new Float64Array(1);
  private closeBefore = NaN;

  next(table: BarTable, row: number): boolean {
    const before = this.closeBefore;
    this.closeBefore = table.close[row] ?? 0;
    if (Number.isNaN(before)) return false;
    this.out[0] = Math.max(table.high[row] ?? 0, before) - Math.min(table.low[row] ?? 0, before);
    return true;
  }
}

/** A true range that is the first bar's high − low, too, as in TradingView, LEAN and Tulip. */
class EarlyTrueRange extends TrueRange {
  override readonly warmUpBars = 1;

  override next(table: BarTable, row: number): boolean {
    if (!super.next(table, row)) this.out[0] = (table.high[row] ?? 0) - (table.low[row] ?? 0);
    return true;
  }
}

/** The true range without or with that of the first bar; a class of its own keeps the usual one fast. */
export function trueRangeOf(firstBar: boolean): TrueRange {
  return firstBar ? new EarlyTrueRange() : new TrueRange();
}

/** How true ranges are averaged, Wilder's way unless told; `firstBar` as {@link trueRangeOf} has it. */
export interface RangeAverageOptions {
  readonly average?: AverageKind;
  readonly firstBar?: boolean;
}

/** What an average true range is told in: the unit of prices, or percent of the bar's close. */
export type RangeUnit = 'price' | 'percent';

/** An average true range of any kind (ATR); in percent NATR, which is 0 where the close is 0. */
export class AverageTrueRange implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly range: TrueRange;
  private readonly average: Average;
  private readonly isPercent: boolean;

  constructor(length: number, options: RangeAverageOptions = {}, unit: RangeUnit = 'price') {
    const { average = 'wilder', firstBar = false } = options;
    this.range = trueRangeOf(firstBar);
    this.average = averageOf(average, length);
    this.warmUpBars = this.range.warmUpBars + this.average.warmUp - 1;
    this.isPercent = unit === 'percent';
  }

  next(table: BarTable, row: number): boolean {
    if (!this.range.next(table, row)) return false;
    const average = this.average.push(this.range.out[0] ?? 0);
    if (this.isPercent === true) {
      const close = table.close[row] ?? 0;
      this.out[0] = close === 0 ? 0 : (average / close) * 100;
    } else {
      this.out[0] = average;
    }
    return !Number.isNaN(average);
  }
}

/**
 * How many movements are summed before any is smoothed: `early` is TA-Lib's way, `length` − 1 and smoothing with the
 * next; `sum` that of Wilder (1978), and with him Stock.Indicators, TradingView and StockCharts, `length`. The
 * difference fades.
 */
export type MovementSeed = 'early' | 'sum';

/**
 * The directional movement of the last bars. Lines: +DM, −DM (sums smoothed by Wilder's rule), +DI, −DI, DX. The sums
 * begin as {@link MovementSeed} says; the first figures that need them smoothed come with movement `length`.
 */
export class DirectionalMovement implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(5);
  private readonly length: number;
  /** Bars whose movements are summed before any is smoothed. */
  private readonly summed: number;
  private bars = 0;
  private high = 0;
  private low = 0;
  private close = 0;
  private plus = 0;
  private minus = 0;
  private range = 0;

  constructor(length: number, seed: MovementSeed = 'early') {
    this.length = length;
    this.summed = seed === 'early' ? length : length + 1;
    this.warmUpBars = length + 1;
  }

  next(table: BarTable, row: number): boolean {
    const { length, out } = this;
    const high = table.high[row] ?? 0;
    const low = table.low[row] ?? 0;
    this.bars += 1;
    if (this.bars > 1) {
      const rise = high - this.high;
      const fall = this.low - low;
      const range = Math.max(high, this.close) - Math.min(low, this.close);
      const kept = this.bars > this.summed ? 1 - 1 / length : 1;
      this.plus = this.plus * kept + (rise > 0 && rise > fall ? rise : 0);
      this.minus = this.minus * kept + (fall > 0 && fall > rise ? fall : 0);
      this.range = this.range * kept + range;
    }
    this.high = high;
    this.low = low;
    this.close = table.close[row] ?? 0;
    out[0] = this.plus;
    out[1] = this.minus;
    if (this.bars <= length) return false;
    out[2] = this.range === 0 ? 0 : (100 * this.plus) / this.range;
    out[3] = this.range === 0 ? 0 : (100 * this.minus) / this.range;
    const sum = (out[2] ?? 0) + (out[3] ?? 0);
    // Without any movement the figure stays as it was.
    if (sum !== 0) out[4] = (100 * Math.abs((out[2] ?? 0) - (out[3] ?? 0))) / sum;
    return true;
  }
}

/**
 * The movements of {@link DirectionalMovement} as they are (PLUS_DM, MINUS_DM); TA-Lib's come a bar before the rest,
 * Wilder's with it.
 */
export class DirectionalSums implements Study {
  readonly warmUpBars: number;
  /** +DM, −DM. */
  readonly out = new Float64Array(2);
  private readonly movement: DirectionalMovement;
  private bars = 0;

  constructor(length: number, seed: MovementSeed = 'early') {
    // Of one bar the movement is that from the bar before.
    this.warmUpBars = seed === 'early' ? Math.max(2, length) : length + 1;
    this.movement = new DirectionalMovement(length, seed);
  }

  next(table: BarTable, row: number): boolean {
    const { movement, out, warmUpBars } = this;
    movement.next(table, row);
    if (this.bars < warmUpBars) this.bars += 1;
    out[0] = movement.out[0] ?? 0;
    out[1] = movement.out[1] ?? 0;
    return this.bars === warmUpBars;
  }
}

/** The average directional index (ADX), with both indicators that it is made of. */
export class DirectionalIndex implements Study {
  readonly warmUpBars: number;
  /** ADX, +DI, −DI. */
  readonly out = new Float64Array(3);
  private readonly movement: DirectionalMovement;
  private readonly average: ExponentialAverage;

  constructor(length: number, seed: MovementSeed = 'early') {
    this.warmUpBars = 2 * length;
    this.movement = new DirectionalMovement(length, seed);
    this.average = new ExponentialAverage(length, 1 / length);
  }

  next(table: BarTable, row: number): boolean {
    const { movement, out } = this;
    if (!movement.next(table, row)) return false;
    const index = this.average.push(movement.out[4] ?? 0);
    out[0] = index;
    out[1] = movement.out[2] ?? 0;
    out[2] = movement.out[3] ?? 0;
    return !Number.isNaN(index);
  }
}

/**
 * The rating of the average directional index (ADXR): the mean with the index `back` bars ago, `length` − 1 as in
 * TA-Lib unless given (Stock.Indicators: `length`).
 */
export class DirectionalRating implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly index: DirectionalIndex;
  private readonly past: Window;

  constructor(length: number, seed: MovementSeed = 'early', back = length - 1) {
    this.index = new DirectionalIndex(length, seed);
    this.warmUpBars = this.index.warmUpBars + back;
    this.past = new Window(back + 1);
  }

  next(table: BarTable, row: number): boolean {
    const { index, past, out } = this;
    if (!index.next(table, row)) return false;
    past.push(index.out[0] ?? 0);
    out[0] = ((index.out[0] ?? 0) + past.at(past.length - 1)) / 2;
    return past.full;
  }
}

/** Chande's Aroon (AROON, AROONOSC): how long ago the extremes of length + 1 bars were: up, down, up − down. */
export class Aroon implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(3);
  private readonly length: number;
  private readonly highest: RollingExtreme;
  private readonly lowest: RollingExtreme;

  constructor(length: number) {
    this.length = length;
    this.warmUpBars = length + 1;
    this.highest = new RollingExtreme(length + 1, 1);
    this.lowest = new RollingExtreme(length + 1, -1);
  }

  next(table: BarTable, row: number): boolean {
    const { highest, lowest, length, out } = this;
    highest.push(table.high[row] ?? 0);
    lowest.push(table.low[row] ?? 0);
    out[0] = (100 * (length - highest.ago)) / length;
    out[1] = (100 * (length - lowest.ago)) / length;
    out[2] = out[0] - out[1];
    return highest.full;
  }
}

/**
 * The ultimate oscillator (ULTOSC, Williams 1985) of three lengths in any order: the shortest counts four times, the
 * longest once.
 */
export class UltimateOscillator implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly pressures: readonly RollingSum[];
  private readonly ranges: readonly RollingSum[];
  private closeBefore = NaN;

  constructor(short: number, middle: number, long: number) {
    const lengths = [short, middle, long].sort((one, other) => one - other);
    this.warmUpBars = Math.max(...lengths) + 1;
    this.pressures = lengths.map((length) => new RollingSum(length));
    this.ranges = lengths.map((length) => new RollingSum(length));
  }

  next(table: BarTable, row: number): boolean {
    const close = table.close[row] ?? 0;
    const before = this.closeBefore;
    this.closeBefore = close;
    if (Number.isNaN(before)) return false;
    const bottom = Math.min(table.low[row] ?? 0, before);
    const range = Math.max(table.high[row] ?? 0, before) - bottom;
    let sum = 0;
    for (let index = 0; index < 3; index += 1) {
      const pressure = this.pressures[index]?.push(close - bottom) ?? 0;
      const ranges = this.ranges[index]?.push(range) ?? 0;
      if (ranges !== 0) sum += (4 >> index) * (pressure / ranges);
    }
    this.out[0] = (100 * sum) / 7;
    return this.ranges[2]?.full === true;
  }
}
