/**
 * The statistics of a run by a stated convention. Fractions, not percent; NaN where the sample cannot support
 * a figure or it is infinite, which writers show as "n/a".
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { informationRatio, isNoBeta, trackingError, treynorRatio } from './benchmarkMetrics.js';
import type { ClosingFigures } from './closingFigures.js';
import type { StatisticsConvention } from './conventions.js';
import { fallsOfCurve, firstPeak, longestRecovery } from './drawdowns.js';
import type { DrawdownStatistics, DrawdownTracker } from './drawdowns.js';
import { DAY } from '../domain/timeframe.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { countedInDates, isDaily } from './dailyTimes.js';
import { daysBetween, unitOf } from './duration.js';
import { withoutInfinities } from './finiteFigures.js';
import {
  downsideDeviation,
  fallPoints,
  firstAtOrAfter,
  geometricMean,
  logReturns,
  logReturnSlope,
  marketReturns,
  mean,
  sampleEquity,
  samplePoints,
  sampleVariance,
  simpleReturns,
  slope,
  type EquityCurve,
  type MarketReturns,
  valuesAt,
} from './returns.js';
import { excessKurtosis, skewness } from './returnMetrics.js';
import { deviationOf, isStill, meanOf, withoutRounding } from './samples.js';
import { normalProbability } from './validation/normalDistribution.js';
import { tradeStatistics, type ClosedTrade, type TradeStatistics } from './tradeStatistics.js';

/** What the figures are made from. */
export interface StatisticsInput {
  readonly curve: EquityCurve;
  readonly trades: readonly ClosedTrade[];
  /** Since when something is held that is still open at the end; absent: nothing is. */
  readonly openSince?: Micros;
  /** When the run started; the first point of the curve if absent. */
  readonly since?: Micros;
  /** Dollars at the start, before the first point of the curve. */
  readonly startEquity: number;
  /** Close of the benchmark at each point of the curve, NaN before its first; absent: no benchmark figures. */
  readonly benchmark?: Float64Array;
  /** The same for the samples of days, where a convention takes other prices for them; else {@link benchmark}. */
  readonly sampledBenchmark?: Float64Array;
  /** Close of the benchmark before the run; unknown if absent. Only where days before the first point are sampled. */
  readonly benchmarkBefore?: number;
  /** Log returns of {@link benchmark} where it has a price at every point and somebody has them already. */
  readonly benchmarkReturns?: MarketReturns;
  /** Index of the point from which buy and hold is counted (the first point at which the strategy could act). */
  readonly benchmarkFrom?: number;
  /** Yearly risk-free rate as a fraction. */
  readonly riskFree: number;
  /** Figures of fills that close, where the convention counts them. */
  readonly closings?: ClosingFigures;
}

/** The figures of a run. */
export interface Statistics extends DrawdownStatistics, TradeStatistics, Partial<ClosingFigures> {
  readonly convention: string;
  /** Calendar days from the first to the last point. */
  readonly days: number;
  readonly finalEquity: number;
  /** The highest point of the curve, or what there was before the first where falls begin with that (`fallsFrom`). */
  readonly peakEquity: number;
  /** At the lowest point of the curve. */
  readonly lowestEquity: number;
  readonly totalReturn: number;
  readonly annualReturn: number;
  readonly annualVolatility: number;
  /** Compound annual growth rate. */
  readonly cagr: number;
  readonly sharpe: number;
  /**
   * Probability that the Sharpe ratio is above 1 a year, by the sampled returns; NaN where they allow no error. As LEAN
   * has it, with the kurtosis in excess of a normal distribution's. Only where the convention counts closings.
   */
  readonly probabilisticSharpe?: number;
  /** Whole days of the longest fall that was made good (`longestRecovery`). Where the convention counts closings. */
  readonly recoveryDays?: number;
  readonly sortino: number;
  /** Annual return ÷ maximum drawdown. */
  readonly calmar: number;
  readonly buyAndHoldReturn: number;
  /** What the benchmark does not explain, by the convention. */
  readonly alpha: number;
  /** Slope of the returns of equity against those of the benchmark, by the convention. */
  readonly beta: number;
  /** New York dates that have a return of the equity and of the benchmark; 0 without one. */
  readonly benchmarkDays: number;
  /** Of the sampled returns against the benchmark's; formulas in benchmarkMetrics.ts, or LEAN's by the convention. */
  readonly informationRatio: number;
  /** Deviation of the difference to the benchmark, per year. */
  readonly trackingError: number;
  /** Excess return per year ÷ the beta of the sampled returns. */
  readonly treynorRatio: number;
  /**
   * Share of the points at which something was held, entry and exit points included. By a convention that counts
   * closed trades only, NaN where nothing but an open position could tell it.
   */
  readonly exposure: number;
}

