/**
 * How much of what a search found is luck: every test that its daily returns and the trial ledger allow, each with a
 * figure or the reason for which there is none, and a sentence of what it means.
 */
import { FEWEST_DAYS } from '../dayFigures.js';
import { formatCount, plural } from '../figureText.js';
import { whyNoneKept } from '../optimise/paramsText.js';
import type { StoredSearch, StoredTrial } from '../optimise/storedSearch.js';
import { trialOf } from '../optimise/storedSearch.js';
import { PERIODS_PER_YEAR } from '../returnMetrics.js';
import { DOLLAR } from '../../domain/units.js';
import { percentileOf } from '../samples.js';
import { crossValidate } from './crossValidation.js';
import type { ValidationPath } from './crossValidation.js';
import { bootstrapDays, profitsAsReturns, reshuffleTrades } from './monteCarlo.js';
import type { DrawnRuns } from './monteCarlo.js';
import { overfittingBlocks, probabilityOfOverfitting } from './overfitting.js';
import type { Overfitting } from './overfitting.js';
import { realityCheck } from './realityCheck.js';
import type { RealityCheck, RealityCheckOptions } from './realityCheck.js';
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  independentTrials,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from './sharpeSignificance.js';
import type { SharpeSample } from './sharpeSignificance.js';
import { usualBlockLength } from './stationaryBootstrap.js';
import type { TrialCount } from './trialCount.js';
import { untilRuin } from './untilRuin.js';

/** A figure, or why there is none. */
export type Answer<T> = { readonly value: T } | { readonly reason: string };

/** Significance of the best trial's Sharpe ratio. Ratios are per day. */
export interface Significance {
  readonly sample: SharpeSample;
  /** Probability that the true ratio is above 0, if nothing had been searched. */
  readonly probabilistic: number;
  /** Days after which 95 % confidence in a ratio above 0 would be reached; null where it is not above 0. */
  readonly minimumDays: number | null;
  /** Configurations tried on these data, all runs counted. */
  readonly trials: number;
  /** The ratio that the best of so many lucky ones would show. */
  readonly expectedMaximum: number;
  readonly deflated: number;
  /**
   * How many independent ones they are worth, by the mean correlation of those of this search that ran to the end, and
   * what that would make of the figure.
   */
  readonly independent: number;
  readonly deflatedIndependent: number;
}

/** Cross-validated paths. Sharpe ratios are per day. */
export interface PathFigures {
  readonly paths: number;
  readonly splits: number;
  readonly sharpes: readonly number[];
  readonly median: number;
  readonly lowest: number;
  /** Trading days before and after each test that are purged: the mean length of a trade, of the middle trial. */
  readonly purgedDays: number;
  /** Share of the training days left over purging and embargo. */
  readonly keptShare: number;
  /** Returns of some paths, one per date of the search: from the lowest Sharpe ratio to the highest, both included. */
  readonly courses: readonly Float64Array[];
  /** Trials that were the best of a training, the most frequent first. */
  readonly chosen: readonly ChosenTrial[];
}

/** A trial, and how often training chose it. */
export interface ChosenTrial {
  readonly number: number;
  readonly params: StoredTrial['params'];
  /** Number of splits. */
  readonly times: number;
}

/** See the module header. */
export interface Judgement {
  readonly significance: Answer<Significance>;
  readonly overfitting: Answer<Overfitting>;
  readonly realityCheck: Answer<RealityCheck>;
  readonly crossValidation: Answer<PathFigures>;
  readonly reshuffled: Answer<DrawnRuns>;
  readonly bootstrapped: Answer<DrawnRuns>;
}

/** How it is done. */
export interface JudgementOptions {
  readonly seed: number;
  /** Draws of each bootstrap and orders of the trades. */
  readonly draws: number;
  readonly groups: number;
  readonly testGroups: number;
  /** Days left out after each test, beyond those that are purged. */
  readonly embargoDays: number;
}

const CONFIDENCE = 0.95;
/** Paths whose courses are kept: a choice of ten groups of twenty has 92,378. */
const MOST_COURSES = 15;
const TOO_FEW_DAYS = `it takes at least ${FEWEST_DAYS} days`;
/** A training set of fewer days chooses nothing. */
const FEWEST_TRAINING_DAYS = 20;
/** Trading days in a calendar day. */
const TRADING_SHARE = 252 / 365.25;

