/** Handlers of the routes about performance and the trade log: figures of the session, trades, notes on them. */
import type { z } from 'zod';
import type { TradeDocument } from '../../analytics/tradeDocument.js';
import { TradeGroup } from '../../analytics/TradeGroup.js';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { AnnotatedTrade, Performance, tradesQuerySchema } from '../../contracts/index.js';
import { PapertapeError } from '../../domain/errors.js';
import type { TradeCursor, TradeFilter, TradeKey, TradeLogStore, TradeNoteRecord } from '../../domain/tradeLog.js';
import type { Clock } from '../../utils/clock.js';
import type { RouteHandlers } from '../routeHandlers.js';
import type { TradingSession } from '../tradingSession.js';
import { allPerformance, documentOf, outcomeOf } from './allPerformance.js';

type PerformanceRouteName = 'performance' | 'trades' | 'trade' | 'noteTrade';
type TradesQuery = z.output<typeof tradesQuerySchema>;

/** Handlers of the routes about performance and trades. */
export function performanceRoutes(
  session: TradingSession,
  store: TradeLogStore,
  clock: Pick<Clock, 'now'>,
): Pick<RouteHandlers, PerformanceRouteName> {
  return {
    performance: async ({ query }) => {
      if (query.sessionId === 'all') {
        return { ...(await allPerformance(store)), byTag: await byTag(store, undefined) };
      }
      const performance = await session.performance();
      return { ...performance, byTag: await byTag(store, performance.sessionId) };
    },
    trades: async ({ query }) => {
      const current = session.info().sessionId;
      const filter = filterOf(query, current);
      const page = await store.findTrades(filter, {
        limit: query.limit,
        ordering: 'newestFirst',
        after: cursorOf(query.cursor),
      });
      const open = query.cursor === undefined ? await openTrades(session, filter, query) : [];
      const all = await annotated(store, [...open, ...page.trades.map(documentOf)]);
      const { next } = page;
      return {
        open: all.slice(0, open.length),
        trades: all.slice(open.length),
        total: await store.countTrades(filter),
        next: next === undefined ? null : `${next.exitTime}.${next.number}`,
      };
    },
    trade: async ({ params }) => {
      const found = await tradeOf(session, store, { sessionId: params.session, tradeId: params.id });
      const [trade] = await annotated(store, [found]);
      return trade ?? missing(params.id);
    },
    noteTrade: async ({ params, body, principal }) => {
      const key = { sessionId: params.session, tradeId: params.id };
      await tradeOf(session, store, key);
      const tagsBefore = (await store.tradeNotes([key])).at(-1)?.tags ?? [];
      // Without text it may still set other tags, or take the last ones away.
      if (body.text.trim() === '' && body.tags.length === 0 && tagsBefore.length === 0) {
        throw new PapertapeError('REQUEST_INVALID', 'The note says nothing: it has neither text nor tags.', {
          remedy: 'Write something, or give a tag.',
        });
      }
      const note = { ...key, time: clock.now(), user: principal.name, text: body.text.trim() };
      const { id, time, user, text, tags } = await store.addTradeNote({ ...note, tags: [...new Set(body.tags)] });
      return { id, time, user, text, tags: [...tags] };
    },
  };
}

/** A closed trade, or one that is open in the running session. Throws `NOT_FOUND`. */
async function tradeOf(session: TradingSession, store: TradeLogStore, key: TradeKey): Promise<TradeDocument> {
  const stored = await store.trade(key);
  if (stored !== undefined) return documentOf(stored);
  const open = key.sessionId === session.info().sessionId ? await session.openTrades() : [];
  return open.find(({ id }) => id === key.tradeId) ?? missing(key.tradeId);
}

function missing(id: string): never {
  throw new PapertapeError('NOT_FOUND', `There is no trade ${id} in this session.`);
}

