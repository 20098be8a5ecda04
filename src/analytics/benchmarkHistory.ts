/** The symbol that a run is measured against where that is none of its own: its bars, and its price at each point. */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { previousSession, sessionOf } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { DatedAction } from '../domain/corporateActions.js';
import { PapertapeError } from '../domain/errors.js';
import { mergeTables } from '../domain/mergeTables.js';
import type { AdjustMode, HistoryStore } from '../domain/ports.js';
import { TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { ADJUSTED_PRICE_SCALE, RAW_PRICE_SCALE } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import { conventionOf } from './conventions.js';
import { loadBarsOrMinutes } from './historyMarket.js';
import type { HistorySource } from './historyMarket.js';
import { pricePathsOf, rowAt } from './pricePaths.js';
import type { PricePath } from './pricePaths.js';

/** See the module header. */
export interface ChosenBenchmark {
  readonly symbol: string;
  /** Closes; dollars. */
  readonly path: PricePath;
  /** How they were adjusted. */
  readonly adjust: AdjustMode;
  /** What was loaded: `1d`, and how many bars. */
  readonly timeframe: string;
  readonly rows: number;
}

/**
 * Loads a symbol's bars over the range of a run, as long as the run's shortest ones, else minutes: longer ones would
 * stand still where the run moves. For a run on prices as traded they are adjusted for splits and dividends where the
 * store knows those: it is no loss that a share became two or paid, which the account has, too. Throws `DATA_MISSING`.
 */
export async function loadBenchmark(
  store: HistoryStore,
  source: HistorySource,
  symbol: string,
): Promise<ChosenBenchmark> {
  const [shortest = '1d'] = source.timeframes.toSorted((a, b) => TIMEFRAME_DURATION[a] - TIMEFRAME_DURATION[b]);
  let cause: unknown;
  for (const adjust of source.adjust === 'raw' ? (['all', 'split', 'raw'] as const) : [source.adjust]) {
    try {
      const table = await loadBarsOrMinutes(store, { ...source, symbols: [symbol], adjust }, shortest);
      const scale = adjust === 'raw' ? RAW_PRICE_SCALE : ADJUSTED_PRICE_SCALE;
      const [path] = pricePathsOf(mergeTables([table]), 1, scale);
      if (path === undefined || path.time.length === 0) continue;
      return { symbol, path, adjust, timeframe: table.timeframe, rows: table.length };
    } catch (error) {
      if (!(error instanceof PapertapeError) || error.code !== 'DATA_MISSING') throw error;
      // Of the bars, or only of the splits: then prices as traded are all there is.
      cause = error;
    }
  }
  throw missing(symbol, shortest, source, cause);
}

/**
 * The close of a symbol in the last session before a run, in dollars, of daily bars or else of such as the run's;
 * undefined where none is stored, and where the statistics look at none: only those of calendar days do, of a run that
 * begins on a day without trading. Nothing before that session is asked for. Where prices are adjusted, to the end
 * of the run, its bars are loaded with it.
 */
export async function loadCloseBefore(
  store: HistoryStore,
  source: HistorySource,
  symbol: string | undefined,
  preset: string | undefined,
): Promise<number | undefined> {
  const { from, adjust } = source;
  const { sampling } = conventionOf(presetOf(preset ?? 'papertape').statistics);
  if (symbol === undefined || sampling !== 'calendarDay' || sessionOf(from) !== undefined) return undefined;
  const { date } = previousSession(from);
  const wanted = { ...source, symbols: [symbol], from: date, to: adjust === 'raw' ? date : source.to };
  const start = fromNewYork(from, 0);
  for (const timeframe of new Set<Timeframe>(['1d', ...source.timeframes])) {
    try {
      const table = await loadBarsOrMinutes(store, wanted, timeframe);
      const scale = adjust === 'raw' ? RAW_PRICE_SCALE : ADJUSTED_PRICE_SCALE;
      const [path] = pricePathsOf(mergeTables([table]), 1, scale);
      const row = path === undefined ? -1 : rowAt(path, start);
      if (row >= 0) return path?.price[row];
    } catch (error) {
      if (!(error instanceof PapertapeError) || error.code !== 'DATA_MISSING') throw error;
    }
  }
  return undefined;
}

/** The last price at or before each time, in dollars; NaN before the first. Times ascend. */
export function pricesAt(path: PricePath, times: Float64Array): Float64Array {
  let row = -1;
  return times.map((time: Micros) => {
    row = rowAt(path, time, row);
    return row < 0 ? NaN : (path.price[row] ?? NaN);
  });
}

/**
 * Prices at ascending times, the last one of regular hours standing outside of them. Before the first of those it is
 * `before`, the close before the run, and where that is not known the price as it is, NaN without any.
 */
export function regularPrices(prices: Float64Array, times: Float64Array, before = Number.NaN): Float64Array {
  const regular = new Float64Array(prices.length);
  let midnight = -Infinity;
  let [open, close] = [0, 0];
  let last = before;
  for (let point = 0; point < regular.length; point += 1) {
    const time = times[point] ?? 0;
    const price = prices[point] ?? Number.NaN;
    if (time >= midnight) {
      const date = newYorkDate(time);
      midnight = fromNewYork(date + 1, 0);
      ({ open, close } = sessionOf(date) ?? { open: Infinity, close: -Infinity });
    }
    if (time > open && time <= close) last = price;
    regular[point] = Number.isNaN(last) ? price : last;
  }
  return regular;
}

/**
 * What a share that was held from the first of ascending times on is worth at each, by its prices as they were traded:
 * splits multiply it, and dividends buy more of it at the last price before the ex-date less what is paid, as adjusted
 * prices have it. `actions` are those of the symbol, ascending by ex-date; amounts are at `priceScale`.
 */
export function heldShare(
  prices: Float64Array,
  times: Float64Array,
  actions: readonly DatedAction[],
  priceScale: number,
): Float64Array {
  if (actions.length === 0) return prices;
  let next = 0;
  let shares = 1;
  return prices.map((price, point) => {
    // Of the share as it is by then; without a price before there was no holder yet, whom a dividend could be paid to.
    let before = prices[point - 1] ?? Number.NaN;
    for (; next < actions.length; next += 1) {
      const { exDate, action } = actions[next] ?? {};
      if (exDate === undefined || fromNewYork(parseDate(exDate), 0) > (times[point] ?? 0)) break;
      if (action?.kind === 'split') {
        shares *= action.newShares / action.oldShares;
        before *= action.oldShares / action.newShares;
      } else if (action?.kind === 'cashDividend') {
        const without = before - action.amount / priceScale;
        if (!(without > 0)) continue;
        shares *= before / without;
        before = without;
      }
    }
    return price * shares;
  });
}

function missing(symbol: string, timeframe: string, { from, to }: HistorySource, cause: unknown): PapertapeError {
  const range = `${formatDate(from)} to ${formatDate(to)}`;
  return new PapertapeError(
    'DATA_MISSING',
    `The cache has no ${timeframe} bars of the benchmark ${symbol} from ${range}.`,
    {
      remedy: 'Import or fetch them first (`papertape data ls` shows what there is), or leave out --benchmark.',
      cause,
    },
  );
}
