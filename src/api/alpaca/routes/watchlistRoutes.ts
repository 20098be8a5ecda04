/** `/v2/watchlists`: named lists of symbols, by id and by name. */
import type { WatchlistRecord, WatchlistStore } from '../../../domain/identity.js';
import type { Clock } from '../../../utils/clock.js';
import { invalid, notFound } from '../alpacaError.js';
import { timeText } from '../alpacaFormat.js';
import { accountUuid } from '../alpacaIds.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaAnswer, AlpacaRequest, AlpacaRoute } from '../alpacaRoute.js';
import { given, listField, objectBody, textField } from '../requestFields.js';
import { assetJson } from './assetRoutes.js';

const MAX_NAME = 64;

/** What the routes need. */
export interface WatchlistParts {
  readonly desk: AlpacaDesk;
  readonly store: WatchlistStore;
  readonly clock: Clock;
}

type Find = (request: AlpacaRequest) => Promise<WatchlistRecord>;

/** The routes. */
export function watchlistRoutes(parts: WatchlistParts): readonly AlpacaRoute[] {
  const { store } = parts;
  const byId: Find = async ({ principal, params }) =>
    found((await store.watchlists(principal.accountId)).find(({ id }) => id === params['id']?.toLowerCase()));
  const byName: Find = async ({ principal, query }) => {
    const name = textField(query, 'name');
    return found((await store.watchlists(principal.accountId)).find((list) => list.name === name));
  };
  return [
    {
      api: 'trading',
      method: 'GET',
      path: '/v2/watchlists',
      access: 'read',
      handle: async ({ principal }) => ok((await store.watchlists(principal.accountId)).map((list) => headJson(list))),
    },
    {
      api: 'trading',
      method: 'POST',
      path: '/v2/watchlists',
      access: 'trade',
      handle: (request) => create(parts, request),
    },
    {
      api: 'trading',
      method: 'DELETE',
      path: '/v2/watchlists/:id/*',
      access: 'trade',
      handle: async (request) => {
        const list = await byId(request);
        const symbol = request.params['*']?.toUpperCase();
        if (symbol === undefined || !list.symbols.includes(symbol)) throw notFound(`symbol not found: ${symbol ?? ''}`);
        return save(parts, list, { symbols: list.symbols.filter((one) => one !== symbol) });
      },
    },
    ...forms(parts, '/v2/watchlists/:id', byId),
    ...forms(parts, '/v2/watchlists::by_name', byName),
  ];
}

function forms(parts: WatchlistParts, path: string, find: Find): readonly AlpacaRoute[] {
  const { desk, store } = parts;
  const trading = { api: 'trading', path } as const;
  return [
    { ...trading, method: 'GET', access: 'read', handle: async (request) => ok(listJson(desk, await find(request))) },
    {
      ...trading,
      method: 'PUT',
      access: 'trade',
      handle: async (request) => {
        const list = await find(request);
        const fields = objectBody(request.body);
        const name = textField(fields, 'name');
        const symbols = listField(fields, 'symbols');
        if (name !== undefined && name !== list.name) await checkName(parts, request, name);
        return save(parts, list, {
          ...(name === undefined ? {} : { name }),
          ...(given(fields, 'symbols') === undefined ? {} : { symbols: known(desk, symbols ?? []) }),
        });
      },
    },
    {
      ...trading,
      method: 'POST',
      access: 'trade',
      handle: async (request) => {
        const list = await find(request);
        const symbol = textField(objectBody(request.body), 'symbol');
        if (symbol === undefined) throw invalid('symbol is required');
        return save(parts, list, { symbols: known(desk, [...list.symbols, symbol]) });
      },
    },
    {
      ...trading,
      method: 'DELETE',
      access: 'trade',
      handle: async (request) => {
        await store.removeWatchlist((await find(request)).id);
        return { status: 204 };
      },
    },
  ];
}

async function create(parts: WatchlistParts, request: AlpacaRequest): Promise<AlpacaAnswer> {
  const { desk, store, clock } = parts;
  const fields = objectBody(request.body);
  const name = textField(fields, 'name');
  if (name === undefined) throw invalid('watchlist name is required');
  await checkName(parts, request, name);
  const now = clock.now();
  const list: WatchlistRecord = {
    id: desk.ids.id(),
    accountId: request.principal.accountId,
    name,
    symbols: known(desk, listField(fields, 'symbols') ?? []),
    createdAt: now,
    updatedAt: now,
  };
  await store.putWatchlist(list);
  return ok(listJson(desk, list));
}

async function checkName({ store }: WatchlistParts, { principal }: AlpacaRequest, name: string): Promise<void> {
  if (name.length > MAX_NAME) throw invalid(`watchlist name must be no more than ${MAX_NAME} characters`);
  if ((await store.watchlists(principal.accountId)).some((list) => list.name === name)) {
    throw invalid('watchlist name must be unique');
  }
}

async function save(
  { desk, store, clock }: WatchlistParts,
  list: WatchlistRecord,
  change: Partial<Pick<WatchlistRecord, 'name' | 'symbols'>>,
): Promise<AlpacaAnswer> {
  const changed = { ...list, ...change, updatedAt: clock.now() };
  await store.putWatchlist(changed);
  return ok(listJson(desk, changed));
}

/** The symbols in capitals, each once; throws 422 for one that is not there. */
function known(desk: AlpacaDesk, symbols: readonly string[]): readonly string[] {
  const assets = symbols.map((symbol) => {
    const asset = desk.facts.find(symbol);
    if (asset === undefined) throw invalid(`asset "${symbol}" not found`);
    return asset.symbol;
  });
  return [...new Set(assets)];
}

function found(list: WatchlistRecord | undefined): WatchlistRecord {
  if (list === undefined) throw notFound('watchlist not found');
  return list;
}

function headJson(list: WatchlistRecord): Record<string, unknown> {
  return {
    id: list.id,
    account_id: accountUuid(list.accountId),
    created_at: timeText(list.createdAt),
    updated_at: timeText(list.updatedAt),
    name: list.name,
  };
}

/** A list with its assets; symbols of other sessions, which are not there now, are left out. */
function listJson({ facts }: AlpacaDesk, list: WatchlistRecord): Record<string, unknown> {
  const assets = list.symbols.flatMap((symbol) => facts.find(symbol) ?? []);
  return { ...headJson(list), assets: assets.map((asset) => assetJson(asset, facts)) };
}
