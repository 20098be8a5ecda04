/**
 * Reads answers of Twelve Data's REST service, bars apart (timeSeries.ts): fields that are not known are ignored, those
 * that are missing or `null` are undefined, those that are malformed are a fault (`SOURCE_MESSAGE_INVALID`), F49.
 */
import { SECOND } from '../../domain/timeframe.js';
import type { Micros, Price, Shares } from '../../domain/units.js';
import { countOf, faultOfCount, faultOfPrice, priceOf } from './decimals.js';
import { TwelveDataError } from './faults.js';

/** A quote: the bar of the day so far, and the price before and outside it. */
export interface TwelveDataQuote {
  readonly symbol: string;
  readonly name: string | undefined;
  readonly exchange: string | undefined;
  readonly micCode: string | undefined;
  readonly currency: string | undefined;
  /** When the last price was quoted: how fresh it is. */
  readonly quotedAt: Micros | undefined;
  /** Start of the bar that the prices are of. */
  readonly barStart: Micros | undefined;
  readonly open: Price | undefined;
  readonly high: Price | undefined;
  readonly low: Price | undefined;
  /** The last price. */
  readonly close: Price;
  readonly volume: Shares | undefined;
  readonly previousClose: Price | undefined;
  readonly isMarketOpen: boolean | undefined;
  readonly extendedPrice: Price | undefined;
  readonly extendedAt: Micros | undefined;
}

/** A listing of the list of stocks or of a search. */
export interface TwelveDataListing {
  readonly symbol: string;
  readonly name: string;
  readonly exchange: string;
  readonly micCode: string;
  readonly country: string;
  readonly currency: string;
  readonly type: string;
}

/** What the key has used. */
export interface TwelveDataUsage {
  readonly minute: number;
  readonly minuteLimit: number;
  /** Where the plan has a limit of the day. */
  readonly day: number | undefined;
  readonly dayLimit: number | undefined;
  readonly plan: string | undefined;
}

/** A split: `to` new shares for `from` old ones. */
export interface TwelveDataSplit {
  readonly date: string;
  readonly to: number;
  readonly from: number;
}

