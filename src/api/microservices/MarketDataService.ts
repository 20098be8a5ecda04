/**
 * Market data for people and programs beside the running session: stored history page by page, several questions at
 * once, what is stored, symbols, trading sessions and corporate actions.
 *
 * History ends the day before the session's: what a replay has not reached yet stays unknown, and today's market is
 * the session's own (`/quotes`, `/bars` and the stream). Everything is read from one {@link MarketHistory}; a bounded
 * number of reads runs at once.
 */
import { createHash } from 'node:crypto';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { sessionsBetween } from '../../calendar/sessions.js';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import type {
  CorporateActions,
  Coverage,
  HistoryBars,
  HistoryBatch,
  HistoryPrints,
  HistoryQuotes,
  MarketSessions,
  SymbolSearch,
} from '../../contracts/index.js';
import { MAX_HISTORY_ROWS } from '../../contracts/index.js';
import { PapertapeError } from '../../domain/errors.js';
import type { AdjustmentFactor, TickerPeriod } from '../../domain/history.js';
import type { HistorySeries } from '../../domain/historyArchive.js';
import type { AdjustMode, HistoryCoverage, HistoryQuery, HistoryStore } from '../../domain/ports.js';
import type { Timeframe } from '../../domain/timeframe.js';
import { ADJUSTED_PRICE_SCALE, RAW_PRICE_SCALE } from '../../domain/units.js';
import { BoundedQueue } from '../../utils/BoundedQueue.js';
import { toPapertapeError } from '../problems.js';
import type { TradingSession } from '../tradingSession.js';
import { readPage, type HistoryColumns } from './marketData/historyPages.js';
import { searchSymbols } from './marketData/symbolSearch.js';

/** Stored history as the service reads it. */
export interface MarketHistory extends HistoryStore {
  /** Equal for equal data of a query, whatever the machine. */
  contentHash(query: HistoryQuery): Promise<string>;
  /** Undefined if a symbol's prices cannot be adjusted. */
  factors(symbol: string): Promise<readonly AdjustmentFactor[] | undefined>;
  tickers(symbol: string): Promise<readonly TickerPeriod[]>;
  /** First and last date of a series; undefined if nothing of it is stored. */
  extent(series: HistorySeries): Promise<HistoryCoverage | undefined>;
  /** Splits and dividends with ex-dates from `from` to `to`, oldest first. */
  corporateActions(symbol: string, from: string, to: string): Promise<CorporateActions['actions']>;
}

/** A question of one page. Dates are New York dates, both inclusive. */
export interface HistoryQuestion {
  readonly kind: 'bars' | 'quotes' | 'prints';
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
  /** Of bars. */
  readonly timeframe?: Timeframe;
  readonly adjust?: AdjustMode;
  readonly extendedHours: boolean;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** A page of any kind. */
export type HistoryPageView = HistoryBars | HistoryQuotes | HistoryPrints;

const KINDS = { bars: 'bar', quotes: 'quote', prints: 'print' } as const;
const MAX_SESSION_YEARS = 10;
/** Reads at once, and waiting ones; a read holds a page of columns and the stretch that it is cut from. */
const READS = { running: 2, waiting: 64 };

/** See the module header. */
export class MarketDataService {
  readonly #history: MarketHistory;
  readonly #session: Pick<TradingSession, 'info'>;
  readonly #queue = new BoundedQueue(
    READS,
    () =>
      new PapertapeError('OVERLOADED', 'Too many questions of market history are being answered at once.', {
        remedy: 'Try again in a few seconds.',
      }),
  );

  constructor(history: MarketHistory, session: Pick<TradingSession, 'info'>) {
    this.#history = history;
    this.#session = session;
  }

  /** What names a page's content: the same question of the same data has the same tag. */
  async tagOf(question: HistoryQuestion): Promise<string> {
    const query = this.#queryOf(question);
    const data = query === undefined ? '' : await this.#queue.run(() => this.#history.contentHash(query));
    const parts = [data, question.kind, question.limit, question.cursor ?? ''];
    return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
  }

  /**
   * One page. Throws `DATA_MISSING` where adjusted prices are asked for and there are no factors,
   * `DATE_RANGE_INVALID`, `REQUEST_INVALID` for a foreign cursor, and `OVERLOADED`.
   */
  async page(question: HistoryQuestion): Promise<HistoryPageView> {
    return this.#queue.run(() => this.#read(question));
  }

  /** The answers to several questions in their order; a fault of one is its own. Throws `REQUEST_INVALID`. */
  async batch(questions: readonly HistoryQuestion[]): Promise<HistoryBatch> {
    const rows = questions.reduce((sum, { limit }) => sum + limit, 0);
    if (rows > MAX_HISTORY_ROWS) {
      throw new PapertapeError(
        'REQUEST_INVALID',
        `The limits of a batch are ${rows} rows together; at most ${MAX_HISTORY_ROWS} are allowed.`,
        { remedy: 'Ask for fewer rows, or in several batches.' },
      );
    }
    const results: HistoryBatch['results'] = [];
    for (const question of questions) {
      try {
        results.push({ ok: true, page: await this.page(question) });
      } catch (error) {
        const known = toPapertapeError(error);
        if (known === undefined) throw error;
        const { code, message: detail, remedy } = known;
        results.push({ ok: false, code, detail, ...(remedy === undefined ? {} : { remedy }) });
      }
    }
    return { results };
  }

