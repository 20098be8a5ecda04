/** `/v2/assets`: what can be traded. */
import { notFound } from '../alpacaError.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaRoute } from '../alpacaRoute.js';
import { listField, textField } from '../requestFields.js';
import type { Asset, SessionFacts } from '../SessionFacts.js';

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
        const attributes = listField(query, 'attributes');
        if (classes !== undefined && !classes.includes('us_equity')) return ok([]);
        const { facts } = desk;
        const found = facts.assets.filter(
          (asset) =>
            (exchange === undefined || asset.listedOn === exchange) &&
            (status === undefined || status === 'all' || status === statusOf(asset, facts)) &&
            (attributes === undefined || attributesOf(asset, facts).some((one) => attributes.includes(one))),
        );
        return ok(found.map((asset) => assetJson(asset, facts)));
      },
    },
    {
      ...read,
      path: '/v2/assets/*',
      handle: ({ params }) => {
        const asset = desk.facts.findAny(params['*'] ?? '');
        if (asset === undefined) throw notFound(`asset not found for ${params['*'] ?? ''}`);
        return ok(assetJson(asset, desk.facts));
      },
    },
  ];
}

/**
 * An asset in Alpaca's form. What the local data do not say has the value that the venue goes by, and is listed in
 * `papertape_assumed`.
 */
export function assetJson(asset: Asset, facts: SessionFacts): Record<string, unknown> {
  const { lending } = asset;
  const isTradable = facts.isOfSession(asset.symbolId);
  const assumed = [
    ...(asset.name === '' ? ['name'] : []),
    ...(asset.exchange === '' ? ['exchange'] : []),
    ...(lending === 'unknown' ? ['shortable', 'easy_to_borrow', 'borrow_status'] : []),
  ];
  return {
    id: asset.id,
    class: 'us_equity',
    exchange: asset.listedOn,
    symbol: asset.symbol,
    name: asset.name === '' ? asset.symbol : asset.name,
    status: statusOf(asset, facts),
    tradable: isTradable,
    marginable: true,
    shortable: isTradable && lending !== 'none',
    easy_to_borrow: lending === 'easy' || lending === 'unknown',
    borrow_status: lending === 'easy' || lending === 'unknown' ? 'easy_to_borrow' : 'hard_to_borrow',
    fractionable: asset.fractionable,
    maintenance_margin_requirement: asset.marginLongPercent,
    margin_requirement_long: String(asset.marginLongPercent),
    margin_requirement_short: String(asset.marginShortPercent),
    attributes: attributesOf(asset, facts),
    cusip: null,
    ...(assumed.length === 0 ? {} : { papertape_assumed: assumed }),
  };
}

function statusOf({ symbolId }: Asset, facts: SessionFacts): 'active' | 'inactive' {
  return facts.isOfSession(symbolId) ? 'active' : 'inactive';
}

/** Fractions trade outside regular hours too; there are no options and no overnight session. */
function attributesOf({ symbolId, fractionable }: Asset, facts: SessionFacts): readonly string[] {
  return fractionable && facts.isOfSession(symbolId) ? ['fractional_eh_enabled'] : [];
}
