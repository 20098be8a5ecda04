/**
 * Twelve Data's history as a source: finished bars, unadjusted, newest page first, and corporate actions.
 *
 * An answer has at most 5,000 rows, the newest of its range, so that a long range is paged backwards. What the end of a
 * range means differs between intervals, and it is unknown for some: each page asks for a little more and keeps what
 * is before its end. A row that cannot be read leaves a hole in what the pages cover, and the call throws after the
 * others were given.
 */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { FIRST_DATE } from '../../calendar/TradingCalendar.js';
import type { TradingCalendar } from '../../calendar/TradingCalendar.js';
import { formatDate } from '../../calendar/tradingDate.js';
import type { FeedQuality, HistoryPage, HistoryRequest, HistorySource } from '../../domain/marketSource.js';
import type { SourceCorporateAction } from '../../domain/marketSource.js';
import type { BarTable } from '../../domain/marketTables.js';
import { createBarTable, sliceTable } from '../../domain/tables.js';
import { DAY, TIMEFRAME_DURATION } from '../../domain/timeframe.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import { TwelveDataError } from './faults.js';
import type { TwelveDataPlan } from './plans.js';
import { intervalOf, MOST_ROWS } from './restClient.js';
import type { BarQuery, RestClient } from './restClient.js';
import type { CallOptions } from './restCalls.js';
import { finishedUntil, utcText } from './timeSeries.js';
import type { BadRow, BarAnswer } from './timeSeries.js';

/** What the source works with. */
export interface HistoryParts {
  readonly rest: RestClient;
  readonly calendar: TradingCalendar;
  readonly now: () => Micros;
  readonly plan: Pick<TwelveDataPlan, 'extendedHours' | 'historyCoverage'>;
  /** One line for people. */
  readonly log: (line: string) => void;
}

/** Rows that an answer may have beyond the range: its end, in both readings. */
const EXTRA_ROWS = 10;

