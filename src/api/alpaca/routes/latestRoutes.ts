/** `/v2/stocks/…/latest`, snapshots, and the codes of exchanges and conditions. */
import { timeText } from '../alpacaFormat.js';
import { AlpacaError, badData } from '../alpacaError.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaRoute } from '../alpacaRoute.js';
import { QUOTE_CONDITIONS, STOCK_EXCHANGES, TRADE_CONDITIONS } from '../market/marketCodes.js';
import { barJson, quoteJson, snapshotJson, tradeJson } from '../market/marketJson.js';
import { checkCommon, readSymbols } from '../market/marketQuery.js';
import type { LatestRows } from '../PaperVenue.js';
import { textField } from '../requestFields.js';
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
