/** `/quote`, `/price`, `/eod` and `/exchange_rate`: what a symbol is worth now, and what it was at the close. */
import { fromNewYork, newYorkDate } from '../../../calendar/newYorkTime.js';
import { phaseAt, sessionOf } from '../../../calendar/sessions.js';
import type { TradingDate } from '../../../calendar/tradingDate.js';
import { DAY, MINUTE, SECOND } from '../../../domain/timeframe.js';
import type { Micros, Price } from '../../../domain/units.js';
import type { BarRow } from '../../alpaca/PaperVenue.js';
import type { EndpointParts, SymbolEndpoint } from '../endpoint.js';
import { DAILY, readInterval } from '../intervals.js';
import type { Interval } from '../intervals.js';
import { CURRENCY } from '../Listings.js';
import type { Listing } from '../Listings.js';
import type { MarketDesk } from '../MarketDesk.js';
import { percentText, readPlaces, rounded } from '../priceText.js';
import type { WritePrice } from '../priceText.js';
import type { Query } from '../Query.js';
import { noData, symbolUnknown } from '../twelvedataError.js';
import { dayText, readDay, readZone } from '../zones.js';
import type { Zone } from '../zones.js';
import { labelOf } from './timeSeriesRoutes.js';

/** Trading days of the figures of a year: as many as a leap year can have, and one more. */
const YEAR_DAYS = 366;
const MOST_VOLUME_DAYS = 260;
const RANGE_PLACES = 6;

/** The endpoints. */
export function priceRoutes(parts: EndpointParts): readonly SymbolEndpoint[] {
  const { desk } = parts;
  const common = { weight: 1, level: 'basic', selects: 'many' } as const;
  const writer = (query: Query): (() => WritePrice) => {
    const places = readPlaces(query);
    return () => places(desk.priceScale, parts.behaviour.prices);
  };
  return [
    {
      ...common,
      path: '/quote',
      read: (query) => {
        const asked = {
          interval: readInterval(query, '1day'),
          zone: readZone(query),
          volumeBars: query.integer('volume_time_period', 9, 1, MOST_VOLUME_DAYS),
          closedOnly: query.boolean('eod', false),
        };
        const prepost = query.boolean('prepost', false);
        query.integer('rolling_period', 24, 1, 168);
        const write = writer(query);
        return (listing, { plan }) =>
          quote(desk, listing, { ...asked, prepost: prepost && plan.extendedHours, write: write() });
      },
    },
    {
      ...common,
      path: '/price',
      read: (query) => {
        const prepost = query.boolean('prepost', false);
        const write = writer(query);
        return async (listing, { plan }) => {
          const price = await lastPrice(desk, listing, prepost && plan.extendedHours);
          if (price === undefined) throw noData();
          return { price: write()(price) };
        };
      },
    },
    {
      ...common,
      path: '/eod',
      read: (query) => {
        const date = readDay(query, 'date', desk.today);
        query.boolean('prepost', false);
        const write = writer(query);
        return async (listing) => {
          const bar = await closedDay(desk, listing, date);
          if (bar === undefined) throw noData();
          const { symbol, exchange, mic } = listing;
          return {
            symbol,
            exchange,
            mic_code: mic,
            currency: CURRENCY,
            datetime: dayText(bar.start),
            close: write()(bar.close),
          };
        };
      },
    },
    {
      ...common,
      path: '/exchange_rate',
      // A session has stocks and funds: a pair of currencies is never found, and nothing else has a rate.
      read: () => () => {
        throw symbolUnknown();
      },
    },
  ];
}

interface QuoteRequest {
  readonly interval: Interval;
  readonly zone: Zone;
  readonly volumeBars: number;
  readonly closedOnly: boolean;
  readonly prepost: boolean;
  readonly write: WritePrice;
}

async function quote(desk: MarketDesk, listing: Listing, asked: QuoteRequest): Promise<unknown> {
  const { interval, zone, volumeBars, write } = asked;
  const common = { from: undefined, to: Infinity, extended: 'none', adjust: 'split' } as const;
  const days = await desk.series(listing, { ...common, interval: DAILY, limit: YEAR_DAYS });
  const finished = asked.closedOnly ? days.filter((bar) => isClosed(bar, desk.now)) : days;
  const isDaily = interval.kind === 'day';
  const bars = isDaily ? finished : await desk.series(listing, { ...common, interval, limit: volumeBars + 1 });
  const bar = bars.at(-1);
  if (bar === undefined) throw noData();
  const previous = bars.at(-2)?.close ?? (isDaily ? previousCloseOf(listing, bar, desk) : undefined);
  const change = previous === undefined ? undefined : bar.close - previous;
  const open = interval.kind === 'intraday' ? bar.start : (sessionOf(newYorkDate(bar.start))?.open ?? bar.start);
  const { symbol, name, exchange, mic } = listing;
  return {
    symbol,
    name,
    exchange,
    mic_code: mic,
    currency: CURRENCY,
    datetime: labelOf(bar.start, interval, zone),
    timestamp: Math.floor(open / SECOND),
    last_quote_at: Math.floor((await lastMinute(desk, listing, bar)) / SECOND),
    open: write(bar.open),
    high: write(bar.high),
    low: write(bar.low),
    close: write(bar.close),
    volume: String(bar.volume),
    ...(previous === undefined ? {} : { previous_close: write(previous) }),
    ...(change === undefined || previous === undefined
      ? {}
      : { change: write(change), percent_change: percentText(change, previous) }),
    average_volume: String(meanVolume(bars.length > 1 ? bars.slice(0, -1).slice(-volumeBars) : bars)),
    is_market_open: phaseAt(desk.now) === 'regular',
    fifty_two_week: yearRange(finished, desk, write),
    ...(asked.prepost ? await extendedFields(desk, listing, bar.close, write) : {}),
  };
}

