/** Studies of price and volume together. Volumes are whole shares; money flows are price units × shares. */
import type { BarTable } from '../../domain/marketTables.js';
import { averageOf } from '../averageKinds.js';
import type { Average } from '../averages.js';
import type { AverageSeed } from '../exponentialAverages.js';
import { RollingSum } from '../rolling.js';
import type { Study } from '../Study.js';
import { priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';

/**
 * On balance volume (OBV, Granville) of a price: begins with the first bar's volume, as in TA-Lib, or with 0, as in
 * Stock.Indicators and Tulip.
 */
export class OnBalanceVolume implements Study {
  readonly warmUpBars = 1;
  readonly out = new Float64Array(1);
  private readonly kind: PriceKind;
  private readonly fromZero: boolean;
  private before = NaN;

  constructor(kind: PriceKind, fromZero = false) {
    this.kind = kind;
    this.fromZero = fromZero;
  }

  next(table: BarTable, row: number): boolean {
    const close = priceOf(this.kind, table, row);
    const volume = table.volume[row] ?? 0;
    const sum = this.out[0] ?? 0;
    if (Number.isNaN(this.before)) this.out[0] = this.fromZero ? 0 : volume;
    else if (close > this.before) this.out[0] = sum + volume;
    else if (close < this.before) this.out[0] = sum - volume;
    this.before = close;
    return true;
  }
}

/** Chaikin's accumulation/distribution line (AD): volume weighted by where in its range a bar closes. */
export class AccumulationDistribution implements Study {
  readonly warmUpBars = 1;
  readonly out = new Float64Array(1);

  next(table: BarTable, row: number): boolean {
    const high = table.high[row] ?? 0;
    const low = table.low[row] ?? 0;
    const close = table.close[row] ?? 0;
    const range = high - low;
    if (range > 0)
      this.out[0] = (this.out[0] ?? 0) + ((close - low - (high - close)) / range) * (table.volume[row] ?? 0);
    return true;
  }
}

/**
 * Chaikin's oscillator (ADOSC): the difference of a fast and a slow exponential average of the accumulation/
 * distribution line; both begin with its first value as in TA-Lib, or with the `mean` of as many as they are long, as
 * in Stock.Indicators and LEAN.
 */
export class ChaikinOscillator implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly line = new AccumulationDistribution();
  private readonly fast: Average;
  private readonly slow: Average;

  constructor(fast: number, slow: number, seed: AverageSeed = 'first') {
    this.warmUpBars = Math.max(fast, slow);
    this.fast = averageOf('exponential', fast, { seed });
    this.slow = averageOf('exponential', slow, { seed });
  }

  next(table: BarTable, row: number): boolean {
    this.line.next(table, row);
    const value = this.line.out[0] ?? 0;
    const difference = this.fast.push(value) - this.slow.push(value);
    this.out[0] = difference;
    return !Number.isNaN(difference);
  }
}

/**
 * The money flow index (MFI, Quong and Soudack): the share of rising bars in the money that `length` bars moved; 0
 * where no money moved the price (TA-Lib: where it was less than $1).
 */
export class MoneyFlowIndex implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly rising: RollingSum;
  private readonly falling: RollingSum;
  /** How many of the bars have a flow: sums of flows leave something behind when the last has gone. */
  private readonly flows: RollingSum;
  private before = NaN;

  constructor(length: number) {
    this.warmUpBars = length + 1;
    this.rising = new RollingSum(length);
    this.falling = new RollingSum(length);
    this.flows = new RollingSum(length);
  }

  next(table: BarTable, row: number): boolean {
    const price = priceOf('typical', table, row);
    const { before } = this;
    this.before = price;
    if (Number.isNaN(before)) return false;
    const flow = price * (table.volume[row] ?? 0);
    const rising = this.rising.push(price > before ? flow : 0);
    const falling = this.falling.push(price < before ? flow : 0);
    const flows = this.flows.push(flow !== 0 && price !== before ? 1 : 0);
    this.out[0] = flows === 0 ? 0 : (100 * rising) / (rising + falling);
    return this.rising.full;
  }
}
