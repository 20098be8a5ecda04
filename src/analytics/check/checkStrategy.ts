/**
 * All checks of a strategy over one window of history, one after the other. A strategy that throws on the plain run
 * cannot be checked and is refused.
 */
import type { BarTable } from '../../domain/marketTables.js';
import type { PapertapeError } from '../../domain/errors.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import { evidenceGapTexts } from '../evidenceGapWarnings.js';
import { unknownSplits } from '../unknownSplits.js';
import type { UnknownSplit } from '../unknownSplits.js';
import type { TrialCount } from '../validation/trialCount.js';
import { CAPACITY_RUNS, checkCapacity } from './capacity.js';
import { reportOf } from './CheckReport.js';
import type { CheckReport, CheckResult } from './CheckReport.js';
import { CheckRuns } from './CheckRuns.js';
import type { CheckProgress, CheckSetup } from './CheckRuns.js';
import { checkData, checkSurvivorship } from './dataChecks.js';
import type { SeriesFacts } from './dataChecks.js';
import { decisionsOf } from './decisions.js';
import { checkDeterminism, DETERMINISM_RUNS } from './determinism.js';
import type { ElsewhereRunner } from './determinism.js';
import { checkFills, fillRuns } from './fills.js';
import { checkForeknowledge, FOREKNOWLEDGE_RUNS } from './foreknowledge.js';
import { checkLookAhead, lookAheadRuns } from './lookAhead.js';
import { checkOverfitting } from './overfitting.js';
import { checkStart, START_RUNS } from './start.js';
import { checkWarmUp, WARM_UP_RUNS } from './warmUp.js';

/** Instants after which the data are cut unless it is said otherwise. */
export const USUAL_CUTS = 24;

/** How the checks are made. */
export interface CheckOptions {
  readonly setup: CheckSetup;
  /** What to say of a plain run in which the strategy threw; undefined where it did not. */
  readonly failureOf: (plain: HistoryBacktestRun) => PapertapeError | undefined;
  /** Instants after which the data are cut. */
  readonly cuts?: number;
  /** What the cache knows of the symbols' bars; the two checks of it are left out if absent. */
  readonly facts?: (
    symbols: readonly string[],
    warmUpSessions: number,
    timeframe: Timeframe,
  ) => Promise<readonly SeriesFacts[]>;
  readonly elsewhere?: ElsewhereRunner;
  /** What the trial ledger knows of the symbols over the window; undefined where it cannot be read. */
  readonly trials?: (symbols: readonly string[]) => TrialCount | undefined;
  readonly onProgress?: (progress: CheckProgress) => void | Promise<void>;
}

/** The report and the plain run that it is about. */
export interface CheckOutcome {
  readonly report: CheckReport;
  readonly plain: HistoryBacktestRun;
}

/** Makes all checks. Throws as `backtestFromStore` does, and what `failureOf` says of a strategy that throws. */
export async function checkStrategy(options: CheckOptions): Promise<CheckOutcome> {
  const { setup, failureOf, cuts = USUAL_CUTS, facts, elsewhere, trials, onProgress } = options;
  const preset = setup.backtest.preset ?? 'papertape';
  const expected =
    1 +
    lookAheadRuns(cuts) +
    FOREKNOWLEDGE_RUNS +
    WARM_UP_RUNS +
    START_RUNS +
    DETERMINISM_RUNS +
    fillRuns(preset) +
    CAPACITY_RUNS;
  const runs = new CheckRuns(setup, expected, onProgress);
  runs.begin('plain run');
  const plain = await runs.run();
  const failure = failureOf(plain);
  if (failure !== undefined) throw failure;
  const bars = await runs.bars(plain, setup.backtest.from, setup.backtest.to);
  const decisions = decisionsOf(plain);

  const results: CheckResult[] = [];
  const steps: readonly (readonly [what: string, check: () => Promise<CheckResult>])[] = [
    ['looking for look-ahead', () => checkLookAhead(runs, decisions, instantsOf(bars), cuts)],
    ['looking for foreknowledge', () => checkForeknowledge(runs, plain, bars)],
    ['warm-up', () => checkWarmUp(runs, plain)],
    ['another start', () => checkStart(runs, plain)],
    ['determinism', () => checkDeterminism(runs, plain, elsewhere)],
    ['fill scenarios', () => checkFills(runs, preset)],
    ['capacity', () => checkCapacity(runs, plain, bars)],
  ];
  for (const [what, check] of steps) {
    runs.begin(what);
    results.push(await check());
  }
  if (facts !== undefined) {
    const series = await facts(plain.symbols, plain.warmUpSessions, bars.timeframe);
    const doubts = { jumps: jumpsOf(plain, setup), gaps: evidenceGapTexts(plain.run.evidenceGaps, plain.symbols) };
    results.push(checkData(series, doubts), checkSurvivorship(series, setup.backtest.to));
  }
  results.push(checkOverfitting(plain, trials?.(plain.symbols)));
  return { report: reportOf(results), plain };
}

function jumpsOf({ run, symbols }: HistoryBacktestRun, { backtest }: CheckSetup): readonly UnknownSplit[] {
  const { priceScale } = run.config;
  return unknownSplits({ jumps: run.overnightJumps, symbols, priceScale, actions: backtest.corporateActions ?? [] });
}

/** The times at which bars end, each once. */
function instantsOf({ time, length }: BarTable): Float64Array {
  return Float64Array.from(new Set(time.subarray(0, length)));
}
