/**
 * A trial: one backtest of a search, and what is kept of it. Both are plain data that survive a structured clone, so
 * that a trial may run in this thread, in a worker or on another machine: equal trials over equal data give equal
 * results wherever they run.
 */
import type { Micros, Money } from '../../domain/units.js';
import type { ParamValue } from '../../strategies/param.js';
import type { Statistics } from '../statistics.js';

/** What a run changes to see whether its result hangs on it. Seeds make each change repeatable. */
export type Perturbation =
  /** Every price of every bar times 1 + deviation × a standard normal, the bar's high and low widened to hold them. */
  | { readonly kind: 'prices'; readonly seed: number; readonly deviationBps: number }
  /** Every entry of a strategy is left out with a probability of `fraction`, 0 to 1; exits never are. */
  | { readonly kind: 'skippedEntries'; readonly seed: number; readonly fraction: number }
  /** Orders that take pay this much of the price, instead of what the preset lets them pay. */
  | { readonly kind: 'slippage'; readonly bps: number };

/** One run of a search. */
export interface Trial {
  /** Unique within its search; results are kept by it. */
  readonly id: number;
  /** The searched parameters; the others are those of the search. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Rows from this time on, all if absent; what lies before warms the indicators up. */
  readonly from?: Micros;
  /** Rows before this time, all if absent. */
  readonly to?: Micros;
  readonly perturbation?: Perturbation;
}

/** What is kept of a run that came to its end. */
export interface TrialOutcome {
  readonly kind: 'outcome';
  readonly trialId: number;
  /** NaN where the sample cannot support a figure. */
  readonly statistics: Statistics;
  /** New York dates (days since 1970) with a point of the equity curve, ascending. */
  readonly dates: Int32Array;
  /** Simple return of each of {@link dates}: the first against the starting cash. */
  readonly dailyReturns: Float64Array;
  /** Closed trades, oldest exit first: the return of each as a fraction of its entry value, fees taken off. */
  readonly tradeReturns: Float64Array;
  /** Dollars that each came to, net of fees; same order and length, as are the next two. */
  readonly tradeProfits: Float64Array;
  /** Times (Micros) of entry and exit. */
  readonly tradeEntries: Float64Array;
  readonly tradeExits: Float64Array;
  readonly finalEquity: Money;
  /** SHA-256 of the fills, as a backtest of the same parameters gives it. */
  readonly ledgerHash: string;
}

/** A run that could not be: the strategy rejects the parameters together, or failed while it ran. */
export interface TrialRefusal {
  readonly kind: 'refusal';
  readonly trialId: number;
  /** A code of `domain/errors.ts`. */
  readonly code: string;
  /** One sentence. */
  readonly reason: string;
}

/** What became of a trial. */
export type TrialResult = TrialOutcome | TrialRefusal;

/**
 * Runs trials, in any order and side by side; `onResult` hears of each once. Resolves when all were heard of, rejects
 * with the first fault that is not a trial's own.
 */
export type EvaluateTrials = (trials: readonly Trial[], onResult: (result: TrialResult) => void) => Promise<void>;
