/**
 * What is missing of a series, by the calendar, and how sure that is. A stretch that no source has spoken of is
 * unknown; a bar that is absent where a source has said everything is quiet: the symbol did not trade, or the source
 * holds it back, which nobody here can tell. Only regular hours count, outside of which most symbols hardly trade.
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { nyse } from '../calendar/sessions.js';
import type { TradingCalendar } from '../calendar/TradingCalendar.js';
import { formatDate } from '../calendar/tradingDate.js';
import type { HistoryArchive, HistorySeries, TimeStretch } from '../domain/historyArchive.js';
import { TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { daysStretch, missingStretches, tradingTime, wantedHours } from './missingStretches.js';
import { joined, within } from './stretches.js';

/** How far the sessions of a stretch are covered. */
export interface SessionCoverage {
  /** First and last New York date looked at. */
  readonly from: string;
  readonly to: string;
  readonly sessions: number;
  /** Sessions of which sources have told all regular hours, a part, or nothing. */
  readonly complete: number;
  readonly partial: number;
  readonly unknown: number;
  /** Stretches to ask a source for, in order. */
  readonly missing: readonly TimeStretch[];
  /** Names of the sources that have told something. */
  readonly sources: readonly string[];
}

/** Coverage with what the rows show. */
export interface GapReport extends SessionCoverage {
  readonly series: HistorySeries;
  /** Bars that could be in the hours told; 0 for quotes and prints. */
  readonly possibleBars: number;
  /** Of these, those that are not there. */
  readonly quietBars: number;
  /** Dates of sessions that were told in full and have no row. */
  readonly quietSessions: readonly string[];
  /** Rows in regular hours that no source has spoken of. */
  readonly unclaimedRows: number;
}

/** From the first to the last that sources have said of a series, or that was lost of it; undefined if nothing is. */
async function extentOf(archive: HistoryArchive, series: HistorySeries): Promise<TimeStretch | undefined> {
  const all = joined([...(await archive.stretches(series)), ...(await archive.lost(series))]);
  const [first, last] = [all[0], all.at(-1)];
  return first === undefined || last === undefined ? undefined : { from: first.from, to: last.to };
}

/** Coverage of a series between two times by what sources have said; undefined where nothing is there at all. */
export async function sessionCoverage(
  archive: HistoryArchive,
  series: HistorySeries,
  range: TimeStretch | undefined,
  now: Micros,
  calendar: TradingCalendar = nyse,
): Promise<SessionCoverage | undefined> {
  const claims = await archive.stretches(series);
  const extent = await extentOf(archive, series);
  if (extent === undefined) return undefined;
  const { from, to } = range ?? extent;
  const hours = regularHours(series, { from, to }, now, calendar);
  let complete = 0;
  let partial = 0;
  for (const session of hours) {
    const told = tradingTime(claims, [session]);
    if (told === session.to - session.from) complete += 1;
    else if (told > 0) partial += 1;
  }
  return {
    from: formatDate(newYorkDate(from)),
    to: formatDate(newYorkDate(to - 1)),
    sessions: hours.length,
    complete,
    partial,
    unknown: hours.length - complete - partial,
    missing: missingStretches(hours, claims),
    sources: [...new Set(claims.map(({ quality }) => quality.source))].sort(),
  };
}

/** The gap report of a series; undefined where nothing is there at all. */
export async function gapReport(
  archive: HistoryArchive,
  series: HistorySeries,
  range: TimeStretch | undefined,
  now: Micros,
  calendar: TradingCalendar = nyse,
): Promise<GapReport | undefined> {
  const coverage = await sessionCoverage(archive, series, range, now, calendar);
  if (coverage === undefined) return undefined;
  const claims = await archive.stretches(series);
  const { from, to } = range ?? (await extentOf(archive, series)) ?? { from: 0, to: 0 };
  const hours = regularHours(series, { from, to }, now, calendar);
  const times = await archive.times(series, from, to);
  const duration = series.timeframe === undefined ? 0 : TIMEFRAME_DURATION[series.timeframe];
  const report = { possibleBars: 0, quietBars: 0, unclaimedRows: 0 };
  const quietSessions: string[] = [];
  let row = 0;
  for (const session of hours) {
    while (row < times.length && (times[row] ?? 0) < session.from) row += 1;
    const told = within([session], claims);
    let toldRows = 0;
    let allRows = 0;
    for (; row < times.length && (times[row] ?? 0) < session.to; row += 1) {
      const time = times[row] ?? 0;
      allRows += 1;
      if (told.some((stretch) => time >= stretch.from && time < stretch.to)) toldRows += 1;
    }
    report.unclaimedRows += allRows - toldRows;
    if (duration > 0) {
      const possible = series.timeframe === '1d' ? told.length : barsWithin(told, session.from, duration);
      report.possibleBars += possible;
      report.quietBars += Math.max(0, possible - toldRows);
    }
    const isTold = tradingTime(told, [session]) === session.to - session.from;
    if (isTold && allRows === 0) quietSessions.push(formatDate(newYorkDate(session.from)));
  }
  return { ...coverage, series, ...report, quietSessions };
}

/** How many bars of a grid through `anchor` lie wholly in stretches; the last of a session may be cut short. */
function barsWithin(stretches: readonly TimeStretch[], anchor: Micros, duration: number): number {
  return stretches.reduce((sum, { from, to }) => {
    const first = Math.ceil((from - anchor) / duration);
    const last = Math.ceil((to - anchor) / duration);
    return sum + Math.max(0, last - first);
  }, 0);
}

function regularHours(
  series: HistorySeries,
  range: TimeStretch,
  now: Micros,
  calendar: TradingCalendar,
): readonly TimeStretch[] {
  const { timeframe } = series;
  // Days that a stretch touches count whole: a session half told is half unknown.
  const days = daysStretch(newYorkDate(range.from), newYorkDate(range.to - 1));
  return wantedHours({ timeframe, ...days, extendedHours: false, now }, calendar);
}
