/**
 * The performance of an account while it goes on: the figures of a backtest's statistics, kept up to date point by
 * point and trade by trade. After any prefix they equal the batch formulas of returnMetrics.ts, drawdowns.ts and
 * tradeStatistics.ts over that prefix, whose parts they use.
 *
 * Cost: every update is O(1) amortised. Reading copies the daily returns and sorts them for tail ratio, VaR and CVaR,
 * O(d log d) for d days; the rolling windows are O(window) each, groups O(groups). A figure that the sample cannot
 * support is a reason; so is one of returns or of what was held ÷ equity once the equity was 0 or below, as in
 * dayFigures.ts. Returns are those of New York dates with a point, from the equity before the first point; the
 * day under way counts with what it has come to so far.
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import type { Micros } from '../domain/units.js';
import { alphaBeta } from './benchmarkMetrics.js';
import { FEWEST_DAYS } from './dayFigures.js';
import { DrawdownTracker } from './drawdowns.js';
import { daysBetween } from './duration.js';
import { figure, NO_LOSS, whyUnmeasured } from './figure.js';
import type { Figure } from './figure.js';
import { maxDrawdown, PERIODS_PER_YEAR, sharpeRatio, sortinoRatio, annualVolatility } from './returnMetrics.js';
import { ReturnSample } from './ReturnSample.js';
import type { ReturnTerms } from './ReturnSample.js';
import { isStill } from './samples.js';
import { RUINED } from './statistics.js';
import { TradeGroup } from './TradeGroup.js';
import type { TradeFigures, TradeOutcome } from './TradeGroup.js';
import { SHORTEST_YEARLY_DAYS } from './yearlyFigures.js';

/** What an account begins with. */
export interface PerformanceOptions {
  /** Dollars before the first point, above 0. */
  readonly startEquity: number;
  /** Yearly rate as a fraction, taken off in Sharpe, alpha and beta as rate ÷ 252 per day; 0 if absent. */
  readonly riskFree?: number;
  /** Whether there is a benchmark, of which points give the price once it has one; false if absent. */
  readonly hasBenchmark?: boolean;
  /** Lengths of the rolling windows in days, each 2 or more; 20, 63 and 252 if absent. */
  readonly windows?: readonly number[];
}

/** One point of the account's curve. Dollars. */
export interface PerformancePoint {
  /** Not before the last point's. */
  readonly time: Micros;
  readonly equity: number;
  /** Sum of the absolute values of all positions. */
  readonly grossExposure: number;
  /** Price of the benchmark, above 0; absent where it has none. */
  readonly benchmark?: number | undefined;
}

/** A closed trade with what it is grouped by. */
export interface TrackedTrade extends TradeOutcome {
  /** Instance id, or `manual`. */
  readonly owner: string;
  readonly symbol: string;
  /** The part of the day in which it was entered. */
  readonly session: string;
  readonly side: TradeSide;
}

/** Whether a trade was of shares that were bought first, or sold first. */
export type TradeSide = 'long' | 'short';

/** Figures of the last `window` days. */
export interface RollingFigures {
  readonly window: number;
  readonly volatility: Figure;
  readonly sharpe: Figure;
  readonly sortino: Figure;
  readonly maxDrawdown: Figure;
  readonly beta: Figure;
}

/** Figures of the whole account. Fractions, but for money and lengths of time. */
export interface PerformanceFigures {
  readonly points: number;
  /** Daily returns, that of the day under way included. */
  readonly days: number;
  /** What total return and drawdowns are measured from. */
  readonly startEquity: Figure;
  readonly equity: Figure;
  readonly totalReturn: Figure;
  readonly annualReturn: Figure;
  readonly annualVolatility: Figure;
  readonly sharpe: Figure;
  readonly sortino: Figure;
  readonly calmar: Figure;
  readonly omega: Figure;
  readonly tailRatio: Figure;
  /** The return that one day in twenty falls below, and the mean of those days. */
  readonly valueAtRisk: Figure;
  readonly conditionalValueAtRisk: Figure;
  readonly bestDay: Figure;
  readonly worstDay: Figure;
  /** Of start and points: positive fractions; the length is in days, rounded up, of the longest fall. */
  readonly maxDrawdown: Figure;
  readonly currentDrawdown: Figure;
  readonly maxDrawdownDays: number;
  /** Against the benchmark, by daily returns. */
  readonly alpha: Figure;
  readonly beta: Figure;
  readonly trackingError: Figure;
  readonly informationRatio: Figure;
  readonly treynorRatio: Figure;
  /** Share of the points with a position, and the mean of positions ÷ equity. */
  readonly timeInMarket: Figure;
  readonly meanExposure: Figure;
  /** Value of all fills, both sides ÷ mean equity. */
  readonly turnover: Figure;
  readonly rolling: readonly RollingFigures[];
  readonly trades: TradeFigures;
}

