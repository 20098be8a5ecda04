/** `/v2/assets`: what can be traded. */
import { notFound } from '../alpacaError.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaRoute } from '../alpacaRoute.js';
import { listField, textField } from '../requestFields.js';
import type { Asset } from '../SessionFacts.js';

/** The routes. */
export function assetRoutes(desk: AlpacaDesk): readonly AlpacaRoute[] {
  const read = { api: 'trading', method: 'GET', access: 'read' } as const;
  return [
    {
      ...read,
      path: '/v2/assets',
      handle: ({ query }) => {
        const classes = listField(query, 'asset_class');
        const status = textField(query, 'status');
        const exchange = textField(query, 'exchange')?.toUpperCase();
        const attributes = listField(query, 'attributes') ?? [];
        // Nothing here is inactive, of another class or has an attribute.
        if (classes !== undefined && !classes.includes('us_equity')) return ok([]);
        if ((status !== undefined && status !== 'active' && status !== 'all') || attributes.length > 0) return ok([]);
        const found = desk.facts.assets.filter((asset) => exchange === undefined || asset.exchange === exchange);
        return ok(found.map(assetJson));
      },
    },
    {
      ...read,
      path: '/v2/assets/*',
      handle: ({ params }) => {
        const asset = desk.facts.find(params['*'] ?? '');
        if (asset === undefined) throw notFound(`asset not found for ${params['*'] ?? ''}`);
        return ok(assetJson(asset));
      },
    },
  ];
}

/** An asset in Alpaca's form. */
export function assetJson(asset: Asset): Record<string, unknown> {
  return {
    id: asset.id,
    class: 'us_equity',
    exchange: asset.exchange,
    symbol: asset.symbol,
    name: asset.name,
    status: 'active',
    tradable: true,
    marginable: true,
    shortable: asset.shortable,
    easy_to_borrow: asset.shortable,
    borrow_status: asset.shortable ? 'easy_to_borrow' : 'hard_to_borrow',
    fractionable: asset.fractionable,
    maintenance_margin_requirement: 30,
    margin_requirement_long: '30',
    margin_requirement_short: '30',
    attributes: [],
    cusip: null,
  };
}
