/** The unmodified official npm SDK against the server: one line per call of the check-list of the protocol. */
import { Alpaca } from '@alpacahq/alpaca-trade-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alpacaHarness } from '../../support/alpacaHarness.js';
import type { AlpacaHarness } from '../../support/alpacaHarness.js';

let h: AlpacaHarness;
let alpaca: Alpaca;
let streamUrl: string;
let local: (url: string | URL | Request) => string;
beforeAll(async () => {
  h = await alpacaHarness();
  const base = await h.server.listen('127.0.0.1', 0);
  streamUrl = `${base.replace('http', 'ws')}/stream`;
  local = (url: string | URL | Request): string =>
    String(url instanceof Request ? url.url : url).replace(/^https:\/\/(paper-api|api|data)\.alpaca\.markets/, base);
  alpaca = new Alpaca({
    keyId: h.keyId,
    secret: h.secret,
    rateLimit: false,
    fetchApi: (url: string | URL | Request, init?: RequestInit) => fetch(local(url), init),
  });
});
afterAll(() => h.close());

const order = { symbol: 'AAPL', qty: 10, side: 'buy' } as const;

test('1 account', async () => {
  const account = await alpaca.trading.account.getAccount();
  expect([account.status, account.cash, account.multiplier]).toEqual(['ACTIVE', '100000', '4']);
});

test('2 amounts as strings and numbers', async () => {
  const one = await alpaca.trading.orders.limit({ ...order, limitPrice: '190.5' });
  const two = await alpaca.trading.orders.limit({ ...order, limitPrice: 190.5 });
  expect([one.limitPrice, one.qty, one.type]).toEqual([two.limitPrice, two.qty, two.type]);
  expect(one.createdAt).toBeInstanceOf(Date);
});

test('3 lists: nested, symbols', async () => {
  const orders = await alpaca.trading.orders.getAllOrders({ nested: true, symbols: ['AAPL', 'MSFT'] });
  expect(orders.map(({ symbol }) => symbol)).toEqual(['AAPL', 'AAPL']);
});

