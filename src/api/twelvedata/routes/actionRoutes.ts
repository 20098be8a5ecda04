/** `/dividends` and `/splits`: corporate actions that the history cache knows, up to market time. */
import { formatDate, parseDate } from '../../../calendar/tradingDate.js';
import type { TradingDate } from '../../../calendar/tradingDate.js';
import type { CorporateActionRow } from '../../alpaca/PaperVenue.js';
import type { EndpointParts, SymbolEndpoint } from '../endpoint.js';
import { CURRENCY } from '../Listings.js';
import type { Listing } from '../Listings.js';
import type { MarketDesk } from '../MarketDesk.js';
import type { Query } from '../Query.js';
import { EXCHANGE_ZONE, readDay } from '../zones.js';

const WEIGHT = 20;
/** Ranges in days back from today; `last` is the newest action alone, `next` what lies ahead, which nobody knows. */
const RANGES = { '1m': 31, '3m': 92, '6m': 183, '1y': 366, '2y': 731, '5y': 1_827 } as const;
const RANGE_NAMES = ['last', 'next', '1m', '3m', '6m', 'ytd', '1y', '2y', '5y', 'full'] as const;
const EARLIEST = '1990-01-01';
const AMOUNT_PLACES = 1_000_000;

type SplitRow = Extract<CorporateActionRow, { readonly kind: 'split' }>;

/** The endpoints. */
export function actionRoutes({ desk }: EndpointParts): readonly SymbolEndpoint[] {
  const common = { weight: WEIGHT, level: 'grow', selects: 'one' } as const;
  return [
    {
      ...common,
      path: '/dividends',
      read: (query) => {
        const range = readRange(query, desk.today);
        const adjust = query.boolean('adjust', true);
        return async (listing) => {
          const actions = await actionsOf(desk, listing);
          const splits = actions.filter((row) => row.kind === 'split');
          const dividends = pick(
            actions.filter((row) => row.kind === 'dividend'),
            range,
          );
          return {
            meta: metaOf(listing),
            dividends: dividends.map(({ exDate, amount }) => ({
              ex_date: exDate,
              amount: amountOf(amount, adjust ? ratioAfter(splits, exDate) : 1),
            })),
          };
        };
      },
    },
    {
      ...common,
      path: '/splits',
      read: (query) => {
        const range = readRange(query, desk.today);
        return async (listing) => {
          const splits = (await actionsOf(desk, listing)).filter((row) => row.kind === 'split');
          return { meta: metaOf(listing), splits: pick(splits, range).map(splitJson) };
        };
      },
    },
  ];
}

interface ActionRange {
  readonly from: string;
  readonly to: string;
  /** The newest alone. */
  readonly isLast: boolean;
}

/** A named range goes before dates; without either it is the last action. */
function readRange(query: Query, today: TradingDate): ActionRange {
  const start = readDay(query, 'start_date', today);
  const end = readDay(query, 'end_date', today);
  const isDated = start !== undefined || end !== undefined;
  const name = query.choice('range', RANGE_NAMES, 'last');
  const to = formatDate(today);
  if (query.text('range') === undefined && isDated) {
    return {
      from: start === undefined ? EARLIEST : formatDate(start),
      to: end === undefined ? to : formatDate(end),
      isLast: false,
    };
  }
  if (name === 'last' || name === 'full') return { from: EARLIEST, to, isLast: name === 'last' };
  if (name === 'next') return { from: formatDate(today + 1), to, isLast: false };
  if (name === 'ytd') return { from: `${to.slice(0, 4)}-01-01`, to, isLast: false };
  return { from: formatDate(today - RANGES[name]), to, isLast: false };
}

function actionsOf(desk: MarketDesk, { symbol }: Listing): Promise<readonly CorporateActionRow[]> {
  return desk.reads.corporateActions([symbol], EARLIEST, formatDate(desk.today));
}

/** Actions within a range, newest first. */
function pick<T extends CorporateActionRow>(actions: readonly T[], { from, to, isLast }: ActionRange): readonly T[] {
  const rows = actions.filter((row) => row.exDate >= from && row.exDate <= to);
  const sorted = rows.sort((a, b) => parseDate(b.exDate) - parseDate(a.exDate));
  return isLast ? sorted.slice(0, 1) : sorted;
}

function metaOf({ symbol, name, exchange, mic }: Listing): Record<string, string> {
  return { symbol, name, currency: CURRENCY, exchange, mic_code: mic, exchange_timezone: EXCHANGE_ZONE };
}

/** By what splits after a date made a share of then smaller. */
function ratioAfter(splits: readonly SplitRow[], exDate: string): number {
  return splits.filter((row) => row.exDate > exDate).reduce((ratio, { from, to }) => (ratio * from) / to, 1);
}

function amountOf(amount: string, ratio: number): number {
  return Math.round(Number(amount) * ratio * AMOUNT_PLACES) / AMOUNT_PLACES;
}

function splitJson({ exDate, from, to }: SplitRow): Record<string, unknown> {
  const word = to >= from ? 'split' : 'reverse split';
  return {
    date: exDate,
    description: `${to}-for-${from} ${word}`,
    ratio: Math.round((from / to) * AMOUNT_PLACES) / AMOUNT_PLACES,
    from_factor: to,
    to_factor: from,
  };
}
