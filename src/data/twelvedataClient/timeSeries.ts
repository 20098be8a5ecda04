/**
 * Bars of `/time_series`: from rows of texts, newest first, to a table that is sorted and holds only what is over.
 *
 * A row is labelled by its start, in UTC for intraday and by its New York date for days. It becomes a bar of the grid
 * of calendar/barGrid.ts, or it is: unfinished (left out), outside every session (left out and counted), or bad, with
 * the stretch that it leaves open. Rounding noise between high, low, open and close is clamped; more than noise is bad.
 */
import { barEnd, barStart } from '../../calendar/barGrid.js';
import { FIRST_DATE, LAST_DATE } from '../../calendar/TradingCalendar.js';
import type { TradingCalendar } from '../../calendar/TradingCalendar.js';
import { civilOf, dateOf, formatDate } from '../../calendar/tradingDate.js';
import { createBarTable } from '../../domain/tables.js';
import type { BarTable } from '../../domain/marketTables.js';
import { DAY, HOUR, MINUTE, SECOND, TIMEFRAME_DURATION } from '../../domain/timeframe.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { DurationMicros, Micros } from '../../domain/units.js';
import { countOf, faultOfCount, faultOfPrice, priceOf } from './decimals.js';
import { TwelveDataError } from './faults.js';

/** Twelve Data's name of each timeframe that it has. */
export const INTERVALS: Readonly<Partial<Record<Timeframe, string>>> = {
  '1m': '1min',
  '5m': '5min',
  '15m': '15min',
  '30m': '30min',
  '1h': '1h',
  '2h': '2h',
  '4h': '4h',
  '1d': '1day',
};

/** A row that could not be taken, and the stretch of time that nothing is known of because of it. */
export interface BadRow {
  readonly from: Micros;
  readonly to: Micros;
  readonly reason: string;
}

/** What an answer holds. */
export interface BarAnswer {
  /** Finished bars, ascending, one per start. */
  readonly table: BarTable;
  readonly bad: readonly BadRow[];
  /** Rows of the answer, whatever became of them. */
  readonly rowCount: number;
  /** Start of the oldest row; undefined without rows. */
  readonly oldest: Micros | undefined;
  /** Rows outside every session, rows that repeat another's start, bars whose volume is not told and stands as 0. */
  readonly outsideSessions: number;
  readonly repeated: number;
  readonly volumesMissing: number;
}

/** How long after its end a bar is taken as finished: what is late is counted in by then. */
const SETTLES: DurationMicros = 5 * SECOND;
/** The closing auction of a day is reported within minutes. */
const DAY_SETTLES: DurationMicros = 20 * MINUTE;
/** Two hundredths of a cent: rounding noise between the prices of a row. */
const NOISE = 200;

interface Row {
  readonly start: Micros;
  readonly end: Micros;
  readonly prices: readonly [number, number, number, number];
  readonly volume: number;
}

/** The end of the last stretch that is over at `now`, for bars of a timeframe: starts before it are finished bars. */
export function finishedUntil(timeframe: Timeframe, now: Micros, calendar: TradingCalendar): Micros {
  if (timeframe !== '1d') return barStart(now - SETTLES, timeframe, calendar);
  const settled = now - DAY_SETTLES;
  const session = calendar.sessionAt(settled);
  return session !== undefined && settled < session.close ? session.open : settled;
}

/** Reads an answer that was asked for at `now`, with `timezone=UTC`. Throws for an answer or label that is none. */
export function readBars(
  body: unknown,
  timeframe: Timeframe,
  now: Micros,
  calendar: TradingCalendar,
  what: string,
): BarAnswer {
  const values: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'values') : undefined;
  if (!Array.isArray(values)) throw new TwelveDataError('badPayload', what, 'the answer has no list "values".');
  const rows = new Map<Micros, Row>();
  const bad: BadRow[] = [];
  let [outsideSessions, repeated, volumesMissing] = [0, 0, 0];
  let oldest: Micros | undefined;
  for (const value of values as unknown[]) {
    const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
    const label = readDateTime(fields['datetime']);
    if (Number.isNaN(label)) {
      throw new TwelveDataError('badPayload', what, `a row has the time ${shown(fields['datetime'])}.`);
    }
    const span = spanOf(label, timeframe, calendar);
    const start = span?.start ?? label;
    if (oldest === undefined || start < oldest) oldest = start;
    if (span === undefined) {
      outsideSessions += 1;
      continue;
    }
    const settles = timeframe === '1d' ? DAY_SETTLES : SETTLES;
    if (span.end + settles > now) continue;
    if (rows.has(start)) {
      repeated += 1;
      continue;
    }
    const row = span.isOnGrid ? readRow(fields, span.start, span.end) : 'its time is not one at which bars begin';
    if (typeof row === 'string') {
      bad.push({ from: span.start, to: span.end, reason: `${shown(fields['datetime'])}: ${row}` });
      continue;
    }
    if (fields['volume'] === undefined || fields['volume'] === null) volumesMissing += 1;
    rows.set(start, row);
  }
  const table = tableOf(
    [...rows.values()].sort((a, b) => a.start - b.start),
    timeframe,
  );
  return { table, bad, rowCount: values.length, oldest, outsideSessions, repeated, volumesMissing };
}

