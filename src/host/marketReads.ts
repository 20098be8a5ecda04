/**
 * What programs read of the market: the session's day from its archive, the trading days before from the history
 * cache. Nothing of the day itself comes from the cache, so that nothing after market time now can be seen.
 *
 * Adjustments are relative to the session's day: a split or dividend that lies after it is not known yet.
 */
import type { BarRow, CorporateActionRow, LatestRows, VenueBarsQuery } from '../api/alpaca/PaperVenue.js';
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { phaseAt, previousSession, sessionOf } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { PapertapeError } from '../domain/errors.js';
import { FACTOR_SCALE } from '../domain/history.js';
import type { AdjustmentFactor } from '../domain/history.js';
import type { BarTable, MarketTable } from '../domain/marketTables.js';
import { copyRow, createBarTable } from '../domain/tables.js';
import { dayBarOf } from './MarketArchive.js';
import type { MarketArchive } from './MarketArchive.js';
import { symbolActions } from './symbolActions.js';

/** What the reads work on. */
export interface MarketReadParts {
  readonly archive: MarketArchive;
  readonly symbols: readonly string[];
  /** The session's trading date. */
  readonly date: TradingDate;
  /** Whether the cache holds days of this market before the session's; a simulated market has none. */
  readonly hasHistory: boolean;
  readonly history: () => HistoricalCache;
}

/** Bars whose start lies in the range, ascending. */
export async function readBars(parts: MarketReadParts, query: VenueBarsQuery): Promise<readonly BarRow[]> {
  const past = await pastBars(parts, query);
  const minutes = parts.archive.minutes(query.symbolId, query.base === '1d' ? -Infinity : query.from, query.to);
  if (query.base === '1m') return [...past, ...minutes];
  const start = fromNewYork(parts.date, 0);
  const today = dayBarOf(minutes, start);
  return today === undefined || start < query.from || start > query.to ? past : [...past, today];
}

/** What was last seen of each symbol, with the day so far and the trading day before. */
export async function readLatest(parts: MarketReadParts, symbolIds: readonly number[]): Promise<readonly LatestRows[]> {
  const rows: LatestRows[] = [];
  for (const symbolId of symbolIds) {
    const start = fromNewYork(parts.date, 0);
    const dayBar = dayBarOf(parts.archive.minutes(symbolId, start, Infinity), start);
    const before = previousSession(parts.date).date;
    const range = { symbolId, base: '1d', from: fromNewYork(before, 0), to: start - 1, adjust: 'raw' } as const;
    const previousDayBar = (await pastBars(parts, range)).at(-1);
    rows.push({
      ...parts.archive.latest(symbolId),
      ...(dayBar === undefined ? {} : { dayBar }),
      ...(previousDayBar === undefined ? {} : { previousDayBar }),
    });
  }
  return rows;
}

/** Splits and dividends that the cache tells of, up to the session's day; an empty list of symbols means all. */
export async function readCorporateActions(
  { symbols, date, history, hasHistory }: MarketReadParts,
  wanted: readonly string[],
  from: string,
  to: string,
): Promise<readonly CorporateActionRow[]> {
  if (!hasHistory) return [];
  const actions: CorporateActionRow[] = [];
  const today = formatDate(date);
  for (const symbol of symbols.filter((one) => wanted.length === 0 || wanted.includes(one))) {
    actions.push(...(await symbolActions(history(), symbol, from, to < today ? to : today)));
  }
  return actions;
}

async function pastBars(parts: MarketReadParts, query: VenueBarsQuery): Promise<BarRow[]> {
  const { symbols, date, hasHistory, history } = parts;
  const symbol = symbols[query.symbolId];
  const last = Math.min(newYorkDate(Math.min(query.to, fromNewYork(date, 0))), date - 1);
  const first = newYorkDate(Math.max(query.from, fromNewYork(parseDate('1990-01-02'), 0)));
  if (!hasHistory || symbol === undefined || first > last) return [];
  const factors = query.adjust === 'raw' ? [] : ((await history().factors(symbol)) ?? []);
  const table = await loadBars(history(), symbol, query.base, formatDate(first), formatDate(last));
  if (table === undefined) return [];
  const rows: BarRow[] = [];
  const today = factorsOn(factors, date);
  for (let row = 0; row < table.length; row += 1) {
    const start = table.start[row] ?? 0;
    const day = newYorkDate(start);
    const shown = query.base === '1d' ? fromNewYork(day, 0) : start;
    if (shown < query.from || shown > query.to) continue;
    const then = factorsOn(factors, day);
    const split = then.split / today.split;
    const dividend = then.price / today.price;
    const factor = (query.adjust === 'dividend' ? 1 : split) * (query.adjust === 'split' ? 1 : dividend);
    const shares = query.adjust === 'split' || query.adjust === 'all' ? split : 1;
    const scaled = (price: number | undefined): number => Math.round((price ?? 0) * factor);
    rows.push({
      kind: 'bar',
      symbolId: query.symbolId,
      start: shown,
      time: table.time[row] ?? 0,
      open: scaled(table.open[row]),
      high: scaled(table.high[row]),
      low: scaled(table.low[row]),
      close: scaled(table.close[row]),
      volume: Math.round((table.volume[row] ?? 0) / shares),
      count: 0,
      turnover: 0,
    });
  }
  return rows;
}

/** Bars as stored; days that are not are made of the regular minutes. Undefined if the cache has neither. */
async function loadBars(
  history: HistoricalCache,
  symbol: string,
  base: '1m' | '1d',
  from: string,
  to: string,
): Promise<BarTable | undefined> {
  const common = { symbols: [symbol], kind: 'bar', from, to, adjust: 'raw' } as const;
  try {
    const table: MarketTable = await history.load({ ...common, timeframe: base, extendedHours: base === '1m' });
    return table.kind === 'bar' ? table : undefined;
  } catch (error) {
    if (!(error instanceof PapertapeError && error.code === 'DATA_MISSING')) throw error;
    const minutes = base === '1d' ? await loadBars(history, symbol, '1m', from, to) : undefined;
    return minutes === undefined ? undefined : daysOf(minutes);
  }
}

/** Minutes of one symbol as trading days; those outside regular hours are left out. */
function daysOf(minutes: BarTable): BarTable {
  const days = createBarTable('1d', 16);
  for (let row = 0; row < minutes.length; row += 1) {
    const start = minutes.start[row] ?? 0;
    const session = phaseAt(start) === 'regular' ? sessionOf(newYorkDate(start)) : undefined;
    if (session === undefined) continue;
    const last = days.length - 1;
    if (days.start[last] !== session.open || last < 0) {
      copyRow(minutes, row, days);
      days.start[last + 1] = session.open;
      days.time[last + 1] = session.close;
      continue;
    }
    days.high[last] = Math.max(days.high[last] ?? 0, minutes.high[row] ?? 0);
    days.low[last] = Math.min(days.low[last] ?? 0, minutes.low[row] ?? 0);
    days.close[last] = minutes.close[row] ?? 0;
    days.volume[last] = (days.volume[last] ?? 0) + (minutes.volume[row] ?? 0);
  }
  return days;
}

function factorsOn(factors: readonly AdjustmentFactor[], date: TradingDate): { split: number; price: number } {
  const text = formatDate(date);
  const row = factors.find(({ until }) => until >= text);
  return {
    split: (row?.splitFactor ?? FACTOR_SCALE) / FACTOR_SCALE,
    price: (row?.priceFactor ?? FACTOR_SCALE) / FACTOR_SCALE,
  };
}