/** What trades are grouped by. */
export type TradeDimension = 'owner' | 'symbol' | 'session' | 'side';
const DIMENSIONS: readonly TradeDimension[] = ['owner', 'symbol', 'session', 'side'];
const WINDOWS: readonly number[] = [20, 63, 252];
const TAIL = 0.05;
const NO_POINTS = 'the account has no point yet';
const STILL = 'the daily returns do not vary';
const NO_TAIL = 'one day in twenty came to exactly 0';
const MARKET_STILL = 'the daily returns of the benchmark do not vary';
const SAME_LEAD = 'the daily returns differ from those of the benchmark by a constant, or not at all';
const NO_BETA = 'the daily returns do not go with those of the benchmark: beta is 0 or n/a';

/** See the module header. */
export class PerformanceTracker {
  readonly #startEquity: number;
  readonly #windows: readonly number[];
  readonly #withoutBenchmark: string;
  readonly #falls = new DrawdownTracker();
  /** The days before the one under way, and the benchmark's returns of the same days. */
  readonly #closed: ReturnSample;
  readonly #benchmarkReturns: number[] = [];
  readonly #trades = new TradeGroup();
  readonly #groups: Readonly<Record<TradeDimension, Map<string, TradeGroup>>> = {
    owner: new Map(),
    symbol: new Map(),
    session: new Map(),
    side: new Map(),
  };
  #date = NaN;
  #points = 0;
  #firstTime = 0;
  #time = 0;
  #equity: number;
  #dayStart: number;
  #benchmark = NaN;
  #benchmarkDayStart = NaN;
  #inMarket = 0;
  #equitySum = 0;
  #exposureSum = 0;
  #traded = 0;
  #isGone = false;

  constructor({ startEquity, riskFree = 0, hasBenchmark = false, windows = WINDOWS }: PerformanceOptions) {
    const { daily } = PERIODS_PER_YEAR;
    this.#startEquity = startEquity;
    this.#equity = startEquity;
    this.#dayStart = startEquity;
    this.#windows = windows;
    this.#withoutBenchmark = whyUnmeasured(hasBenchmark);
    this.#closed = new ReturnSample({
      periodsPerYear: daily,
      riskFree: riskFree / daily,
      required: 0,
      omegaRequired: 0,
    });
  }

  /** Takes the next point of the curve. */
  addPoint({ time, equity, grossExposure, benchmark }: PerformancePoint): void {
    const date = newYorkDate(time);
    if (date !== this.#date) this.#beginDay(date);
    if (this.#points === 0) {
      this.#firstTime = time;
      this.#falls.add(time, this.#startEquity);
    }
    this.#points += 1;
    this.#time = time;
    this.#equity = equity;
    if (equity <= 0) this.#isGone = true;
    this.#falls.add(time, equity);
    this.#equitySum += equity;
    this.#exposureSum += grossExposure / equity;
    if (grossExposure > 0) this.#inMarket += 1;
    if (benchmark === undefined) return;
    this.#benchmark = benchmark;
    // Its first return is measured from its first price.
    if (Number.isNaN(this.#benchmarkDayStart)) this.#benchmarkDayStart = benchmark;
  }

  /** Takes the value of a fill in dollars, above 0. */
  addTraded(value: number): void {
    this.#traded += value;
  }

  /** Takes a closed trade. */
  addTrade(trade: TrackedTrade): void {
    this.#trades.add(trade);
    for (const dimension of DIMENSIONS) {
      const groups = this.#groups[dimension];
      const key = trade[dimension];
      let group = groups.get(key);
      if (group === undefined) {
        group = new TradeGroup();
        groups.set(key, group);
      }
      group.add(trade);
    }
  }

  /** Figures of the trades of each strategy, symbol, session or side, in the order of their first closed trade. */
  groups(dimension: TradeDimension): readonly { readonly key: string; readonly figures: TradeFigures }[] {
    return [...this.#groups[dimension]].map(([key, { figures }]) => ({ key, figures }));
  }

  /** The daily returns so far, oldest first, the day under way included. */
  get dailyReturns(): readonly number[] {
    return this.#sample().returns;
  }

  /** The figures now. */
  get figures(): PerformanceFigures {
    const sample = this.#sample();
    const days = sample.length;
    const ofReturns = (value: () => number, reason: string): Figure => this.#ofReturns(value, reason);
    const ofDays = (value: () => number, reason = STILL): Figure =>
      days < FEWEST_DAYS ? tooFew(FEWEST_DAYS, days) : ofReturns(value, reason);
    const ofPoints = (value: number): Figure => figure(this.#points === 0 ? NaN : value, NO_POINTS);
    const perYear = (value: () => number, reason: string): Figure => {
      const length = this.#points === 0 ? 0 : daysBetween(this.#firstTime, this.#time);
      if (length >= SHORTEST_YEARLY_DAYS) return ofReturns(value, reason);
      return figure(NaN, `a figure per year takes ${SHORTEST_YEARLY_DAYS} days, these are ${Math.floor(length)}`);
    };
    const { alpha, beta } = sample.alphaBeta;
    const pairs = sample.benchmarkLength;
    const against = (value: number, reason = MARKET_STILL): Figure => {
      if (Number.isNaN(this.#benchmark)) return figure(NaN, this.#withoutBenchmark);
      return pairs < FEWEST_DAYS ? tooFewPairs(FEWEST_DAYS, pairs, days) : ofReturns(() => value, reason);
    };
    const falls = this.#falls.statistics;
    return {
      points: this.#points,
      days,
      startEquity: ofPoints(this.#startEquity),
      equity: ofPoints(this.#equity),
      totalReturn: ofPoints(this.#equity / this.#startEquity - 1),
      annualReturn: perYear(() => sample.annualReturn, NO_POINTS),
      annualVolatility: ofDays(() => sample.annualVolatility),
      sharpe: ofDays(() => (sample.isStill ? NaN : sample.sharpe)),
      sortino: ofDays(() => sample.sortino, NO_LOSS),
      calmar: perYear(() => sample.calmar, 'no day ended below an earlier one'),
      omega: ofDays(() => sample.omega, NO_LOSS),
      tailRatio: ofDays(() => sample.tailRatio, NO_TAIL),
      valueAtRisk: ofDays(() => sample.valueAtRisk(TAIL)),
      conditionalValueAtRisk: ofDays(() => sample.conditionalValueAtRisk(TAIL)),
      bestDay: ofReturns(() => sample.best, NO_POINTS),
      worstDay: ofReturns(() => sample.worst, NO_POINTS),
      maxDrawdown: ofPoints(falls.maxDrawdown),
      currentDrawdown: ofPoints(this.#falls.current),
      maxDrawdownDays: falls.maxDrawdownDays,
      alpha: against(alpha),
      beta: against(beta),
      trackingError: against(sample.trackingError),
      informationRatio: against(sample.isLeadStill ? NaN : sample.informationRatio, SAME_LEAD),
      treynorRatio: against(sample.treynorRatio, NO_BETA),
      timeInMarket: ofPoints(this.#inMarket / this.#points),
      meanExposure: ofReturns(() => this.#exposureSum / this.#points, NO_POINTS),
      turnover: ofReturns(() => (this.#traded * this.#points) / this.#equitySum, NO_POINTS),
      rolling: this.#windows.map((window) => this.#rolling(window, sample)),
      trades: this.#trades.figures,
    };
  }

  /** What is a part of the equity. */
  #ofReturns(value: () => number, reason: string): Figure {
    return this.#isGone ? { unsupported: RUINED } : figure(value(), reason);
  }

  #rolling(window: number, { returns, terms }: ReturnSample): RollingFigures {
    const own = returns.slice(-window);
    const market = [...this.#benchmarkReturns, this.#benchmarkReturn()].slice(-window);
    const of = (value: () => number, reason = STILL): Figure =>
      own.length < window ? tooFew(window, own.length) : this.#ofReturns(value, reason);
    const { periodsPerYear, riskFree, required } = terms;
    return {
      window,
      volatility: of(() => annualVolatility(own, periodsPerYear)),
      sharpe: of(() => (isStill(own) ? NaN : sharpeRatio(own, riskFree, periodsPerYear))),
      sortino: of(() => sortinoRatio(own, required, periodsPerYear), NO_LOSS),
      maxDrawdown: of(() => -maxDrawdown(own)),
      beta: this.#rollingBeta(window, own, market, terms),
    };
  }

  #rollingBeta(window: number, own: readonly number[], market: readonly number[], terms: ReturnTerms): Figure {
    if (own.length < window) return tooFew(window, own.length);
    const pairs = market.filter((value) => !Number.isNaN(value)).length;
    if (pairs === 0) return figure(NaN, this.#withoutBenchmark);
    if (pairs < window) return tooFewPairs(window, pairs, own.length);
    return this.#ofReturns(() => alphaBeta(own, market, terms).beta, MARKET_STILL);
  }

  /** The closed days and the one under way. */
  #sample(): ReturnSample {
    const sample = this.#closed.copy();
    if (this.#points > 0) sample.add(this.#equity / this.#dayStart - 1, this.#benchmarkReturn());
    return sample;
  }

  /** Of the day under way; NaN before the benchmark's first price. */
  #benchmarkReturn(): number {
    return this.#benchmark / this.#benchmarkDayStart - 1;
  }

  #beginDay(date: number): void {
    this.#date = date;
    if (this.#points === 0) return;
    const benchmark = this.#benchmarkReturn();
    this.#closed.add(this.#equity / this.#dayStart - 1, benchmark);
    this.#benchmarkReturns.push(benchmark);
    this.#dayStart = this.#equity;
    this.#benchmarkDayStart = this.#benchmark;
  }
}

/** Fewer returns of the benchmark than are needed; of fewer returns of the account that is the reason. */
function tooFewPairs(needed: number, pairs: number, days: number): Figure {
  if (days < needed) return tooFew(needed, days);
  return figure(
    NaN,
    `it takes ${needed} daily returns of the benchmark too, there ${pairs === 1 ? 'is 1' : `are ${pairs}`}`,
  );
}

function tooFew(needed: number, days: number): Figure {
  return figure(NaN, `it takes ${needed} daily returns, there ${days === 1 ? 'is 1' : `are ${days}`}`);
}