/** What is reckoned from returns. */
const NO_RETURNS = {
  annualReturn: Number.NaN,
  annualVolatility: Number.NaN,
  sharpe: Number.NaN,
  sortino: Number.NaN,
  calmar: Number.NaN,
  alpha: Number.NaN,
  beta: Number.NaN,
  informationRatio: Number.NaN,
  trackingError: Number.NaN,
  treynorRatio: Number.NaN,
} as const satisfies Partial<Statistics>;

/** Whether the equity of a run was 0 or below; not where its lowest was not kept. */
export function wasRuined({ lowestEquity }: Partial<Pick<Statistics, 'lowestEquity'>>): boolean {
  return lowestEquity !== undefined && lowestEquity <= 0;
}

/** Why a run that {@link wasRuined} has no figures of returns and is never the best of a search. */
export const RUINED = 'the equity was 0 or below';

/** Computes all figures; a curve needs at least one point. */
export function computeStatistics(given: StatisticsInput, convention: StatisticsConvention): Statistics {
  const input = isDaily(given.curve) ? countedInDates(given) : given;
  const { curve } = input;
  const last = curve.equity.length - 1;
  const finalEquity = curve.equity[last] ?? Number.NaN;
  const totalReturn = finalEquity / input.startEquity - 1;
  const days = daysBetween(curve.time[0] ?? 0, curve.time[last] ?? 0);
  // The start is a time of the clock, and so is the end then.
  const growthDays =
    convention.growthFrom === 'start' && given.since !== undefined
      ? daysBetween(given.since, given.curve.time[last] ?? 0)
      : days;
  const unit = convention.lengths === 'days' ? DAY : unitOf(curve.time);
  const fallen = fallCurve(input, convention);
  const tracker = fallsOfCurve(fallen, convention.fallsFrom === 'start' ? input.startEquity : undefined);
  const falls = fallFigures(tracker, unit, convention);
  const rates = annualRates(input, convention);
  // The walk over all points has seen these too.
  const { lowest: lowestEquity, peak } = fallen.equity === curve.equity ? tracker : boundsOf(curve.equity);
  const peakEquity = Math.max(peak, firstPeak(curve, input.startEquity, convention));
  const figures = {
    convention: convention.name,
    days,
    finalEquity,
    peakEquity,
    lowestEquity,
    totalReturn,
    ...rates,
    cagr: (1 + totalReturn) ** (convention.daysPerYear / growthDays) - 1,
    calmar: rates.annualReturn / falls.maxDrawdown,
    ...benchmarkFigures(input, convention, totalReturn),
    exposure: exposure(input, convention),
    ...falls,
    ...tradesOf(input.trades, unit, convention),
    ...input.closings,
    ...(convention.closings === 'counted' ? { recoveryDays: recoveryOf(fallCurve(given, convention), given) } : {}),
  };
  const hasNoReturns = convention.afterRuin === 'absent' && lowestEquity <= 0;
  return withoutInfinities(hasNoReturns ? { ...figures, ...NO_RETURNS } : figures);
}

/** The points of the curve that falls are measured on. */
function fallCurve({ curve, since }: StatisticsInput, convention: StatisticsConvention): EquityCurve {
  const { time, equity } = curve;
  const points = fallPoints(time, since, convention);
  return { time: valuesAt(time, points), equity: valuesAt(equity, points) };
}

/** By the clock: daily points are at the ends of their sessions here. */
function recoveryOf(curve: EquityCurve, { startEquity, since }: StatisticsInput): number {
  return longestRecovery(curve, startEquity, since ?? curve.time[0] ?? 0);
}

