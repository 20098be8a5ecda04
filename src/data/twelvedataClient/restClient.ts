/**
 * Twelve Data's REST service, as far as it is used here: what each endpoint takes, costs and answers. Nothing is kept.
 * Prices are at the raw price scale and, of bars and dividends, as they were traded and paid: unadjusted.
 */
import type { TradingCalendar } from '../../calendar/TradingCalendar.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { Micros, Price } from '../../domain/units.js';
import type { CreditBudget } from './CreditBudget.js';
import { TwelveDataError } from './faults.js';
import {
  readDividends,
  readEarliest,
  readListings,
  readPriceAnswer,
  readQuote,
  readSplits,
  readUsage,
} from './restAnswers.js';
import type {
  TwelveDataDividend,
  TwelveDataListing,
  TwelveDataQuote,
  TwelveDataSplit,
  TwelveDataUsage,
} from './restAnswers.js';
import type { CallOptions, RestCalls, SymbolAnswer } from './restCalls.js';
import { INTERVALS, readBars } from './timeSeries.js';
import type { BarAnswer } from './timeSeries.js';

/** The most rows that one answer has. */
export const MOST_ROWS = 5_000;

/** Bars that are asked for; dates as the service takes them, in UTC for intraday. */
export interface BarQuery {
  readonly timeframe: Timeframe;
  readonly startDate?: string;
  readonly endDate?: string;
  /** 1 to {@link MOST_ROWS}: the newest ones of the range. */
  readonly rows: number;
  /** Whether bars outside regular hours come too; intraday up to 30 minutes only. */
  readonly extendedHours: boolean;
}

/** Which listings are asked for; everything that is absent is not narrowed. */
export interface ListingQuery {
  readonly symbol?: string;
  readonly exchange?: string;
  readonly micCode?: string;
  readonly country?: string;
}

/** A value per symbol, or why there is none. */
export type PerSymbol<Value> = ReadonlyMap<string, { readonly value: Value } | { readonly error: TwelveDataError }>;

/** Credits of the endpoints that cost more than one. */
const CORPORATE_ACTIONS_COST = 20;
const EXTENDED: readonly Timeframe[] = ['1m', '5m', '15m', '30m'];

/** See the module header. Every method throws what {@link RestCalls.get} throws. */
export class RestClient {
  readonly #calls: RestCalls;
  readonly #budget: CreditBudget;
  readonly #calendar: TradingCalendar;
  readonly #now: () => Micros;

  constructor(calls: RestCalls, budget: CreditBudget, calendar: TradingCalendar, now: () => Micros) {
    this.#calls = calls;
    this.#budget = budget;
    this.#calendar = calendar;
    this.#now = now;
  }