  /** What is stored, of one symbol or all. */
  async coverage(symbol: string | undefined): Promise<Coverage> {
    const stretches = await this.#history.coverage();
    return {
      series: stretches
        .filter((stretch) => symbol === undefined || stretch.symbol === symbol)
        .map((stretch) => ({ ...stretch, timeframe: stretch.timeframe ?? null })),
    };
  }

  /** Symbols that begin with a text, then those that contain it; case does not matter. */
  async symbols(text: string, limit: number): Promise<SymbolSearch> {
    const coverage = await this.#history.coverage();
    const found = searchSymbols(this.#session.info().symbols, coverage, text, limit);
    const symbols: SymbolSearch['symbols'] = [];
    for (const one of found) {
      const periods = one.history === null ? [] : await this.#history.tickers(one.symbol);
      const formerTickers = periods
        .filter(({ ticker }) => ticker !== one.symbol)
        .map(({ ticker, until }) => ({ ticker, until }));
      symbols.push({ ...one, formerTickers });
    }
    return { symbols };
  }

  /** The exchange's sessions of some dates. Throws `DATE_RANGE_INVALID` and `CALENDAR_RANGE`. */
  marketSessions(from: string, to: string): MarketSessions {
    const [first, last] = [parseDate(from, 'from'), parseDate(to, 'to')];
    if (last - first > MAX_SESSION_YEARS * 366) {
      throw new PapertapeError(
        'DATE_RANGE_INVALID',
        `From ${from} to ${to} are more than ${MAX_SESSION_YEARS} years.`,
        {
          remedy: 'Ask for a part of it.',
        },
      );
    }
    return {
      sessions: sessionsBetween(first, last).map((session) => ({ ...session, date: formatDate(session.date) })),
    };
  }

  /** Splits and dividends of a symbol, none of which lies after the session's day. */
  async corporateActions(symbol: string, from: string, to: string): Promise<CorporateActions> {
    if (parseDate(to, 'to') < parseDate(from, 'from')) throw endsBeforeItStarts(from, to);
    const today = this.#today();
    const last = to < today ? to : today;
    if (last < from) return { actions: [] };
    return { actions: await this.#queue.run(() => this.#history.corporateActions(symbol, from, last)) };
  }

  async #read(question: HistoryQuestion): Promise<HistoryPageView> {
    const query = this.#queryOf(question);
    if (query === undefined) return pageOf(question, { columns: new Map(), length: 0, cursor: null });
    if (query.adjust !== 'raw' && (await this.#history.factors(question.symbol)) === undefined) {
      throw new PapertapeError(
        'DATA_MISSING',
        `There are no adjustment factors of ${question.symbol}, so its prices cannot be adjusted ("${query.adjust}").`,
        {
          remedy:
            'Get its splits and dividends with `papertape data fetch`, import a factor file with `papertape data ' +
            'import`, or ask for raw prices.',
        },
      );
    }
    const { symbol, limit, cursor } = question;
    const extent = await this.#history.extent({
      symbol,
      kind: query.kind,
      timeframe: query.timeframe,
      feed: undefined,
    });
    return pageOf(question, await readPage(this.#history, { query, limit, cursor }, extent));
  }

  /** The question as the store takes it; undefined if all of it lies on or after the session's day. */
  #queryOf({ kind, symbol, from, to, timeframe, adjust, extendedHours }: HistoryQuestion): HistoryQuery | undefined {
    if (parseDate(to, 'to') < parseDate(from, 'from')) throw endsBeforeItStarts(from, to);
    const today = this.#today();
    const yesterday = formatDate(parseDate(today) - 1);
    const last = to < yesterday ? to : yesterday;
    if (last < from) return undefined;
    return {
      symbols: [symbol],
      kind: KINDS[kind],
      ...(timeframe === undefined ? {} : { timeframe }),
      from,
      to: last,
      adjust: adjust ?? 'raw',
      // Prices go together with the session's own, and tell nothing of splits to come.
      adjustTo: today,
      extendedHours,
    };
  }

  /** The session's New York date. */
  #today(): string {
    return formatDate(newYorkDate(this.#session.info().clock.time));
  }
}

function endsBeforeItStarts(from: string, to: string): PapertapeError {
  return new PapertapeError('DATE_RANGE_INVALID', `The range of dates ends on ${to}, before it starts on ${from}.`, {
    remedy: 'Give the earlier date first.',
  });
}

function pageOf(question: HistoryQuestion, { columns, cursor }: HistoryColumns): HistoryPageView {
  const { kind, symbol, timeframe, adjust = 'raw' } = question;
  const column = (name: string): number[] => columns.get(name) ?? [];
  const priceScale = adjust === 'raw' ? RAW_PRICE_SCALE : ADJUSTED_PRICE_SCALE;
  const page = { symbol, priceScale, cursor, time: column('time') };
  if (kind === 'quotes') {
    const [bid, bidSize, ask, askSize] = [column('bid'), column('bidSize'), column('ask'), column('askSize')];
    return { kind, ...page, bid, bidSize, ask, askSize, flags: column('flags') };
  }
  if (kind === 'prints') {
    const exchange = column('exchange').map((code) => (code === 0 ? '' : String.fromCodePoint(code)));
    return { kind, ...page, price: column('price'), size: column('size'), flags: column('flags'), exchange };
  }
  if (timeframe === undefined) throw new TypeError('a question of bars has a timeframe');
  const [open, high, low, close] = [column('open'), column('high'), column('low'), column('close')];
  const [start, volume] = [column('start'), column('volume')];
  return { kind, ...page, timeframe, adjust, start, open, high, low, close, volume };
}