/** Days of the run before the first point, if a convention samples those. */
function daysBefore({ curve, since }: StatisticsInput, { sampling }: StatisticsConvention): number {
  const first = curve.time[0];
  if (sampling !== 'calendarDay' || since === undefined || first === undefined) return 0;
  return Math.max(0, newYorkDate(first) - newYorkDate(since));
}

/** Where a curve has no fall, its lengths are 0: one that counts lasts longer. */
function fallFigures(
  tracker: DrawdownTracker,
  unit: DurationMicros,
  { withoutCases }: StatisticsConvention,
): DrawdownStatistics {
  const falls = tracker.statisticsIn(unit);
  if (withoutCases === 'zero' || falls.maxDrawdownDays > 0) return falls;
  return { ...falls, averageDrawdown: Number.NaN, maxDrawdownDays: Number.NaN, averageDrawdownDays: Number.NaN };
}

function tradesOf(
  trades: readonly ClosedTrade[],
  unit: DurationMicros,
  { withoutCases }: StatisticsConvention,
): TradeStatistics {
  const figures = tradeStatistics(trades, unit);
  if (withoutCases === 'zero' || trades.length > 0) return figures;
  return { ...figures, maxTradeDays: Number.NaN, averageTradeDays: Number.NaN };
}

function annualRates(
  input: StatisticsInput,
  convention: StatisticsConvention,
): Pick<Statistics, 'annualReturn' | 'annualVolatility' | 'sharpe' | 'sortino' | 'probabilisticSharpe'> {
  const { curve, startEquity, riskFree } = input;
  const samples = prepended(startEquity, sampleEquity(curve, convention.sampling), daysBefore(input, convention));
  const all = simpleReturns(convention.firstReturn === 'counted' ? prepended(startEquity, samples) : samples);
  // Where nothing is left nothing has a return.
  const returns = all.some(Number.isNaN) ? all.filter((value) => !Number.isNaN(value)) : all;
  const periods = convention.periodsPerYear;
  const g = geometricMean(returns);
  const average = mean(returns);
  const annualReturn = (1 + (convention.annualReturn === 'geometric' ? g : average)) ** periods - 1;
  const variance = sampleVariance(returns);
  const annualVolatility =
    convention.volatility === 'scaled' || variance === 0
      ? Math.sqrt(variance) * Math.sqrt(periods)
      : compoundedDeviation(g, variance, periods);
  const sharpe =
    convention.sharpe === 'annual'
      ? (annualReturn - riskFree) / annualVolatility
      : ((average - riskFree / periods) / Math.sqrt(variance)) * Math.sqrt(periods);
  return {
    ...{ annualReturn, annualVolatility, sharpe },
    sortino: sortino(returns, annualReturn, convention, riskFree),
    ...(convention.closings === 'counted' ? { probabilisticSharpe: sharpeAboveOne(returns, periods, riskFree) } : {}),
  };
}

/** See {@link Statistics.probabilisticSharpe}. */
function sharpeAboveOne(returns: Float64Array, periods: number, riskFree: number): number {
  if (isStill(returns)) return Number.NaN;
  const sharpe = (meanOf(returns) - riskFree / periods) / deviationOf(returns);
  const excess = excessKurtosis(returns);
  const variance = (1 - skewness(returns) * sharpe + ((excess - 1) / 4) * sharpe ** 2) / (returns.length - 1);
  const error = Math.sqrt(variance);
  return error > 0 ? normalProbability((sharpe - 1 / Math.sqrt(periods)) / error) : Number.NaN;
}

/**
 * sqrt((variance + (1+g)²)^periods − (1+g)^(2·periods)) as the product of the latter with what the variance makes more:
 * of a small one the difference would be rounding alone.
 */
function compoundedDeviation(g: number, variance: number, periods: number): number {
  const more = Math.expm1(periods * Math.log1p(variance / (1 + g) ** 2));
  return (1 + g) ** periods * Math.sqrt(more);
}