/** See the module header. */
export class TwelveDataHistory implements HistorySource {
  readonly quality: FeedQuality;
  readonly #parts: HistoryParts;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
    this.quality = { source: 'twelvedata', coverage: parts.plan.historyCoverage, delay: 0 };
  }

  /**
   * Pages from the newest to the oldest. What is not over at the time of the call is not read: the pages end where it
   * begins. Throws `SOURCE_REQUEST_REFUSED` for anything but bars, and for timeframes that the service has not.
   */
  async *read(request: HistoryRequest, signal: AbortSignal): AsyncIterable<HistoryPage> {
    const { calendar, now, rest, log } = this.#parts;
    const { symbol, kind, timeframe, priority } = request;
    if (kind !== 'bar' || timeframe === undefined) {
      throw new TwelveDataError('badRequest', `${kind} history of ${symbol}`, 'it has bars only.');
    }
    intervalOf(timeframe);
    const from = Math.max(request.from, (FIRST_DATE + 2) * DAY);
    let to = Math.min(request.to, finishedUntil(timeframe, now(), calendar));
    const bad: BadRow[] = [];
    const seen = { outsideSessions: 0, repeated: 0, volumesMissing: 0 };
    while (to > from) {
      const answer = await rest.timeSeries(symbol, this.#queryOf(timeframe, from, to), options(priority, signal));
      const start = startOf(answer, from, to, symbol, timeframe);
      if (answer !== undefined) {
        const holes = answer.bad.filter((row) => row.from >= start && row.from < to);
        bad.push(...holes);
        for (const name of ['outsideSessions', 'repeated', 'volumesMissing'] as const) seen[name] += answer[name];
        yield* pagesOf(answer.table, start, to, holes);
      } else yield { table: createBarTable(timeframe, 0), covered: { from: start, to } };
      to = start;
    }
    const notes = Object.entries(seen).filter(([, count]) => count > 0);
    if (notes.length > 0) {
      log(`Bars of ${symbol}: ${notes.map(([name, count]) => `${NOTES[name] ?? name} ${count}`).join(', ')}.`);
    }
    const [first] = bad;
    if (first !== undefined) {
      throw new TwelveDataError(
        'badPayload',
        `the ${timeframe} bars of ${symbol}`,
        `${bad.length} rows could not be read and are left out, the first one at ${first.reason}.`,
      );
    }
  }

  async earliest(symbol: string, timeframe: Timeframe, signal: AbortSignal): Promise<Micros | undefined> {
    return this.#parts.rest.earliestTimestamp(symbol, timeframe, options('backfill', signal));
  }

  async corporateActions(
    symbol: string,
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<readonly SourceCorporateAction[]> {
    const { rest } = this.#parts;
    const splits = await rest.splits(symbol, options('backfill', signal));
    const dividends = await rest.dividends(symbol, options('backfill', signal));
    const actions: SourceCorporateAction[] = [
      ...splits.map(({ date, ...ratio }) => ({ kind: 'split' as const, symbol, exDate: date, ratio })),
      ...dividends.map(({ exDate, amount }) => ({ kind: 'dividend' as const, symbol, exDate, cash: amount })),
    ];
    const wanted = actions.filter(({ exDate }) => exDate >= from && exDate <= to);
    return wanted.sort((a, b) => (a.exDate < b.exDate ? -1 : a.exDate > b.exDate ? 1 : 0));
  }

  #queryOf(timeframe: Timeframe, from: Micros, to: Micros): BarQuery {
    const isDaily = timeframe === '1d';
    // With a start, an answer might hold the oldest rows of a long range instead of the newest: only where all fit.
    const rows = Math.ceil((to - from) / TIMEFRAME_DURATION[timeframe]) + EXTRA_ROWS;
    const startDate = isDaily ? formatDate(newYorkDate(from)) : utcText(Math.floor(from / 1e6) * 1e6);
    return {
      timeframe,
      // The end of days is exclusive, and that of times may be either: the first bar that is not wanted serves both.
      endDate: isDaily ? formatDate(newYorkDate(to - 1) + 1) : utcText(to),
      ...(rows <= MOST_ROWS ? { startDate } : {}),
      rows: MOST_ROWS,
      extendedHours: this.#parts.plan.extendedHours,
    };
  }
}

const NOTES: Readonly<Record<string, string>> = {
  outsideSessions: 'rows outside every session',
  repeated: 'repeated rows',
  volumesMissing: 'bars without a volume',
};

function options(priority: CallOptions['priority'], signal: AbortSignal): CallOptions {
  return { priority, wait: true, signal };
}

/** From when on an answer has said everything. */
function startOf(
  answer: BarAnswer | undefined,
  from: Micros,
  to: Micros,
  symbol: string,
  timeframe: Timeframe,
): Micros {
  if (answer === undefined || answer.rowCount < MOST_ROWS || answer.oldest === undefined) return from;
  // A full answer without anything older than the last one would be asked for for ever.
  if (answer.oldest < to) return Math.max(from, answer.oldest);
  throw new TwelveDataError('badPayload', `the ${timeframe} bars of ${symbol}`, 'the rows are not those of the range.');
}

/** The bars of [from, to) as pages whose stretches leave the holes out. */
function* pagesOf(table: BarTable, from: Micros, to: Micros, holes: readonly BadRow[]): Iterable<HistoryPage> {
  const sorted = [...holes].sort((a, b) => a.from - b.from);
  let start = from;
  for (const hole of [...sorted, { from: to, to }]) {
    const end = Math.min(hole.from, to);
    if (end > start) yield { table: within(table, start, end), covered: { from: start, to: end } };
    start = Math.max(start, hole.to);
  }
}

function within(table: BarTable, from: Micros, to: Micros): BarTable {
  let first = 0;
  while (first < table.length && (table.start[first] ?? 0) < from) first += 1;
  let end = first;
  while (end < table.length && (table.start[end] ?? 0) < to) end += 1;
  return sliceTable(table, first, end);
}
