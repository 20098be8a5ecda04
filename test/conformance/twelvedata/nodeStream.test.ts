/** The unmodified vendor client for Node against the price stream over loopback, one line per call. */
import { TwelvedataWebSocketClient, WebSocketAuthError } from '@twelvedata/twelvedata-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PLANS } from '../../../src/api/twelvedata/plans.js';
import { print, twelvedataHarness } from '../../support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../support/twelvedataHarness.js';
import { fillMarket, MORNING } from '../../support/twelvedataMarket.js';

/** A client with everything that it reported, and a wait for what it will. */
class Listener {
  readonly client: TwelvedataWebSocketClient;
  readonly seen: [string, unknown][] = [];
  #wake: () => void = () => undefined;

  constructor(url: string, apiKey: string) {
    const reconnect = { initialDelayMs: 1, maxDelayMs: 5 };
    this.client = new TwelvedataWebSocketClient({ url, apiKey, reconnect });
    for (const name of ['price', 'subscribe-status', 'heartbeat', 'message', 'error', 'reconnect'] as const) {
      this.client.on(name, (event: unknown) => {
        this.seen.push([name, event]);
        this.#wake();
      });
    }
  }

  /** The next event of a name; those before it are forgotten. */
  async next(name: string): Promise<unknown> {
    for (;;) {
      const at = this.seen.findIndex(([one]) => one === name);
      if (at >= 0) return this.seen.splice(0, at + 1).at(-1)?.[1];
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

let h: TwelvedataHarness;
let listener: Listener;
beforeEach(async () => {
  h = await twelvedataHarness();
  fillMarket(h.venue);
  listener = new Listener((await h.listen()).stream, h.apikey);
});
afterEach(async () => {
  listener.client.disconnect();
  await h.close();
});

test('subscribe by text, price', async () => {
  await listener.client.connect();
  listener.client.subscribe('AAPL,EUR/USD');
  expect(await listener.next('subscribe-status')).toMatchObject({
    status: 'warning',
    success: [{ symbol: 'AAPL', exchange: 'NASDAQ', country: 'United States', type: 'Common Stock' }],
    fails: [{ symbol: 'EUR/USD' }],
  });
  h.venue.tellMarket([print(41, MORNING, 200.5, 50)]);
  expect(await listener.next('price')).toEqual({
    event: 'price',
    symbol: 'AAPL',
    currency: 'USD',
    exchange: 'NASDAQ',
    mic_code: 'XNGS',
    type: 'Common Stock',
    timestamp: MORNING / 1e6,
    price: 200.5,
    // 32 whole minutes, what was printed in the running one, and this.
    day_volume: 3_350,
  });
});

test('subscribe by objects and mixed, before the connection is open', async () => {
  listener.client.subscribe(['MSFT', { symbol: 'AAPL', mic_code: 'XNAS' }]);
  await listener.client.connect();
  expect(await listener.next('subscribe-status')).toMatchObject({ status: 'ok', fails: [] });
  h.venue.tellMarket([print(41, MORNING, 400.5, 50, { symbolId: 1 })]);
  expect(await listener.next('price')).toMatchObject({ symbol: 'MSFT', price: 400.5 });
});

test('heartbeat', async () => {
  await listener.client.connect();
  listener.client.heartbeat();
  expect(await listener.next('heartbeat')).toEqual({ event: 'heartbeat', status: 'ok' });
});

test('unsubscribe and reset: nothing is told any more', async () => {
  await listener.client.connect();
  listener.client.subscribe('AAPL,MSFT');
  await listener.next('subscribe-status');
  listener.client.unsubscribe('AAPL');
  expect(await listener.next('subscribe-status')).toMatchObject({ success: [{ symbol: 'AAPL' }] });
  h.venue.tellMarket([print(41, MORNING, 1, 1), print(41, MORNING, 400.5, 50, { symbolId: 1 })]);
  expect(await listener.next('price')).toMatchObject({ symbol: 'MSFT' });
  listener.client.reset();
  expect(await listener.next('message')).toEqual({ event: 'reset-status', status: 'ok' });
  h.venue.tellMarket([print(42, MORNING, 400.5, 50, { symbolId: 1 })]);
  listener.client.heartbeat();
  await listener.next('heartbeat');
  expect(listener.seen).toEqual([]);
});

test('a wrong key: the client knows that it is no use to try again', async () => {
  const refused = new Listener((await h.listen()).stream, 'wrong');
  await expect(refused.client.connect()).rejects.toBeInstanceOf(WebSocketAuthError);
});

test('a connection too many: the oldest is closed, comes back and takes the next one’s place', async () => {
  await h.close();
  h = await twelvedataHarness({ plan: { ...PLANS.pro, socketConnections: 1 } });
  fillMarket(h.venue);
  const { stream } = await h.listen();
  listener = new Listener(stream, h.apikey);
  await listener.client.connect();
  listener.client.subscribe('AAPL');
  await listener.next('subscribe-status');
  const other = await h.open();
  await listener.next('reconnect');
  expect(await other.closed).toBe(1008);
  expect(await listener.next('subscribe-status')).toMatchObject({ status: 'ok' });
  h.venue.tellMarket([print(41, MORNING, 200.5, 50)]);
  expect(await listener.next('price')).toMatchObject({ price: 200.5 });
});
