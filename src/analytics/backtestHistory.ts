/**
 * Backtests over stored history: finds out what the strategies and the preset want, loads it, warms the indicators
 * with the bars before the first day, and runs.
 */
import { fromNewYork } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { BarTable, MarketTable } from '../domain/marketTables.js';
import { mergeTables } from '../domain/mergeTables.js';
import type { AdjustMode, HistoryStore } from '../domain/ports.js';
import type { Timeframe } from '../domain/timeframe.js';
import { ADJUSTED_PRICE_SCALE, RAW_PRICE_SCALE } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import { Backtester } from './Backtester.js';
import type { BacktestProgress, BacktestSetup } from './Backtester.js';
import type { BacktestRun } from './BacktestRun.js';
import { symbolsOf, timeframeOf } from './strategyDefaults.js';
import { warmUpFrom, warmUpNeed } from './warmUp.js';

/** A backtest over stored history. Dates are New York trading dates, both inclusive; warm-up lies before. */
export interface HistoryBacktest extends Omit<BacktestSetup, 'symbols' | 'priceScale' | 'startTime'> {
  /** What the strategies name if absent. */
  readonly symbols?: readonly string[];
  readonly from: string;
  readonly to: string;
  /** The preset's if absent. */
  readonly adjust?: AdjustMode;
  /** The source whose data of one venue or samples are used (X6); consolidated data if absent. */
  readonly feed?: string;
  /** Whether bars outside regular hours are used; not if absent. */
  readonly extendedHours?: boolean;
}

/** What a history backtest came to, and on what data. */
export interface HistoryBacktestRun {
  readonly run: BacktestRun;
  readonly symbols: readonly string[];
  readonly adjust: AdjustMode;
  /** What was loaded, e.g. `1m bars`, `1m quote bars`, with the number of rows. */
  readonly data: readonly { readonly what: string; readonly rows: number }[];
  readonly warmUpRows: number;
}

/** Reports while it loads (fraction 0) and between portions of the run; may be asynchronous to let others work. */
export type ProgressListener = (progress: BacktestProgress) => void | Promise<void>;

/**
 * Loads and runs. Throws `SYMBOL_INVALID` without symbols, `DATE_RANGE_INVALID`, `DATA_MISSING` and the errors of
 * {@link Backtester}.
 */
export async function backtestFromStore(
  store: HistoryStore,
  backtest: HistoryBacktest,
  onProgress?: ProgressListener,
): Promise<HistoryBacktestRun> {
  const { from, to, extendedHours = false, adjust: adjustOption, symbols: symbolOption, feed, ...rest } = backtest;
  const preset = presetOf(backtest.preset ?? 'papertape');
  const adjust = adjustOption ?? preset.adjust;
  const symbols = symbolOption ?? [
    ...new Set(backtest.strategies.flatMap(({ strategyClass }) => symbolsOf(strategyClass))),
  ];
  if (symbols.length === 0) {
    throw new PapertapeError('SYMBOL_INVALID', 'Neither the strategy nor the command names a symbol to trade.', {
      remedy: 'Name at least one, such as SPY.',
    });
  }
  const first = parseDate(from, 'first date');
  if (parseDate(to, 'last date') < first) {
    throw new PapertapeError('DATE_RANGE_INVALID', `The backtest would end on ${to}, before it starts on ${from}.`, {
      remedy: 'Give the earlier date first.',
    });
  }
  const timeframes = [
    ...new Set(backtest.strategies.map((strategy) => strategy.timeframe ?? timeframeOf(strategy.strategyClass))),
  ];
  const backtester = new Backtester({
    ...rest,
    symbols,
    priceScale: adjust === 'raw' ? RAW_PRICE_SCALE : ADJUSTED_PRICE_SCALE,
    startTime: fromNewYork(first, 0),
  });
  const source: Source = { store, symbols, adjust, extendedHours, ...(feed === undefined ? {} : { feed }) };
  const tables: MarketTable[] = [];
  for (const timeframe of timeframes) tables.push(await loadBars(source, timeframe, from, to));
  if (preset.marketBases.includes('quoteBar') || preset.restingBases.includes('quoteBar')) {
    for (const timeframe of timeframes) tables.push(...(await loadQuoteBars(source, timeframe, from, to)));
  }
  const history = await loadWarmUp(source, backtester, first);
  if (history !== undefined) backtester.warmUp(history);

  const steps = backtester.steps(mergeTables(tables));
  for (;;) {
    const step = steps.next();
    if (step.done !== true) {
      await onProgress?.(step.value);
      continue;
    }
    return {
      run: step.value,
      symbols,
      adjust,
      data: tables.map((table) => ({ what: describeTable(table), rows: table.length })),
      warmUpRows: history?.length ?? 0,
    };
  }
}

interface Source {
  readonly store: HistoryStore;
  readonly symbols: readonly string[];
  readonly adjust: AdjustMode;
  readonly extendedHours: boolean;
  readonly feed?: string;
}

async function loadBars(source: Source, timeframe: Timeframe, from: string, to: string): Promise<BarTable> {
  const { store, ...query } = source;
  const table = await store.load({ ...query, kind: 'bar', timeframe, from, to });
  if (table.kind === 'bar') return table;
  throw new TypeError(`the store answered a query for bars with a ${table.kind} table`);
}

/** Quote bars of the symbols that have them on these dates: one table or none. */
async function loadQuoteBars(source: Source, timeframe: Timeframe, from: string, to: string): Promise<MarketTable[]> {
  const { store, symbols, ...query } = source;
  const stored = (await store.coverage()).filter(
    (stretch) =>
      stretch.kind === 'quoteBar' && stretch.timeframe === timeframe && stretch.from <= to && stretch.to >= from,
  );
  const ids = symbols.flatMap((symbol, id) => (stored.some((stretch) => stretch.symbol === symbol) ? [id] : []));
  if (ids.length === 0) return [];
  const named = ids.map((id) => symbols[id] ?? '');
  const table = await orUndefined(store.load({ ...query, symbols: named, kind: 'quoteBar', timeframe, from, to }));
  if (table === undefined) return [];
  for (let row = 0; row < table.length; row += 1) table.symbolId[row] = ids[table.symbolId[row] ?? 0] ?? 0;
  return [table];
}

/** Bars of the days before `first` that the indicators want; undefined if none are wanted or there are not any. */
async function loadWarmUp(source: Source, backtester: Backtester, first: number): Promise<BarTable | undefined> {
  const need = warmUpNeed(backtester.kernel.runner.instances);
  if (need === undefined) return undefined;
  const date = warmUpFrom(first, need);
  if (date >= first) return undefined;
  return orUndefined(loadBars(source, need.timeframe, formatDate(date), formatDate(first - 1)));
}

/** Undefined for data that are not there. */
async function orUndefined<T>(loading: Promise<T>): Promise<T | undefined> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof PapertapeError && error.code === 'DATA_MISSING') return undefined;
    throw error;
  }
}

function describeTable(table: MarketTable): string {
  if (table.kind === 'bar') return `${table.timeframe} bars`;
  if (table.kind === 'quoteBar') return `${table.timeframe} quote bars`;
  return `${table.kind}s`;
}