test('4 a client order id twice; the original by its id', async () => {
  const input = { ...order, limitPrice: 180, clientOrderId: 'js-1' };
  const first = await alpaca.trading.orders.limit(input);
  const again = alpaca.trading.orders.limit(input);
  await expect(again).rejects.toMatchObject({
    status: 422,
    code: 40010001,
    message: expect.stringContaining('client_order_id must be unique'),
  });
  await expect(again).rejects.toMatchObject({ requestId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect((await alpaca.trading.orders.getOrderByClientOrderId({ clientOrderId: 'js-1' })).id).toBe(first.id);
});

test('6 replace: a new id, both linked', async () => {
  const old = await alpaca.trading.orders.getOrderByClientOrderId({ clientOrderId: 'js-1' });
  const orderId = old.id ?? '';
  const next = await alpaca.trading.orders.patchOrderByOrderId({
    orderId,
    patchOrderRequest: { qty: '5', limitPrice: '181' },
  });
  expect([next.replaces, next.qty]).toEqual([orderId, '5']);
  expect((await alpaca.trading.orders.getOrderByOrderID({ orderId })).replacedBy).toBe(next.id);
});

test('5 cancel one, cancel all', async () => {
  const { id } = await alpaca.trading.orders.limit({ ...order, limitPrice: 170 });
  await alpaca.trading.orders.deleteOrderByOrderID({ orderId: id ?? '' });
  const all = await alpaca.trading.orders.deleteAllOrders();
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test('7 bracket, oco, oto, stop, stop limit, trailing stop', async () => {
  const bracket = await alpaca.trading.orders.bracket({
    ...order,
    limitPrice: 190,
    takeProfit: { limitPrice: 210 },
    stopLoss: { stopPrice: 180 },
  });
  expect(bracket.legs?.map(({ status }) => status)).toEqual(['held', 'held']);
  h.venue.quote('AAPL', 189.9, 189.95);
  const filled = await alpaca.trading.orders.getOrderByOrderID({ orderId: bracket.id ?? '', nested: true });
  expect([filled.status, filled.legs?.map(({ status }) => status)]).toEqual(['filled', ['new', 'held']]);
  h.venue.quote('AAPL', 210, 210.05);
  const done = await alpaca.trading.orders.getOrderByOrderID({ orderId: bracket.id ?? '', nested: true });
  expect(done.legs?.map(({ status }) => status)).toEqual(['filled', 'canceled']);
  h.venue.quote('AAPL', 199.99, 200);
  expect((await alpaca.trading.orders.stop({ ...order, stopPrice: 250 })).type).toBe('stop');
  expect((await alpaca.trading.orders.stopLimit({ ...order, stopPrice: 250, limitPrice: 251 })).type).toBe(
    'stop_limit',
  );
  expect((await alpaca.trading.orders.trailingStop({ ...order, trailPercent: 1.5 })).trailPercent).toBe('1.5');
  const oto = await alpaca.trading.orders.oto({ ...order, limitPrice: 150, stopLoss: { stopPrice: 140 } });
  expect(oto.legs).toHaveLength(1);
  await alpaca.trading.orders.deleteAllOrders();
});

test('8 the trading stream, and submitAndWait', async () => {
  const stream = alpaca.trading.stream({ url: streamUrl });
  const events: unknown[] = [];
  stream.onTradeUpdate((update) => events.push([update.event, update.qty, update.positionQty, update.order.status]));
  stream.subscribeTradeUpdates();
  stream.connect();
  await stream.waitForAuthenticationResult(5_000);
  const filled = await alpaca.trading.submitAndWait({ ...order, type: 'market' }, { stream });
  expect([filled.status, filled.filledAvgPrice]).toEqual(['filled', '200']);
  expect(events.map((event) => (event as unknown[])[0])).toEqual(['pending_new', 'new', 'fill']);
  expect(events.at(-1)).toEqual(['fill', '10', '10', 'filled']);
  stream.disconnect();
});

test('5 positions: list, read, close in part, close all', async () => {
  const [position] = await alpaca.trading.positions.getAllOpenPositions();
  expect([position?.symbol, position?.qty, position?.side]).toEqual(['AAPL', '10', 'long']);
  expect((await alpaca.trading.positions.getOpenPosition({ symbolOrAssetId: 'AAPL' })).costBasis).toBe('2000');
  const half = await alpaca.trading.positions.deleteOpenPosition({ symbolOrAssetId: 'AAPL', percentage: 50 });
  expect([half.qty, half.side]).toEqual(['5', 'sell']);
  const closed = await alpaca.trading.closeAllPositions({ cancelOrders: true });
  expect(closed.map(({ symbol, status }) => [symbol, String(status)])).toEqual([['AAPL', '200']]);
  expect(await alpaca.trading.positions.getAllOpenPositions()).toEqual([]);
});

test('11 errors have code and message; 401 has a message', async () => {
  await expect(alpaca.trading.positions.getOpenPosition({ symbolOrAssetId: 'AAPL' })).rejects.toMatchObject({
    status: 404,
    code: 40410000,
    message: expect.stringContaining('position does not exist'),
  });
  const stranger = new Alpaca({
    keyId: 'PKNOBODY',
    secret: 'x',
    fetchApi: (url: string | URL | Request, init?: RequestInit) => fetch(local(url), init),
  });
  await expect(stranger.trading.account.getAccount()).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining('unauthorized'),
  });
});

test('13 rate-limit headers', async () => {
  const answer = await alpaca.trading.clock.legacyClockRaw();
  expect(answer.raw.headers.get('x-ratelimit-limit')).toBe('200');
});

test('account configurations, activities, portfolio history', async () => {
  const config = await alpaca.trading.accountConfigurations.patchAccountConfig({
    accountConfigurations: { noShorting: true },
  });
  expect(config.noShorting).toBe(true);
  const fills = await alpaca.trading.collectActivitiesByType({ activityType: 'FILL' });
  expect(fills.length).toBe(5);
  const history = await alpaca.trading.portfolioHistory.getAccountPortfolioHistory({ period: '1D', timeframe: '5Min' });
  expect(history.timeframe).toBe('5Min');
  expect(history.equity?.length).toBe(history.timestamp?.length);
});

test('clock and calendar, both versions; assets', async () => {
  expect((await alpaca.trading.clock.legacyClock()).isOpen).toBe(true);
  expect((await alpaca.trading.clock.clock({ markets: 'NYSE' })).clocks).toHaveLength(1);
  const days = await alpaca.trading.calendar.legacyCalendar({
    start: new Date('2026-11-25'),
    end: new Date('2026-11-28'),
  });
  expect(days.map(({ close }) => close)).toEqual(['16:00', '13:00']);
  const assets = await alpaca.trading.assets.getV2Assets({ status: 'active' });
  expect(assets.map(({ symbol }) => symbol)).toEqual(['AAPL', 'MSFT', 'BRK.B']);
});

test('watchlists', async () => {
  const list = await alpaca.trading.watchlists.postWatchlist({
    createWatchlistRequest: { name: 'js', symbols: ['AAPL'] },
  });
  await alpaca.trading.watchlists.addAssetToWatchlist({
    watchlistId: list.id,
    addAssetToWatchlistRequest: { symbol: 'MSFT' },
  });
  const read = await alpaca.trading.watchlists.getWatchlistByName({ name: 'js' });
  expect(read.assets?.map(({ symbol }) => symbol)).toEqual(['AAPL', 'MSFT']);
  await alpaca.trading.watchlists.deleteWatchlistById({ watchlistId: list.id });
  expect(await alpaca.trading.watchlists.getWatchlists()).toEqual([]);
});
