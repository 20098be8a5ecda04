/** The unmodified official npm SDK reads market data: REST by pages, and the stream in MessagePack. */
import { Alpaca } from '@alpacahq/alpaca-trade-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE } from '../../../src/domain/timeframe.js';
import { flatMinute, smallPrint } from '../../support/alpacaRows.js';
import { alpacaHarness } from '../../support/alpacaHarness.js';
import type { AlpacaHarness } from '../../support/alpacaHarness.js';
import { FAKE_NOW } from '../../support/FakePaperVenue.js';

let h: AlpacaHarness;
let alpaca: Alpaca;
let base: string;
beforeAll(async () => {
  h = await alpacaHarness();
  base = await h.server.listen('127.0.0.1', 0);
  const local = (url: string | URL | Request): string =>
    String(url instanceof Request ? url.url : url).replace(/^https:\/\/(paper-api|api|data)\.alpaca\.markets/, base);
  alpaca = new Alpaca({
    keyId: h.keyId,
    secret: h.secret,
    rateLimit: false,
    fetchApi: (url: string | URL | Request, init?: RequestInit) => fetch(local(url), init),
  });
  for (let i = 0; i < 7; i += 1) {
    for (const symbolId of [0, 1]) {
      const price = (100 + i) * 1_000_000;
      const start = FAKE_NOW - (10 - i) * MINUTE;
      h.venue.minuteBars.push(flatMinute(symbolId, start, price));
      h.venue.printRows.push(smallPrint(symbolId, start, price, 6, i + 1));
    }
  }
});
afterAll(() => h.close());

test('12 bars of many symbols by token: every row once', async () => {
  const closes: Record<string, unknown[]> = {};
  let pageToken: string | undefined;
  do {
    const page = await alpaca.marketData.stocks.stockBars({
      symbols: 'AAPL,MSFT',
      timeframe: '1Min',
      limit: 4,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    for (const [symbol, bars] of Object.entries(page.bars)) (closes[symbol] ??= []).push(...bars.map((bar) => bar.c));
    pageToken = page.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
  const all = [100, 101, 102, 103, 104, 105, 106];
  expect(closes).toEqual({ AAPL: all, MSFT: all });
});

test('trades, quotes, latest, snapshots', async () => {
  const trades = await alpaca.marketData.stocks.stockTradeSingle({ symbol: 'AAPL' });
  expect(trades.trades).toHaveLength(7);
  const quotes = await alpaca.marketData.stocks.stockQuotes({ symbols: 'AAPL' });
  expect(Object.keys(quotes.quotes)).toEqual(['AAPL']);
  const latest = await alpaca.marketData.stocks.stockLatestQuotes({ symbols: 'AAPL,MSFT' });
  expect(Object.keys(latest.quotes)).toEqual(['AAPL', 'MSFT']);
  const snapshot = await alpaca.marketData.stocks.stockSnapshotSingle({ symbol: 'AAPL' });
  expect(snapshot.latestTrade?.p).toBe(106);
});

test('9 the stock stream: price bands, pauses, bars that were restated', async () => {
  const stream = alpaca.marketData.stockStream({ url: `${base.replace('http', 'ws')}/v2/sip` });
  const told: unknown[] = [];
  const arrived = new Promise<void>((resolve, reject) => {
    stream.onError((error) => reject(new Error(error)));
    stream.onLuld((luld) => told.push([luld.symbol, luld.limitUpPrice, luld.limitDownPrice, luld.indicator]));
    stream.onUpdatedBar((bar) => told.push([bar.symbol, bar.high, bar.volume]));
    stream.onStatus((status) => {
      told.push([status.symbol, status.statusCode, status.reasonCode]);
      resolve();
    });
  });
  stream.subscribeForLulds(['AAPL']);
  stream.subscribeForUpdatedBars(['AAPL']);
  stream.subscribeForStatuses(['AAPL']);
  stream.subscribeForImbalances(['AAPL']);
  stream.connect();
  await stream.waitForAuthenticationResult(5_000);
  await new Promise<void>((resolve) => {
    stream.on('subscription', (answer) => {
      if (JSON.stringify(answer).includes('imbalances')) resolve();
    });
  });
  const time = FAKE_NOW;
  h.venue.tellMarket([
    { kind: 'bands', symbolId: 0, time, lower: 190_000_000, upper: 210_000_000, cause: 'update' },
    { ...flatMinute(0, FAKE_NOW, 200_000_000, 7), high: 201_000_000, restated: true },
    { kind: 'status', symbolId: 0, time, halted: true, halt: 'volatilityPause' },
  ]);
  await arrived;
  expect(told).toEqual([
    ['AAPL', 210, 190, 'B'],
    ['AAPL', 201, 7],
    ['AAPL', 'P', 'LUDP'],
  ]);
  stream.disconnect();
});

test('9 the stock stream: connected connected, auth sent at once, subscriptions, times with nanoseconds', async () => {
  const stream = alpaca.marketData.stockStream({ url: `${base.replace('http', 'ws')}/v2/iex` });
  const trades: { symbol: unknown; price: unknown; time: unknown }[] = [];
  const arrived = new Promise<void>((resolve, reject) => {
    stream.onError((error) => reject(new Error(error)));
    stream.onTrade((trade) => {
      trades.push({ symbol: trade.symbol, price: trade.price, time: trade.timestamp });
      if (trades.length === 2) resolve();
    });
  });
  stream.subscribeForTrades(['AAPL']);
  stream.subscribeForQuotes(['*']);
  stream.connect();
  await stream.waitForAuthenticationResult(5_000);
  // The subscription is in force once its answer is here.
  await new Promise<void>((resolve) => {
    stream.on('subscription', () => resolve());
  });
  const time = FAKE_NOW + 123_456;
  const row = { kind: 'print', time, price: 200_500_000, size: 1, flags: 6, exchange: 'V', id: 1 } as const;
  h.venue.tellMarket([
    { ...row, symbolId: 0 },
    { ...row, symbolId: 1 },
    { ...row, symbolId: 0, id: 2 },
  ]);
  await arrived;
  expect(trades.map(({ symbol, price }) => [symbol, price])).toEqual([
    ['AAPL', 200.5],
    ['AAPL', 200.5],
  ]);
  expect(JSON.stringify(trades[0]?.time)).toContain('14:30:00.123');
  stream.disconnect();
});
