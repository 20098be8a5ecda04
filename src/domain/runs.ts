/** Backtests and analyses as they are kept: what was asked, how far it came, and what came of it. */
import type { ErrorCode } from './errors.js';
import type { RoundTrip } from './position.js';
import type { Timeframe } from './timeframe.js';
import type { Micros, Money } from './units.js';

/** What was run: a backtest, or an analysis that is made of many. */
export const RUN_KINDS = ['backtest', 'walk-forward', 'validation'] as const;
/** See {@link RUN_KINDS}. */
export type RunKind = (typeof RUN_KINDS)[number];
/** The kinds that are not a backtest; they are kept once they are done. */
export type AnalysisKind = Exclude<RunKind, 'backtest'>;

/** How a run stands. A `running` one whose process is gone was broken off. */
export const RUN_STATES = ['running', 'done', 'cancelled', 'failed'] as const;
/** See {@link RUN_STATES}. */
export type RunState = (typeof RUN_STATES)[number];
/** How a run stands, for people: one whose process is gone was broken off. */
export type RunStanding = RunState | 'broken off';

/** Whether a run that stands so can be gone on with; one that failed would fail again. */
export function canGoOn(standing: RunStanding | undefined): boolean {
  return standing === 'cancelled' || standing === 'broken off';
}

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

/**
 * What the identity of a run is made of, each part by its name in words. A run that is gone on with has every part as
 * it was when the run was begun.
 */
export type RunInputTexts = Readonly<Record<string, string>>;

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
  /** How many daily returns they are of; absent in what earlier versions kept. */
  readonly dailyReturns?: number;
  /** What was fed, such as `1m bars of regular hours`, with its rows. */
  readonly data: readonly { readonly what: string; readonly rows: number }[];
  readonly warmUpRows: number;
  /** What a reader should know before believing the figures. */
  readonly warnings: readonly string[];
  /** Integer price steps per dollar of its trades. */
  readonly priceScale: number;
}

/** Why a run failed. */
export interface RunFailure {
  readonly code: ErrorCode;
  /** A complete sentence for people. */
  readonly message: string;
}

/** How a run ends. One whose strategy failed on the way has a result up to there. */
export type RunEnding =
  | { readonly state: 'done'; readonly result: RunResult }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly failure: RunFailure; readonly result?: RunResult };

