/** `/v2/stocks/…/latest`, snapshots, the codes of exchanges and conditions, and corporate actions. */
import { timeText } from '../alpacaFormat.js';
import { AlpacaError, badData } from '../alpacaError.js';
import { uuidV5 } from '../alpacaIds.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaRoute } from '../alpacaRoute.js';
import { QUOTE_CONDITIONS, STOCK_EXCHANGES, TRADE_CONDITIONS } from '../market/marketCodes.js';
import { barJson, quoteJson, snapshotJson, tradeJson } from '../market/marketJson.js';
import { checkCommon, readLimit, readSymbols } from '../market/marketQuery.js';
import type { CorporateActionRow, LatestRows } from '../PaperVenue.js';
import { listField, textField } from '../requestFields.js';
import type { Fields } from '../requestFields.js';
import type { SessionFacts } from '../SessionFacts.js';

type Write = (latest: LatestRows, facts: SessionFacts) => Record<string, unknown> | undefined;

const WRITERS: Readonly<Record<'bar' | 'quote' | 'trade', Write>> = {
  bar: ({ minuteBar }, facts) => (minuteBar === undefined ? undefined : barJson(minuteBar, facts, timeText)),
  quote: ({ quote }, facts) => (quote === undefined ? undefined : quoteJson(quote, facts, timeText)),
  trade: ({ print }, facts) => (print === undefined ? undefined : tradeJson(print, facts, timeText)),
};
const snapshot: Write = (latest, facts) =>
  latest.quote === undefined && latest.print === undefined && latest.minuteBar === undefined
    ? undefined
    : snapshotJson(latest, facts, timeText);

/** The routes. */
export function latestRoutes(desk: AlpacaDesk): readonly AlpacaRoute[] {
  const read = { api: 'data', method: 'GET', access: 'read' } as const;
  const single = (path: string, write: Write, wrap: (symbol: string, value: unknown) => object): AlpacaRoute => ({
    ...read,
    path,
    handle: async ({ query, params }) => {
      const [[symbol, value] = ['', undefined]] = await latestOf(desk, query, params['symbol'], write);
      if (value === undefined) throw new AlpacaError(404, undefined, `no data found for ${params['symbol'] ?? ''}`);
      return ok(wrap(symbol, value));
    },
  });
  return [
    ...(['bar', 'quote', 'trade'] as const).flatMap((kind): AlpacaRoute[] => [
      {
        ...read,
        path: `/v2/stocks/${kind}s/latest`,
        handle: async ({ query }) =>
          ok({ [`${kind}s`]: Object.fromEntries(await latestOf(desk, query, undefined, WRITERS[kind])) }),
      },
      single(`/v2/stocks/:symbol/${kind}s/latest`, WRITERS[kind], (symbol, value) => ({ symbol, [kind]: value })),
    ]),
    {
      ...read,
      path: '/v2/stocks/snapshots',
      handle: async ({ query }) => ok(Object.fromEntries(await latestOf(desk, query, undefined, snapshot))),
    },
    single('/v2/stocks/:symbol/snapshot', snapshot, (symbol, value) => ({ symbol, ...(value as object) })),
    { ...read, path: '/v2/stocks/meta/exchanges', handle: () => ok(STOCK_EXCHANGES) },
    {
      ...read,
      path: '/v2/stocks/meta/conditions/:ticktype',
      handle: ({ params, query }) => {
        const type = params['ticktype'];
        if (type !== 'trade' && type !== 'quote') throw badData(`invalid ticktype: ${type ?? ''}`);
        const tape = textField(query, 'tape');
        if (tape === undefined || !['A', 'B', 'C'].includes(tape)) throw badData(`invalid tape: ${tape ?? ''}`);
        return ok(type === 'trade' ? TRADE_CONDITIONS : QUOTE_CONDITIONS);
      },
    },
    { ...read, path: '/v1/corporate-actions', handle: async ({ query }) => ok(await corporateActions(desk, query)) },
  ];
}

/** What is known of each symbol, sorted; symbols without anything are left out. */
async function latestOf(
  desk: AlpacaDesk,
  query: Fields,
  symbol: string | undefined,
  write: Write,
): Promise<[string, Record<string, unknown>][]> {
  checkCommon(query);
  const assets = readSymbols(query, symbol).flatMap((one) => desk.facts.find(one) ?? []);
  const latest = await desk.venue.latest(assets.map(({ symbolId }) => symbolId));
  return assets.flatMap((asset, index): [string, Record<string, unknown>][] => {
    const rows = latest[index];
    const value = rows === undefined ? undefined : write(rows, desk.facts);
    return value === undefined ? [] : [[asset.symbol, value]];
  });
}

const MAX_ACTIONS = 1_000;
const DEFAULT_ACTIONS = 100;

async function corporateActions(desk: AlpacaDesk, query: Fields): Promise<Record<string, unknown>> {
  const symbols = listField(query, 'symbols')?.map((one) => one.toUpperCase()) ?? [];
  const types = listField(query, 'types');
  const limit = readLimit(query, DEFAULT_ACTIONS, MAX_ACTIONS);
  const start = (textField(query, 'start') ?? '1990-01-01').slice(0, 10);
  const end = (textField(query, 'end') ?? '2035-12-31').slice(0, 10);
  if (end < start) throw badData('end should not be before start');
  const token = textField(query, 'page_token');
  const skip = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString('utf8'));
  if (!Number.isInteger(skip) || skip < 0) throw badData('invalid page_token');
  const all = (await desk.venue.corporateActions(symbols, start, end))
    .map(actionJson)
    .filter(({ type }) => types === undefined || types.includes(type));
  const grouped: Record<string, unknown[]> = {};
  for (const { type, row } of all.slice(skip, skip + limit)) (grouped[`${type}s`] ??= []).push(row);
  const more = all.length > skip + limit;
  return {
    corporate_actions: grouped,
    next_page_token: more ? Buffer.from(String(skip + limit)).toString('base64') : null,
  };
}

function actionJson(action: CorporateActionRow): { readonly type: string; readonly row: Record<string, unknown> } {
  const { symbol, exDate } = action;
  const common = {
    id: uuidV5(`action ${action.kind} ${symbol} ${exDate}`),
    symbol,
    cusip: '',
    process_date: exDate,
    ex_date: exDate,
  };
  if (action.kind === 'dividend') {
    return { type: 'cash_dividend', row: { ...common, rate: Number(action.amount), special: false, foreign: false } };
  }
  const type = action.to >= action.from ? 'forward_split' : 'reverse_split';
  return { type, row: { ...common, new_rate: action.to, old_rate: action.from } };
}
