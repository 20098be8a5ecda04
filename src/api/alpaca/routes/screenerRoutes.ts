/** `/v1beta1/screener/stocks/…`: which symbols of the session traded most, and which moved most. */
import { timeText } from '../alpacaFormat.js';
import { badData } from '../alpacaError.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaRoute } from '../alpacaRoute.js';
import type { LatestRows } from '../PaperVenue.js';
import { textField } from '../requestFields.js';
import type { Fields } from '../requestFields.js';
import type { Asset } from '../SessionFacts.js';

const DEFAULT_TOP = 10;
const MOST_ACTIVES = 100;
const MOST_MOVERS = 50;

/** The routes. */
export function screenerRoutes(desk: AlpacaDesk): readonly AlpacaRoute[] {
  const read = { api: 'data', method: 'GET', access: 'read' } as const;
  return [
    {
      ...read,
      path: '/v1beta1/screener/stocks/most-actives',
      handle: async ({ query }) => {
        const by = textField(query, 'by') ?? 'volume';
        if (by !== 'volume' && by !== 'trades') throw badData(`invalid by: ${by}`);
        const top = readTop(query, MOST_ACTIVES);
        const rows = (await latestOfAll(desk)).flatMap(({ asset: { symbol }, latest: { dayBar } }) =>
          dayBar === undefined ? [] : [{ symbol, volume: dayBar.volume, trade_count: dayBar.count }],
        );
        const key = by === 'volume' ? 'volume' : 'trade_count';
        rows.sort((a, b) => b[key] - a[key] || (a.symbol < b.symbol ? -1 : 1));
        return ok({ most_actives: rows.slice(0, top), last_updated: updatedAt(desk) });
      },
    },
    {
      ...read,
      path: '/v1beta1/screener/stocks/movers',
      handle: async ({ query }) => {
        const top = readTop(query, MOST_MOVERS);
        const scale = desk.facts.session.priceScale;
        const rows = (await latestOfAll(desk)).flatMap(({ asset, latest: { print, dayBar } }) => {
          const { symbol, previousClose = 0 } = asset;
          const price = print?.price ?? dayBar?.close;
          if (price === undefined || previousClose === 0) return [];
          const change = price - previousClose;
          const percent = Math.round((change / previousClose) * 10_000) / 100;
          return [{ symbol, percent_change: percent, change: change / scale, price: price / scale }];
        });
        // Unrounded, so that equal percentages have an order.
        rows.sort((a, b) => b.change / (b.price - b.change) - a.change / (a.price - a.change));
        const gainers = rows.filter(({ change }) => change > 0).slice(0, top);
        const losers = rows.filter(({ change }) => change < 0).reverse();
        return ok({
          gainers,
          losers: losers.slice(0, top),
          market_type: 'stocks',
          last_updated: updatedAt(desk),
        });
      },
    },
  ];
}

/** What was last seen of every symbol of the session. */
async function latestOfAll(
  desk: AlpacaDesk,
): Promise<readonly { readonly asset: Asset; readonly latest: LatestRows }[]> {
  const { facts, venue } = desk;
  const assets = facts.assets.filter(({ symbolId }) => facts.isOfSession(symbolId));
  const rows = await venue.latest(assets.map(({ symbolId }) => symbolId));
  return assets.map((asset, index) => ({ asset, latest: rows[index] ?? {} }));
}

function readTop(query: Fields, most: number): number {
  const text = textField(query, 'top');
  const top = text === undefined ? DEFAULT_TOP : Number(text);
  if (!Number.isInteger(top) || top < 1 || top > most) throw badData(`top must be between 1 and ${most}`);
  return top;
}

function updatedAt(desk: AlpacaDesk): string {
  return timeText(desk.venue.clock().time);
}
