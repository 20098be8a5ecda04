/**
 * Pages of stored history: reads a question's days in stretches until a page is full, so that a page costs what it
 * holds and not what lies behind it. A cursor is the time of the last row and how many rows of that time were given,
 * which stays right when rows are added before or after it.
 */
import { formatDate, parseDate, type TradingDate } from '../../../calendar/tradingDate.js';
import { newYorkDate } from '../../../calendar/newYorkTime.js';
import { PapertapeError } from '../../../domain/errors.js';
import type { MarketTable } from '../../../domain/marketTables.js';
import type { HistoryCoverage, HistoryQuery } from '../../../domain/ports.js';
import { columnNames, columnOf, rowAtOrAfter } from '../../../domain/tables.js';
import { TIMEFRAME_DURATION, DAY } from '../../../domain/timeframe.js';
import type { Micros } from '../../../domain/units.js';

/** The part of a history store that pages are made from. */
export interface PageSource {
  load(query: HistoryQuery): Promise<MarketTable>;
}

/** A question of one symbol, with the place to go on from. */
export interface PageQuestion {
  readonly query: HistoryQuery;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** A page: columns by name, and where the next one begins. */
export interface HistoryColumns {
  readonly columns: ReadonlyMap<string, number[]>;
  readonly length: number;
  readonly cursor: string | null;
}

/** Hours of a day that has quotes or prints, for the guess of how many rows a day brings. */
const TRADING_HOURS_SHARE = 16 / 24;
/** Most days of one stretch. */
const MOST_DAYS = 3_660;

interface Place {
  readonly time: Micros;
  readonly given: number;
}

/**
 * Reads one page; `series` is the stored series of the question, undefined if there is none. Whether an adjusted
 * question can be adjusted was asked before.
 */
export async function readPage(
  source: PageSource,
  question: PageQuestion,
  series: HistoryCoverage | undefined,
): Promise<HistoryColumns> {
  const { query, limit } = question;
  const place = placeOf(question.cursor);
  const names = columnNames(query.kind).filter((name) => name !== 'symbolId');
  const columns = new Map<string, number[]>(names.map((name) => [name, []]));
  if (series === undefined) return { columns, length: 0, cursor: null };
  const last = Math.min(parseDate(query.to), parseDate(series.to));
  let first = Math.max(
    parseDate(query.from),
    parseDate(series.from),
    place === undefined ? 0 : newYorkDate(place.time),
  );
  let length = 0;
  const days = daysOf(query, limit);
  while (first <= last) {
    const until = Math.min(last, first + days - 1);
    const table = await loadOrNothing(source, { ...query, from: formatDate(first), to: formatDate(until) });
    if (table !== undefined) {
      let row = place === undefined ? 0 : rowAfter(table, place);
      for (; row < table.length && length < limit; row += 1, length += 1) {
        for (const name of names) columns.get(name)?.push(columnOf(table, name)[row] ?? 0);
      }
      if (length === limit) {
        const more = row < table.length || until < last;
        return { columns, length, cursor: more ? cursorAt(columns.get('time') ?? [], place) : null };
      }
    }
    first = until + 1;
  }
  return { columns, length, cursor: null };
}

/** The first row that was not given yet. */
function rowAfter(table: MarketTable, place: Place): number {
  let row = rowAtOrAfter(table.time, table.length, place.time);
  let given = place.given;
  while (given > 0 && row < table.length && table.time[row] === place.time) {
    row += 1;
    given -= 1;
  }
  return row;
}

/** The cursor after the last of these times; rows of its time that earlier pages gave count too. */
function cursorAt(times: readonly number[], before: Place | undefined): string {
  const time = times.at(-1) ?? 0;
  let given = before?.time === time ? before.given : 0;
  for (let index = times.length - 1; index >= 0 && times[index] === time; index -= 1) given += 1;
  return `${time}.${given}`;
}

function placeOf(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const [time = '', given = ''] = cursor.split('.');
  if (Number.isSafeInteger(Number(time))) return { time: Number(time), given: Number(given) };
  throw new PapertapeError('REQUEST_INVALID', `The cursor ${cursor} is none that a page gave.`, {
    remedy: 'Give the cursor of the page before as it is, or none to begin.',
  });
}

/** Days that probably hold a page. */
function daysOf(query: HistoryQuery, limit: number): TradingDate {
  // Of ticks a day is a page or more.
  if (query.timeframe === undefined) return 1;
  const perDay = Math.max(1, (DAY * TRADING_HOURS_SHARE) / TIMEFRAME_DURATION[query.timeframe]);
  // Weekends and holidays bring nothing.
  return Math.min(MOST_DAYS, Math.max(1, Math.ceil((limit / perDay) * 1.6)));
}

async function loadOrNothing(source: PageSource, query: HistoryQuery): Promise<MarketTable | undefined> {
  try {
    return await source.load(query);
  } catch (error) {
    // A stretch without a row, between others that have some.
    if (!(error instanceof PapertapeError && error.code === 'DATA_MISSING')) throw error;
    // Of adjusted rows, factors may be what is missing: rows that are there are not to vanish.
    const hasRows = query.adjust !== 'raw' && (await loadOrNothing(source, { ...query, adjust: 'raw' })) !== undefined;
    if (hasRows) throw error;
    return undefined;
  }
}
