/** Which rows a query wants: dates, and regular hours. Shared by every store, so that they mean the same. */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { nyse } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistoryTable } from '../domain/history.js';
import { PrintFlag } from '../domain/marketTables.js';
import type { HistoryQuery } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import { assert } from '../utils/assert.js';
import { keepRows, keyColumn } from './historyTables.js';

/** A stretch of time, [from, to). */
export interface TimeRange {
  readonly from: Micros;
  readonly to: Micros;
}

/** The time from the first to the last date of a query, whole New York days. Checks the query. */
export function timeRangeOf(query: HistoryQuery): TimeRange {
  const isBars = query.kind === 'bar' || query.kind === 'quoteBar';
  assert(isBars === (query.timeframe !== undefined), 'a query of bars, and no other, has a timeframe');
  const from = parseDate(query.from, 'first date');
  const to = parseDate(query.to, 'last date');
  if (to < from) {
    throw new PapertapeError(
      'DATE_RANGE_INVALID',
      `The range of dates ends on ${query.to}, before it starts on ${query.from}.`,
      { remedy: 'Give the earlier date first.' },
    );
  }
  return { from: fromNewYork(from, 0), to: fromNewYork(to + 1, 0) };
}

const AUCTION = PrintFlag.OPENING_AUCTION | PrintFlag.CLOSING_AUCTION;

/**
 * The rows of regular hours: bars that start in the session, events within [open, close). Auction prints of a
 * session's day count whenever they were reported, as the closing auction's is reported after the close.
 */
export function regularRows<T extends HistoryTable>(table: T): T {
  const key = keyColumn(table);
  const keep = new Uint8Array(table.length);
  let dayEnd = -Infinity;
  let open = Infinity;
  let close = -Infinity;
  for (let row = 0; row < table.length; row++) {
    const time = key[row] ?? 0;
    if (time >= dayEnd) {
      const date = newYorkDate(time);
      const session = nyse.sessionOf(date);
      dayEnd = fromNewYork(date + 1, 0);
      open = session?.open ?? Infinity;
      close = session?.close ?? -Infinity;
    }
    const isRegular = time >= open && time < close;
    keep[row] = isRegular || (open < close && table.kind === 'print' && isAuction(table.flags[row])) ? 1 : 0;
  }
  return keepRows(table, keep);
}

function isAuction(flags: number | undefined): boolean {
  return ((flags ?? 0) & AUCTION) !== 0;
}
