/** Studies of price and volume together. Volumes are whole shares; money flows are price units × shares. */
import type { BarTable } from '../../domain/marketTables.js';
import type { SimpleSeed } from '../exponentialAverages.js';
import { RollingSum } from '../rolling.js';
import type { Study } from '../Study.js';
import { priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';

/** On balance volume begins with the first bar's `volume`, as in TA-Lib, or with `zero`: Stock.Indicators and Tulip. */
export type BalanceSeed = 'volume' | 'zero';

/** On balance volume (OBV, Granville) of a price; {@link BalanceSeed} says with what it begins. */
export class OnBalanceVolume implements Study {
  readonly warmUpBars = 1;
  readonly out = new Float64Array(1);
  private readonly kind: PriceKind;
  private readonly seed: BalanceSeed;
  private before = NaN;

  constructor(kind: PriceKind, seed: BalanceSeed = 'volume') {
    this.kind = kind;
    this.seed = seed;
  }

  next(table: BarTable, row: number): boolean {
    const close = priceOf(this.kind, table, row);
    const volume = table.volume[row] ?? 0;
    const sum = this.out[0] ?? 0;
    if (Number.isNaN(this.before)) this.out[0] = this.seed === 'zero' ? 0 : volume;
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
  private readonly fastWeight: number;
  private readonly slowWeight: number;
  /** Bars with whose mean each average begins. */
  private readonly fastSeed: number;
  private readonly slowSeed: number;
  private bars = 0;
  private fast = 0;
  private slow = 0;

  constructor(fast: number, slow: number, seed: SimpleSeed = 'first') {
    this.warmUpBars = Math.max(fast, slow);
    this.fastWeight = 2 / (fast + 1);
    this.slowWeight = 2 / (slow + 1);
    // The mean of one value is the first.
    this.fastSeed = seed === 'first' ? 1 : fast;
    this.slowSeed = seed === 'first' ? 1 : slow;
  }

  next(table: BarTable, row: number): boolean {
    this.line.next(table, row);
    const value = this.line.out[0] ?? 0;
    this.bars += 1;
    const { bars } = this;
    this.fast += (value - this.fast) * (bars > this.fastSeed ? this.fastWeight : 1 / bars);
    this.slow += (value - this.slow) * (bars > this.slowSeed ? this.slowWeight : 1 / bars);
    this.out[0] = this.fast - this.slow;
    return bars >= this.warmUpBars;
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
    const money = rising + falling;
    // Beside sums of a far larger past there may be no money left, or less than none, though some flowed.
    this.out[0] = flows === 0 || money <= 0 ? 0 : (100 * rising) / money;
    return this.rising.full;
  }
}
