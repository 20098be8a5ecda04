/**
 * Alpaca's history as a source: bars, quotes and trades in pages, splits and dividends. Bars are raw and finished; the
 * times that Alpaca may still change are not covered. Rows that are not what a market can have said are left out, with
 * a hole in what is covered where they were, and the call throws after everything else was given.
 */
import { assertPaperKey, assertSecret, dataAddress } from '../../config/paperBoundary.js';
import { barStart, clockBarSpan } from '../../calendar/barGrid.js';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { PapertapeError } from '../../domain/errors.js';
import type {
  FeedQuality,
  HistoryPage,
  HistoryRequest,
  HistorySource,
  SourceCorporateAction,
} from '../../domain/marketSource.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import type { Clock } from '../../utils/clock.js';
import type { AlpacaFeed } from './alpacaFeeds.js';
import { feedQuality, historyFeedName } from './alpacaFeeds.js';
import { ACTION_TYPES, corporateActionsOf } from './corporateActionRows.js';
import { DataRestClient } from './DataRestClient.js';
import { answerableUntil, baseTimeframe, neededRange } from './historyRanges.js';
import { Coverage, MergedBars } from './historyPages.js';
import type { RefusedRow } from './HistoryRows.js';
import { HistoryRows, invalid } from './HistoryRows.js';
import type { WireFields } from './MessageReader.js';
import { RequestPacer } from './RequestPacer.js';
import { parseWireTime, wireTimeText } from './wireTime.js';

/** What a history is made of. */
export interface AlpacaHistoryOptions {
  readonly feed: AlpacaFeed;
  readonly keyId: string;
  readonly secretKey: string;
  /** The address before `/v2/stocks`; Alpaca's by default. */
  readonly url?: string;
  readonly requestsPerMinute?: number;
  readonly timeoutMs?: number;
  readonly clock: Clock;
  /** Uniform in [0, 1), for pauses. */
  readonly random: () => number;
  readonly fetch: typeof fetch;
}

const DATA_URL = 'https://data.alpaca.markets';
const REQUESTS_PER_MINUTE = 200;
const TIMEOUT_MS = 30_000;
const ROWS_PER_PAGE = '10000';
const ACTIONS_PER_PAGE = '1000';
/** Before anything that Alpaca has. */
const BEGINNING = '1990-01-01T00:00:00Z';
/** Alpaca finds actions by the day they are processed, which may be far from the ex-date. */
const DAYS_BEFORE = 10;
const DAYS_AFTER = 200;
const LISTS = { bar: 'bars', quote: 'quotes', print: 'trades' } as const;

/** See the module header. */
export class AlpacaHistory implements HistorySource {
  readonly quality: FeedQuality;
  readonly #options: AlpacaHistoryOptions;
  readonly #client: DataRestClient;
  #rows = 0;
  #unknownConditions = 0;
  readonly #refused = new Map<string, number>();