/** A cash dividend. */
export interface TwelveDataDividend {
  readonly exDate: string;
  /** Dollars per share, a decimal. */
  readonly amount: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads `/quote` of one symbol. */
export function readQuote(body: unknown): TwelveDataQuote {
  const fields = fieldsOf(body, 'the quote');
  const symbol = textIn(fields, 'symbol') ?? '';
  const what = `the quote of ${symbol}`;
  const close = priceIn(fields, 'close', what);
  // A shell without prices is sent for instruments that are not traded any more.
  if (close === undefined) throw new TwelveDataError('badPayload', what, 'the answer has no price.');
  return {
    symbol,
    name: textIn(fields, 'name'),
    exchange: textIn(fields, 'exchange'),
    micCode: textIn(fields, 'mic_code'),
    currency: textIn(fields, 'currency'),
    quotedAt: timeIn(fields, 'last_quote_at', what),
    barStart: timeIn(fields, 'timestamp', what),
    open: priceIn(fields, 'open', what),
    high: priceIn(fields, 'high', what),
    low: priceIn(fields, 'low', what),
    close,
    volume: countIn(fields, 'volume', what),
    previousClose: priceIn(fields, 'previous_close', what),
    isMarketOpen: typeof fields['is_market_open'] === 'boolean' ? fields['is_market_open'] : undefined,
    extendedPrice: priceIn(fields, 'extended_price', what),
    extendedAt: timeIn(fields, 'extended_timestamp', what),
  };
}

/** Reads `/price` of one symbol. */
export function readPriceAnswer(body: unknown, symbol: string): Price {
  const what = `the price of ${symbol}`;
  const price = priceIn(fieldsOf(body, what), 'price', what);
  if (price === undefined) throw new TwelveDataError('badPayload', what, 'the answer has no price.');
  return price;
}

/** Reads `/stocks` or `/symbol_search`; entries without a symbol are left out. */
export function readListings(body: unknown, what: string): TwelveDataListing[] {
  return listIn(body, 'data', what).flatMap((entry) => {
    const symbol = textIn(entry, 'symbol');
    if (symbol === undefined) return [];
    return {
      symbol,
      name: textIn(entry, 'name') ?? textIn(entry, 'instrument_name') ?? '',
      exchange: textIn(entry, 'exchange') ?? '',
      micCode: textIn(entry, 'mic_code') ?? '',
      country: textIn(entry, 'country') ?? '',
      currency: textIn(entry, 'currency') ?? '',
      type: textIn(entry, 'type') ?? textIn(entry, 'instrument_type') ?? '',
    };
  });
}

/** Reads `/earliest_timestamp`; undefined if it does not say. */
export function readEarliest(body: unknown, what: string): Micros | undefined {
  const seconds = fieldsOf(body, what)['unix_time'];
  // Securities from before 1970 have a negative one.
  if (typeof seconds === 'number' && Number.isSafeInteger(seconds * SECOND)) return seconds * SECOND;
  return undefined;
}

/** Reads `/api_usage`. */
export function readUsage(body: unknown): TwelveDataUsage {
  const what = 'the use of credits';
  const fields = fieldsOf(body, what);
  const minute = countIn(fields, 'current_usage', what);
  const minuteLimit = countIn(fields, 'plan_limit', what);
  if (minute === undefined || minuteLimit === undefined) {
    throw new TwelveDataError('badPayload', what, 'the answer has no figures.');
  }
  const day = countIn(fields, 'daily_usage', what);
  const dayLimit = countIn(fields, 'plan_daily_limit', what);
  return { minute, minuteLimit, day, dayLimit, plan: textIn(fields, 'plan_category') };
}

/** Reads `/splits`. */
export function readSplits(body: unknown, what: string): TwelveDataSplit[] {
  return listIn(body, 'splits', what).map((entry) => {
    const date = dateIn(entry, 'date', what);
    const told = entry['ratio'];
    const [to, from] = fraction(entry['from_factor'], entry['to_factor'], what);
    // Old price × ratio = new price. The names of the factors are easily taken the other way around.
    const ratio = typeof told === 'number' && told > 0 ? told : from / to;
    if (agrees(from / to, ratio)) return { date, to, from };
    if (agrees(to / from, ratio)) return { date, to: from, from: to };
    throw new TwelveDataError(
      'badPayload',
      what,
      `the split of ${date} has factors ${to}, ${from} and ratio ${ratio}.`,
    );
  });
}

/** Reads `/dividends`. */
export function readDividends(body: unknown, what: string): TwelveDataDividend[] {
  return listIn(body, 'dividends', what).map((entry) => {
    const exDate = dateIn(entry, 'ex_date', what);
    const amount = entry['amount'];
    const text = typeof amount === 'number' || typeof amount === 'string' ? String(amount) : '';
    if (!/^\d{1,9}(?:\.\d{1,12})?$/.test(text) || Number(text) === 0) {
      throw new TwelveDataError('badPayload', what, `the dividend of ${exDate} has no amount.`);
    }
    return { exDate, amount: text };
  });
}

function agrees(a: number, b: number): boolean {
  return Math.abs(a - b) <= 0.002 * b;
}

/** Two positive factors as integers without a common divisor. */
function fraction(a: unknown, b: unknown, what: string): [number, number] {
  let x = Number(a);
  let y = Number(b);
  if (!(x > 0 && y > 0 && x < 1e6 && y < 1e6)) throw new TwelveDataError('badPayload', what, 'a split has no factors.');
  for (let i = 0; i < 6 && !(Number.isInteger(x) && Number.isInteger(y)); i += 1) {
    x = Number((x * 10).toPrecision(12));
    y = Number((y * 10).toPrecision(12));
  }
  const divisor = commonDivisor(Math.round(x), Math.round(y));
  return [Math.round(x) / divisor, Math.round(y) / divisor];
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function fieldsOf(body: unknown, what: string): Fields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields;
  throw new TwelveDataError('badPayload', what, 'the answer is not an object.');
}

function listIn(body: unknown, name: string, what: string): Fields[] {
  const list = Array.isArray(body) ? (body as unknown[]) : fieldsOf(body, what)[name];
  if (list === null) return [];
  if (!Array.isArray(list)) throw new TwelveDataError('badPayload', what, `the answer has no list "${name}".`);
  return list.map((entry) => fieldsOf(entry, what));
}

function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function priceIn(fields: Fields, name: string, what: string): Price | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  const price = priceOf(value);
  if (!Number.isNaN(price)) return price;
  throw new TwelveDataError('badPayload', what, `"${name}" is no price (${faultOfPrice(value)}).`);
}

function countIn(fields: Fields, name: string, what: string): number | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  const count = countOf(value);
  if (!Number.isNaN(count)) return count;
  throw new TwelveDataError('badPayload', what, `"${name}" is no count (${faultOfCount(value)}).`);
}

/** UNIX seconds; 0 stands for none. */
function timeIn(fields: Fields, name: string, what: string): Micros | undefined {
  const seconds = countIn(fields, name, what);
  return seconds === undefined || seconds === 0 ? undefined : seconds * SECOND;
}

function dateIn(fields: Fields, name: string, what: string): string {
  const text = textIn(fields, name)?.slice(0, 10) ?? '';
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw new TwelveDataError('badPayload', what, `"${name}" is no date.`);
}
