/** Performance, the trade log and notes over HTTP: what is told to whom, filters and pages, notes that only grow. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayHarness } from '../../test/support/gatewayHarness.js';
import type { GatewayHarness } from '../../test/support/gatewayHarness.js';
import type { ManualClock } from '../../test/support/ManualClock.js';
import { TradeLogger } from '../analytics/TradeLogger.js';
import { tradeDocument } from '../analytics/tradeDocument.js';
import type { TradeDocument } from '../analytics/tradeDocument.js';
import { endedOrder, fillOf, orderOf, quotes } from '../analytics/tradeLogKit.js';
import type { AnnotatedTrade, Performance, TradeNote, Trades } from '../contracts/index.js';
import type { Role } from '../domain/identity.js';
import { DOLLAR } from '../domain/units.js';
import { storedTrade } from '../host/TradeKeeper.js';
import { SqlTradeStore } from '../storage/sql/tradeStore.js';
import { allPerformance } from './routes/allPerformance.js';

let harness: GatewayHarness<ManualClock>;
let store: SqlTradeStore;
let sessionId: string;

/** Trades of the strategy `alpha`: each buys ten at 100 and sells them at one of these prices; the last stays open. */
function tradesAt(prices: readonly number[], of = sessionId, symbol = 'ALTA'): readonly TradeDocument[] {
  const log = new TradeLogger({ symbolCount: 1, priceScale: DOLLAR });
  log.observe(quotes([[0, 99, 101]]));
  prices.forEach((price, index) => {
    for (const [id, side, at, seconds] of [
      [`in-${index}`, 'buy', 100, 10 * index + 1],
      [`out-${index}`, 'sell', price, 10 * index + 5],
    ] as const) {
      if (Number.isNaN(at)) continue;
      const order = orderOf(id, side, 10, seconds);
      log.noteOrder(order);
      log.noteFill(fillOf(`f-${id}`, order, 10, at, seconds));
      log.noteOrder(endedOrder(order, 'filled', seconds, 10));
    }
  });
  log.finish(Infinity);
  return log.trades.map((trade) => tradeDocument(trade, { sessionId: of, symbols: [symbol], priceScale: DOLLAR }));
}

beforeEach(async () => {
  harness = await gatewayHarness();
  store = new SqlTradeStore(harness.database);
  sessionId = harness.session.info().sessionId;
});
afterEach(() => harness.close());

