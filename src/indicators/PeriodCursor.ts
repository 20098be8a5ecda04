/**
 * The session, week or month that bars belong to, for studies that begin anew with each. Bars outside regular hours
 * belong to none; daily bars are sessions of their own.
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { civilOf } from '../calendar/tradingDate.js';
import type { BarTable } from '../domain/marketTables.js';
import { SessionCursor } from './SessionCursor.js';

/** What a period is; weeks begin on Monday, all by the date in New York. */
export type Period = 'session' | 'week' | 'month';

/** What a bar is to the period: outside regular hours, the first of a period, or a later one. */
export type PeriodStep = 'outside' | 'first' | 'within';

/** See the module header. */
export class PeriodCursor {
  private readonly period: Period;
  private readonly session = new SessionCursor();
  private open = -1;
  private number = -1;

  constructor(period: Period) {
    this.period = period;
  }

  /** Takes in a bar; bars come in order of time. */
  next(table: BarTable, row: number): PeriodStep {
    const start = table.start[row] ?? 0;
    let open = start;
    if (table.timeframe !== '1d') {
      if (!this.session.covers(start)) return 'outside';
      open = this.session.open;
    }
    if (open === this.open) return 'within';
    this.open = open;
    const number = numberOf(this.period, open);
    if (number === this.number) return 'within';
    this.number = number;
    return 'first';
  }
}

function numberOf(period: Period, time: number): number {
  const date = newYorkDate(time);
  if (period === 'session') return date;
  // Day 0 was a Thursday.
  if (period === 'week') return Math.floor((date + 3) / 7);
  const { year, month } = civilOf(date);
  return year * 12 + month;
}