/**
 * Judges the best trial of a search by all that was tried on its data, trials that lost everything among them
 * ({@link untilRuin}).
 */
export function judge(search: StoredSearch, count: TrialCount, options: JudgementOptions): Judgement {
  const best = trialOf(search, search.best);
  const series = search.trials.flatMap(({ dailyReturns }) =>
    dailyReturns === undefined ? [] : untilRuin(dailyReturns),
  );
  if (best?.dailyReturns === undefined) {
    const none: Answer<never> = { reason: `${whyNoneKept(search)}, so there is no best one to judge` };
    return {
      significance: none,
      overfitting: none,
      realityCheck: none,
      crossValidation: none,
      reshuffled: none,
      bootstrapped: none,
    };
  }
  const { draws, seed } = options;
  const meanBlock = usualBlockLength(best.dailyReturns.length);
  return {
    significance: significanceOf(best.dailyReturns, series, count),
    overfitting: overfittingOf(series),
    realityCheck: realityOf(series, { draws, meanBlock, seed }),
    crossValidation: pathsOf(search.trials, series, options),
    reshuffled: reshuffledOf(search, options),
    bootstrapped: bootstrappedOf(untilRuin(best.dailyReturns), { runs: draws, meanBlock, seed }),
  };
}

/** The significance of returns, {@link untilRuin}, that were the best of what was counted, `series` among it. */
export function significanceOf(
  returns: Float64Array,
  series: readonly Float64Array[],
  count: TrialCount,
): Answer<Significance> {
  const sample = sharpeSample(untilRuin(returns));
  if (sample === undefined) return { reason: 'the days are fewer than 20, or their returns never differ' };
  const { trials, scoreVariance } = count;
  if (trials > 1 && scoreVariance === undefined) {
    return { reason: 'the Sharpe ratios of the other trials on these data are not known' };
  }
  const variance = (scoreVariance ?? 0) / returns.length;
  const independent = independentTrials(series, trials);
  const probabilistic = probabilisticSharpe(sample, 0);
  const deflated = deflatedSharpe(sample, trials, variance);
  const deflatedIndependent = deflatedSharpe(sample, independent, variance);
  if (probabilistic === undefined || deflated === undefined || deflatedIndependent === undefined) {
    return { reason: 'the returns are too skewed for an error of their Sharpe ratio' };
  }
  return {
    value: {
      sample,
      probabilistic,
      minimumDays: minimumTrackRecord(sample, 0, CONFIDENCE) ?? null,
      trials,
      expectedMaximum: expectedMaximumSharpe(trials, variance),
      deflated,
      independent,
      deflatedIndependent,
    },
  };
}

/** The warning that trials were given up early, which no test among trials can see; none if none were. */
export function prunedWarning({ trials }: Pick<StoredSearch, 'trials'>): readonly string[] {
  const pruned = trials.filter(({ status }) => status === 'pruned').length;
  if (pruned === 0) return [];
  return [
    `${plural(pruned, 'trial')} of ${formatCount(trials.length)} ${pruned === 1 ? 'was' : 'were'} given up early and ` +
      `${pruned === 1 ? 'has' : 'have'} no returns to the end: overfitting, the reality check and cross-validation ` +
      'are made among the others, and so flatter the best. A search with --prune none has them all.',
  ];
}

/** A Sharpe ratio per day as one per year. */
export function yearlySharpe(perDay: number): number {
  return perDay * Math.sqrt(PERIODS_PER_YEAR.daily);
}

function realityOf(series: readonly Float64Array[], options: RealityCheckOptions): Answer<RealityCheck> {
  if ((series[0]?.length ?? 0) < FEWEST_DAYS) return { reason: TOO_FEW_DAYS };
  return { value: realityCheck(series, options) };
}

function overfittingOf(series: readonly Float64Array[]): Answer<Overfitting> {
  if (series.length < 2) return { reason: 'it takes at least two trials that ran to the end' };
  const blocks = overfittingBlocks(series[0]?.length ?? 0);
  if (blocks === undefined) return { reason: TOO_FEW_DAYS };
  // Each would be at the median of its equals: chosen wrongly by the count, where there was nothing to choose.
  if (series.every((returns) => isSame(returns, series[0]))) return { reason: 'all trials came to the same returns' };
  return { value: probabilityOfOverfitting(series, blocks) };
}