  /** Bars of one symbol; undefined when there are none in the range. */
  async timeSeries(symbol: string, query: BarQuery, options: CallOptions): Promise<BarAnswer | undefined> {
    const what = `the ${query.timeframe} bars of ${symbol}`;
    const askedAt = this.#now();
    try {
      const body = await this.#calls.get('/time_series', { symbol, ...parametersOf(query) }, 1, what, options);
      return readBars(body, query.timeframe, askedAt, this.#calendar, what);
    } catch (error) {
      if (error instanceof TwelveDataError && error.kind === 'noData') return undefined;
      throw error;
    }
  }

  /** Bars of several symbols at once, the same range of each. */
  async timeSeriesOf(symbols: readonly string[], query: BarQuery, options: CallOptions): Promise<PerSymbol<BarAnswer>> {
    const what = `the ${query.timeframe} bars`;
    const askedAt = this.#now();
    const answers = await this.#calls.getEach('/time_series', symbols, parametersOf(query), what, options);
    return valuesOf(answers, (body) => readBars(body, query.timeframe, askedAt, this.#calendar, what));
  }

  /** Quotes of symbols. */
  async quotes(symbols: readonly string[], options: CallOptions): Promise<PerSymbol<TwelveDataQuote>> {
    return valuesOf(await this.#calls.getEach('/quote', symbols, {}, 'the quote', options), readQuote);
  }

  /** Last prices of symbols. */
  async prices(symbols: readonly string[], options: CallOptions): Promise<PerSymbol<Price>> {
    return valuesOf(await this.#calls.getEach('/price', symbols, {}, 'the price', options), readPriceAnswer);
  }

  /** Stocks by exchange and country; the whole world when nothing narrows it. */
  async stocks({ symbol, exchange, micCode, country }: ListingQuery, options: CallOptions) {
    const query = { symbol, exchange, mic_code: micCode, country };
    return readListings(
      await this.#calls.get('/stocks', query, 1, 'the list of stocks', options),
      'the list of stocks',
    );
  }

  /** Listings whose symbol or name is like a text, best first; at most 120. */
  async symbolSearch(text: string, most: number, options: CallOptions): Promise<readonly TwelveDataListing[]> {
    const what = 'a search of symbols';
    const query = { symbol: text, outputsize: Math.min(120, Math.max(1, most)) };
    return readListings(await this.#calls.get('/symbol_search', query, 1, what, options), what);
  }

  /** Start of the oldest bar; undefined if the service does not tell. */
  async earliestTimestamp(symbol: string, timeframe: Timeframe, options: CallOptions): Promise<Micros | undefined> {
    const what = `the oldest ${timeframe} bar of ${symbol}`;
    const query = { symbol, interval: intervalOf(timeframe), timezone: 'UTC' };
    return readEarliest(await this.#calls.get('/earliest_timestamp', query, 1, what, options), what);
  }

  /** All splits of a symbol that the service knows. */
  async splits(symbol: string, options: CallOptions): Promise<readonly TwelveDataSplit[]> {
    const what = `the splits of ${symbol}`;
    return readSplits(await this.#full('/splits', { symbol }, what, 'splits', options), what);
  }

  /** All dividends of a symbol that the service knows, as they were paid. */
  async dividends(symbol: string, options: CallOptions): Promise<readonly TwelveDataDividend[]> {
    const what = `the dividends of ${symbol}`;
    return readDividends(await this.#full('/dividends', { symbol, adjust: 'false' }, what, 'dividends', options), what);
  }

  /** What the key has used; puts the budget right. */
  async apiUsage(options: CallOptions): Promise<TwelveDataUsage> {
    const { minute } = this.#budget;
    const usage = readUsage(await this.#calls.get('/api_usage', {}, 1, 'the use of credits', options));
    this.#budget.correct(usage.minute, Math.max(0, usage.minuteLimit - usage.minute), minute);
    if (usage.day !== undefined) this.#budget.correctDay(usage.day, usage.dayLimit);
    return usage;
  }

  /** Dates are ignored beside a range, and without one only the last is told: all are asked for. */
  async #full(path: string, query: Record<string, string>, what: string, list: string, options: CallOptions) {
    try {
      return await this.#calls.get(path, { ...query, range: 'full' }, CORPORATE_ACTIONS_COST, what, options);
    } catch (error) {
      if (error instanceof TwelveDataError && error.kind === 'noData') return { [list]: [] };
      throw error;
    }
  }
}

/** Twelve Data's name of a timeframe; throws `SOURCE_REQUEST_REFUSED` for one that it has not. */
export function intervalOf(timeframe: Timeframe): string {
  const interval = INTERVALS[timeframe];
  if (interval !== undefined) return interval;
  const known = Object.keys(INTERVALS).join(', ');
  throw new TwelveDataError('badRequest', `${timeframe} bars`, `it has none; the timeframes it has are ${known}.`);
}

function parametersOf({ timeframe, startDate, endDate, rows, extendedHours }: BarQuery) {
  return {
    interval: intervalOf(timeframe),
    start_date: startDate,
    end_date: endDate,
    outputsize: Math.min(MOST_ROWS, Math.max(1, rows)),
    order: 'desc',
    timezone: 'UTC',
    adjust: 'none',
    prepost: extendedHours && EXTENDED.includes(timeframe) ? 'true' : undefined,
  };
}

function valuesOf<Value>(
  answers: ReadonlyMap<string, SymbolAnswer>,
  read: (body: unknown, symbol: string) => Value,
): PerSymbol<Value> {
  const values = new Map<string, { readonly value: Value } | { readonly error: TwelveDataError }>();
  for (const [symbol, answer] of answers) {
    try {
      values.set(symbol, 'error' in answer ? answer : { value: read(answer.body, symbol) });
    } catch (error) {
      if (!(error instanceof TwelveDataError)) throw error;
      values.set(symbol, { error });
    }
  }
  return values;
}
