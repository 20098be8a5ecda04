/** What the trial ledger says of some data: how often they were tried, and who has looked at what was held out. */
import { KEY_DIGITS, overlaps } from '../../domain/trialLedger.js';
import type { DataStretch, LedgerRecord, LedgerTrial } from '../../domain/trialLedger.js';
import type { Micros } from '../../domain/units.js';
import type { ParamValue } from '../../strategies/param.js';
import type { HashFactory } from '../runIdentity.js';
import { sampleVariance } from '../returns.js';

/** See the module header. Data count as the same where they share a symbol and a date: moving a date hides nothing. */
export interface TrialCount {
  /** Configurations: strategies with their parameters, bars and fills. */
  readonly trials: number;
  /** Backtests, repetitions and those on parts of the data included. */
  readonly runs: number;
  /**
   * Variance of Sharpe ratio per day × √days over the configurations; undefined for fewer than two. Without skill each
   * is about standard normal, however long it ran: ÷ the days of a record, it is the variance of ratios of that length.
   */
  readonly scoreVariance: number | undefined;
}

/** A look at held-out data: on purpose, or by a run whose dates reach into them. */
export interface HoldoutLook {
  readonly time: Micros;
  readonly run: string;
  readonly command: string;
  readonly onPurpose: boolean;
}

/** What tells a trial from another one on the same data. */
export interface Configuration {
  readonly strategyHash: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Of the fills. */
  readonly preset: string;
  /** Of the bars; one for each strategy where there are several. */
  readonly timeframe: string;
}

/** The key of a configuration, for the ledger. */
export function trialKey({ strategyHash, params, preset, timeframe }: Configuration, createHash: HashFactory): string {
  const hash = createHash();
  const sorted = Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  hash.update(JSON.stringify([strategyHash, sorted, preset, timeframe]));
  return hash.digest('hex').slice(0, KEY_DIGITS);
}

/**
 * Counts what was tried on data that overlap with these. A configuration has the score of the longest record of it:
 * runs over parts of the data, as a walk makes them, change nothing about a whole one.
 */
export function countTrials(records: readonly LedgerRecord[], data: DataStretch): TrialCount {
  const longest = new Map<string, Omit<LedgerTrial, 'key'>>();
  let runs = 0;
  for (const record of records) {
    if (record.kind !== 'trials' || !overlaps(record.data, data)) continue;
    runs += record.runs;
    for (const trial of record.trials) {
      const known = longest.get(trial.key);
      if (known === undefined || daysOf(trial) >= daysOf(known)) longest.set(trial.key, trial);
    }
  }
  return { trials: longest.size, runs, scoreVariance: varianceOf([...longest.values()].map(scoreOf)) };
}

/** A ratio that is known with the length of its record; what a short one shows says less. */
function scoreOf({ sharpe, days }: Omit<LedgerTrial, 'key'>): number | null {
  return sharpe === null || days === undefined ? null : sharpe * Math.sqrt(days);
}

/** Days that tell something of a configuration. */
function daysOf(trial: Omit<LedgerTrial, 'key'>): number {
  return scoreOf(trial) === null ? 0 : (trial.days ?? 0);
}

function varianceOf(scores: readonly (number | null)[]): number | undefined {
  const known = scores.filter((score) => score !== null);
  return known.length < 2 ? undefined : sampleVariance(known);
}

/**
 * The count, or that of a search's own trials where the ledger knows of fewer: one that was removed or damaged must not
 * make a result look better. `own` are its trials.
 */
export function countAtLeast(count: TrialCount, own: readonly Omit<LedgerTrial, 'key'>[]): TrialCount {
  if (count.trials >= own.length) return count;
  return {
    trials: own.length,
    runs: Math.max(count.runs, own.length),
    scoreVariance: varianceOf(own.map(scoreOf)),
  };
}

/**
 * Every look at held-out data so far, oldest first: only what came after they were first held out counts, and a run
 * counts once however many records it has.
 */
export function holdoutLooks(records: readonly LedgerRecord[], held: DataStretch): readonly HoldoutLook[] {
  const looks: HoldoutLook[] = [];
  const seen = new Set<string>();
  let isHeld = false;
  for (const record of records) {
    if (!overlaps(record.data, held)) continue;
    if (record.kind === 'holdout') isHeld = true;
    if (record.kind === 'holdout' || !isHeld) continue;
    const { time, run, command, kind } = record;
    const onPurpose = kind === 'opening';
    if (!onPurpose && seen.has(run)) continue;
    // The run that an opening is for is the same look.
    seen.add(run);
    looks.push({ time, run, command, onPurpose });
  }
  return looks;
}

/** Stretches that are held out and share a symbol and a date with these data. */
export function heldOut(records: readonly LedgerRecord[], data: DataStretch): readonly DataStretch[] {
  const found = new Map<string, DataStretch>();
  for (const record of records) {
    if (record.kind === 'holdout' && overlaps(record.data, data)) found.set(JSON.stringify(record.data), record.data);
  }
  return [...found.values()];
}
