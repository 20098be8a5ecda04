/** What the history cache knows of the bars that a check runs on: gaps, sources, names, and where the bars end. */
import { gapReport } from '../cache/gapReport.js';
import type { SeriesFacts } from '../analytics/check/dataChecks.js';
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { nyse, sessionsBetween } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { HistoryArchive, HistorySeries } from '../domain/historyArchive.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';

/** Which bars. Dates are New York dates, both inclusive. */
export interface FactsQuery {
  readonly symbols: readonly string[];
  readonly timeframe: Timeframe;
  readonly feed: string | undefined;
  readonly from: string;
  readonly to: string;
  /** Sessions before the first date that count too. */
  readonly warmUpSessions: number;
  readonly now: Micros;
}

/** Days between two looks at a security's name. */
const NAME_STEP = 20;

/** The facts of each symbol, in order. */
export async function seriesFacts(archive: HistoryArchive, query: FactsQuery): Promise<readonly SeriesFacts[]> {
  const coverage = await archive.coverage();
  const newest = coverage.reduce((last, entry) => (entry.to > last ? entry.to : last), '');
  const facts: SeriesFacts[] = [];
  for (const symbol of query.symbols) facts.push(await factsOf(archive, symbol, query, newest));
  return facts;
}

async function factsOf(
  archive: HistoryArchive,
  symbol: string,
  { timeframe, feed, from, to, warmUpSessions, now }: FactsQuery,
  newest: string,
): Promise<SeriesFacts> {
  const last = parseDate(to);
  const instrument = await archive.instrument(symbol, to);
  const series: HistorySeries = { symbol: instrument, kind: 'bar', timeframe, feed };
  const extent = await archive.extent(series);
  let first = parseDate(from);
  for (let session = 0; session < warmUpSessions; session += 1) {
    const before = nyse.previousSession(first).date;
    // Bars that are not there cannot warm anything up; that is the warm-up check's to tell.
    if (extent !== undefined && formatDate(before) < extent.from) break;
    first = before;
  }
  const range = { from: fromNewYork(first, 0), to: fromNewYork(last + 1, 0) };
  const days = new Set([...(await archive.times(series, range.from, range.to))].map((time) => newYorkDate(time)));
  const sessions = sessionsBetween(first, last).map(({ date }) => date);
  const report = await gapReport(archive, series, range, now);
  const claims = (await archive.stretches(series)).filter((claim) => claim.to > range.from && claim.from < range.to);
  const sources = new Map(claims.map(({ quality }) => [quality.source, quality.coverage]));
  return {
    symbol,
    sessions: sessions.length,
    missing: sessions.filter((date) => !days.has(date)).map(formatDate),
    untold: report === undefined ? sessions.length : report.partial + report.unknown,
    possibleBars: report?.possibleBars ?? 0,
    quietBars: report?.quietBars ?? 0,
    first: extent?.from,
    last: extent?.to,
    newest: newest === '' ? undefined : newest,
    sources: [...sources].map(([source, coverage]) => ({ source, coverage })),
    otherNames: await otherNames(archive, instrument, symbol, first, last),
  };
}

async function otherNames(
  archive: HistoryArchive,
  instrument: string,
  symbol: string,
  first: number,
  last: number,
): Promise<readonly string[]> {
  const names = new Set<string>();
  for (let date = first; date < last + NAME_STEP; date += NAME_STEP) {
    names.add(await archive.ticker(instrument, formatDate(Math.min(date, last))));
  }
  names.delete(symbol);
  return [...names];
}