async function ask<T>(
  role: Role,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly json: T }> {
  const { accessToken } = await harness.signIn(role);
  const response = await harness.gateway.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${accessToken}` },
    ...(body === undefined ? {} : { payload: body }),
  });
  return { status: response.statusCode, json: response.json<T>() };
}

const keep = (trades: readonly TradeDocument[]): Promise<void> =>
  store.saveTrades(trades.filter(({ state }) => state === 'closed').map(storedTrade));

describe('the trade log over HTTP', () => {
  it('comes in pages, the last closed first, with the open trades before the first', async () => {
    const trades = tradesAt([101, 99, 103, 98, NaN]);
    await keep(trades);
    harness.session.open.push(...trades.filter(({ state }) => state === 'open'));
    const seen: string[] = [];
    let path = '/trades?limit=3';
    const first = await ask<Trades>('viewer', 'GET', path);
    expect(first.json.open.map(({ id }) => id)).toEqual(['t-5']);
    expect(first.json.total).toBe(4);
    for (;;) {
      const { json } = await ask<Trades>('viewer', 'GET', path);
      seen.push(...json.trades.map(({ id }) => id));
      if (json.next === null) break;
      path = `/trades?limit=3&cursor=${json.next}`;
    }
    expect(seen).toEqual(['t-4', 't-3', 't-2', 't-1']);
  });

  it('is narrowed by session, symbol, owner, side, result and date', async () => {
    await keep(tradesAt([101, 99]));
    await keep(tradesAt([105], 'earlier', 'BRIO'));
    const count = async (query: string): Promise<number> =>
      (await ask<Trades>('viewer', 'GET', `/trades${query}`)).json.total;
    expect(await count('')).toBe(2);
    expect(await count('?sessionId=all')).toBe(3);
    expect(await count('?sessionId=earlier')).toBe(1);
    expect(await count('?sessionId=all&symbol=BRIO')).toBe(1);
    expect(await count('?owner=alpha&result=win')).toBe(1);
    expect(await count('?owner=beta')).toBe(0);
    expect(await count('?side=short')).toBe(0);
    expect(await count('?from=2013-10-07&to=2013-10-07')).toBe(2);
    expect(await count('?from=2013-10-08')).toBe(0);
    expect((await ask('viewer', 'GET', '/trades?result=draw')).status).toBe(400);
    expect((await ask('viewer', 'GET', '/trades?cursor=first')).status).toBe(400);
  });

  it('a trade that is told again takes the place of what was told before', async () => {
    const [trade] = tradesAt([101]);
    if (trade === undefined) throw new Error('there is a trade');
    await keep([trade]);
    await keep([{ ...trade, exitReason: 'known later' }]);
    const { json } = await ask<Trades>('viewer', 'GET', '/trades');
    expect(json.trades.map(({ exitReason }) => exitReason)).toEqual(['known later']);
  });
});

describe('notes on trades', () => {
  const path = (): string => `/trades/${sessionId}/t-1/notes`;

  it('are added by traders, never changed, and the tags of the last one hold', async () => {
    await keep(tradesAt([101, 99]));
    expect((await ask('viewer', 'POST', path(), { text: 'mine' })).status).toBe(403);
    const first = await ask<TradeNote>('trader', 'POST', path(), { text: ' waited ', tags: ['gap', 'gap', 'late'] });
    expect(first.json).toMatchObject({ user: 'trader', text: 'waited', tags: ['gap', 'late'] });
    await ask('admin', 'POST', path(), { text: 'second', tags: ['gap_up'] });
    const { json } = await ask<AnnotatedTrade>('viewer', 'GET', `/trades/${sessionId}/t-1`);
    expect(json.notes.map(({ text }) => text)).toEqual(['waited', 'second']);
    expect(json.tags).toEqual(['gap_up']);
    const tagged = await ask<Trades>('viewer', 'GET', '/trades?tag=gap_up');
    expect(tagged.json.trades.map(({ id }) => id)).toEqual(['t-1']);
    // Neither a tag that was replaced nor one that only looks alike.
    expect((await ask<Trades>('viewer', 'GET', '/trades?tag=gap')).json.total).toBe(0);
    expect((await ask<Trades>('viewer', 'GET', '/trades?tag=gapxup')).json.total).toBe(0);
  });

  it('may take the last tags away, but not say nothing', async () => {
    await keep(tradesAt([101]));
    expect((await ask('trader', 'POST', path(), {})).json).toMatchObject({ code: 'REQUEST_INVALID' });
    await ask('trader', 'POST', path(), { tags: ['gap'] });
    expect((await ask('trader', 'POST', path(), {})).status).toBe(200);
    expect((await ask<AnnotatedTrade>('viewer', 'GET', `/trades/${sessionId}/t-1`)).json.tags).toEqual([]);
  });

  it('are refused with tags and texts that are none, and on trades that are not there', async () => {
    await keep(tradesAt([101]));
    expect((await ask('trader', 'POST', path(), { tags: ['two words'] })).status).toBe(400);
    expect((await ask('trader', 'POST', path(), { text: 'a\u0000b' })).status).toBe(400);
    expect((await ask('trader', 'POST', path(), { text: 'x', edit: 1 })).status).toBe(400);
    const missing = await ask('trader', 'POST', `/trades/${sessionId}/t-9/notes`, { text: 'x' });
    expect(missing.json).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('go on open trades too', async () => {
    harness.session.open.push(...tradesAt([NaN]));
    expect((await ask('trader', 'POST', path(), { text: 'let it run' })).status).toBe(200);
    const { json } = await ask<Trades>('viewer', 'GET', '/trades');
    expect(json.open[0]?.notes.map(({ text }) => text)).toEqual(['let it run']);
  });
});

describe('performance over HTTP', () => {
  it('gives figures or reasons, and groups the closed trades by the tags that hold', async () => {
    await keep(tradesAt([101, 99, 104]));
    for (const [id, tags] of [
      ['t-1', ['gap']],
      ['t-2', ['gap', 'late']],
      ['t-3', ['late']],
    ] as const) {
      await ask('trader', 'POST', `/trades/${sessionId}/${id}/notes`, { tags });
    }
    await ask('trader', 'POST', `/trades/${sessionId}/t-3/notes`, { text: 'no tag fits' });
    const { status, json } = await ask<Performance>('viewer', 'GET', '/performance');
    expect(status).toBe(200);
    expect(json.figures.sharpe).toHaveProperty('unsupported');
    const tags = json.byTag.map(({ key, figures }) => [key, figures.trades, figures.netProfit]);
    expect(tags).toEqual([
      ['gap', 2, 0],
      ['late', 1, -10],
    ]);
  });

  it('can be of the trades of all sessions, which have no curve together', async () => {
    await keep(tradesAt([101, 99]));
    await keep(tradesAt([105], 'earlier', 'BRIO'));
    await ask('trader', 'POST', '/trades/earlier/t-1/notes', { tags: ['gap'] });
    const { status, json } = await ask<Performance>('viewer', 'GET', '/performance?sessionId=all');
    expect(status).toBe(200);
    expect(json.sessionId).toBe('all');
    expect(json.figures.trades).toMatchObject({ trades: 3, wins: 2, netProfit: 50 });
    expect(json.bySymbol.map(({ key, figures }) => [key, figures.netProfit])).toEqual([
      ['ALTA', 0],
      ['BRIO', 50],
    ]);
    expect(json.byTag.map(({ key, figures }) => [key, figures.trades])).toEqual([['gap', 1]]);
    const noCurve = { unsupported: 'the account’s curve is that of the running session alone' };
    expect(json.figures).toMatchObject({
      startEquity: noCurve,
      totalReturn: noCurve,
      sharpe: noCurve,
      maxDrawdown: noCurve,
      rolling: [],
    });
    const { json: own } = await ask<Performance>('viewer', 'GET', '/performance');
    expect(own.sessionId).toBe(sessionId);
    expect(own.byTag).toEqual([]);
  });

  it('are read page by page without counting them for each', async () => {
    const [trade] = tradesAt([101]);
    if (trade === undefined) throw new Error('there is a trade');
    // Three pages of 500.
    const many = Array.from({ length: 1_001 }, (_, index) => ({ ...storedTrade(trade), tradeId: `t-${index}` }));
    await store.saveTrades(many);
    let selects = 0;
    let counts = 0;
    const counting = harness.database.withPlugin({
      transformQuery: ({ node }) => {
        selects += node.kind === 'SelectQueryNode' ? 1 : 0;
        counts += JSON.stringify(node).includes('"func":"count"') ? 1 : 0;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    });
    const { figures } = await allPerformance(new SqlTradeStore(counting));
    expect(figures.trades.trades).toBe(1_001);
    expect({ selects, counts }).toEqual({ selects: 3, counts: 0 });
    expect(await new SqlTradeStore(counting).countTrades({})).toBe(1_001);
    expect(counts).toBe(1);
  });
});