/** Open trades have neither a result nor an exit: they are left out where one is asked for. */
async function openTrades(
  session: TradingSession,
  filter: TradeFilter,
  { tag, result, from, to }: TradesQuery,
): Promise<readonly TradeDocument[]> {
  if (result !== undefined || from !== undefined || to !== undefined || tag !== undefined) return [];
  if (filter.sessionId !== undefined && filter.sessionId !== session.info().sessionId) return [];
  const open = await session.openTrades();
  return open.filter(
    (trade) =>
      (filter.owner === undefined || trade.owner === filter.owner) &&
      (filter.symbol === undefined || trade.symbol === filter.symbol) &&
      (filter.side === undefined || trade.side === filter.side) &&
      (filter.session === undefined || trade.session === filter.session),
  );
}

function filterOf(query: TradesQuery, current: string): TradeFilter {
  const { sessionId, symbol, owner, session, side, result, tag, from, to } = query;
  return {
    ...(sessionId === 'all' ? {} : { sessionId: sessionId === 'current' ? current : sessionId }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(owner === undefined ? {} : { owner }),
    ...(session === undefined ? {} : { session }),
    ...(side === undefined ? {} : { side }),
    ...(result === undefined ? {} : { result }),
    ...(tag === undefined ? {} : { tag }),
    ...(from === undefined ? {} : { from: fromNewYork(parseDate(from, 'first date'), 0) }),
    ...(to === undefined ? {} : { to: fromNewYork(parseDate(to, 'last date') + 1, 0) }),
  };
}

function cursorOf(text: string | undefined): TradeCursor | undefined {
  if (text === undefined) return undefined;
  const [exitTime, number] = text.split('.').map(Number);
  return exitTime === undefined || number === undefined ? undefined : { exitTime, number };
}

/** Trades with their notes, which are asked for together. */
async function annotated(store: TradeLogStore, trades: readonly TradeDocument[]): Promise<AnnotatedTrade[]> {
  const keys = trades.map(({ sessionId, id }) => ({ sessionId, tradeId: id }));
  const notes = keyed(await store.tradeNotes(keys));
  return trades.map((trade) => {
    const own = notes.get(keyOf(trade.sessionId, trade.id)) ?? [];
    return {
      // The schema's arrays are mutable; nobody changes these.
      ...(trade as AnnotatedTrade),
      tags: [...(own.at(-1)?.tags ?? [])],
      notes: own.map(({ id, time, user, text, tags }) => ({ id, time, user, text, tags: [...tags] })),
    };
  });
}

/**
 * Figures of the closed trades of each tag that holds now, of a session or of all: O(tagged trades), since tags may
 * change at any time.
 */
async function byTag(store: TradeLogStore, sessionId: string | undefined): Promise<Performance['byTag']> {
  const groups = new Map<string, TradeGroup>();
  for (const notes of keyed(await store.sessionNotes(sessionId)).values()) {
    const last = notes.at(-1);
    if (last === undefined || last.tags.length === 0) continue;
    const stored = await store.trade(last);
    if (stored === undefined) continue;
    const trade = documentOf(stored);
    for (const tag of last.tags) {
      let group = groups.get(tag);
      if (group === undefined) {
        group = new TradeGroup();
        groups.set(tag, group);
      }
      group.add(outcomeOf(trade));
    }
  }
  return [...groups].map(([key, { figures }]) => ({ key, figures }));
}

/** Notes by their trade, each oldest first. */
function keyed(notes: readonly TradeNoteRecord[]): ReadonlyMap<string, readonly TradeNoteRecord[]> {
  const all = new Map<string, TradeNoteRecord[]>();
  for (const note of notes) {
    const key = keyOf(note.sessionId, note.tradeId);
    const list = all.get(key);
    if (list === undefined) all.set(key, [note]);
    else list.push(note);
  }
  return all;
}

function keyOf(sessionId: string, tradeId: string): string {
  return `${sessionId} ${tradeId}`;
}
