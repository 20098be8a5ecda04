/** Finds the sessions that a daily or weekly report is about, reads what happened in them, and makes the report. */
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import { dayOfWeek, formatDate, parseDate, Weekday } from '../../calendar/tradingDate.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { AccountReportStore, KeptActivity, KeptSession } from '../../domain/accountReports.js';
import { PapertapeError } from '../../domain/errors.js';
import type { TradeCursor, TradeLogStore } from '../../domain/tradeLog.js';
import type { Money } from '../../domain/units.js';
import type { TradeDocument } from '../tradeDocument.js';
import { accountReport } from './accountReport.js';
import type { SessionOfReport } from './accountReport.js';
import type { AccountReport, ReportPeriod } from './accountReportTypes.js';

const WEEK = 7;
const PAGE_TRADES = 500;

/** Which report is wanted. */
export interface ReportTerms {
  readonly period: ReportPeriod;
  /** A New York date in the period; absent: that of the session, else that of the last session. */
  readonly date?: string | undefined;
  /** The session of its day; absent: the last one of each day. */
  readonly sessionId?: string | undefined;
}

/** Where reports are made from. */
export interface ReportSources {
  readonly store: AccountReportStore;
  readonly trades: Pick<TradeLogStore, 'findTrades'>;
}

/** See the module header. Throws `NOT_FOUND` where no session ran, `REQUEST_INVALID` for a session of another day. */
export async function loadAccountReport(sources: ReportSources, terms: ReportTerms): Promise<AccountReport> {
  const { store } = sources;
  const anchor = await anchorOf(store, terms);
  const [first, last] = datesOf(terms.period, terms.date === undefined ? dateOf(anchor) : parseDate(terms.date));
  if (dateOf(anchor) < first || dateOf(anchor) > last) {
    throw new PapertapeError(
      'REQUEST_INVALID',
      `${anchor.sessionId} did not run in the ${terms.period} of ${terms.date ?? ''}.`,
      {
        remedy: `It ran on ${formatDate(dateOf(anchor))}; leave out the date or the session.`,
      },
    );
  }
  const all = await sessionsOn(store, first, last);
  const chosen = chosenOf(all, anchor);
  const sessions: SessionOfReport[] = [];
  for (const session of chosen) {
    const activity = await store.activity(session);
    sessions.push({
      session,
      startEquity: await startOf(store, session, activity),
      activity,
      trades: await tradesOf(sources.trades, session.sessionId),
    });
  }
  const left = all.filter((session) => !chosen.includes(session)).map(({ sessionId }) => sessionId);
  return accountReport({ period: terms.period, from: formatDate(first), to: formatDate(last), sessions, left });
}

async function anchorOf(store: AccountReportStore, { period, date, sessionId }: ReportTerms): Promise<KeptSession> {
  if (sessionId !== undefined) {
    const session = await store.session(sessionId);
    if (session !== undefined) return session;
    throw new PapertapeError('NOT_FOUND', `There is no session ${sessionId}.`, {
      remedy: 'Their names are those of the folders in `tapes` of the data directory.',
    });
  }
  const [first, last] = date === undefined ? [undefined, undefined] : datesOf(period, parseDate(date));
  const found =
    first === undefined || last === undefined
      ? await store.lastSession()
      : lastOf(await sessionsOn(store, first, last));
  if (found !== undefined) return found;
  const when = date === undefined ? 'yet' : `in the ${period} of ${date}`;
  throw new PapertapeError('NOT_FOUND', `No session ran ${when}.`, {
    remedy: 'Start one with `papertape up`, or name another date or data directory.',
  });
}

/** First and last date of a day or of a week from Monday to Sunday. */
function datesOf(period: ReportPeriod, date: TradingDate): readonly [first: TradingDate, last: TradingDate] {
  if (period === 'day') return [date, date];
  const monday = date - ((dayOfWeek(date) - Weekday.MONDAY + WEEK) % WEEK);
  return [monday, monday + WEEK - 1];
}

function sessionsOn(store: AccountReportStore, first: TradingDate, last: TradingDate): Promise<readonly KeptSession[]> {
  return store.sessions(fromNewYork(first, 0), fromNewYork(last + 1, 0));
}

/** Of each date the last session of the anchor's line and account, of its own date the anchor. */
function chosenOf(all: readonly KeptSession[], anchor: KeptSession): readonly KeptSession[] {
  const byDate = new Map<TradingDate, KeptSession>();
  for (const session of all.toSorted(byNumber)) {
    if (lineOf(session) !== lineOf(anchor) || session.config.accountId !== anchor.config.accountId) continue;
    byDate.set(dateOf(session), session);
  }
  byDate.set(dateOf(anchor), anchor);
  const chosen = new Set(Array.from(byDate.values(), ({ sessionId }) => sessionId));
  return all.filter(({ sessionId }) => chosen.has(sessionId));
}

/**
 * What an account was worth before a session: what the session before it in its line ended with, if it goes on from
 * that one's cash, else the cash that it began with. Undefined where neither is so.
 */
async function startOf(
  store: AccountReportStore,
  session: KeptSession,
  { points, cash }: KeptActivity,
): Promise<Money | undefined> {
  const [first] = points;
  const { startingCash } = session.config;
  if (first === undefined) return undefined;
  const moved = cash.filter(({ time }) => time <= first.time).reduce((sum, { amount }) => sum + amount, 0);
  const opening = first.cash - moved;
  const before = await store.sessionBefore(session.startedAt, `${lineOf(session)}-`);
  const ended = before === undefined ? undefined : await store.lastPoint(before.sessionId);
  if (ended !== undefined && ended.cash === opening && before?.config.accountId === session.config.accountId) {
    return ended.equity;
  }
  return opening === startingCash ? startingCash : undefined;
}

async function tradesOf(
  store: Pick<TradeLogStore, 'findTrades'>,
  sessionId: string,
): Promise<readonly TradeDocument[]> {
  const trades: TradeDocument[] = [];
  let after: TradeCursor | undefined;
  do {
    const page = await store.findTrades({ sessionId }, { limit: PAGE_TRADES, ordering: 'oldestFirst', after });
    // Written by the host from this very type.
    for (const { document } of page.trades) trades.push(JSON.parse(document) as TradeDocument);
    after = page.next;
  } while (after !== undefined);
  return trades;
}

function lastOf(sessions: readonly KeptSession[]): KeptSession | undefined {
  return sessions.toSorted((a, b) => dateOf(a) - dateOf(b) || byNumber(a, b)).at(-1);
}

function dateOf({ startedAt }: KeptSession): TradingDate {
  return newYorkDate(startedAt);
}

/** What sessions that follow each other have in common: their name without date and number. */
function lineOf({ sessionId }: KeptSession): string {
  return sessionId.replace(/(-\d{4}-\d{2}-\d{2})?-\d+$/, '');
}

function byNumber(a: KeptSession, b: KeptSession): number {
  const numberIn = ({ sessionId }: KeptSession): number => Number(/\d+$/.exec(sessionId)?.[0] ?? 0);
  return numberIn(a) - numberIn(b);
}
