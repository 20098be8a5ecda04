/** How two series move together: two prices of the same bar, or (through `SymbolPairs`) the bars of two symbols. */
import type { BarTable } from '../../domain/marketTables.js';
import { RollingPair } from '../RollingPair.js';
import type { Study } from '../Study.js';
import { priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';

/** A figure of the last pairs of values; `push` takes a pair and returns the figure, NaN before there is one. */
export interface PairFigure {
  /** Pairs until the first figure, that pair included. */
  readonly warmUp: number;
  push(of: number, against: number): number;
}

/** What rolling sums may leave of a variance of changes when nothing moves any more. */
const STILL_CHANGES = 1e-18;
/** The same of prices, per square of the mean. */
const STILL_PRICES = 1e-17;

/**
 * Beta of the changes (as fractions) of one series against those of another over the last `length` changes (BETA:
 * `against` is TA-Lib's first input); 0 while `against` does not move.
 */
export class PairBeta implements PairFigure {
  readonly warmUp: number;
  private readonly pair: RollingPair;
  private ofBefore = NaN;
  private againstBefore = NaN;

  constructor(length: number) {
    this.warmUp = length + 1;
    this.pair = new RollingPair(length);
  }

  push(of: number, against: number): number {
    const { pair, ofBefore, againstBefore } = this;
    this.ofBefore = of;
    this.againstBefore = against;
    if (Number.isNaN(ofBefore)) return NaN;
    pair.push(changeFrom(againstBefore, against), changeFrom(ofBefore, of));
    if (!pair.full) return NaN;
    const { varianceX } = pair;
    return varianceX < STILL_CHANGES ? 0 : pair.covariance / varianceX;
  }
}

/** A volume may have been 0, from which no change can be told. */
function changeFrom(before: number, value: number): number {
  return before === 0 ? 0 : (value - before) / before;
}

/** Pearson's correlation of two series over the last `length` pairs (CORREL); 0 while one does not move. */
export class PairCorrelation implements PairFigure {
  readonly warmUp: number;
  private readonly pair: RollingPair;

  constructor(length: number) {
    this.warmUp = length;
    this.pair = new RollingPair(length);
  }

  push(of: number, against: number): number {
    const { pair } = this;
    pair.push(of, against);
    if (!pair.full) return NaN;
    const { varianceX, varianceY, meanX, meanY } = pair;
    if (isStill(varianceX, meanX) || isStill(varianceY, meanY)) return 0;
    return Math.min(1, Math.max(-1, pair.covariance / Math.sqrt(varianceX * varianceY)));
  }
}

function isStill(variance: number, mean: number): boolean {
  return variance <= STILL_PRICES * mean * mean;
}

/** A figure of two prices of one bar. */
class PricePair implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly figure: PairFigure;
  private readonly of: PriceKind;
  private readonly against: PriceKind;

  constructor(figure: PairFigure, of: PriceKind, against: PriceKind) {
    this.warmUpBars = figure.warmUp;
    this.figure = figure;
    this.of = of;
    this.against = against;
  }

  next(table: BarTable, row: number): boolean {
    const value = this.figure.push(priceOf(this.of, table, row), priceOf(this.against, table, row));
    this.out[0] = value;
    return !Number.isNaN(value);
  }
}

/** {@link PairBeta} of two prices of the bar. */
export class Beta extends PricePair {
  constructor(length: number, of: PriceKind, against: PriceKind) {
    super(new PairBeta(length), of, against);
  }
}

/** {@link PairCorrelation} of two prices of the bar. */
export class Correlation extends PricePair {
  constructor(length: number, of: PriceKind, against: PriceKind) {
    super(new PairCorrelation(length), of, against);
  }
}
