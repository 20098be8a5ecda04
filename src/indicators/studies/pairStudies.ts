/** How two series of the same bar move together. */
import type { BarTable } from '../../domain/marketTables.js';
import { RollingMoments } from '../rolling.js';
import type { Study } from '../Study.js';
import { priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';

/**
 * Variances and covariance of the last `length` pairs in constant time, from the variances of x, of y, and of x + y and
 * x − y: cov = (var(x + y) − var(x − y)) / 4.
 */
class RollingPair {
  readonly x: RollingMoments;
  readonly y: RollingMoments;
  private readonly sum: RollingMoments;
  private readonly difference: RollingMoments;

  constructor(length: number) {
    this.x = new RollingMoments(length);
    this.y = new RollingMoments(length);
    this.sum = new RollingMoments(length);
    this.difference = new RollingMoments(length);
  }

  get full(): boolean {
    return this.x.full;
  }

  get covariance(): number {
    return (this.sum.variance - this.difference.variance) / 4;
  }

  push(x: number, y: number): void {
    this.x.push(x);
    this.y.push(y);
    this.sum.push(x + y);
    this.difference.push(x - y);
  }
}

/** What rolling sums may leave of a variance when nothing moves any more: of changes, and per square of the mean. */
const STILL_CHANGES = 1e-18;
const STILL_PRICES = 1e-17;

function isConstant({ mean, variance }: RollingMoments): boolean {
  return variance <= STILL_PRICES * mean * mean;
}

/**
 * Beta of the changes (as fractions) of one price of the bar against those of another over the last `length` changes
 * (BETA: `against` is TA-Lib's first input); 0 while `against` does not move.
 */
export class Beta implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly pair: RollingPair;
  private readonly of: PriceKind;
  private readonly against: PriceKind;
  private ofBefore = NaN;
  private againstBefore = NaN;

  constructor(length: number, of: PriceKind, against: PriceKind) {
    this.warmUpBars = length + 1;
    this.pair = new RollingPair(length);
    this.of = of;
    this.against = against;
  }

  next(table: BarTable, row: number): boolean {
    const { pair, ofBefore, againstBefore } = this;
    const of = priceOf(this.of, table, row);
    const against = priceOf(this.against, table, row);
    this.ofBefore = of;
    this.againstBefore = against;
    if (Number.isNaN(ofBefore)) return false;
    pair.push(changeFrom(againstBefore, against), changeFrom(ofBefore, of));
    if (!pair.full) return false;
    this.out[0] = pair.x.variance < STILL_CHANGES ? 0 : pair.covariance / pair.x.variance;
    return true;
  }
}

/** A volume may have been 0, from which no change can be told. */
function changeFrom(before: number, value: number): number {
  return before === 0 ? 0 : (value - before) / before;
}

/** Pearson's correlation of two prices of the bar over the last `length` bars (CORREL); 0 while one does not move. */
export class Correlation implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly pair: RollingPair;
  private readonly of: PriceKind;
  private readonly against: PriceKind;

  constructor(length: number, of: PriceKind, against: PriceKind) {
    this.warmUpBars = length;
    this.pair = new RollingPair(length);
    this.of = of;
    this.against = against;
  }

  next(table: BarTable, row: number): boolean {
    const { pair } = this;
    pair.push(priceOf(this.of, table, row), priceOf(this.against, table, row));
    if (!pair.full) return false;
    const isStill = isConstant(pair.x) || isConstant(pair.y);
    const spread = Math.sqrt(pair.x.variance * pair.y.variance);
    this.out[0] = isStill ? 0 : Math.min(1, Math.max(-1, pair.covariance / spread));
    return true;
  }
}
