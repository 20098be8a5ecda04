/**
 * How much a Sharpe ratio is worth, given how long, how odd and after how many tries it was reached (Bailey and López
 * de Prado, "The Sharpe ratio efficient frontier", 2012, and "The deflated Sharpe ratio", 2014). All Sharpe ratios
 * here are per period of the returns, not per year.
 */
import { deviationOf, isStill, meanOf } from '../samples.js';
import { excessKurtosis, skewness } from '../returnMetrics.js';
import { normalProbability, normalQuantile } from './normalDistribution.js';

/** What the figures are made from. */
export interface SharpeSample {
  /** Mean ÷ sample deviation of the returns. */
  readonly sharpe: number;
  /** Number of returns. */
  readonly count: number;
  readonly skewness: number;
  /** Not in excess: 3 for a normal distribution. */
  readonly kurtosis: number;
}

/** Fewer returns say nothing about skewness and kurtosis. */
const FEWEST_RETURNS = 20;
const EULER_MASCHERONI = 0.577_215_664_901_532_9;

/**
 * The sample of a series of returns, skewness and kurtosis with their small-sample corrections; undefined where they
 * are too few, or never differ.
 */
export function sharpeSample(returns: ArrayLike<number>): SharpeSample | undefined {
  const sharpe = periodSharpe(returns);
  if (returns.length < FEWEST_RETURNS || sharpe === undefined) return undefined;
  return { sharpe, count: returns.length, skewness: skewness(returns), kurtosis: excessKurtosis(returns) + 3 };
}

/** Mean ÷ sample deviation; undefined for returns that never differ, but by rounding. */
export function periodSharpe(returns: ArrayLike<number>): number | undefined {
  return isStill(returns) ? undefined : meanOf(returns) / deviationOf(returns);
}

/**
 * Probability that the true Sharpe ratio lies above `benchmark`; undefined where skew and tails allow no error.
 * QuantStats and pypbo have the same; LEAN puts the excess kurtosis in, and so tells of thinner tails.
 */
export function probabilisticSharpe(sample: SharpeSample, benchmark: number): number | undefined {
  const spread = spreadOf(sample);
  if (!(spread > 0)) return undefined;
  return normalProbability(((sample.sharpe - benchmark) * Math.sqrt(sample.count - 1)) / Math.sqrt(spread));
}

/**
 * The number of returns after which the Sharpe ratio would be above `benchmark` with this confidence; undefined where
 * it is not above at all, so that no record is long enough.
 */
export function minimumTrackRecord(sample: SharpeSample, benchmark: number, confidence: number): number | undefined {
  const spread = spreadOf(sample);
  if (sample.sharpe <= benchmark || !(spread > 0)) return undefined;
  return 1 + spread * (normalQuantile(confidence) / (sample.sharpe - benchmark)) ** 2;
}

/**
 * The Sharpe ratio that the best of `trials` independent strategies without any skill can be expected to show, where
 * their Sharpe ratios have this variance; 0 for a single one. The formula is for many: of less than 1.3 trials it would
 * make a maximum below that of one, which is taken for 0.
 */
export function expectedMaximumSharpe(trials: number, variance: number): number {
  if (trials <= 1) return 0;
  const usual = normalQuantile(1 - 1 / trials);
  const extreme = normalQuantile(1 - 1 / (trials * Math.E));
  const maximum = (1 - EULER_MASCHERONI) * usual + EULER_MASCHERONI * extreme;
  return Math.sqrt(variance) * Math.max(0, maximum);
}

/**
 * Probability that the true Sharpe ratio of the best of many trials lies above what luck alone would have made of the
 * best. `variance` is that of the Sharpe ratios of the trials.
 */
export function deflatedSharpe(sample: SharpeSample, trials: number, variance: number): number | undefined {
  return probabilisticSharpe(sample, expectedMaximumSharpe(trials, variance));
}

/**
 * How many independent trials so many correlated ones are worth: ρ + (1 − ρ) × trials with their mean correlation ρ
 * (the 2014 paper's appendix), at least 1. `trials` are all that were made; `series` are the returns of those that are
 * known, of equal lengths, and their mean correlation stands for that of all.
 */
export function independentTrials(series: readonly ArrayLike<number>[], trials: number): number {
  const correlation = meanCorrelation(series);
  return correlation + (1 - correlation) * Math.max(1, trials);
}

/** From 0 to 1, 0 where fewer than two series ever move: those that do not are left out. */
function meanCorrelation(series: readonly ArrayLike<number>[]): number {
  const moving = series.map(standardised).filter((values) => values !== undefined);
  const count = moving.length;
  if (count < 2) return 0;
  const length = moving[0]?.length ?? 0;
  const means = Float64Array.from({ length }, (_, period) => meanOf(moving.map((values) => values[period] ?? 0)));
  // The variance of a mean of standardised series is (1 + (count − 1) ρ) ÷ count.
  const correlation = (count * deviationOf(means) ** 2 - 1) / (count - 1);
  return Math.min(1, Math.max(0, correlation));
}

function standardised(values: ArrayLike<number>): Float64Array | undefined {
  const mean = meanOf(values);
  const deviation = deviationOf(values);
  return deviation > 0 ? Float64Array.from(values, (value) => (value - mean) / deviation) : undefined;
}

/** Variance of the estimate of a Sharpe ratio × (count − 1). */
function spreadOf({ sharpe, skewness: skew, kurtosis }: SharpeSample): number {
  return 1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
}