  /** Throws `LIVE_TRADING_REFUSED` for a host or key that is not one of paper or data, `CONFIG_INVALID` for none. */
  constructor(options: AlpacaHistoryOptions) {
    assertPaperKey(options.keyId);
    assertSecret(options.secretKey);
    const baseUrl = dataAddress(options.url ?? DATA_URL, 'rest');
    const { keyId, secretKey, clock, random } = options;
    this.#options = options;
    this.quality = feedQuality(options.feed);
    this.#client = new DataRestClient({
      baseUrl,
      keyId,
      secretKey,
      clock,
      random,
      pacer: new RequestPacer(clock, options.requestsPerMinute ?? REQUESTS_PER_MINUTE),
      fetch: options.fetch,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    });
  }

  /** Requests, rows, and what was refused by reason. */
  counters(): Readonly<Record<string, number>> {
    return {
      requests: this.#client.requests,
      limited: this.#client.limited,
      rows: this.#rows,
      unknownConditions: this.#unknownConditions,
      ...Object.fromEntries(this.#refused),
    };
  }

  async *read(request: HistoryRequest, signal: AbortSignal): AsyncIterable<HistoryPage> {
    const { kind, from } = request;
    const timeframe = kind === 'bar' ? request.timeframe : '1m';
    if (timeframe === undefined) {
      throw new PapertapeError('SOURCE_REQUEST_REFUSED', 'A request for bars names no time frame.');
    }
    const base = baseTimeframe(timeframe);
    const to = answerableUntil(request, this.#options.clock.now(), this.quality.delay);
    if (to <= from) return;
    const isOwn = base.timeframe === timeframe;
    const needed = neededRange(timeframe, from, to);
    const rows = isOwn
      ? new HistoryRows(kind, timeframe, from, to)
      : new HistoryRows(kind, base.timeframe, needed.from, needed.to);
    const merged = isOwn ? undefined : new MergedBars(timeframe, from, to);
    const startOf = (time: Micros): Micros => (isOwn ? time : (barStart(time, timeframe) ?? time));
    const coverage = new Coverage(from);
    const refused: RefusedRow[] = [];
    for await (const isLast of this.#pages(request, base.text, needed, rows, signal)) {
      refused.push(...rows.refused.splice(0));
      const holes = refused.map(({ time }) => startOf(time));
      // The rows of the last time may go on in the next page.
      const known = isLast ? Infinity : rows.lastTime;
      const taken = rows.takeBefore(known);
      const table = merged !== undefined && taken.kind === 'bar' ? merged.add(taken, known, new Set(holes)) : taken;
      this.#rows += table.length;
      yield* coverage.pages(table, holes, isLast ? to : Math.min(to, Math.max(from, startOf(known))));
    }
    this.#unknownConditions += rows.unknownConditions;
    this.#count(refused);
    const [first] = refused;
    if (first === undefined) return;
    throw invalid(
      `${refused.length} rows of ${request.symbol} that no market can have said, the first at ` +
        `${wireTimeText(first.time)} (${first.reason}); everything else was read`,
    );
  }

  async earliest(symbol: string, timeframe: Timeframe, signal: AbortSignal): Promise<Micros | undefined> {
    const base = baseTimeframe(timeframe);
    const query = this.#query({ timeframe: base.text, adjustment: 'raw', start: BEGINNING, limit: '1' });
    const body = await this.#client.get(`/v2/stocks/${encodeURIComponent(symbol)}/bars`, query, 'backfill', signal);
    const [first] = listOf(body, 'bars');
    if (first === undefined) return undefined;
    const text = (first as WireFields)['t'];
    const time = typeof text === 'string' ? parseWireTime(text) : undefined;
    if (time === undefined) throw invalid('a bar without a time');
    return timeframe === '1d' ? clockBarSpan(time, '1d')?.start : barStart(time, timeframe);
  }

  async corporateActions(
    symbol: string,
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<readonly SourceCorporateAction[]> {
    const start = formatDate(parseDate(from) - DAYS_BEFORE);
    const end = formatDate(parseDate(to) + DAYS_AFTER);
    const query = { symbols: symbol, types: ACTION_TYPES.join(','), start, end, limit: ACTIONS_PER_PAGE };
    const found: SourceCorporateAction[] = [];
    for await (const body of this.#bodies('/v1/corporate-actions', query, 'backfill', signal)) {
      found.push(...corporateActionsOf(body));
    }
    return found
      .filter((action) => action.symbol === symbol && action.exDate >= from && action.exDate <= to)
      .sort((a, b) => (a.exDate < b.exDate ? -1 : a.exDate > b.exDate ? 1 : 0));
  }

  /** Pushes every page's rows, and says of each whether it is the last one. */
  async *#pages(
    { symbol, kind, priority }: HistoryRequest,
    timeframe: string,
    range: { readonly from: Micros; readonly to: Micros },
    rows: HistoryRows,
    signal: AbortSignal,
  ): AsyncGenerator<boolean> {
    const query = this.#query({
      ...(kind === 'bar' ? { timeframe, adjustment: 'raw' } : {}),
      start: wireTimeText(range.from),
      // Alpaca counts the end in.
      end: wireTimeText(range.to - 1),
      limit: ROWS_PER_PAGE,
    });
    const path = `/v2/stocks/${encodeURIComponent(symbol)}/${LISTS[kind]}`;
    for await (const body of this.#bodies(path, query, priority, signal)) {
      for (const row of listOf(body, LISTS[kind])) rows.push(row);
      yield tokenOf(body) === undefined;
    }
  }

  async *#bodies(
    path: string,
    query: Readonly<Record<string, string>>,
    priority: HistoryRequest['priority'],
    signal: AbortSignal,
  ): AsyncGenerator<WireFields> {
    const seen = new Set<string>();
    let token: string | undefined;
    do {
      const page = token === undefined ? query : { ...query, page_token: token };
      const body = await this.#client.get(path, page, priority, signal);
      yield body;
      token = tokenOf(body);
      if (token !== undefined && seen.has(token)) throw invalid('pages that go in a circle');
      if (token !== undefined) seen.add(token);
    } while (token !== undefined);
  }

  #query(query: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return { ...query, feed: historyFeedName(this.#options.feed), sort: 'asc' };
  }

  #count(refused: readonly RefusedRow[]): void {
    for (const { reason } of refused) {
      const name = `refused.${reason}`;
      this.#refused.set(name, (this.#refused.get(name) ?? 0) + 1);
    }
  }
}

function listOf(body: WireFields, name: string): readonly unknown[] {
  const list = body[name];
  // Nothing found is told as null, as an empty list, or not at all.
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw invalid(`${name} that are no list`);
  return list;
}

function tokenOf(body: WireFields): string | undefined {
  const token = body['next_page_token'];
  return typeof token === 'string' && token !== '' ? token : undefined;
}
