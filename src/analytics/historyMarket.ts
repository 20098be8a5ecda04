/** Which stored history a backtest wants, by its strategies, its preset and its user, and the loading of it. */
import { fromNewYork } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { BarTable, MarketTable } from '../domain/marketTables.js';
import type { AdjustMode, HistoryStore } from '../domain/ports.js';
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
  /** Sessions before the first day whose bars warm the indicators; as many as these need if absent. */
  readonly warmUpSessions?: number;
}

/** What is read from the store. */
export interface HistorySource {
  readonly symbols: readonly string[];
  readonly adjust: AdjustMode;
  readonly extendedHours: boolean;
  readonly feed?: string;
  readonly timeframes: readonly Timeframe[];
  /** Whether fills can be decided on quote bars, so that they are wanted where there are any. */
  readonly wantsQuoteBars: boolean;
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
      from: first,
      to: last,
    },
  };
}

/** Every table of the range. Throws `DATA_MISSING` for bars that are not there. */
export async function loadMarket(store: HistoryStore, source: HistorySource): Promise<readonly MarketTable[]> {
  const { timeframes, from, to } = source;
  const tables: MarketTable[] = [];
  for (const timeframe of timeframes) tables.push(await loadBars(store, source, timeframe, from, to));
  if (source.wantsQuoteBars) {
    for (const timeframe of timeframes) tables.push(...(await loadQuoteBars(store, source, timeframe)));
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
  return orUndefined(loadBars(store, source, need.timeframe, date, from - 1));
}

async function loadBars(
  store: HistoryStore,
  { symbols, adjust, extendedHours, feed }: HistorySource,
  timeframe: Timeframe,
  from: TradingDate,
  to: TradingDate,
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

/** Quote bars of the symbols that have them on these dates: one table or none. */
async function loadQuoteBars(
  store: HistoryStore,
  { symbols, adjust, extendedHours, feed, ...range }: HistorySource,
  timeframe: Timeframe,
): Promise<readonly MarketTable[]> {
  const from = formatDate(range.from);
  const to = formatDate(range.to);
  const stored = (await store.coverage()).filter(
    (stretch) =>
      stretch.kind === 'quoteBar' && stretch.timeframe === timeframe && stretch.from <= to && stretch.to >= from,
  );
  const ids = symbols.flatMap((symbol, id) => (stored.some((stretch) => stretch.symbol === symbol) ? [id] : []));
  if (ids.length === 0) return [];
  const table = await orUndefined(
    store.load({
      symbols: ids.map((id) => symbols[id] ?? ''),
      adjust,
      extendedHours,
      ...(feed === undefined ? {} : { feed }),
      kind: 'quoteBar',
      timeframe,
      from,
      to,
    }),
  );
  if (table === undefined) return [];
  for (let row = 0; row < table.length; row += 1) table.symbolId[row] = ids[table.symbolId[row] ?? 0] ?? 0;
  return [table];
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
