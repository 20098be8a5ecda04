/** Finds the sessions that a daily or weekly report is about, reads what happened in them, and makes the report. */
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import { dayOfWeek, formatDate, parseDate, Weekday } from '../../calendar/tradingDate.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type {
  AccountReportStore,
  KeptActivity,
  KeptProgramAccount,
  KeptSession,
  OwnedPrograms,
} from '../../domain/accountReports.js';
import { PapertapeError } from '../../domain/errors.js';
import type { TradeCursor, TradeFilter, TradeLogStore } from '../../domain/tradeLog.js';
import type { Money } from '../../domain/units.js';
import { required } from '../../utils/assert.js';
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
  /** An account of a program; absent, or the session's own by name: the session's own. */
  readonly accountId?: string | undefined;
  /** Whether who asks may see an account of a program, by its owner; absent: all of them. */
  readonly maySee?: (owner: string) => boolean;
}

/** Where reports are made from. */
export interface ReportSources {
  readonly store: AccountReportStore;
  readonly trades: Pick<TradeLogStore, 'findTrades'>;
}

/**
 * See the module header. Throws `NOT_FOUND` where no session ran or no account has the name, `REQUEST_INVALID` for a
 * session of another day.
 */
export async function loadAccountReport(sources: ReportSources, terms: ReportTerms): Promise<AccountReport> {
  const { store } = sources;
  const program = await programOf(store, terms);
  const anchor = await anchorOf(store, terms, program);
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
  const all = await sessionsOn(store, first, last, program);
  const chosen = chosenOf(all, anchor);
  const sessions: SessionOfReport[] = [];
  for (const session of chosen) {
    const { sessionId } = session;
    const accountId = program?.accountId;
    const activity = await store.activity(session, accountId);
    const account = accountId === undefined ? undefined : await store.program(sessionId, accountId);
    sessions.push({
      session,
      program: account,
      startEquity: account === undefined ? await startOf(store, session, activity) : programStartOf(account, activity),
      activity,
      trades: await tradesOf(sources.trades, { sessionId, ...(accountId === undefined ? {} : { accountId }) }),
    });
  }
  const left = all.filter((session) => !chosen.includes(session)).map(({ sessionId }) => sessionId);
  return accountReport({ period: terms.period, from: formatDate(first), to: formatDate(last), sessions, left });
}

/** The program's accounts of the name that is asked for which may be seen; undefined for the session's own. */
async function programOf(
  store: AccountReportStore,
  { accountId, maySee }: ReportTerms,
): Promise<OwnedPrograms | undefined> {
  if (accountId === undefined) return undefined;
  const own = (await store.lastSession())?.config.accountId;
  if (accountId === own) return undefined;
  const programs = await store.programs();
  const seen = programs.filter(({ owner }) => maySee?.(owner) ?? true);
  const owners = seen.filter((program) => program.accountId === accountId).map(({ owner }) => owner);
  if (owners.length > 0) return { accountId, owners };
  const names = new Set([...(own === undefined ? [] : [own]), ...seen.map((program) => program.accountId)]);
  throw new PapertapeError('NOT_FOUND', `There is no account ${accountId}.`, {
    remedy:
      names.size === 0 ? 'Nothing has run yet: start `papertape up` first.' : `There are ${[...names].join(', ')}.`,
  });
}

async function anchorOf(
  store: AccountReportStore,
  { period, date, sessionId }: ReportTerms,
  program: OwnedPrograms | undefined,
): Promise<KeptSession> {
  if (sessionId !== undefined) {
    const session = await store.session(sessionId);
    if (session !== undefined) {
      if (program === undefined) return session;
      const had = await store.program(sessionId, program.accountId);
      if (had !== undefined && program.owners.includes(had.owner)) return session;
      throw new PapertapeError('NOT_FOUND', `The session ${sessionId} had no account ${program.accountId}.`, {
        remedy: 'Leave out the session: then it is the last one that had it.',
      });
    }
    throw new PapertapeError('NOT_FOUND', `There is no session ${sessionId}.`, {
      remedy: 'Their names are those of the folders in `tapes` of the data directory.',
    });
  }
  const [first, last] = date === undefined ? [undefined, undefined] : datesOf(period, parseDate(date));
  const found =
    first === undefined || last === undefined
      ? await store.lastSession(program)
      : lastOf(await sessionsOn(store, first, last, program));
  if (found !== undefined) return found;
  if (program !== undefined) {
    const last = required(await store.lastSession(program), `a session with the account ${program.accountId}`);
    throw new PapertapeError(
      'NOT_FOUND',
      `No session had the account ${program.accountId} in the ${period} of ${date ?? ''}.`,
      {
        remedy: `The last that had it ran on ${formatDate(dateOf(last))}.`,
      },
    );
  }
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

function sessionsOn(
  store: AccountReportStore,
  first: TradingDate,
  last: TradingDate,
  program: OwnedPrograms | undefined,
): Promise<readonly KeptSession[]> {
  return store.sessions(fromNewYork(first, 0), fromNewYork(last + 1, 0), program);
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

/**
 * What an account of a program was worth before a session, or when it was opened in it: its first point. Undefined
 * where no point was kept.
 */
function programStartOf({ carriedEquity }: KeptProgramAccount, { points }: KeptActivity): Money | undefined {
  const [first] = points;
  return first === undefined ? undefined : (carriedEquity ?? first.equity);
}

async function tradesOf(
  store: Pick<TradeLogStore, 'findTrades'>,
  filter: TradeFilter,
): Promise<readonly TradeDocument[]> {
  const trades: TradeDocument[] = [];
  let after: TradeCursor | undefined;
  do {
    const page = await store.findTrades(filter, { limit: PAGE_TRADES, ordering: 'oldestFirst', after });
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