function prepended(first: number, rest: Float64Array, times = 1): Float64Array {
  if (times === 0) return rest;
  const all = new Float64Array(rest.length + times).fill(first, 0, times);
  all.set(rest, times);
  return all;
}

function sortino(
  returns: Float64Array,
  annualReturn: number,
  convention: StatisticsConvention,
  riskFree: number,
): number {
  const periods = convention.periodsPerYear;
  switch (convention.sortino) {
    case 'annual':
      return (annualReturn - riskFree) / (downsideDeviation(returns) * Math.sqrt(periods));
    case 'mean':
      if (returns.length < 2) return Number.NaN;
      return (mean(returns) * periods) / (downsideDeviation(returns) * Math.sqrt(periods));
    case 'negativeDeviation': {
      if (returns.length < 2) return Number.NaN;
      const negative = returns.filter((r) => r < 0);
      return negative.length < 2
        ? 0
        : (annualReturn - riskFree) / (Math.sqrt(sampleVariance(negative)) * Math.sqrt(periods));
    }
  }
}

type BenchmarkFigures = Pick<
  Statistics,
  'buyAndHoldReturn' | 'alpha' | 'beta' | 'benchmarkDays' | 'informationRatio' | 'trackingError' | 'treynorRatio'
>;
interface SampledReturns {
  readonly own: Float64Array;
  readonly market: Float64Array;
}
const NO_BENCHMARK: BenchmarkFigures = {
  buyAndHoldReturn: Number.NaN,
  alpha: Number.NaN,
  beta: Number.NaN,
  benchmarkDays: 0,
  informationRatio: Number.NaN,
  trackingError: Number.NaN,
  treynorRatio: Number.NaN,
};

function benchmarkFigures(
  input: StatisticsInput,
  convention: StatisticsConvention,
  totalReturn: number,
): BenchmarkFigures {
  const held = input.benchmark;
  if (held === undefined) return NO_BENCHMARK;
  const buyAndHoldReturn = (held[held.length - 1] ?? Number.NaN) / (held[input.benchmarkFrom ?? 0] ?? Number.NaN) - 1;
  const close = input.sampledBenchmark ?? held;
  let known = 0;
  while (known < close.length && Number.isNaN(close[known])) known += 1;
  const benchmarkDays = samplePoints(input.curve.time.subarray(known), 'tradingDay')?.length ?? 0;
  if (known === close.length) known = 0;
  const sampled = sampledAgainst(input, close, known, convention);
  const ratios = benchmarkRatios(sampled, input.riskFree, convention);
  if (convention.benchmark === 'annual') {
    return { buyAndHoldReturn, benchmarkDays, ...annualAlphaBeta(sampled, input.riskFree, convention), ...ratios };
  }
  const returns = input.benchmarkReturns ?? marketReturns(logReturns(close.subarray(known)));
  const beta = logReturnSlope(returns, input.curve.equity.subarray(known));
  const alpha = totalReturn - input.riskFree - beta * (buyAndHoldReturn - input.riskFree);
  return { buyAndHoldReturn, alpha, beta, benchmarkDays, ...ratios };
}

/** Simple returns of the sampled equity and benchmark from the point `known` on, the first that has a benchmark. */
function sampledAgainst(
  input: StatisticsInput,
  close: Float64Array,
  known: number,
  convention: StatisticsConvention,
): SampledReturns {
  const { curve, startEquity } = input;
  const firstClose = close[known] ?? Number.NaN;
  const { sampling, firstReturn } = convention;
  // Samples of days are at their ends: a benchmark that has a price by the end of the first day has one for all.
  const isFromFirstDay = newYorkDate(curve.time[known] ?? 0) === newYorkDate(curve.time[0] ?? 0);
  const days = isFromFirstDay ? daysBefore(input, convention) : 0;
  const points = samplePoints(curve.time.subarray(known), sampling);
  const returnsOf = (column: Float64Array, first: number): Float64Array => {
    const samples = prepended(first, valuesAt(column.subarray(known), points), days);
    return simpleReturns(firstReturn === 'counted' ? prepended(first, samples) : samples);
  };
  // The first return of the benchmark is from its first price, of the account from what it had by then.
  const before = known === 0 || days > 0 ? startEquity : (curve.equity[known] ?? Number.NaN);
  return {
    own: returnsOf(curve.equity, before),
    market: returnsOf(close, days > 0 ? (input.benchmarkBefore ?? firstClose) : firstClose),
  };
}

