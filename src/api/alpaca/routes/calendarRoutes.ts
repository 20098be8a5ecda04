/** `/v2/clock`, `/v3/clock`, `/v2/calendar`, `/v3/calendar/{market}`: the market's time and its trading days. */
import { newYorkDate, newYorkMicrosOfDay } from '../../../calendar/newYorkTime.js';
import { nextSession, phaseAt, sessionOf, sessionsBetween } from '../../../calendar/sessions.js';
import { FIRST_DATE, LAST_DATE } from '../../../calendar/TradingCalendar.js';
import type { Session } from '../../../calendar/TradingCalendar.js';
import { formatDate } from '../../../calendar/tradingDate.js';
import type { TradingDate } from '../../../calendar/tradingDate.js';
import { MINUTE } from '../../../domain/timeframe.js';
import type { Micros } from '../../../domain/units.js';
import { invalid, notFound } from '../alpacaError.js';
import { newYorkTimeText, timeText } from '../alpacaFormat.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaRoute } from '../alpacaRoute.js';
import { choiceField, dateField, listField, textField, timeField } from '../requestFields.js';
import type { Fields } from '../requestFields.js';

/** The markets that follow the calendar of New York; acronym, MIC, name. */
const MARKETS = [
  { acronym: 'NYSE', mic: 'XNYS', name: 'New York Stock Exchange', timezone: 'America/New_York' },
  { acronym: 'NASDAQ', mic: 'XNAS', name: 'Nasdaq', timezone: 'America/New_York' },
] as const;
/** Days that a market's calendar goes on after its start, if no end is said. */
const WEEK = 7;
/** More days than ever lay between two sessions. */
const LONGEST_CLOSURE = 14;
const PHASE_NAMES = { closed: 'closed', premarket: 'pre', regular: 'core', afterHours: 'post' } as const;

/** The routes. */
export function calendarRoutes(desk: AlpacaDesk): readonly AlpacaRoute[] {
  const read = { api: 'trading', method: 'GET', access: 'read' } as const;
  return [
    { ...read, path: '/v2/clock', handle: () => ok(clockJson(desk.venue.clock().time)) },
    {
      ...read,
      path: '/v3/clock',
      handle: ({ query }) => {
        const time = timeField(query, 'time') ?? desk.venue.clock().time;
        const wanted = listField(query, 'markets');
        const markets = wanted === undefined ? MARKETS : wanted.map(marketOf);
        return ok({ clocks: markets.map((market) => marketClockJson(market, time)) });
      },
    },
    {
      ...read,
      path: '/v2/calendar',
      handle: ({ query }) => {
        const dateType = choiceField(query, 'date_type', ['TRADING', 'SETTLEMENT'] as const, 'TRADING');
        const [start, end] = readDates(query, FIRST_DATE, () => LAST_DATE);
        const sessions = dateType === 'TRADING' ? sessionsOf(start, end) : settledBetween(start, end);
        return ok(sessions.map(dayJson));
      },
    },
    {
      ...read,
      path: '/v3/calendar/:market',
      handle: ({ params, query }) => {
        const market = marketOf(params['market'] ?? '');
        const zone = textField(query, 'timezone') ?? market.timezone;
        if (zone !== 'UTC' && zone !== market.timezone) throw invalid(`invalid timezone: ${zone}`);
        const text = zone === 'UTC' ? timeText : newYorkTimeText;
        const [start, end] = readDates(query, newYorkDate(desk.venue.clock().time), (first) => first + WEEK);
        return ok({ market, calendar: sessionsOf(start, end).map((session) => marketDayJson(session, text)) });
      },
    },
  ];
}

function marketOf(name: string) {
  const market = MARKETS.find(({ acronym, mic }) => [acronym, mic].some((one) => one === name.toUpperCase()));
  if (market === undefined) throw notFound(`market not found: ${name}`);
  return market;
}

function clockJson(time: Micros): Record<string, unknown> {
  const { open, close } = nextBoundaries(time);
  return {
    timestamp: newYorkTimeText(time),
    is_open: phaseAt(time) === 'regular',
    next_open: newYorkTimeText(open),
    next_close: newYorkTimeText(close),
  };
}

/** The next open after `time`, and the next close. */
function nextBoundaries(time: Micros): { readonly open: Micros; readonly close: Micros } {
  const date = newYorkDate(time);
  const today = sessionOf(date);
  const next = nextSession(date);
  return {
    open: today !== undefined && time < today.open ? today.open : next.open,
    close: today !== undefined && time < today.close ? today.close : next.close,
  };
}

function marketClockJson(market: (typeof MARKETS)[number], time: Micros): Record<string, unknown> {
  const { open, close } = nextBoundaries(time);
  const date = newYorkDate(time);
  const today = sessionOf(date);
  const boundaries = [today, nextSession(date)].flatMap((session) =>
    session === undefined ? [] : [session.premarketOpen, session.open, session.close, session.afterHoursClose],
  );
  return {
    market,
    timestamp: newYorkTimeText(time),
    is_market_day: today !== undefined,
    next_market_open: newYorkTimeText(open),
    next_market_close: newYorkTimeText(close),
    phase: PHASE_NAMES[phaseAt(time)],
    phase_until: newYorkTimeText(boundaries.find((boundary) => boundary > time) ?? open),
  };
}

/** The dates that a query asks for, or else those that are meant without. */
function readDates(
  query: Fields,
  first: TradingDate,
  lastAfter: (start: TradingDate) => TradingDate,
): readonly [TradingDate, TradingDate] {
  const start = dateField(query, 'start') ?? first;
  const end = dateField(query, 'end') ?? lastAfter(start);
  if (end < start) throw invalid('end should not be before start');
  return [start, end];
}

/** The sessions from one date to another, within the years whose settlement the calendar knows. */
function sessionsOf(start: TradingDate, end: TradingDate): readonly Session[] {
  const [from, to] = [Math.max(FIRST_DATE + 1, start), Math.min(LAST_DATE - 1, end)];
  return from > to ? [] : sessionsBetween(from, to);
}

/** The sessions whose trades settle from one date to another. */
function settledBetween(start: TradingDate, end: TradingDate): readonly Session[] {
  return sessionsOf(start - LONGEST_CLOSURE, end).filter((session) => {
    const settled = nextSession(session.date).date;
    return settled >= start && settled <= end;
  });
}

function dayJson(session: Session): Record<string, unknown> {
  return {
    date: formatDate(session.date),
    open: wallTime(session.open, ':'),
    close: wallTime(session.close, ':'),
    session_open: wallTime(session.premarketOpen, ''),
    session_close: wallTime(session.afterHoursClose, ''),
    settlement_date: settlementDate(session),
  };
}

function marketDayJson(session: Session, text: (time: Micros) => string): Record<string, unknown> {
  return {
    date: formatDate(session.date),
    pre_start: text(session.premarketOpen),
    pre_end: text(session.open),
    core_start: text(session.open),
    core_end: text(session.close),
    post_start: text(session.close),
    post_end: text(session.afterHoursClose),
    settlement_date: settlementDate(session),
  };
}

function settlementDate(session: Session): string {
  return formatDate(nextSession(session.date).date);
}

function wallTime(time: Micros, separator: string): string {
  const minutes = Math.floor(newYorkMicrosOfDay(time) / MINUTE);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${pad(Math.floor(minutes / 60))}${separator}${pad(minutes % 60)}`;
}
