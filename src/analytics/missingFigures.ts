/** Why a run's statistics have no number in places: the reasons that go with the nulls of JSON and the n/a of pages. */
import { FEWEST_DAYS } from './dayFigures.js';
import type { DayFigures } from './dayFigures.js';
import { NO_LOSS, whyUnmeasured } from './figure.js';
import { FEWEST_MONTHS } from './monthFigures.js';
import type { MonthFigures } from './monthFigures.js';
import { RUINED, wasRuined } from './statistics.js';
import type { Statistics } from './statistics.js';
import { fewPairs } from './yearlyFigures.js';

/** Names of figures without a number, and why each has none, as the end of a sentence; in the order of the figures. */
export type MissingFigures = Readonly<Record<string, string>>;

/** Why a figure is missing; `without` says why there is no benchmark to reckon with. */
type Reason<T> = (of: T, without: string) => string;
type Reasons<T> = Readonly<Partial<Record<keyof T, Reason<T>>>>;

const NO_TRADE = 'no trade was closed';
const NO_CLOSING = 'no fill closed anything';
const NO_WIN = 'no closing fill had a profit';
const NO_LOSING = 'no closing fill lost';
const NO_FALL = 'the equity never fell for longer than one point';
const STILL = 'the returns do not vary, or are fewer than two';
const NO_GROWTH = 'the run took no time, or its equity fell below 0';
const MARKET_STILL = 'the benchmark does not move, or has fewer than two returns';
const NEVER_FELL = 'no day ended below an earlier one';
const NO_CAPTURE = 'what a year of such days comes to cannot be told';

function ofTrades(reason: (of: Statistics) => string): (of: Statistics) => string {
  return (statistics) => (statistics.trades === 0 ? NO_TRADE : reason(statistics));
}

function ofBenchmark(reason: string): Reason<Statistics> {
  return ({ benchmarkDays }, without) => (benchmarkDays === 0 ? without : reason);
}

function ofClosings(reason: (of: Statistics) => string): (of: Statistics) => string {
  return (statistics) => ((statistics.closings ?? 0) === 0 ? NO_CLOSING : reason(statistics));
}

/** Of those that set wins against losses. */
function ofBothClosings({ closingWinRate, averageLoss }: Statistics): string {
  if (closingWinRate === 0) return NO_WIN;
  return averageLoss === 0 ? 'the closing fills without a profit lost nothing' : NO_LOSING;
}

function ofReturns(reason: (of: Statistics) => string): (of: Statistics) => string {
  return (statistics) => (wasRuined(statistics) ? RUINED : reason(statistics));
}

function ofPairs(reason: string): Reason<Statistics> {
  return (statistics, without) => (statistics.benchmarkDays === 0 ? without : ofReturns(() => reason)(statistics));
}

const OF_RUN: Reasons<Statistics> = {
  annualReturn: ofReturns(() => NO_GROWTH),
  cagr: ofReturns(() => NO_GROWTH),
  annualVolatility: ofReturns(() => STILL),
  sharpe: ofReturns(() => STILL),
  sortino: ofReturns(() => 'no return lost, or there are fewer than two'),
  probabilisticSharpe: ({ annualVolatility }) =>
    annualVolatility > 0 ? 'the returns are fewer than four, or too skewed for its error' : STILL,
  calmar: ofReturns(({ maxDrawdown }) => (maxDrawdown === 0 ? 'the equity never fell' : NO_GROWTH)),
  averageDrawdown: () => NO_FALL,
  maxDrawdownDays: () => NO_FALL,
  averageDrawdownDays: () => NO_FALL,
  buyAndHoldReturn: ofBenchmark('the benchmark has no price at an end of the run'),
  alpha: ofPairs(MARKET_STILL),
  beta: ofPairs(MARKET_STILL),
  informationRatio: ofPairs('the lead over the benchmark does not vary, or has fewer than two returns'),
  trackingError: ofPairs('it takes two returns of the benchmark'),
  treynorRatio: ofPairs('beta is 0 or n/a'),
  exposure: () => 'nothing but a position that is still open could tell it',
  winRate: () => NO_TRADE,
  bestTrade: () => NO_TRADE,
  worstTrade: () => NO_TRADE,
  averageTrade: () => NO_TRADE,
  maxTradeDays: () => NO_TRADE,
  averageTradeDays: () => NO_TRADE,
  expectancy: () => NO_TRADE,
  profitFactor: ofTrades(({ bestTrade }) => (bestTrade > 0 ? 'no trade lost' : 'no trade won or lost')),
  sqn: ofTrades(({ trades }) => (trades === 1 ? 'it takes 2 trades, there is 1' : 'all trades came to the same')),
  kelly: ofTrades(() => 'it takes trades that won and trades that lost'),
  closingWinRate: () => NO_CLOSING,
  averageWin: ofClosings(() => NO_WIN),
  averageLoss: ofClosings(() => NO_LOSING),
  closingPayoff: ofClosings(ofBothClosings),
  closingExpectancy: ofClosings(ofBothClosings),
};

