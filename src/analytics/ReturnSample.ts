/**
 * Returns that become more, with every figure of returnMetrics.ts at any time: O(1) per return, except that the values
 * are kept (8 bytes each) for the figures that need them in order. Reading is O(1) but for percentiles, which sort:
 * O(n log n). The formulas are those of returnMetrics.ts and benchmarkMetrics.ts, fed with running sums.
 */
import { alphaBetaOf, informationRatioOf, treynorRatioOf } from './benchmarkMetrics.js';
import type { AlphaBeta } from './benchmarkMetrics.js';
import { CoMoments, Moments } from './Moments.js';
import {
  annualGrowth,
  calmarOf,
  conditionalValueAtRisk,
  downsideRiskOf,
  excessKurtosisOf,
  omegaOf,
  omegaThreshold,
  sharpeOf,
  skewnessOf,
  sortinoOf,
  stabilityOf,
  tailRatio,
  valueAtRisk,
} from './returnMetrics.js';
import { ROUNDING_DEVIATION } from './samples.js';

/** What the figures are measured against. Rates are per period, but for omega's, which is per year. */
export interface ReturnTerms {
  readonly periodsPerYear: number;
  readonly riskFree: number;
  readonly required: number;
  readonly omegaRequired: number;
}

/** See the module header. A NaN stands for a period without a return, as it does in returnMetrics.ts. */
export class ReturnSample {
  readonly terms: ReturnTerms;
  /** Periods, those without a return included. */
  length = 0;
  best = NaN;
  worst = NaN;
  private readonly threshold: number;
  private values: number[] = [];
  private over = new Moments();
  private plain = new Moments();
  private line = new CoMoments();
  private pairs = new CoMoments();
  private difference = new Moments();
  private wealth = 1;
  private peak = 1;
  private fall = 0;
  private height = 0;
  private shortfallSquares = 0;
  private gains = 0;
  private losses = 0;

  constructor(terms: ReturnTerms) {
    this.terms = terms;
    this.threshold = omegaThreshold(terms.omegaRequired, terms.periodsPerYear);
  }

  /** Takes the return of the next period, and the benchmark's of the same one; NaN where there is none. */
  add(value: number, benchmark = NaN): void {
    this.length += 1;
    if (Number.isNaN(value)) return;
    const { riskFree, required } = this.terms;
    this.values.push(value);
    this.best = Number.isNaN(this.best) ? value : Math.max(this.best, value);
    this.worst = Number.isNaN(this.worst) ? value : Math.min(this.worst, value);
    this.plain.add(value);
    const over = value - riskFree;
    this.over.add(over);
    this.shortfallSquares += Math.min(value - required, 0) ** 2;
    if (over > this.threshold) this.gains += over - this.threshold;
    else this.losses += this.threshold - over;
    this.wealth *= 1 + value;
    this.peak = Math.max(this.peak, this.wealth);
    this.fall = Math.min(this.fall, (this.wealth - this.peak) / this.peak);
    this.line.add(this.line.count, (this.height += Math.log1p(value)));
    if (Number.isNaN(benchmark)) return;
    this.pairs.add(benchmark - riskFree, over);
    this.difference.add(value - benchmark);
  }

  /** A copy that grows by itself: O(n). */
  copy(): ReturnSample {
    const copy = Object.assign(new ReturnSample(this.terms), this);
    copy.values = this.values.slice();
    copy.over = this.over.copy();
    copy.plain = this.plain.copy();
    copy.line = this.line.copy();
    copy.pairs = this.pairs.copy();
    copy.difference = this.difference.copy();
    return copy;
  }

  /** The returns that are there, oldest first; not a copy. */
  get returns(): readonly number[] {
    return this.values;
  }

  get totalReturn(): number {
    return this.wealth - 1;
  }

  get annualReturn(): number {
    return annualGrowth(this.wealth, this.length, this.terms.periodsPerYear);
  }

  get annualVolatility(): number {
    return this.plain.deviation * Math.sqrt(this.terms.periodsPerYear);
  }

  get sharpe(): number {
    return sharpeOf(this.over.mean, this.over.deviation, this.terms.periodsPerYear);
  }

  /** Whether the returns differ by rounding only, or are fewer than two. */
  get isStill(): boolean {
    return !(this.plain.deviation > ROUNDING_DEVIATION);
  }

  get downsideRisk(): number {
    return downsideRiskOf(this.shortfallSquares / this.plain.count, this.terms.periodsPerYear);
  }

  get sortino(): number {
    if (this.length < 2) return NaN;
    return sortinoOf(this.plain.mean - this.terms.required, this.downsideRisk, this.terms.periodsPerYear);
  }

  /** 0 or below, the start counting as a peak; NaN without periods. */
  get maxDrawdown(): number {
    return this.length === 0 ? NaN : this.fall;
  }

  get calmar(): number {
    return calmarOf(this.annualReturn, this.maxDrawdown);
  }

  get omega(): number {
    return this.length < 2 ? NaN : omegaOf(this.gains, this.losses);
  }

  get tailRatio(): number {
    return tailRatio(this.values);
  }

  valueAtRisk(cutoff: number): number {
    return valueAtRisk(this.values, cutoff);
  }

  conditionalValueAtRisk(cutoff: number): number {
    return conditionalValueAtRisk(this.values, cutoff);
  }

  get skewness(): number {
    return skewnessOf(this.plain);
  }

  get excessKurtosis(): number {
    return excessKurtosisOf(this.plain);
  }

  get stability(): number {
    return this.values.length < 2 ? NaN : stabilityOf(this.line);
  }

  /** Periods in which both have a return. */
  get benchmarkLength(): number {
    return this.pairs.count;
  }

  /** Over the periods in which both have a return. */
  get alphaBeta(): AlphaBeta {
    return alphaBetaOf(this.pairs, this.terms.periodsPerYear);
  }

  /** Over the same periods, as are the next two. */
  get trackingError(): number {
    return this.difference.deviation * Math.sqrt(this.terms.periodsPerYear);
  }

  /** Whether the lead over the benchmark differs by rounding only, or is of fewer than two periods. */
  get isLeadStill(): boolean {
    return !(this.difference.deviation > ROUNDING_DEVIATION);
  }

  get informationRatio(): number {
    const { mean, deviation } = this.difference;
    return informationRatioOf(mean, deviation, this.terms.periodsPerYear);
  }

  get treynorRatio(): number {
    return treynorRatioOf(this.pairs, this.terms.periodsPerYear);
  }
}
