/** Which stored history a backtest wants, by its strategies, its preset and its user, and the loading of it. */
import { fromNewYork } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { BarTable, MarketTable } from '../domain/marketTables.js';
import type { AdjustMode, HistoryStore } from '../domain/ports.js';
import { MINUTE, TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { ADJUSTED_PRICE_SCALE, RAW_PRICE_SCALE } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import type { BacktestSetup } from './Backtester.js';
import { symbolsOf, timeframeOf } from './strategyDefaults.js';
import { dateBefore } from './warmUpNeed.js';
import type { WarmUpNeed } from './warmUpNeed.js';

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
  /** Kinds of ticks that are fed besides the bars, of the symbols that have any; none if absent. */
  readonly ticks?: readonly TickKind[];
  /** Sessions before the first day whose bars warm the indicators; as many as these need if absent. */
  readonly warmUpSessions?: number;
  /** The symbol that the result is measured against; that of the run if absent and there is only one. */
  readonly benchmark?: string;
}

/** Kinds of history that are single events. */
export const TICK_KINDS = ['quote', 'print'] as const;
/** One of {@link TICK_KINDS}. */
export type TickKind = (typeof TICK_KINDS)[number];

/** What is read from the store. */
export interface HistorySource {
  readonly symbols: readonly string[];
  readonly adjust: AdjustMode;
  readonly extendedHours: boolean;
  readonly feed?: string;
  readonly timeframes: readonly Timeframe[];
  /** Whether fills can be decided on quote bars, so that they are wanted where there are any. */
  readonly wantsQuoteBars: boolean;
  readonly ticks: readonly TickKind[];
  readonly from: TradingDate;
  readonly to: TradingDate;
}

/** The run's setup and what it reads. Throws `SYMBOL_INVALID` without symbols, and `DATE_RANGE_INVALID`. */
export function resolveHistory(backtest: HistoryBacktest): {
  readonly setup: BacktestSetup;
  readonly source: HistorySource;
} {
  const {
    from,
    to,
    extendedHours = false,
    adjust: adjustOption,
    symbols: symbolOption,
    feed,
    warmUpSessions: _sessions,
    ticks = [],
    benchmark: _benchmark,
    ...rest
  } = backtest;
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
  const last = parseDate(to, 'last date');
  if (last < first) {
    throw new PapertapeError('DATE_RANGE_INVALID', `The backtest would end on ${to}, before it starts on ${from}.`, {
      remedy: 'Give the earlier date first.',
    });
  }
  return {
    setup: {
      ...rest,
      symbols,
      priceScale: adjust === 'raw' ? RAW_PRICE_SCALE : ADJUSTED_PRICE_SCALE,
      startTime: fromNewYork(first, 0),
    },
    source: {
      symbols,
      adjust,
      extendedHours,
      ...(feed === undefined ? {} : { feed }),
      timeframes: [
        ...new Set(backtest.strategies.map((strategy) => strategy.timeframe ?? timeframeOf(strategy.strategyClass))),
      ],
      wantsQuoteBars: preset.marketBases.includes('quoteBar') || preset.restingBases.includes('quoteBar'),
      ticks,
      from: first,
      to: last,
    },
  };
}

/**
 * Every table of the range. Bars longer than a minute that are not stored are built from minutes while they are fed,
 * and where prints are fed, bars of symbols without any from those. Throws `DATA_MISSING` for bars that can be had in
 * none of these ways, and for ticks that were asked for.
 */
export async function loadMarket(store: HistoryStore, source: HistorySource): Promise<readonly MarketTable[]> {
  const { timeframes } = source;
  const bars = new Map<Timeframe, BarTable>();
  for (const timeframe of timeframes) {
    if (bars.has(timeframe)) continue;
    const table = await loadRangeBars(store, source, timeframe);
    if (table !== undefined) bars.set(table.timeframe, table);
  }
  const tables: MarketTable[] = [...bars.values()];
  if (source.wantsQuoteBars) {
    for (const timeframe of timeframes)
      tables.push(...(await loadStored(store, source, { kind: 'quoteBar', timeframe })));
  }
  for (const kind of source.ticks) {
    const found = await loadStored(store, source, { kind });
    if (found.length === 0) throw noTicks(kind, source);
    tables.push(...found);
  }
  return tables;
}