function isSame(returns: Float64Array, others: Float64Array | undefined): boolean {
  return returns.every((value, day) => value === others?.[day]);
}

function pathsOf(
  trials: readonly StoredTrial[],
  series: readonly Float64Array[],
  { groups, testGroups, embargoDays }: JudgementOptions,
): Answer<PathFigures> {
  if (series.length < 2) return { reason: 'it takes at least two trials that ran to the end' };
  const days = series[0]?.length ?? 0;
  const purgedDays = typicalHolding(trials);
  // The test takes its share, and each of its blocks what is purged and embargoed on its two sides.
  const left = days * (1 - testGroups / groups) - testGroups * (2 * purgedDays + embargoDays);
  if (left < FEWEST_TRAINING_DAYS) {
    return {
      reason:
        `${plural(days, 'day is', 'days are')} too few for ${groups} groups ` +
        `with ${plural(purgedDays, 'day')} purged on each side of a test`,
    };
  }
  const { paths, splits, keptShare, chosen } = crossValidate({
    series,
    groups,
    testGroups,
    embargo: embargoDays,
    holding: purgedDays,
  });
  const sharpes = paths.map(({ sharpe }) => sharpe);
  return {
    value: {
      paths: paths.length,
      splits,
      sharpes,
      median: percentileOf(sharpes, 0.5),
      lowest: Math.min(...sharpes),
      purgedDays,
      keptShare,
      courses: someCourses(paths),
      chosen: chosenTrials(trials, chosen),
    },
  };
}

/** All of few paths, else so many that lie evenly between the worst and the best. */
function someCourses(paths: readonly ValidationPath[]): readonly Float64Array[] {
  const ordered = paths.toSorted((a, b) => a.sharpe - b.sharpe);
  if (ordered.length <= MOST_COURSES) return ordered.map(({ returns }) => returns);
  const last = ordered.length - 1;
  return Array.from({ length: MOST_COURSES }, (_, course) => Math.round((course * last) / (MOST_COURSES - 1))).flatMap(
    (index) => ordered[index]?.returns ?? [],
  );
}

/** `times` are by the trials that have returns, in their order. */
function chosenTrials(trials: readonly StoredTrial[], times: readonly number[]): readonly ChosenTrial[] {
  return trials
    .filter(({ dailyReturns }) => dailyReturns !== undefined)
    .map(({ number, params }, index) => ({ number, params, times: times[index] ?? 0 }))
    .filter((trial) => trial.times > 0)
    .toSorted((a, b) => b.times - a.times || a.number - b.number);
}

/** Trading days that a trade lasts on average, of the trial in the middle; what a day's return may depend on. */
function typicalHolding(trials: readonly StoredTrial[]): number {
  const lengths = trials.flatMap(({ statistics }) => {
    if (statistics === undefined) return [];
    // Of a trial without a trade some conventions give no length.
    return Number.isNaN(statistics.averageTradeDays) ? [0] : [statistics.averageTradeDays];
  });
  return lengths.length === 0 ? 0 : Math.ceil(percentileOf(lengths, 0.5) * TRADING_SHARE);
}

function bootstrappedOf(returns: Float64Array, options: Parameters<typeof bootstrapDays>[1]): Answer<DrawnRuns> {
  if (!returns.every(Number.isFinite)) return { reason: 'the equity was 0 before one of its days' };
  if (returns.every((value) => value === 0)) return { reason: 'the best trial traded nothing' };
  if (returns.length < FEWEST_DAYS) return { reason: TOO_FEW_DAYS };
  return { value: bootstrapDays(returns, options) };
}

function reshuffledOf({ bestTrades, backtest }: StoredSearch, { draws, seed }: JudgementOptions): Answer<DrawnRuns> {
  const profits = bestTrades?.tradeProfits ?? new Float64Array(0);
  if (profits.length < 2) return { reason: 'it takes at least two closed trades' };
  const startEquity = backtest.startingCash / DOLLAR;
  if (!profitsAsReturns(profits, startEquity).every(Number.isFinite)) {
    return { reason: 'the equity was 0 or below before one of its trades' };
  }
  return { value: reshuffleTrades(profits, { startEquity, runs: draws, seed }) };
}
