/**
 * Alpaca's time frames: what they are made of and where their bars begin. Minutes and hours are counted from midnight
 * New York, so that they lie on the clock; days begin at midnight New York, weeks on Monday, groups of months in
 * January.
 */
import { fromNewYork, newYorkDate } from '../../../calendar/newYorkTime.js';
import { civilOf, dateOf, dayOfWeek } from '../../../calendar/tradingDate.js';
import { HOUR, MINUTE } from '../../../domain/timeframe.js';
import type { Micros } from '../../../domain/units.js';
import { badData } from '../alpacaError.js';
import type { BarRow } from '../PaperVenue.js';

/** A time frame as read. */
export interface BarTimeframe {
  readonly count: number;
  readonly unit: 'minute' | 'hour' | 'day' | 'week' | 'month';
}

const MONTHS = new Set([1, 2, 3, 4, 6, 12]);

/** Reads `5Min`, `1H`, `1Day` … Throws 400 for what is none. */
export function readTimeframe(text: string | undefined): BarTimeframe {
  const match = /^(\d{1,2})?(Min|T|Hour|H|Day|D|Week|W|Month|M)$/.exec(text ?? '');
  const count = Number(match?.[1] ?? 1);
  const unit = match?.[2] ?? '';
  if (/^(Min|T)$/.test(unit) && count >= 1 && count <= 59) return { count, unit: 'minute' };
  if (/^(Hour|H)$/.test(unit) && count >= 1 && count <= 23) return { count, unit: 'hour' };
  if (/^(Day|D)$/.test(unit) && count === 1) return { count, unit: 'day' };
  if (/^(Week|W)$/.test(unit) && count === 1) return { count, unit: 'week' };
  if (/^(Month|M)$/.test(unit) && MONTHS.has(count)) return { count, unit: 'month' };
  throw badData(`invalid timeframe: ${text ?? ''}`);
}

/** The start of the bar that `time` lies in. */
export function barStartOf(time: Micros, { count, unit }: BarTimeframe): Micros {
  const date = newYorkDate(time);
  switch (unit) {
    case 'minute':
    case 'hour': {
      const midnight = fromNewYork(date, 0);
      const length = count * (unit === 'minute' ? MINUTE : HOUR);
      return midnight + Math.floor((time - midnight) / length) * length;
    }
    case 'day':
      return fromNewYork(date, 0);
    case 'week':
      return fromNewYork(date - ((dayOfWeek(date) + 6) % 7), 0);
    case 'month': {
      const { year, month } = civilOf(date);
      return fromNewYork(dateOf(year, month - ((month - 1) % count), 1), 0);
    }
  }
}

/** Puts ascending bars of one symbol together to bars of a time frame; their `start` is that of the longer bar. */
export function groupBars(rows: readonly BarRow[], timeframe: BarTimeframe): BarRow[] {
  return groupBarsBy(rows, (start) => barStartOf(start, timeframe));
}

/** The same for bars whose starts are given by a function; rows for which it says undefined are left out. */
export function groupBarsBy(rows: readonly BarRow[], startOf: (start: Micros) => Micros | undefined): BarRow[] {
  const grouped: BarRow[] = [];
  for (const row of rows) {
    const start = startOf(row.start);
    if (start === undefined) continue;
    const last = grouped.at(-1);
    if (last?.start !== start) {
      grouped.push({ ...row, start });
      continue;
    }
    grouped[grouped.length - 1] = {
      ...last,
      time: row.time,
      high: Math.max(last.high, row.high),
      low: Math.min(last.low, row.low),
      close: row.close,
      volume: last.volume + row.volume,
      count: last.count + row.count,
      // The turnover is known only if it is known of every part.
      turnover: last.turnover === 0 || row.turnover === 0 ? 0 : last.turnover + row.turnover,
    };
  }
  return grouped;
}
