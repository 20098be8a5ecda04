/** `/market_state`, `/exchange_schedule` and `/exchanges`: the exchanges and their hours, at market time. */
import { newYorkMicrosOfDay } from '../../../calendar/newYorkTime.js';
import { nextSession, phaseAt, sessionOf } from '../../../calendar/sessions.js';
import type { TradingDate } from '../../../calendar/tradingDate.js';
import { HOUR, MINUTE, SECOND } from '../../../domain/timeframe.js';
import type { DurationMicros, Micros } from '../../../domain/units.js';
import type { EndpointParts, GeneralEndpoint } from '../endpoint.js';
import { COUNTRY, EXCHANGES, isCountry } from '../Listings.js';
import type { Exchange } from '../Listings.js';
import type { MarketDesk } from '../MarketDesk.js';
import type { Query } from '../Query.js';
import { EXCHANGE_ZONE, readDay } from '../zones.js';

/** The endpoints. */
export function calendarRoutes({ desk }: EndpointParts): readonly GeneralEndpoint[] {
  return [
    {
      path: '/market_state',
      weight: 1,
      level: 'basic',
      selects: 'none',
      read: (query) => {
        const exchanges = chosen(query, 'exchange', 'code');
        return () => exchanges.map((exchange) => stateJson(exchange, desk));
      },
    },
    {
      path: '/exchange_schedule',
      weight: 100,
      level: 'ultra',
      selects: 'none',
      read: (query) => {
        const exchanges = chosen(query, 'mic_name', 'mic_code');
        const date = readDay(query, 'date', desk.today) ?? desk.today;
        return () => ({ data: exchanges.map((exchange) => scheduleJson(exchange, date)) });
      },
    },
    {
      path: '/exchanges',
      weight: 1,
      level: 'basic',
      selects: 'none',
      read: (query) => {
        const exchanges = chosen(query, 'name', 'code');
        return () => ({
          data: exchanges.map(({ title, name, mic }) => ({
            title,
            name,
            code: mic,
            country: COUNTRY,
            timezone: EXCHANGE_ZONE,
          })),
          status: 'ok',
        });
      },
    },
  ];
}

/** The exchanges that a request names by name, code or country; all without one. */
function chosen(query: Query, nameField: string, codeField: string): readonly Exchange[] {
  const name = query.text(nameField)?.toLowerCase();
  const code = query.text(codeField)?.toUpperCase();
  const country = query.text('country');
  return Object.values(EXCHANGES).filter(
    (exchange) =>
      (name === undefined || [exchange.name, exchange.title].some((one) => one.toLowerCase() === name)) &&
      (code === undefined || [exchange.mic, ...exchange.synonyms].includes(code)) &&
      isCountry(country),
  );
}

function stateJson({ name, mic }: Exchange, desk: MarketDesk): Record<string, unknown> {
  const { now, today } = desk;
  const session = sessionOf(today);
  const isOpen = phaseAt(now) === 'regular';
  const open = session !== undefined && now < session.open ? session.open : nextSession(today).open;
  return {
    name,
    code: mic,
    country: COUNTRY,
    is_market_open: isOpen,
    time_after_open: spanText(isOpen && session !== undefined ? now - session.open : 0),
    time_to_open: spanText(isOpen ? 0 : open - now),
    time_to_close: spanText(isOpen && session !== undefined ? session.close - now : 0),
  };
}

function scheduleJson({ title, name, mic }: Exchange, date: TradingDate): Record<string, unknown> {
  const session = sessionOf(date);
  const row = (open: Micros, close: Micros, label: string, type: string): Record<string, string> => ({
    open_time: spanText(newYorkMicrosOfDay(open)),
    close_time: spanText(newYorkMicrosOfDay(close)),
    session_name: label,
    session_type: type,
  });
  return {
    title,
    name,
    code: mic,
    country: COUNTRY,
    time_zone: EXCHANGE_ZONE,
    sessions:
      session === undefined
        ? []
        : [
            row(session.premarketOpen, session.open, 'Pre market', 'pre'),
            row(session.open, session.close, 'Regular', 'regular'),
            row(session.close, session.afterHoursClose, 'Post market', 'post'),
          ],
  };
}

/** Hours, minutes and seconds; hours go beyond 24 over weekends. */
function spanText(span: DurationMicros): string {
  const part = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${part(span / HOUR)}:${part((span % HOUR) / MINUTE)}:${part((span % MINUTE) / SECOND)}`;
}
