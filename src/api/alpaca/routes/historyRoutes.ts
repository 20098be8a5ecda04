/** `/v2/stocks/…`: bars, quotes, trades and auctions of the past, for one symbol or many. */
import { DAY } from '../../../domain/timeframe.js';
import { timeText } from '../alpacaFormat.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaAnswer, AlpacaRequest, AlpacaRoute } from '../alpacaRoute.js';
import { barStartOf, groupBars, readTimeframe } from '../market/barTimeframe.js';
import { readPage } from '../market/historyPages.js';
import type { FetchRows } from '../market/historyPages.js';
import { auctionDays, auctionJson, barJson, quoteJson, tradeJson } from '../market/marketJson.js';
import type { AuctionDay } from '../market/marketJson.js';
import { readAdjustment, readHistoryRequest } from '../market/marketQuery.js';
import type { BarRow, PrintRow, QuoteRow } from '../PaperVenue.js';
import { textField } from '../requestFields.js';

const LONGEST_BAR = 366 * DAY;
/** More than there are in a day: auctions are found among all prints. */
const ALL_PRINTS = 50_000_000;

/** The routes. */
export function historyRoutes(desk: AlpacaDesk): readonly AlpacaRoute[] {
  const kinds = { bars, quotes, trades, auctions } as const;
  return Object.entries(kinds).flatMap(([name, read]): AlpacaRoute[] => [
    {
      api: 'data',
      method: 'GET',
      access: 'read',
      path: `/v2/stocks/${name}`,
      handle: (request) => read(desk, request, undefined),
    },
    {
      api: 'data',
      method: 'GET',
      access: 'read',
      path: `/v2/stocks/:symbol/${name}`,
      handle: (request) => read(desk, request, request.params['symbol']),
    },
  ]);
}

async function bars(desk: AlpacaDesk, { query }: AlpacaRequest, symbol: string | undefined): Promise<AlpacaAnswer> {
  const timeframe = readTimeframe(textField(query, 'timeframe'));
  const adjust = readAdjustment(query);
  const base = timeframe.unit === 'minute' || timeframe.unit === 'hour' ? '1m' : '1d';
  const history = readHistoryRequest(query, symbol, desk.venue.clock().time);
  const fetch: FetchRows<BarRow> = async (name, from, to, limit) => {
    const asset = desk.facts.find(name);
    if (asset === undefined) return [];
    // A bar belongs to the range that its start lies in, and is made of all its parts, up to now.
    const firstStart = barStartOf(from, timeframe);
    const rows = await desk.venue.bars({
      symbolId: asset.symbolId,
      base,
      from: firstStart,
      to: Math.min(to + LONGEST_BAR, desk.venue.clock().time),
      adjust,
    });
    const grouped = groupBars(rows, timeframe).filter(({ start }) => start >= from && start <= to);
    return history.sort === 'asc' ? grouped.slice(0, limit) : grouped.reverse().slice(0, limit);
  };
  const page = await readPage(history, fetch, (row) => row.start);
  return answer(
    'bars',
    symbol,
    page.nextToken,
    mapRows(page.rows, (row) => barJson(row, desk.facts, timeText)),
  );
}

async function quotes(desk: AlpacaDesk, { query }: AlpacaRequest, symbol: string | undefined): Promise<AlpacaAnswer> {
  const history = readHistoryRequest(query, symbol, desk.venue.clock().time);
  const fetch: FetchRows<QuoteRow> = async (name, from, to, limit) => {
    const asset = desk.facts.find(name);
    if (asset === undefined) return [];
    const rows = await desk.venue.quotes({ symbolId: asset.symbolId, from, to, limit, sort: history.sort });
    return history.sort === 'asc' ? rows : [...rows].reverse();
  };
  const page = await readPage(history, fetch, (row) => row.time);
  return answer(
    'quotes',
    symbol,
    page.nextToken,
    mapRows(page.rows, (row) => quoteJson(row, desk.facts, timeText)),
  );
}

async function trades(desk: AlpacaDesk, { query }: AlpacaRequest, symbol: string | undefined): Promise<AlpacaAnswer> {
  const history = readHistoryRequest(query, symbol, desk.venue.clock().time);
  const page = await readPage(history, printsOf(desk, history.sort), (row) => row.time);
  return answer(
    'trades',
    symbol,
    page.nextToken,
    mapRows(page.rows, (row) => tradeJson(row, desk.facts, timeText)),
  );
}

async function auctions(desk: AlpacaDesk, { query }: AlpacaRequest, symbol: string | undefined): Promise<AlpacaAnswer> {
  const history = readHistoryRequest(query, symbol, desk.venue.clock().time);
  const prints = printsOf(desk, 'asc');
  const fetch: FetchRows<AuctionDay> = async (name, from, to, limit) => {
    const days = auctionDays(await prints(name, from, to, ALL_PRINTS));
    return (history.sort === 'asc' ? days : days.reverse()).slice(0, limit);
  };
  // A day is found again by its last print, whichever way it is paged.
  const page = await readPage(history, fetch, (day) => day.time);
  return answer(
    'auctions',
    symbol,
    page.nextToken,
    mapRows(page.rows, (day) => auctionJson(day, desk.facts, timeText)),
  );
}

function printsOf(desk: AlpacaDesk, sort: 'asc' | 'desc'): FetchRows<PrintRow> {
  return async (name, from, to, limit) => {
    const asset = desk.facts.find(name);
    if (asset === undefined) return [];
    const rows = await desk.venue.prints({ symbolId: asset.symbolId, from, to, limit, sort });
    return sort === 'asc' ? rows : [...rows].reverse();
  };
}

function mapRows<T>(
  rows: ReadonlyMap<string, readonly T[]>,
  write: (row: T) => unknown,
): ReadonlyMap<string, unknown[]> {
  return new Map([...rows].map(([symbol, list]) => [symbol, list.map(write)]));
}

/** The answer for many symbols is a map, for one the list itself. */
function answer(
  name: string,
  symbol: string | undefined,
  nextToken: string | null,
  rows: ReadonlyMap<string, unknown[]>,
): AlpacaAnswer {
  if (symbol === undefined) return ok({ [name]: Object.fromEntries(rows), next_page_token: nextToken });
  const own = symbol.toUpperCase();
  return ok({ symbol: own, [name]: rows.get(own) ?? [], next_page_token: nextToken });
}