function ofMarket(reason: (of: DayFigures) => string): Reason<DayFigures> {
  return (figures, without) => {
    const { days, benchmarkDays } = figures;
    if (days < FEWEST_DAYS) return fewDays(days);
    if (benchmarkDays === 0) return without;
    return benchmarkDays < FEWEST_DAYS ? `it takes ${fewPairs(benchmarkDays)}` : reason(figures);
  };
}

/** A day that lost everything or more: after it no return has a meaning. */
function unlessRuined(reason: string): (of: DayFigures) => string {
  return ({ worst }) => (worst > -1 ? reason : RUINED);
}

const OF_DAYS: Reasons<DayFigures> = {
  best: () => RUINED,
  worst: () => RUINED,
  omega: () => NO_LOSS,
  tailRatio: () => 'one day in twenty came to exactly 0',
  skewness: () => STILL,
  excessKurtosis: () => STILL,
  stability: unlessRuined(STILL),
  ulcerIndex: () => RUINED,
  martinRatio: unlessRuined(NEVER_FELL),
  recoveryFactor: unlessRuined(NEVER_FELL),
  dailyBeta: ofMarket(unlessRuined('the daily returns of the benchmark do not vary')),
  correlation: ofMarket(unlessRuined('the daily returns of either do not vary')),
  upCapture: ofMarket((figures) =>
    figures.benchmarkRises === 0 ? 'the benchmark rose on no day' : unlessRuined(NO_CAPTURE)(figures),
  ),
  downCapture: ofMarket((figures) =>
    figures.benchmarkFalls === 0 ? 'the benchmark fell on no day' : unlessRuined(NO_CAPTURE)(figures),
  ),
};

/** The only one that few days support, too. */
const OF_ANY_DAYS: Reasons<DayFigures> = { gaining: ({ days }) => (days === 0 ? 'there is no day' : 'no day moved') };

const OF_MONTHS: Reasons<MonthFigures> = {
  gaining: () => 'no month moved',
  averageGain: () => 'no month gained',
  averageLoss: () => 'no month lost',
  gainToPain: ({ months }) =>
    months < FEWEST_MONTHS ? `it takes ${FEWEST_MONTHS} months, there are ${months}` : 'no month lost',
};

/**
 * Of the statistics of a run; `hasBenchmark` where it is measured against one, though that may have no price, or why it
 * is not.
 */
export function missingFigures(statistics: Statistics, hasBenchmark: boolean | string): MissingFigures {
  const without = typeof hasBenchmark === 'string' ? hasBenchmark : whyUnmeasured(hasBenchmark);
  return missingOf(statistics, OF_RUN, () => 'the sample cannot support it', without);
}

/** Of the figures of its days. */
export function missingDayFigures(figures: DayFigures, hasBenchmark: boolean): MissingFigures {
  const reasons = { ...(figures.days < FEWEST_DAYS ? {} : OF_DAYS), ...OF_ANY_DAYS };
  return missingOf(figures, reasons, ({ days }) => fewDays(days), whyUnmeasured(hasBenchmark));
}

/** Of the figures of its months. */
export function missingMonthFigures(figures: MonthFigures): MissingFigures {
  return missingOf(figures, OF_MONTHS, () => RUINED, '');
}

function missingOf<T extends object>(
  figures: T,
  reasons: Reasons<T>,
  otherwise: Reason<T>,
  without: string,
): MissingFigures {
  const names = Object.entries(figures).flatMap(([name, value]) => (Number.isNaN(value) ? [name as keyof T] : []));
  return Object.fromEntries(names.map((name) => [name, (reasons[name] ?? otherwise)(figures, without)]));
}

function fewDays(days: number): string {
  return `it takes ${FEWEST_DAYS} daily returns, there ${days === 1 ? 'is 1' : `are ${days}`}`;
}

/** The reasons as one sentence, figures with one reason together; empty for none. */
export function missingText(missing: MissingFigures): string {
  const names = new Map<string, string[]>();
  for (const [name, reason] of Object.entries(missing)) {
    names.set(reason, [...(names.get(reason) ?? []), inWords(name)]);
  }
  return [...names].map(([reason, of]) => `${of.join(', ')}: ${reason}`).join('; ');
}

/** `profitFactor` as `profit factor`. */
function inWords(name: string): string {
  return name === 'sqn' || name === 'cagr'
    ? name.toUpperCase()
    : name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