/** The bars before the range that indicators want; undefined if none are wanted or there are not any. */
export async function loadWarmUp(
  store: HistoryStore,
  source: HistorySource,
  need: WarmUpNeed | undefined,
): Promise<BarTable | undefined> {
  if (need === undefined) return undefined;
  const { from } = source;
  const date = dateBefore(from, need.sessions);
  if (date >= from) return undefined;
  const before = { ...source, from: date, to: from - 1 };
  return orUndefined(loadRangeBars(store, before, need.timeframe));
}

/** The same of each need; of needs that are met by bars of one length the longest. */
export async function loadWarmUps(
  store: HistoryStore,
  source: HistorySource,
  needs: readonly WarmUpNeed[],
): Promise<readonly BarTable[]> {
  const tables = new Map<Timeframe, BarTable>();
  for (const need of needs.toSorted((a, b) => b.sessions - a.sessions)) {
    const table = await loadWarmUp(store, source, need);
    if (table !== undefined && !tables.has(table.timeframe)) tables.set(table.timeframe, table);
  }
  return [...tables.values()];
}

/** Bars of the range; undefined where prints make them all. */
async function loadRangeBars(
  store: HistoryStore,
  source: HistorySource,
  timeframe: Timeframe,
): Promise<BarTable | undefined> {
  if (!source.ticks.includes('print')) return loadBarsOrMinutes(store, source, timeframe);
  for (const stored of [timeframe, '1m'] as const) {
    const [table] = await loadStored(store, source, { kind: 'bar', timeframe: stored });
    if (table?.kind === 'bar') return table;
  }
  return undefined;
}

/** Bars of a timeframe; minutes where those are not stored. Throws `DATA_MISSING`. */
export async function loadBarsOrMinutes(
  store: HistoryStore,
  source: HistorySource,
  timeframe: Timeframe,
): Promise<BarTable> {
  try {
    return await loadBars(store, source, timeframe);
  } catch (error) {
    if (TIMEFRAME_DURATION[timeframe] <= MINUTE) throw error;
    if (!(error instanceof PapertapeError) || error.code !== 'DATA_MISSING') throw error;
    const minutes = await orUndefined(loadBars(store, source, '1m'));
    if (minutes === undefined) throw error;
    return minutes;
  }
}

async function loadBars(
  store: HistoryStore,
  { symbols, adjust, extendedHours, feed, from, to }: HistorySource,
  timeframe: Timeframe,
): Promise<BarTable> {
  const table = await store.load({
    symbols,
    adjust,
    extendedHours,
    ...(feed === undefined ? {} : { feed }),
    kind: 'bar',
    timeframe,
    from: formatDate(from),
    to: formatDate(to),
  });
  if (table.kind === 'bar') return table;
  throw new TypeError(`the store answered a query for bars with a ${table.kind} table`);
}

/** Rows of a kind of the symbols that have them on these dates: one table or none. */
async function loadStored(
  store: HistoryStore,
  { symbols, adjust, extendedHours, feed, ...range }: HistorySource,
  wanted: { readonly kind: TickKind } | { readonly kind: 'bar' | 'quoteBar'; readonly timeframe: Timeframe },
): Promise<readonly MarketTable[]> {
  const from = formatDate(range.from);
  const to = formatDate(range.to);
  const timeframe = 'timeframe' in wanted ? wanted.timeframe : undefined;
  const stored = (await store.coverage()).filter(
    (stretch) =>
      stretch.kind === wanted.kind && stretch.timeframe === timeframe && stretch.from <= to && stretch.to >= from,
  );
  const ids = symbols.flatMap((symbol, id) => (stored.some((stretch) => stretch.symbol === symbol) ? [id] : []));
  if (ids.length === 0) return [];
  const table = await orUndefined(
    store.load({
      ...wanted,
      symbols: ids.map((id) => symbols[id] ?? ''),
      adjust,
      extendedHours,
      ...(feed === undefined ? {} : { feed }),
      from,
      to,
    }),
  );
  if (table === undefined) return [];
  for (let row = 0; row < table.length; row += 1) table.symbolId[row] = ids[table.symbolId[row] ?? 0] ?? 0;
  return [table];
}

function noTicks(kind: TickKind, { symbols, from, to }: HistorySource): PapertapeError {
  const range = `${formatDate(from)} to ${formatDate(to)}`;
  return new PapertapeError('DATA_MISSING', `The cache has no ${kind}s of ${symbols.join(', ')} from ${range}.`, {
    remedy: 'Import or fetch them first (`papertape data ls` shows what there is), or leave them out.',
  });
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
