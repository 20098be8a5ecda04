/** Backtests as they are kept: what was asked, how far it came, and what came of it. */
import type { RoundTrip } from './position.js';
import type { Timeframe } from './timeframe.js';
import type { Micros, Money } from './units.js';

/** How a run stands. A `running` one whose process is gone was broken off. */
export const RUN_STATES = ['running', 'done', 'cancelled', 'failed'] as const;
/** See {@link RUN_STATES}. */
export type RunState = (typeof RUN_STATES)[number];

/** What a run is begun with. Dates are New York trading dates, both inclusive. */
export interface NewRun {
  /** Names of its strategies, for lists. */
  readonly title: string;
  readonly symbols: readonly string[];
  readonly from: string;
  readonly to: string;
  /** What the command line asked for, as JSON. */
  readonly request: string;
  /** The process that runs it. */
  readonly pid: number;
}

/**
 * Where a run was. The same run has the same figures after the same number of events, which is how one that is
 * continued shows that it is the one that was stopped.
 */
export interface RunCheckpoint {
  /** Market rows fed. */
  readonly events: number;
  /** Of all market rows, 0 to 1. */
  readonly fraction: number;
  /** Event time. */
  readonly time: Micros;
  readonly equity: Money;
  readonly fills: number;
}

/** A strategy instance of a run. */
export interface RunStrategy {
  readonly instanceId: string;
  readonly name: string;
  readonly hash: string;
  readonly symbols: readonly string[];
  readonly timeframe: Timeframe;
  readonly params: Readonly<Record<string, number | string | boolean>>;
}

/** What came of a run that reached its end. */
export interface RunResult {
  readonly identity: string;
  readonly ledgerHash: string;
  readonly dataHash: string;
  readonly engineVersion: string;
  readonly seed: number;
  /** With its version. */
  readonly preset: string;
  readonly feePlan: string;
  readonly adjust: string;
  readonly strategies: readonly RunStrategy[];
  readonly startingCash: Money;
  readonly finalEquity: Money;
  readonly fees: Money;
  readonly orders: number;
  readonly fills: number;
  /** By name; null where the run cannot support one. */
  readonly statistics: Readonly<Record<string, number | null>>;
  /** What was fed, such as `1m bars`, with its rows. */
  readonly data: readonly { readonly what: string; readonly rows: number }[];
  readonly warmUpRows: number;
  /** What a reader should know before believing the figures. */
  readonly warnings: readonly string[];
  /** Integer price steps per dollar of its trades. */
  readonly priceScale: number;
}

/** A kept run. */
export interface RunRecord extends NewRun {
  /** Numbers rise and are never used again. */
  readonly number: number;
  readonly state: RunState;
  readonly startedAt: Micros;
  readonly updatedAt: Micros;
  readonly checkpoint: RunCheckpoint | undefined;
  readonly result: RunResult | undefined;
}

/** A closed trade of a kept run, with names instead of ids. */
export type StoredTrade = Omit<RoundTrip, 'symbolId'> & { readonly symbol: string };

/** Where runs are kept. */
export interface RunStore {
  /** Keeps a run that begins and gives its number. */
  begin(run: NewRun, now: Micros): Promise<number>;
  /** Lets a run that was stopped be gone on with by the process `pid`. */
  resume(number: number, pid: number, now: Micros): Promise<void>;
  /** Notes how far a run is, and that it is alive. */
  note(number: number, checkpoint: RunCheckpoint, now: Micros): Promise<void>;
  /** Ends a run, with its result if it came to one. */
  end(number: number, state: Exclude<RunState, 'running'>, result: RunResult | undefined, now: Micros): Promise<void>;
  /** All of them, the newest first. */
  runs(): Promise<readonly RunRecord[]>;
  /** Undefined if there is none of this number. */
  run(number: number): Promise<RunRecord | undefined>;
  /** Whether there was one. */
  remove(number: number): Promise<boolean>;
}
