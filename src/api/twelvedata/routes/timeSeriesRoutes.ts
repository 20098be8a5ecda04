/** `/time_series` and `/earliest_timestamp`: bars of any interval, and where they begin. */
import { fromNewYork, newYorkDate } from '../../../calendar/newYorkTime.js';
import { SECOND } from '../../../domain/timeframe.js';
import type { Micros } from '../../../domain/units.js';
import { sessionOf } from '../../../calendar/sessions.js';
import type { BarRow, VenueBarsQuery } from '../../alpaca/PaperVenue.js';
import type { EndpointParts, SymbolEndpoint } from '../endpoint.js';
import { hasExtendedHours, readInterval } from '../intervals.js';
import type { Interval } from '../intervals.js';
import { CURRENCY } from '../Listings.js';
import type { Listing } from '../Listings.js';
import { HISTORY_START } from '../MarketDesk.js';
import type { MarketDesk, SeriesQuery } from '../MarketDesk.js';
import { readPlaces } from '../priceText.js';
import type { Query } from '../Query.js';
import { badRequest, noData } from '../twelvedataError.js';
import { dayText, EXCHANGE_ZONE, readDay, readMoment, readZone } from '../zones.js';
import type { Zone } from '../zones.js';

const DEFAULT_ROWS = 30;
const MOST_ROWS = 5_000;
/** How far the search for the first bar looks at a time. */
const SEARCH_DAYS = 31;

/** Adjustments by the protocol's words. */
const ADJUSTMENTS: Readonly<Record<string, VenueBarsQuery['adjust']>> = {
  all: 'all',
  splits: 'split',
  dividends: 'dividend',
  none: 'raw',
};

/** The endpoints. */
export function timeSeriesRoutes(parts: EndpointParts): readonly SymbolEndpoint[] {
  return [
    {
      path: '/time_series',
      weight: 1,
      level: 'basic',
      selects: 'many',
      read: (query) => {
        const series = readSeries(query, parts);
        return (listing, { plan }) => {
          const past = plan.extendedHours ? 'all' : 'past';
          return timeSeries(parts, listing, { ...series, extended: series.prepost ? past : 'none' });
        };
      },
    },
    {
      path: '/earliest_timestamp',
      weight: 1,
      level: 'basic',
      selects: 'one',
      read: (query) => {
        const interval = readInterval(query);
        const zone = readZone(query);
        return async (listing) => {
          const start = await firstBar(parts.desk, listing, interval);
          if (start === undefined) throw noData();
          const isDaily = interval.kind !== 'intraday';
          const time = isDaily ? (sessionOf(newYorkDate(start))?.open ?? start) : start;
          return { datetime: isDaily ? dayText(start) : zone.text(start), unix_time: Math.floor(time / SECOND) };
        };
      },
    },
  ];
}

/** The label of a bar as text: a date for a day and longer, whatever the zone. */
export function labelOf(start: Micros, { kind }: Interval, zone: Zone): string {
  return kind === 'intraday' ? zone.text(start) : dayText(start);
}

interface SeriesRequest extends Omit<SeriesQuery, 'extended'> {
  readonly prepost: boolean;
  readonly zone: Zone;
  readonly ascending: boolean;
  readonly previousClose: boolean;
  readonly places: ReturnType<typeof readPlaces>;
}

function readSeries(query: Query, { desk, behaviour }: EndpointParts): SeriesRequest {
  const interval = readInterval(query);
  const zone = readZone(query);
  const isIntraday = interval.kind === 'intraday';
  // Dates of days and longer bars are dates of the exchange.
  const dateZone = isIntraday ? zone : readZone(query.without('timezone'));
  const start = readMoment(query, 'start_date', dateZone);
  const end = readMoment(query, 'end_date', dateZone);
  const day = readDay(query, 'date', desk.today);
  if (start !== undefined && end !== undefined && end < start) {
    throw badRequest('Invalid **end_date** provided: it lies before **start_date**.');
  }
  const rule = isIntraday ? behaviour.endDate.intraday : behaviour.endDate.daily;
  const to = end === undefined ? undefined : rule === 'inclusive' ? end + 1 : end;
  const isDated = start !== undefined || end !== undefined || day !== undefined;
  return {
    interval,
    zone,
    from: day === undefined ? start : dateZone.time(day, 0),
    to: day === undefined ? (to ?? Infinity) : dateZone.time(day + 1, 0),
    limit: query.integer('outputsize', isDated ? MOST_ROWS : DEFAULT_ROWS, 1, MOST_ROWS),
    prepost: query.boolean('prepost', false) && hasExtendedHours(interval),
    adjust: ADJUSTMENTS[query.choice('adjust', Object.keys(ADJUSTMENTS), 'splits')] ?? 'split',
    ascending: query.choice('order', ['asc', 'desc'], 'desc') === 'asc',
    previousClose: query.boolean('previous_close', false),
    places: readPlaces(query),
  };
}

async function timeSeries(
  { desk, behaviour }: EndpointParts,
  listing: Listing,
  series: SeriesRequest & Pick<SeriesQuery, 'extended'>,
): Promise<unknown> {
  const { interval, zone, ascending, previousClose, places, limit, from } = series;
  // One bar more tells the first one's previous close.
  const found = await desk.series(listing, { ...series, limit: limit + (previousClose && from === undefined ? 1 : 0) });
  const bars = found.slice(-limit);
  const first = bars[0];
  if (first === undefined) throw noData();
  const write = places(desk.priceScale, behaviour.prices);
  let before = previousClose ? await barBefore(desk, listing, series, found, first) : undefined;
  const values = bars.map((bar) => {
    const row = {
      datetime: labelOf(bar.start, interval, zone),
      open: write(bar.open),
      high: write(bar.high),
      low: write(bar.low),
      close: write(bar.close),
      volume: String(bar.volume),
      ...(before === undefined ? {} : { previous_close: write(before.close) }),
    };
    if (previousClose) before = bar;
    return row;
  });
  const { symbol, exchange, mic, type } = listing;
  return {
    meta: {
      symbol,
      interval: interval.name,
      currency: CURRENCY,
      exchange_timezone: EXCHANGE_ZONE,
      exchange,
      mic_code: mic,
      type,
    },
    values: ascending ? values : values.reverse(),
    status: 'ok',
  };
}

async function barBefore(
  desk: MarketDesk,
  listing: Listing,
  series: SeriesQuery,
  found: readonly BarRow[],
  first: BarRow,
): Promise<BarRow | undefined> {
  const at = found.indexOf(first);
  if (at > 0) return found[at - 1];
  const [before] = await desk.series(listing, { ...series, from: undefined, to: first.start, limit: 1 });
  return before;
}

/** The label of the first bar there is. Days are few; minutes are looked for from the first day on. */
async function firstBar(desk: MarketDesk, { symbolId }: Listing, interval: Interval): Promise<Micros | undefined> {
  const { now, today } = desk;
  const read = (base: '1m' | '1d', from: Micros, to: Micros): Promise<readonly BarRow[]> =>
    desk.reads.bars({ symbolId, base, from, to, adjust: 'raw' });
  const [firstDay] = await read('1d', HISTORY_START, now);
  if (interval.kind !== 'intraday') return firstDay?.start;
  let date = firstDay === undefined ? today : newYorkDate(firstDay.start);
  for (let days = SEARCH_DAYS; date <= today; days *= 2) {
    const to = Math.min(fromNewYork(date + days, 0) - 1, now);
    const [first] = await read('1m', fromNewYork(date, 0), to);
    if (first !== undefined) return first.start;
    date += days;
  }
  return undefined;
}
