/**
 * Backtests over stored history: loads what the strategies and the preset want, warms the indicators with the bars
 * before the first day, and runs.
 */
import { mergeTables } from '../domain/mergeTables.js';
import type { AdjustMode, HistoryStore } from '../domain/ports.js';
import { presetOf } from '../exchange/presets.js';
import { Backtester } from './Backtester.js';
import type { BacktestProgress } from './Backtester.js';
import type { BacktestRun } from './BacktestRun.js';
import { loadBenchmark, loadCloseBefore } from './benchmarkHistory.js';
import { conventionOf } from './conventions.js';
import { dataTables } from './dataTables.js';
import type { DataTable } from './dataTables.js';
import { loadMarket, loadWarmUps, resolveHistory } from './historyMarket.js';
import type { HistoryBacktest, HistorySource } from './historyMarket.js';
import type { RunInputs } from './runIdentity.js';
import { warmUpNeeds } from './warmUpNeed.js';

/** What a history backtest came to, and on what data. */
export interface HistoryBacktestRun {
  readonly run: BacktestRun;
  readonly symbols: readonly string[];
  readonly adjust: AdjustMode;
  /** What was loaded. */
  readonly data: readonly DataTable[];
  readonly warmUpRows: number;
  /** Sessions before the first day that were asked for them. */
  readonly warmUpSessions: number;
}

/** Reports while it loads (fraction 0) and between portions of the run; may be asynchronous to let others work. */
export type ProgressListener = (progress: BacktestProgress) => void | Promise<void>;

/** Hears what decides the run before it begins, which costs a hash of its data; what it throws ends the run. */
export type BeginListener = (inputs: RunInputs) => void | Promise<void>;

/**
 * Loads and runs. Throws `SYMBOL_INVALID` without symbols, `DATE_RANGE_INVALID`, `DATA_MISSING` (also of a
 * benchmark) and the errors of
 * {@link Backtester}.
 */
export async function backtestFromStore(
  store: HistoryStore,
  backtest: HistoryBacktest,
  onProgress?: ProgressListener,
  onBegin?: BeginListener,
): Promise<HistoryBacktestRun> {
  const { setup, source } = resolveHistory(backtest);
  const backtester = new Backtester(setup);
  const tables = await loadMarket(store, source);
  const needs = warmUpNeeds(backtester.kernel, backtest.warmUpSessions);
  const history = await loadWarmUps(store, source, needs);
  if (history.length > 0) backtester.warmUp(...history);

  const chosen = benchmarkToLoad(source, backtest);
  const benchmark = chosen === undefined ? undefined : await loadBenchmark(store, source, chosen);

  const measure = chosen ?? (source.symbols.length === 1 ? source.symbols[0] : undefined);
  const measured = { ...source, adjust: benchmark?.adjust ?? source.adjust };
  const before = await loadCloseBefore(store, measured, measure, backtest.preset);

  const market = mergeTables(tables);
  await onBegin?.(backtester.inputsOf(market));
  const steps = backtester.steps(market, benchmark, before);
  for (;;) {
    const step = steps.next();
    if (step.done !== true) {
      await onProgress?.(step.value);
      continue;
    }
    return {
      run: step.value,
      symbols: source.symbols,
      adjust: source.adjust,
      data: dataTables(tables, source.extendedHours),
      warmUpRows: history.reduce((sum, { length }) => sum + length, 0),
      warmUpSessions: Math.max(0, ...needs.map(({ sessions }) => sessions)),
    };
  }
}

/**
 * The benchmark that is loaded apart; undefined for the only symbol of a run, which is measured by the prices that it
 * is traded at, unless those are as they were traded and the convention asks for adjusted ones.
 */
function benchmarkToLoad(
  { symbols, adjust }: HistorySource,
  { benchmark, preset }: HistoryBacktest,
): string | undefined {
  const own = symbols.length === 1 ? symbols[0] : undefined;
  if (benchmark !== undefined && benchmark !== own) return benchmark;
  const { ownBenchmark } = conventionOf(presetOf(preset ?? 'papertape').statistics);
  return adjust === 'raw' && ownBenchmark === 'adjusted' ? own : undefined;
}