/** `YYYY-MM-DDTHH:MM:SS` in UTC, the way in which intraday times are asked for; fractions of a second count up. */
export function utcText(time: Micros): string {
  const seconds = Math.ceil(time / SECOND);
  const date = Math.floor((seconds * SECOND) / DAY);
  const left = seconds - (date * DAY) / SECOND;
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${formatDate(date)}T${part(Math.floor(left / 3_600))}:${part(Math.floor(left / 60) % 60)}:${part(left % 60)}`;
}

/** A naive date, or date and time, read as UTC; NaN if it is none. */
function readDateTime(value: unknown): Micros {
  const match =
    typeof value === 'string' ? /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/.exec(value) : null;
  if (match === null) return NaN;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > 31) return NaN;
  const date = dateOf(year, month, day);
  if (civilOf(date).day !== day) return NaN;
  const [hours, minutes, seconds] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return NaN;
  return date * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND;
}

/** What a row covers; undefined outside every session. */
function spanOf(
  label: Micros,
  timeframe: Timeframe,
  calendar: TradingCalendar,
): { readonly start: Micros; readonly end: Micros; readonly isOnGrid: boolean } | undefined {
  const date = Math.floor(label / DAY);
  // Stocks are older than the calendar. A day is cut off at its ends, as the date of UTC is not New York's.
  if (date <= FIRST_DATE || date >= LAST_DATE) return undefined;
  if (timeframe === '1d') {
    const session = calendar.sessionOf(date);
    return session === undefined ? undefined : { start: session.open, end: session.close, isOnGrid: true };
  }
  if (calendar.phaseAt(label) === 'closed') return undefined;
  const isOnGrid = barStart(label, timeframe, calendar) === label;
  // Of what begins where nothing begins, nothing is known for as long as it may last.
  const end = isOnGrid ? barEnd(label, timeframe, calendar) : label + TIMEFRAME_DURATION[timeframe];
  return { start: label, end, isOnGrid };
}

/** A row, or why it is bad. */
function readRow(fields: Readonly<Record<string, unknown>>, start: Micros, end: Micros): Row | string {
  const prices: number[] = [];
  for (const name of ['open', 'high', 'low', 'close']) {
    const price = priceOf(fields[name]);
    if (Number.isNaN(price)) return `"${name}" is no price (${faultOfPrice(fields[name])})`;
    prices.push(price);
  }
  const [open = 0, high = 0, low = 0, close = 0] = prices;
  const top = Math.max(open, close);
  const bottom = Math.min(open, close);
  if (high < top - NOISE || low > bottom + NOISE || low > high + NOISE)
    return 'high and low do not hold open and close';
  const told = fields['volume'] ?? undefined;
  const volume = told === undefined ? 0 : countOf(told);
  if (Number.isNaN(volume)) return `"volume" is no count (${faultOfCount(told)})`;
  return { start, end, prices: [open, Math.max(high, top), Math.min(low, bottom), close], volume };
}

function tableOf(rows: readonly Row[], timeframe: Timeframe): BarTable {
  const table = createBarTable(timeframe, rows.length);
  table.length = rows.length;
  for (const [i, { start, end, prices, volume }] of rows.entries()) {
    table.start[i] = start;
    table.time[i] = end;
    [table.open[i], table.high[i], table.low[i], table.close[i]] = prices;
    table.volume[i] = volume;
  }
  return table;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 40)}"` : 'none';
}
