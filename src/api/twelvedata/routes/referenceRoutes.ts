/** `/stocks`, `/etfs`, `/symbol_search`, `/technical_indicators` and `/api_usage`: what there is, and what was used. */
import type { EndpointParts, GeneralEndpoint } from '../endpoint.js';
import { COUNTRY, CURRENCY, fits, readFilter } from '../Listings.js';
import type { Listing } from '../Listings.js';
import type { MarketDesk } from '../MarketDesk.js';
import type { Query } from '../Query.js';
import { badRequest } from '../twelvedataError.js';
import { EXCHANGE_ZONE, readZone } from '../zones.js';

const MOST_FOUND = 120;
const MOST_LISTED = 50_000;
/** What the service says instead of a number that it sells separately. */
const SOLD_SEPARATELY = 'request_access_via_add_ons';

/**
 * Indicators by name. None is computed here; clients insist on a list that is not empty, so one is described and said
 * to be off.
 */
const INDICATORS = {
  sma: {
    enable: false,
    full_name: 'Simple Moving Average',
    description: 'The mean of the last prices.',
    type: 'Overlap Studies',
    overlay: true,
    parameters: {
      series_type: { default: 'close', max_range: 0, min_range: 0, range: ['close', 'open', 'high', 'low'] },
      time_period: { default: 9, max_range: 800, min_range: 1 },
    },
    output_values: { sma: { default_color: '#FF0000', display: 'line' } },
    tinting: {},
  },
};

/** The endpoints. */
export function referenceRoutes({ desk, credits }: EndpointParts): readonly GeneralEndpoint[] {
  const common = { weight: 1, level: 'basic', selects: 'none' } as const;
  const list = (path: string, type: Listing['type']): GeneralEndpoint => ({
    ...common,
    path,
    read: (query) => readList(query, desk, type),
  });
  return [
    list('/stocks', 'Common Stock'),
    list('/etfs', 'ETF'),
    list('/etf', 'ETF'),
    {
      ...common,
      path: '/symbol_search',
      read: (query) => {
        const text = query.text('symbol');
        if (text === undefined) throw badRequest('**symbol** parameter is missing: give the text to look for.');
        const count = query.integer('outputsize', 30, 1, MOST_FOUND);
        const showPlan = query.boolean('show_plan', false);
        return () => ({
          data: search(desk.listings.all, text)
            .slice(0, count)
            .map((listing) => searchJson(listing, showPlan)),
          status: 'ok',
        });
      },
    },
    { ...common, path: '/technical_indicators', read: () => () => ({ data: INDICATORS, status: 'ok' }) },
    {
      ...common,
      path: '/api_usage',
      read: (query) => {
        const zone = readZone(query, 'UTC');
        return ({ owner, plan }) => {
          const { minute, day } = credits.usage(owner);
          return {
            timestamp: zone.text(desk.now),
            current_usage: minute,
            plan_limit: plan.creditsPerMinute,
            ...(plan.creditsPerDay === undefined ? {} : { daily_usage: day, plan_daily_limit: plan.creditsPerDay }),
            plan_category: plan.name,
          };
        };
      },
    },
  ];
}

function readList(query: Query, desk: MarketDesk, type: Listing['type']): () => unknown {
  const filter = readFilter(query);
  const symbol = query.text('symbol')?.toUpperCase();
  const showPlan = query.boolean('show_plan', false);
  const page = query.integer('page', 1, 1, MOST_LISTED);
  const size = query.integer('outputsize', MOST_LISTED, 1, MOST_LISTED);
  query.boolean('include_delisted', false);
  const hasForeignId = ['isin', 'figi', 'cusip', 'cik'].some((name) => query.text(name) !== undefined);
  return () => {
    const found = desk.listings.all.filter(
      (listing) =>
        listing.type === type &&
        fits(listing, filter) &&
        // Numbers of other registers are not known here, so nothing has the one that is asked for.
        !hasForeignId &&
        (symbol === undefined || listing.symbol === symbol),
    );
    const rows = found.slice((page - 1) * size, page * size);
    return { count: found.length, data: rows.map((listing) => listJson(listing, showPlan)), status: 'ok' };
  };
}

function listJson({ symbol, name, exchange, mic, type }: Listing, showPlan: boolean): Record<string, unknown> {
  return {
    symbol,
    name,
    currency: CURRENCY,
    exchange,
    mic_code: mic,
    country: COUNTRY,
    // Funds have no type in their own list.
    ...(type === 'ETF' ? {} : { type }),
    figi_code: '',
    cfi_code: '',
    isin: SOLD_SEPARATELY,
    cusip: SOLD_SEPARATELY,
    ...(showPlan ? { access: ACCESS } : {}),
  };
}

const ACCESS = { global: 'Basic', plan: 'Basic', plan_business: 'Basic' };

function searchJson({ symbol, name, exchange, mic, type }: Listing, showPlan: boolean): Record<string, unknown> {
  return {
    symbol,
    instrument_name: name,
    exchange,
    mic_code: mic,
    exchange_timezone: EXCHANGE_ZONE,
    instrument_type: type,
    country: COUNTRY,
    currency: CURRENCY,
    ...(showPlan ? { access: ACCESS } : {}),
  };
}

/** The symbol itself, symbols that begin with the text, names that do, then what has it anywhere. */
function search(listings: readonly Listing[], text: string): readonly Listing[] {
  const wanted = text.toLowerCase();
  const rank = ({ symbol, name }: Listing): number => {
    const [own, called] = [symbol.toLowerCase(), name.toLowerCase()];
    if (own === wanted) return 0;
    if (own.startsWith(wanted)) return 1;
    if (called.startsWith(wanted)) return 2;
    return own.includes(wanted) || called.includes(wanted) ? 3 : 4;
  };
  const ranked = listings.map((listing) => ({ listing, rank: rank(listing) })).filter((one) => one.rank < 4);
  return ranked.sort((a, b) => a.rank - b.rank).map(({ listing }) => listing);
}
