/**
 * What `papertape check` says of a strategy: one verdict per check, with one sentence and the first piece of evidence.
 * FAIL is kept for what is proven wrong; WARN is what a reader must know before believing the result; SKIP is what
 * could not be looked at, with the reason.
 */
import type { Micros } from '../../domain/units.js';

/** The checks, in the order in which they are made and told. */
export const CHECK_NAMES = [
  'look-ahead',
  'foreknowledge',
  'warm-up',
  'start',
  'determinism',
  'fills',
  'capacity',
  'data',
  'survivorship',
  'overfitting',
] as const;
/** The name of a check. */
export type CheckName = (typeof CHECK_NAMES)[number];

/** What came of a check. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skip';

/** The first thing that a verdict rests on: what was decided as the backtest runs, and in the altered run. */
export interface Evidence {
  /** Event time; null where it is about no instant. */
  readonly time: Micros | null;
  /** Null where it is about no symbol. */
  readonly symbol: string | null;
  /** What differs between the two runs, such as `the data end here`. */
  readonly change: string;
  readonly before: string;
  readonly after: string;
}

/** One check's outcome. */
export interface CheckResult {
  readonly check: CheckName;
  readonly verdict: Verdict;
  /** One complete sentence for people. */
  readonly sentence: string;
  readonly evidence?: Evidence;
  /** Numbers and lists behind the sentence, JSON-safe; figures that the sample cannot support are null. */
  readonly figures?: Readonly<Record<string, unknown>>;
}

/** All of it. */
export interface CheckReport {
  /** The worst verdict; `skip` counts as `pass`. */
  readonly verdict: Exclude<Verdict, 'skip'>;
  readonly results: readonly CheckResult[];
}

/** The report of these results. */
export function reportOf(results: readonly CheckResult[]): CheckReport {
  const has = (verdict: Verdict): boolean => results.some((result) => result.verdict === verdict);
  return { verdict: has('fail') ? 'fail' : has('warn') ? 'warn' : 'pass', results };
}
