/**
 * Version 3 of the official npm SDK, unmodified, against the server: REST and trade updates. Its stock data stream
 * insists on TLS and is left out. Skipped by name where it is not installed.
 */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alpacaHarness } from '../../support/alpacaHarness.js';
import type { AlpacaHarness, Json } from '../../support/alpacaHarness.js';

const folder = process.env['PAPERTAPE_ALPACA_JS3'];

/** The calls of the SDK that are made here; it has no types that fit its code. */
interface Sdk {
  getAccount(): Promise<Json>;
  getAccountConfigurations(): Promise<Json>;
  updateAccountConfigurations(changes: object): Promise<Json>;
  getAccountActivities(query: object): Promise<Json>;
  getPortfolioHistory(query: object): Promise<Json>;
  createOrder(order: object): Promise<Json>;
  getOrders(query: object): Promise<Json>;
  getOrder(id: string): Promise<Json>;
  getOrderByClientId(id: string): Promise<Json>;
  replaceOrder(id: string, changes: object): Promise<Json>;
  cancelOrder(id: string): Promise<Json>;
  cancelAllOrders(): Promise<Json>;
  getPositions(): Promise<Json>;
  getPosition(symbol: string): Promise<Json>;
  closePosition(symbol: string): Promise<Json>;
  closeAllPositions(): Promise<Json>;
  getClock(): Promise<Json>;
  getCalendar(query: object): Promise<Json>;
  getAssets(query: object): Promise<Json>;
  getAsset(symbol: string): Promise<Json>;
  getWatchlists(): Promise<Json>;
  addWatchlist(name: string, symbols: readonly string[]): Promise<Json>;
  addToWatchlist(id: string, symbol: string): Promise<Json>;
  deleteWatchlist(id: string): Promise<Json>;
  getLatestQuote(symbol: string): Promise<Json>;
  getLatestTrade(symbol: string): Promise<Json>;
  getBarsV2(symbol: string, query: object): AsyncGenerator<Json>;
  readonly trade_ws: {
    connect(): void;
    disconnect(): void;
    subscribe(streams: readonly string[]): void;
    onConnect(listener: () => void): void;
    onOrderUpdate(listener: (update: Json) => void): void;
  };
}

