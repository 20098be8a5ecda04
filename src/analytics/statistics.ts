/**
 * The statistics of a run by a stated convention. Fractions, not percent; NaN where the sample cannot support
 * a figure, which writers show as "n/a".
 */
import type { StatisticsConvention } from './conventions.js';
import { drawdowns, type DrawdownStatistics } from './drawdowns.js';
import type { Micros } from '../domain/units.js';
import { daysBetween } from './duration.js';
import {
  downsideDeviation,
  geometricMean,
  mean,
  sampleEquity,
  sampleVariance,
  simpleReturns,
  slope,
  type EquityCurve,
} from './returns.js';
import { tradeStatistics, type ClosedTrade, type TradeStatistics } from './tradeStatistics.js';

/** What the figures are made from. */
export interface StatisticsInput {
  readonly curve: EquityCurve;
  readonly trades: readonly ClosedTrade[];
  /** Since when something is held that is still open at the end; absent: nothing is. */
  readonly openSince?: Micros;
  /** Dollars at the start, before the first point of the curve. */
  readonly startEquity: number;
  /** Close of the benchmark at each point of the curve, NaN before its first; absent: no benchmark figures. */
  readonly benchmark?: Float64Array;
  /** Index of the point from which buy and hold is counted (the first point at which the strategy could act). */
  readonly benchmarkFrom?: number;
  /** Yearly risk-free rate as a fraction. */
  readonly riskFree: number;
}

/** The figures of a run. */
export interface Statistics extends DrawdownStatistics, TradeStatistics {
  readonly convention: string;
  /** Calendar days from the first to the last point. */
  readonly days: number;
  readonly finalEquity: number;
  readonly peakEquity: number;
  readonly totalReturn: number;
  readonly annualReturn: number;
  readonly annualVolatility: number;
  /** Compound annual growth rate. */
  readonly cagr: number;
  readonly sharpe: number;
  readonly sortino: number;
  /** Annual return ÷ maximum drawdown. */
  readonly calmar: number;
  readonly buyAndHoldReturn: number;
  /** Total return − beta × buy-and-hold return. */
  readonly alpha: number;
  /** Slope of the log returns of equity against those of the benchmark, point by point. */
  readonly beta: number;
  /**
   * Share of the points at which something was held, entry and exit points included. By a convention that counts
   * closed trades only, NaN where nothing but an open position could tell it.
   */
  readonly exposure: number;
}

/** Computes all figures; a curve needs at least one point. */
export function computeStatistics(input: StatisticsInput, convention: StatisticsConvention): Statistics {
  const { curve } = input;
  const last = curve.equity.length - 1;
  const finalEquity = curve.equity[last] ?? Number.NaN;
  const totalReturn = finalEquity / input.startEquity - 1;
  const days = daysBetween(curve.time[0] ?? 0, curve.time[last] ?? 0);
  const falls = drawdowns(curve);
  const rates = annualRates(input, convention);
  return {
    convention: convention.name,
    days,
    finalEquity,
    peakEquity: curve.equity.reduce((a, b) => Math.max(a, b), -Infinity),
    totalReturn,
    ...rates,
    cagr: (1 + totalReturn) ** (convention.daysPerYear / days) - 1,
    calmar: rates.annualReturn / falls.maxDrawdown,
    ...benchmarkFigures(input, totalReturn),
    exposure: exposure(input, convention),
    ...falls,
    ...tradeStatistics(input.trades),
  };
}

function annualRates(
  { curve, startEquity, riskFree }: StatisticsInput,
  convention: StatisticsConvention,
): Pick<Statistics, 'annualReturn' | 'annualVolatility' | 'sharpe' | 'sortino'> {
  const samples = sampleEquity(curve, convention.sampling);
  const returns = simpleReturns(convention.firstReturn === 'counted' ? prepended(startEquity, samples) : samples);
  const periods = convention.periodsPerYear;
  const g = geometricMean(returns);
  const average = mean(returns);
  const annualReturn = (1 + (convention.annualReturn === 'geometric' ? g : average)) ** periods - 1;
  const variance = sampleVariance(returns);
  const annualVolatility =
    convention.volatility === 'scaled'
      ? Math.sqrt(variance) * Math.sqrt(periods)
      : Math.sqrt((variance + (1 + g) ** 2) ** periods - (1 + g) ** (2 * periods));
  const sharpe =
    convention.sharpe === 'annual'
      ? (annualReturn - riskFree) / annualVolatility
      : ((average - riskFree / periods) / Math.sqrt(variance)) * Math.sqrt(periods);
  return { annualReturn, annualVolatility, sharpe, sortino: sortino(returns, annualReturn, convention, riskFree) };
}

function prepended(first: number, rest: Float64Array): Float64Array {
  const all = new Float64Array(rest.length + 1);
  all[0] = first;
  all.set(rest, 1);
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
      return annualReturn / (downsideDeviation(returns) * Math.sqrt(periods));
    case 'mean':
      return (mean(returns) * periods) / (downsideDeviation(returns) * Math.sqrt(periods));
    case 'negativeDeviation': {
      const negative = returns.filter((r) => r < 0);
      return negative.length < 2
        ? 0
        : (annualReturn - riskFree) / (Math.sqrt(sampleVariance(negative)) * Math.sqrt(periods));
    }
  }
}

function benchmarkFigures(
  input: StatisticsInput,
  totalReturn: number,
): Pick<Statistics, 'buyAndHoldReturn' | 'alpha' | 'beta'> {
  const close = input.benchmark;
  if (close === undefined) return { buyAndHoldReturn: Number.NaN, alpha: Number.NaN, beta: Number.NaN };
  const buyAndHoldReturn =
    (close[close.length - 1] ?? Number.NaN) / (close[input.benchmarkFrom ?? 0] ?? Number.NaN) - 1;
  const known = Math.max(
    0,
    close.findIndex((price) => !Number.isNaN(price)),
  );
  const beta = slope(logReturns(close.subarray(known)), logReturns(input.curve.equity.subarray(known)));
  return { buyAndHoldReturn, alpha: totalReturn - beta * buyAndHoldReturn, beta };
}

function logReturns(values: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, values.length - 1));
  for (let i = 0; i < returns.length; i += 1) returns[i] = Math.log((values[i + 1] ?? 0) / (values[i] ?? 0));
  return returns;
}

/** A sweep over the points with the number of open trades; each trade covers [entry, exit], both included. */
function exposure({ curve, trades, openSince }: StatisticsInput, convention: StatisticsConvention): number {
  const countsOpen = convention.exposure === 'positions';
  if (!countsOpen && trades.length === 0 && openSince !== undefined) return Number.NaN;
  const heldFrom = countsOpen ? (openSince ?? Infinity) : Infinity;
  const entries = trades.map((trade) => trade.entryTime).sort((a, b) => a - b);
  const exits = trades.map((trade) => trade.exitTime).sort((a, b) => a - b);
  let entered = 0;
  let left = 0;
  let inside = 0;
  for (const time of curve.time) {
    while (entered < entries.length && (entries[entered] ?? 0) <= time) entered += 1;
    while (left < exits.length && (exits[left] ?? 0) < time) left += 1;
    if (entered > left || time >= heldFrom) inside += 1;
  }
  return inside / curve.time.length;
}
