/** The dates of a market, by which its range is cut into windows. */
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { MarketBatch } from '../../domain/marketTables.js';
import type { Micros } from '../../domain/units.js';

/** A stretch of time: from `from` on, before `to`. */
export interface TimeWindow {
  readonly from: Micros;
  readonly to: Micros;
}

/** New York dates on which a row of the market becomes known, ascending. */
export function tradingDates(market: MarketBatch): readonly TradingDate[] {
  const dates = new Set<TradingDate>();
  for (const table of market.tables) {
    let date = Number.NaN;
    let end = -Infinity;
    for (let row = 0; row < table.length; row += 1) {
      const time = table.time[row] ?? 0;
      if (time < end) continue;
      date = newYorkDate(time);
      end = fromNewYork(date + 1, 0);
      dates.add(date);
    }
  }
  return [...dates].toSorted((a, b) => a - b);
}

/** Midnight before the first date to midnight after the last; the dates are not empty. */
export function windowOfDates(dates: readonly TradingDate[]): TimeWindow {
  return { from: fromNewYork(dates[0] ?? 0, 0), to: fromNewYork((dates.at(-1) ?? 0) + 1, 0) };
}

/** The dates before the held-out last part of `fraction` (0 to below 1), and those in it. */
export function splitHoldout(
  dates: readonly TradingDate[],
  fraction: number,
): { readonly searched: readonly TradingDate[]; readonly held: readonly TradingDate[] } {
  const count = Math.ceil(dates.length * fraction);
  return { searched: dates.slice(0, dates.length - count), held: dates.slice(dates.length - count) };
}

/** Ends of the first quarter and the first half of the dates, after which trials may be pruned. */
export function pruningRungs(dates: readonly TradingDate[]): readonly Micros[] {
  const ends = [0.25, 0.5].map((share) => Math.floor(dates.length * share)).filter((count) => count > 0);
  return [...new Set(ends)].map((count) => windowOfDates(dates.slice(0, count)).to);
}