/** A table of texts as it is told again. */
export interface KeptTable {
  readonly columns: readonly { readonly title: string; readonly right: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** What came of an analysis, as lists and the terminal tell it again; all of it is in its report. */
export interface AnalysisResult {
  readonly engineVersion: string;
  readonly dataHash: string;
  readonly seed: number;
  /**
   * By name, those of the days outside of training, or of the trial that was judged, on the days it was chosen by; null
   * where they support none.
   */
  readonly statistics: Readonly<Record<string, number | null>>;
  /** How many daily returns they are of; absent in what earlier versions kept. */
  readonly dailyReturns?: number;
  /** What it comes to in a few words, such as `3 of 9 against`. */
  readonly verdict: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly table: KeptTable;
  readonly warnings: readonly string[];
}

/** A report of a run, in both of its forms. */
export interface RunReport {
  /** A whole page that loads and runs nothing. */
  readonly html: string;
  /** A whole document. */
  readonly json: string;
}

/** A kept run. */
export interface RunRecord extends NewRun {
  readonly kind: RunKind;
  /** Numbers rise and are never used again. */
  readonly number: number;
  readonly state: RunState;
  readonly startedAt: Micros;
  readonly updatedAt: Micros;
  /** Undefined of one that ended before its data were loaded, and of those that earlier versions kept. */
  readonly inputs: RunInputTexts | undefined;
  readonly checkpoint: RunCheckpoint | undefined;
  /** Of a backtest that came to its end. */
  readonly result: RunResult | undefined;
  /** Of a failed one; undefined too where it failed before reasons were kept. */
  readonly failure: RunFailure | undefined;
  /** Of the other kinds. */
  readonly analysis: AnalysisResult | undefined;
}

/** What lists show of a run; figures are null where it came to none. */
export interface RunSummary {
  readonly number: number;
  readonly kind: RunKind;
  readonly title: string;
  readonly symbols: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly startedAt: Micros;
  /** How far it came, 0 to 1, of a run without a result. */
  readonly fraction: number | null;
  /** Of a backtest the change of its equity; of an analysis as its statistics have it. A fraction. */
  readonly totalReturn: number | null;
  readonly sharpe: number | null;
  /** How many daily returns the figures are of; null where that was not kept. */
  readonly dailyReturns: number | null;
  /** A fraction, above 0. */
  readonly maxDrawdown: number | null;
  readonly trades: number | null;
  /** Of an analysis. */
  readonly verdict: string | null;
  /** Of a failed one. */
  readonly failure: RunFailure | null;
}

/** How a run is known to be alive. */
export type RunPulse = Pick<RunRecord, 'number' | 'state' | 'pid' | 'updatedAt'>;

/** A run in a list. */
export interface ListedRun {
  readonly run: RunSummary;
  readonly standing: RunStanding;
  /** Whether its report was kept. */
  readonly hasReport: boolean;
}

/** A backtest with what it is compared by. */
export interface ComparedRun {
  readonly run: RunRecord;
  readonly result: RunResult;
  readonly trades: readonly StoredTrade[];
  /** How many daily returns its equity has. */
  readonly dailyReturns: number;
}

/** A run that cannot be compared, as it came to no result or is no backtest. */
export interface IncomparableRun {
  readonly run: RunRecord;
  readonly result: undefined;
  readonly standing: RunStanding;
}

/** Kept runs for those who only read them. */
export interface KeptRuns {
  /** Differs as soon as a listing would: a run was begun, went on, ended or was removed, or its report was kept. */
  revision(): Promise<string>;
  /** The newest ones, at most `limit`, and how many there are in all. */
  listing(limit: number): Promise<{ readonly runs: readonly ListedRun[]; readonly total: number }>;
  /** The page of a run's report; undefined where it was not kept. Throws `RUN_UNKNOWN`. */
  reportPage(number: number): Promise<string | undefined>;
  /** A run to be compared. Throws `RUN_UNKNOWN`, and `RUN_TOO_LARGE` for one of more than `mostTrades`. */
  toCompare(number: number, mostTrades?: number): Promise<ComparedRun | IncomparableRun>;
}

/** A closed trade of a kept run, with names instead of ids. */
export type StoredTrade = Omit<RoundTrip, 'symbolId'> & { readonly symbol: string };

/** Where runs are kept. */
export interface RunStore {
  /** Keeps a run that begins and gives its number. */
  begin(run: NewRun, now: Micros): Promise<number>;
  /** Lets a run that was stopped be gone on with by the process `pid`. */
  resume(number: number, pid: number, now: Micros): Promise<void>;
  /** Keeps what a run is made of, as soon as that is known. */
  keepInputs(number: number, inputs: RunInputTexts, now: Micros): Promise<void>;
  /** Notes how far a run is, and that it is alive. */
  note(number: number, checkpoint: RunCheckpoint, now: Micros): Promise<void>;
  /** Ends a run, with its result if it came to one. */
  end(number: number, ending: RunEnding, now: Micros): Promise<void>;
  /** Keeps an analysis that is done and gives its number. */
  add(kind: AnalysisKind, run: NewRun, analysis: AnalysisResult, now: Micros): Promise<number>;
  /** Notes that something of a run changed that lies in files. */
  touch(number: number, now: Micros): Promise<void>;
  /** The newest first. */
  runs(): Promise<readonly RunRecord[]>;
  /** What lists show of the newest ones; long texts stay where they are. */
  summaries(limit: number): Promise<readonly (RunSummary & RunPulse)[]>;
  /** Those that say that they are running. */
  running(): Promise<readonly RunPulse[]>;
  /** Differs once a run was added, changed or removed. */
  revision(): Promise<string>;
  /** How many there are. */
  count(): Promise<number>;
  /** Undefined if there is none of this number. */
  run(number: number): Promise<RunRecord | undefined>;
  /** Whether there was one. */
  remove(number: number): Promise<boolean>;
}
