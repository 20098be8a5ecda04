/** A search as it is kept, so that what it found can be judged later without running it again. */
import type { AdjustMode } from '../../domain/ports.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { DataStretch } from '../../domain/trialLedger.js';
import type { Micros, Money } from '../../domain/units.js';
import type { ParamValue } from '../../strategies/param.js';
import { dataText } from '../dataTables.js';
import type { DataTable } from '../dataTables.js';
import type { Statistics } from '../statistics.js';
import { completeTrials } from './searchPlan.js';
import type { SearchPlan, SearchResult, TriedTrial } from './searchPlan.js';
import type { TrialOutcome } from './trial.js';

/** Rises when the fields change their meaning. */
export const STORED_SEARCH_VERSION = 1;

/** What is needed to run a trial of the search again. */
export interface SearchedBacktest {
  readonly strategy: string;
  readonly strategyHash: string;
  readonly symbols: readonly string[];
  readonly timeframe: Timeframe;
  /** New York dates, both inclusive; what was held out is not among them. */
  readonly from: string;
  readonly to: string;
  readonly preset: string;
  readonly feePlan: string | undefined;
  readonly adjust: AdjustMode;
  readonly feed: string | undefined;
  /** Absent in searches that were kept before there was a choice: regular hours alone. */
  readonly extendedHours?: boolean;
  /** What the trials were fed; absent in searches that were kept before it was told. */
  readonly tables?: readonly DataTable[];
  readonly startingCash: Money;
  readonly dataHash: string;
}

/** One point, and what is kept of its run. */
export interface StoredTrial {
  readonly number: number;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly status: TriedTrial['status'];
  readonly score: number | undefined;
  /** Of complete ones. */
  readonly statistics: Statistics | undefined;
  /** One per date of {@link StoredSearch.dates}; of complete ones. */
  readonly dailyReturns: Float64Array | undefined;
}

/** Closed trades of the best trial, as columns. */
export type StoredTrades = Pick<TrialOutcome, 'tradeReturns' | 'tradeProfits' | 'tradeEntries' | 'tradeExits'>;

/** See the module header. Plain data, typed arrays among them. */
export interface StoredSearch {
  readonly version: typeof STORED_SEARCH_VERSION;
  readonly id: string;
  readonly time: Micros;
  readonly backtest: SearchedBacktest;
  readonly plan: SearchPlan;
  /** What was held out; undefined if nothing was. */
  readonly holdout: DataStretch | undefined;
  readonly dates: Int32Array;
  readonly runs: number;
  readonly trials: readonly StoredTrial[];
  /** Number of the best trial; undefined if none kept the constraints with a score. */
  readonly best: number | undefined;
  readonly bestTrades: StoredTrades | undefined;
  /** What made the prices doubtful that were searched; absent in searches that were kept before it was looked for. */
  readonly dataWarnings?: readonly string[];
}

/** Puts what is known of a search together. */
export function storedSearch(
  known: Pick<StoredSearch, 'id' | 'time' | 'backtest' | 'plan' | 'holdout' | 'dataWarnings'>,
  result: SearchResult,
): StoredSearch {
  const dates = completeTrials(result.trials)[0]?.outcome.dates ?? new Int32Array(0);
  const { best } = result;
  return {
    version: STORED_SEARCH_VERSION,
    ...known,
    dates,
    runs: result.runs,
    trials: result.trials.map((trial) => storedTrial(trial, dates)),
    best: best?.number,
    bestTrades: best === undefined ? undefined : tradesOf(best.outcome),
  };
}

/** What a search was fed, or at least of which hours, in words. */
export function searchedDataText({ tables, extendedHours = false }: SearchedBacktest): string {
  if (tables !== undefined) return dataText(tables);
  return extendedHours ? 'data of all hours' : 'data of regular hours';
}

/** The trial of a number. */
export function trialOf(search: StoredSearch, number: number | undefined): StoredTrial | undefined {
  return search.trials.find((trial) => trial.number === number);
}

function storedTrial(trial: TriedTrial, dates: Int32Array): StoredTrial {
  const { number, params, status } = trial;
  const none = { score: undefined, statistics: undefined, dailyReturns: undefined };
  if (trial.status !== 'complete') return { number, params, status, ...none };
  const { outcome, score } = trial;
  return {
    number,
    params,
    status,
    score,
    statistics: outcome.statistics,
    dailyReturns: alignedReturns(outcome, dates),
  };
}

/** Returns of the dates; trials of one window have the same, and a day that one lacks returned nothing. */
function alignedReturns(outcome: TrialOutcome, dates: Int32Array): Float64Array {
  const isSame = outcome.dates.length === dates.length && outcome.dates.every((date, index) => date === dates[index]);
  if (isSame) return outcome.dailyReturns;
  const byDate = new Map(Array.from(outcome.dates, (date, index) => [date, outcome.dailyReturns[index] ?? 0]));
  return Float64Array.from(dates, (date) => byDate.get(date) ?? 0);
}

function tradesOf({ tradeReturns, tradeProfits, tradeEntries, tradeExits }: TrialOutcome): StoredTrades {
  return { tradeReturns, tradeProfits, tradeEntries, tradeExits };
}
