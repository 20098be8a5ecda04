/** Profit and return of each New York date, each month and each year of a run. */
import { newYorkDate } from '../calendar/newYorkTime.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { civilOf, formatDate } from '../calendar/tradingDate.js';
import type { EquityCurve } from './returns.js';

/** One period: from the last equity before it to its own last. */
export interface PeriodReturn {
  /** `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */
  readonly name: string;
  /** Dollars. */
  readonly profit: number;
  /** As a fraction of the equity before the period; NaN where that was 0 or below. */
  readonly returnFraction: number;
}

/** Dates that have a point of the curve, oldest first. `startEquity` is that before the first point, in dollars. */
export function returnsByDay(curve: EquityCurve, startEquity: number): readonly PeriodReturn[] {
  return returnsBy(curve, startEquity, formatDate);
}

/** Months that have a point of the curve, oldest first. */
export function returnsByMonth(curve: EquityCurve, startEquity: number): readonly PeriodReturn[] {
  return returnsBy(curve, startEquity, monthOf);
}

/** Years that have a point of the curve, oldest first. */
export function returnsByYear(curve: EquityCurve, startEquity: number): readonly PeriodReturn[] {
  return returnsBy(curve, startEquity, yearOf);
}

/** `YYYY` of a date. */
export function yearOf(date: TradingDate): string {
  return String(civilOf(date).year);
}

/** `YYYY-MM` of a date. */
export function monthOf(date: TradingDate): string {
  const { year, month } = civilOf(date);
  return `${String(year)}-${String(month).padStart(2, '0')}`;
}

function returnsBy(
  { time, equity }: EquityCurve,
  startEquity: number,
  nameOf: (date: TradingDate) => string,
): readonly PeriodReturn[] {
  const periods: PeriodReturn[] = [];
  let before = startEquity;
  let last = startEquity;
  let date = Number.NaN;
  let name = '';
  const close = (): void => {
    if (name !== '')
      periods.push({ name, profit: last - before, returnFraction: before > 0 ? last / before - 1 : NaN });
    before = last;
  };
  for (let i = 0; i < time.length; i += 1) {
    const next = newYorkDate(time[i] ?? 0);
    if (next !== date) {
      date = next;
      const nextName = nameOf(date);
      if (nextName !== name) {
        close();
        name = nextName;
      }
    }
    last = equity[i] ?? last;
  }
  close();
  return periods;
}