describe.skipIf(folder === undefined)(
  'version 3 of the npm SDK (npm test installs it with PAPERTAPE_ALPACA_JS3=1)',
  () => {
    let h: AlpacaHarness;
    let alpaca: Sdk;
    beforeAll(async () => {
      h = await alpacaHarness();
      const base = await h.server.listen('127.0.0.1', 0);
      const load = createRequire(import.meta.url);
      const Alpaca = load(folder ?? '') as new (options: object) => Sdk;
      alpaca = new Alpaca({ keyId: h.keyId, secretKey: h.secret, paper: true, baseUrl: base, dataBaseUrl: base });
    });
    afterAll(() => h.close());

    const order = { symbol: 'AAPL', qty: 10, side: 'buy', type: 'limit', time_in_force: 'day' } as const;

    test('1 account, configurations', async () => {
      expect(await alpaca.getAccount()).toMatchObject({ status: 'ACTIVE', cash: '100000', multiplier: '4' });
      expect(await alpaca.getAccountConfigurations()).toMatchObject({ suspend_trade: false });
      expect(await alpaca.updateAccountConfigurations({ no_shorting: true })).toMatchObject({ no_shorting: true });
      await alpaca.updateAccountConfigurations({ no_shorting: false });
    });

    test('2, 3, 4 orders: create, list, read, refuse a used client order id', async () => {
      const first = await alpaca.createOrder({ ...order, limit_price: 180, client_order_id: 'v3-1' });
      expect(first).toMatchObject({ qty: '10', limit_price: '180' });
      await expect(alpaca.createOrder({ ...order, limit_price: '180', client_order_id: 'v3-1' })).rejects.toMatchObject(
        { response: { status: 422, data: { code: 40010001 } } },
      );
      expect((await alpaca.getOrderByClientId('v3-1')).id).toBe(first.id);
      expect((await alpaca.getOrder(first.id)).status).toBe('new');
      const listed = await alpaca.getOrders({ status: 'all', nested: true, symbols: 'AAPL,MSFT' });
      expect(listed.map(({ id }: Json) => id)).toEqual([first.id]);
    });

    test('5, 6 replace, cancel one, cancel all', async () => {
      const old = await alpaca.getOrderByClientId('v3-1');
      const next = await alpaca.replaceOrder(old.id, { qty: 5 });
      expect([next.replaces, next.qty]).toEqual([old.id, '5']);
      expect((await alpaca.getOrder(old.id)).replaced_by).toBe(next.id);
      await alpaca.cancelOrder(next.id);
      const other = await alpaca.createOrder({ ...order, limit_price: 170 });
      expect((await alpaca.cancelAllOrders()).map(({ id, status }: Json) => [id, status])).toEqual([[other.id, 200]]);
    });

    test('7 bracket', async () => {
      const bracket = await alpaca.createOrder({
        ...order,
        limit_price: 190,
        order_class: 'bracket',
        take_profit: { limit_price: 210 },
        stop_loss: { stop_price: 180 },
      });
      expect(bracket.legs.map(({ status }: Json) => status)).toEqual(['held', 'held']);
      await alpaca.cancelAllOrders();
    });

    test('8 trade updates: pending_new, new, fill', async () => {
      const events: Json[] = [];
      const stream = alpaca.trade_ws;
      await new Promise<void>((resolve, reject) => {
        stream.onConnect(() => {
          stream.subscribe(['trade_updates']);
          // The subscription has no answer that this version tells of; the order is late enough behind it.
          alpaca
            .createOrder({ symbol: 'AAPL', qty: 10, side: 'buy', type: 'market', time_in_force: 'day' })
            .catch(reject);
        });
        stream.onOrderUpdate((update) => {
          events.push(update);
          if (update.event === 'fill') resolve();
        });
        stream.connect();
      });
      stream.disconnect();
      expect(events.map(({ event }) => event)).toEqual(['pending_new', 'new', 'fill']);
      expect(events.at(-1)).toMatchObject({ price: '200', qty: '10', position_qty: '10' });
    });

    test('5 positions: list, read, close one, close all', async () => {
      expect(await alpaca.getPositions()).toMatchObject([{ symbol: 'AAPL', qty: '10', side: 'long' }]);
      expect(await alpaca.getPosition('AAPL')).toMatchObject({ cost_basis: '2000' });
      expect(await alpaca.closePosition('AAPL')).toMatchObject({ side: 'sell', qty: '10' });
      expect(await alpaca.closeAllPositions()).toEqual([]);
      await expect(alpaca.getPosition('AAPL')).rejects.toMatchObject({ response: { status: 404 } });
    });

    test('activities, portfolio history', async () => {
      const activities = await alpaca.getAccountActivities({ activityTypes: 'FILL' });
      expect(activities.map(({ side, qty }: Json) => [side, qty])).toEqual([
        ['sell', '10'],
        ['buy', '10'],
      ]);
      const history = await alpaca.getPortfolioHistory({ period: '1D', timeframe: '5Min' });
      expect(history.equity.length).toBe(history.timestamp.length);
    });

    test('clock, calendar, assets, watchlists', async () => {
      expect(await alpaca.getClock()).toHaveProperty('is_open');
      expect(await alpaca.getCalendar({ start: '2026-08-03', end: '2026-08-07' })).toHaveLength(5);
      expect((await alpaca.getAssets({ status: 'active' })).length).toBeGreaterThan(0);
      expect(await alpaca.getAsset('AAPL')).toMatchObject({ symbol: 'AAPL', class: 'us_equity' });
      const list = await alpaca.addWatchlist('v3', ['AAPL']);
      const both = await alpaca.addToWatchlist(list.id, 'MSFT');
      expect(both.assets.map(({ symbol }: Json) => symbol)).toEqual(['AAPL', 'MSFT']);
      await alpaca.deleteWatchlist(list.id);
      expect(await alpaca.getWatchlists()).toEqual([]);
    });

    test('12 market data: latest, bars', async () => {
      expect(await alpaca.getLatestQuote('AAPL')).toMatchObject({ BidPrice: 199.99, AskPrice: 200 });
      const bars: Json[] = [];
      for await (const bar of alpaca.getBarsV2('AAPL', { start: '2026-08-03', timeframe: '1Min' })) bars.push(bar);
      expect(bars).toEqual([]);
    });
  },
);