function annualAlphaBeta(
  { own, market }: SampledReturns,
  riskFree: number,
  { periodsPerYear }: StatisticsConvention,
): { readonly alpha: number; readonly beta: number } {
  const beta = betaOf(market, own);
  const yearly = (returns: Float64Array): number => yearlyOfMean(returns, periodsPerYear);
  return { alpha: beta === 0 ? 0 : yearly(own) - riskFree - beta * (yearly(market) - riskFree), beta };
}

/** The slope of returns against the benchmark's, 0 where it is one of rounding. */
function betaOf(market: Float64Array, own: Float64Array): number {
  const beta = slope(market, own);
  return isNoBeta(beta, deviationOf(market)) ? 0 : beta;
}

/** LEAN takes differences of yearly returns, the others means of the periods. */
function benchmarkRatios(
  { own, market }: SampledReturns,
  riskFree: number,
  { benchmark, periodsPerYear }: StatisticsConvention,
): Pick<Statistics, 'informationRatio' | 'trackingError' | 'treynorRatio'> {
  const spread = trackingError(own, market, periodsPerYear);
  const error = withoutRounding(spread / Math.sqrt(periodsPerYear)) === 0 ? 0 : spread;
  if (benchmark === 'points') {
    return {
      informationRatio: error === 0 ? Number.NaN : informationRatio(own, market, periodsPerYear),
      trackingError: error,
      treynorRatio: treynorRatio(own, market, { riskFree: riskFree / periodsPerYear, periodsPerYear }),
    };
  }
  const yearly = yearlyOfMean(own, periodsPerYear);
  const beta = betaOf(market, own);
  return {
    informationRatio: error > 0 ? (yearly - yearlyOfMean(market, periodsPerYear)) / error : Number.NaN,
    trackingError: error,
    treynorRatio: beta === 0 ? Number.NaN : (yearly - riskFree) / beta,
  };
}

function yearlyOfMean(returns: Float64Array, periodsPerYear: number): number {
  return (1 + mean(returns)) ** periodsPerYear - 1;
}

/** The least and the greatest of values that are numbers; infinite without any. */
function boundsOf(values: Float64Array): { readonly lowest: number; readonly peak: number } {
  let lowest = Infinity;
  let peak = -Infinity;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (value > peak) peak = value;
    if (value < lowest) lowest = value;
  }
  return { lowest, peak };
}

function ascends(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i += 1) if ((values[i - 1] ?? 0) > (values[i] ?? 0)) return false;
  return true;
}

/** Counts the points of every stretch in which trades were open; each trade covers [entry, exit], both included. */
function exposure({ curve, trades, openSince }: StatisticsInput, convention: StatisticsConvention): number {
  const countsOpen = convention.exposure === 'positions';
  if (!countsOpen && trades.length === 0 && openSince !== undefined) return Number.NaN;
  const { time } = curve;
  // What is still held covers the rest: the points before it alone are looked at.
  const held = countsOpen && openSince !== undefined ? firstAtOrAfter(time, openSince, 0) : time.length;
  const entries = new Float64Array(trades.length);
  const exits = new Float64Array(trades.length);
  for (let index = 0; index < trades.length; index += 1) {
    const trade = trades[index];
    entries[index] = trade?.entryTime ?? 0;
    exits[index] = trade?.exitTime ?? 0;
  }
  // Times of one strategy's trades mostly ascend as they stand.
  if (!ascends(entries)) entries.sort();
  if (!ascends(exits)) exits.sort();
  let inside = time.length - held;
  let at = 0;
  for (let trade = 0; trade < entries.length; trade += 1) {
    const from = firstAtOrAfter(time, entries[trade] ?? 0, at);
    const end = firstAtOrAfter(time, (exits[trade] ?? 0) + 1, from);
    if (Math.min(held, end) > from) inside += Math.min(held, end) - from;
    at = end;
  }
  return inside / time.length;
}