/** The close before a session whose market has no earlier days. */
function previousCloseOf({ previousClose }: Listing, bar: BarRow, desk: MarketDesk): Price | undefined {
  return newYorkDate(bar.start) === newYorkDate(desk.reads.session.startTime) ? previousClose : undefined;
}

function isClosed({ start }: BarRow, now: Micros): boolean {
  return (sessionOf(newYorkDate(start))?.close ?? start) <= now;
}

function meanVolume(bars: readonly BarRow[]): number {
  return Math.round(bars.reduce((sum, { volume }) => sum + volume, 0) / bars.length);
}

/** The start of the last minute of regular trading up to the end of a bar. */
async function lastMinute(desk: MarketDesk, listing: Listing, { start }: BarRow): Promise<Micros> {
  const session = sessionOf(newYorkDate(start));
  const from = session?.open ?? start;
  const to = Math.min(desk.now, session?.close ?? desk.now);
  const minutes = await desk.reads.bars({ symbolId: listing.symbolId, base: '1m', from, to, adjust: 'raw' });
  const last = minutes.findLast((minute) => phaseAt(minute.start) === 'regular');
  // Where the history has days alone, the day's last minute is all that can be said.
  return last?.start ?? (session === undefined ? start : Math.min(to, session.close - MINUTE));
}

function yearRange(days: readonly BarRow[], desk: MarketDesk, write: WritePrice): Record<string, string> {
  const since = desk.now - YEAR_DAYS * DAY;
  const year = days.filter(({ start }) => start >= since);
  const last = year.at(-1);
  if (last === undefined) return {};
  const low = Math.min(...year.map((bar) => bar.low));
  const high = Math.max(...year.map((bar) => bar.high));
  const plain = (price: Price): string => rounded(price, desk.priceScale, RANGE_PLACES);
  return {
    low: write(low),
    high: write(high),
    low_change: write(last.close - low),
    high_change: write(last.close - high),
    low_change_percent: percentText(last.close - low, low),
    high_change_percent: percentText(last.close - high, high),
    range: `${plain(low)} - ${plain(high)}`,
  };
}

async function extendedFields(
  desk: MarketDesk,
  listing: Listing,
  close: Price,
  write: WritePrice,
): Promise<Record<string, unknown>> {
  const last = await lastTrade(desk, listing);
  if (last === undefined || phaseAt(last.time) === 'regular') return { extended_timestamp: 0 };
  const change = last.price - close;
  return {
    extended_price: write(last.price),
    extended_change: write(change),
    extended_percent_change: percentText(change, close),
    extended_timestamp: Math.floor(last.time / SECOND),
  };
}

/** The last price of regular trading, or of any; before the first one, the close of the day before. */
async function lastPrice(desk: MarketDesk, listing: Listing, extended: boolean): Promise<Price | undefined> {
  const last = extended ? await lastTrade(desk, listing) : undefined;
  if (last !== undefined) return last.price;
  const [day] = await desk.series(listing, {
    interval: DAILY,
    from: undefined,
    to: Infinity,
    limit: 1,
    extended: 'none',
    adjust: 'split',
  });
  return day?.close ?? listing.previousClose;
}

/** The last trade of the running day, or the last minute where the market shows bars alone. */
async function lastTrade(
  desk: MarketDesk,
  { symbolId }: Listing,
): Promise<{ readonly price: Price; readonly time: Micros } | undefined> {
  const [latest] = await desk.reads.latest([symbolId]);
  const bar = latest?.minuteBar;
  if (bar === undefined || newYorkDate(bar.start) !== desk.today) return undefined;
  return { price: bar.close, time: latest?.print?.time ?? bar.start };
}

/** The bar of a day whose regular session is over; without a date the last one. */
async function closedDay(
  desk: MarketDesk,
  listing: Listing,
  date: TradingDate | undefined,
): Promise<BarRow | undefined> {
  const day = date === undefined ? undefined : fromNewYork(date, 0);
  const bars = await desk.series(listing, {
    interval: DAILY,
    from: day,
    to: day === undefined ? Infinity : day + 1,
    limit: 2,
    extended: 'none',
    adjust: 'raw',
  });
  return bars.findLast((bar) => isClosed(bar, desk.now));
}
