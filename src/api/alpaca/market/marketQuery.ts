/** The parameters that market-data requests share, and the 400s for what is wrong with them. */
import { fromNewYork, newYorkDate } from '../../../calendar/newYorkTime.js';
import type { Micros } from '../../../domain/units.js';
import { badData } from '../alpacaError.js';
import { FIRST_DATE, LAST_DATE } from '../../../calendar/TradingCalendar.js';
import { readDate, readTime } from '../alpacaFormat.js';
import type { VenueBarsQuery } from '../PaperVenue.js';
import { given, listField, textField } from '../requestFields.js';
import type { Fields } from '../requestFields.js';

const FEEDS = new Set(['sip', 'iex', 'boats', 'otc', 'delayed_sip', 'overnight']);
const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 10_000;
const SYMBOL = /^[A-Z][A-Z0-9./-]{0,20}$/;

/** A stretch of history that is asked for. */
export interface HistoryRequest {
  readonly symbols: readonly string[];
  readonly from: Micros;
  /** Inclusive, never after market time now. */
  readonly to: Micros;
  readonly limit: number;
  readonly sort: 'asc' | 'desc';
  readonly token: string | undefined;
}

/** Reads it; `symbol` is the one in the path, if any. */
export function readHistoryRequest(query: Fields, symbol: string | undefined, now: Micros): HistoryRequest {
  checkCommon(query);
  const start = readMoment(query, 'start', false);
  const end = readMoment(query, 'end', true);
  if (start !== undefined && end !== undefined && end < start) throw badData('end should not be before start');
  return {
    symbols: readSymbols(query, symbol),
    from: start ?? fromNewYork(newYorkDate(end === undefined ? now : Math.min(end, now)), 0),
    to: Math.min(end ?? now, now),
    limit: readLimit(query, DEFAULT_LIMIT, MAX_LIMIT),
    sort: readSort(query),
    token: textField(query, 'page_token'),
  };
}

/** The symbols, in capitals, each once, sorted. Throws 400 for none or for what is no symbol. */
export function readSymbols(query: Fields, symbol: string | undefined): readonly string[] {
  const symbols = (symbol === undefined ? listField(query, 'symbols') : [symbol])?.map((one) => one.toUpperCase());
  if (symbols === undefined) throw badData('symbols is required');
  for (const one of symbols) if (!SYMBOL.test(one)) throw badData(`invalid symbol: ${one}`);
  return [...new Set(symbols)].sort();
}

/** Checks feed, currency and the date of the names. */
export function checkCommon(query: Fields): void {
  const feed = textField(query, 'feed');
  if (feed !== undefined && !FEEDS.has(feed.toLowerCase())) throw badData(`invalid feed: ${feed}`);
  const currency = textField(query, 'currency');
  if (currency !== undefined && currency.toUpperCase() !== 'USD') throw badData(`invalid currency: ${currency}`);
  const asof = textField(query, 'asof');
  if (asof !== undefined && asof !== '-' && readDate(asof.slice(0, 10)) === undefined) {
    throw badData(`Invalid format for parameter asof: ${asof}`);
  }
}

/** The order of the rows by time. */
export function readSort(query: Fields): 'asc' | 'desc' {
  const sort = (textField(query, 'sort') ?? 'asc').toLowerCase();
  if (sort !== 'asc' && sort !== 'desc') throw badData(`invalid sort: ${sort}`);
  return sort;
}

/** A whole number from 1 to `max`. */
export function readLimit(query: Fields, fallback: number, max: number): number {
  const text = textField(query, 'limit');
  const limit = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > max)
    throw badData(`invalid limit: must be between 1 and ${max}`);
  return limit;
}

/** A time; one beyond the calendar means its first or last day. */
function readMoment(query: Fields, name: string, endOfDay: boolean): Micros | undefined {
  if (given(query, name) === undefined) return undefined;
  const text = textField(query, name) ?? '';
  const time = readTime(text, endOfDay);
  if (time === undefined) throw badData(`Invalid format for parameter ${name}: ${text}`);
  return Math.max(fromNewYork(FIRST_DATE, 0), Math.min(fromNewYork(LAST_DATE, 0), time));
}

/** The adjustment of bars; spin-offs are not known to the cache and change nothing. */
export function readAdjustment(query: Fields): VenueBarsQuery['adjust'] {
  const parts = (listField(query, 'adjustment') ?? ['raw']).map((part) => part.toLowerCase());
  for (const part of parts) {
    if (!['raw', 'split', 'dividend', 'spin-off', 'all'].includes(part)) throw badData(`invalid adjustment: ${part}`);
  }
  const split = parts.includes('split') || parts.includes('all');
  const dividend = parts.includes('dividend') || parts.includes('all');
  if (split && dividend) return 'all';
  return split ? 'split' : dividend ? 'dividend' : 'raw';
}
