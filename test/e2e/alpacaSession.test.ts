/** The Alpaca server over a real session: kernel, exchange, tape. Market time moves only when the test steps it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { AlpacaServer } from '../../src/api/alpaca/AlpacaServer.js';
import { MemoryProgramStore } from '../../src/api/alpaca/MemoryProgramStore.js';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { openHistory } from '../../src/compose.js';
import { SECOND } from '../../src/domain/timeframe.js';
import { SessionClient } from '../../src/host/SessionClient.js';
import { DEFAULT_CASH, DEFAULT_LIMITS } from '../../src/host/sessionPlan.js';
import type { SessionPlan } from '../../src/host/sessionPlan.js';
import { SessionVenue } from '../../src/host/SessionVenue.js';
import { SessionWorker } from '../../src/host/SessionWorker.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';
import { required } from '../../src/utils/assert.js';
import { randomIds } from '../../src/utils/idGenerator.js';
import { createLogger } from '../../src/utils/logger.js';
import type { Json, JsonRow } from '../support/alpacaHarness.js';
import { ManualClock } from '../support/ManualClock.js';

const DATE = '2026-11-23';
const OPEN = required(sessionOf(parseDate(DATE)), DATE).open;

interface Running {
  readonly call: (method: string, url: string, body?: object) => Promise<{ status: number; body: Json }>;
  stop(): Promise<void>;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(dataDir: string, fresh: boolean): Promise<Running> {
  const plan: SessionPlan = {
    dataDir,
    cwd: dataDir,
    market: { kind: 'simulated', seed: 3, date: DATE },
    startingCash: DEFAULT_CASH,
    preset: 'papertape',
    feePlan: undefined,
    strategies: [],
    limits: DEFAULT_LIMITS,
    speed: 1,
    keepMarketRows: 100_000,
    startAt: OPEN + 10 * SECOND,
    fresh,
    stopFirst: undefined,
  };
  const clock = new ManualClock();
  const log = createLogger({ level: 'silent' });
  const client: SessionClient = new SessionClient(
    {
      onOpened: (session, events) => venue.begin(session, events),
      onEvents: (events) => venue.noteEvents(events),
      onMarketRows: (rows) => venue.noteRows(rows),
      onNotice: () => undefined,
      onEnded: () => undefined,
      onFatal: (error) => {
        throw error;
      },
    },
    () => new Map(),
  );
  const venue = new SessionVenue(
    () => client,
    (error) => {
      throw error;
    },
  );
  let starting: Promise<void> | undefined;
  await client.connect((onMessage) => {
    const worker = new SessionWorker(plan, {
      clock,
      tools: { fs: nodeFileSystem, history: () => openHistory(dataDir) },
      post: (message) => onMessage(structuredClone(message)),
      beat: () => undefined,
      defer: queueMicrotask,
    });
    starting = worker.start();
    return { send: (request) => void worker.handle(request), terminate: () => Promise.resolve() };
  });
  await starting;
  await client.control({ action: 'pause' });
  const options = { venue, store: new MemoryProgramStore(), clock, ids: randomIds, log, requestsPerMinute: undefined };
  const server = await AlpacaServer.create(options);
  const { record, secret } = await server.keys.create({ accountId: 'bot', role: 'admin', label: '' });
  const headers = { 'apca-api-key-id': record.keyId, 'apca-api-secret-key': secret };
  return {
    call: async (method, url, body) => {
      const request = { method: method as 'GET', url, headers, ...(body === undefined ? {} : { payload: body }) };
      const answer = await server.app.inject(request);
      return { status: answer.statusCode, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
    },
    stop: async () => {
      await server.close();
      await client.stop();
    },
  };
}

test('orders, groups, replacement, positions and market data; a restart tells the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-alpaca-'));
  folders.push(folder);
  const first = await start(folder, true);
  const { call } = first;
  const step = (seconds: number): Promise<unknown> => call('POST', '/papertape/step', { seconds });
  const status = async (id: string): Promise<string> => (await call('GET', `/v2/orders/${id}`)).body['status'];

  const account = (await call('GET', '/v2/account')).body;
  expect([account['cash'], account['buying_power'], account['multiplier']]).toEqual(['100000', '400000', '4']);
  const market = { symbol: 'AURX', qty: 10, side: 'buy', type: 'market', time_in_force: 'day' };
  const bought = (await call('POST', '/v2/orders', market)).body;
  expect(bought['status']).toBe('pending_new');
  await step(5);
  expect(await status(bought['id'])).toBe('filled');
  const [position] = (await call('GET', '/v2/positions')).body;
  expect([position['symbol'], position['qty'], position['side']]).toEqual(['AURX', '10', 'long']);

  const ask: number = (await call('GET', '/v2/stocks/BYTQ/quotes/latest')).body['quote']['ap'];
  const price = (fraction: number): number => Math.round(ask * fraction * 100) / 100;
  const bracket = (
    await call('POST', '/v2/orders', {
      ...market,
      symbol: 'BYTQ',
      order_class: 'bracket',
      take_profit: { limit_price: price(1.2) },
      stop_loss: { stop_price: price(0.8) },
    })
  ).body;
  const [profit, loss] = bracket['legs'].map((leg: JsonRow) => leg['id']);
  expect(bracket['legs'].map((leg: JsonRow) => leg['status'])).toEqual(['held', 'held']);
  await step(5);
  expect(await status(bracket['id'])).toBe('filled');
  expect(await status(profit)).toBe('new');
  const next = (await call('PATCH', `/v2/orders/${profit}`, { limit_price: price(1.25) })).body;
  await step(1);
  expect([await status(profit), await status(next['id'])]).toEqual(['replaced', 'new']);
  const nested = (await call('GET', '/v2/orders?status=all&nested=true')).body;
  expect(nested.find((row: JsonRow) => row['id'] === bracket['id'])['legs'].map((leg: JsonRow) => leg['id'])).toEqual([
    next['id'],
    loss,
  ]);
  expect((await call('DELETE', `/v2/orders/${next['id']}`)).status).toBe(204);
  await step(1);
  expect([await status(next['id']), await status(loss)]).toEqual(['canceled', 'canceled']);

  expect((await call('POST', '/v2/orders', { ...market, qty: 100_000 })).body['message']).toBe(
    'insufficient buying power',
  );
  expect((await call('POST', '/v2/orders', { ...market, side: 'sell', qty: 11 })).body).toMatchObject({
    message: 'insufficient qty available for order (requested: 11, available: 10)',
    existing_qty: '10',
  });
  expect((await call('POST', '/papertape/inject', { kind: 'reject', count: 1, message: 'no' })).status).toBe(204);
  const rejected = (await call('POST', '/v2/orders', market)).body;
  await step(1);
  expect(await status(rejected['id'])).toBe('rejected');

  const bars = (await call('GET', '/v2/stocks/AURX/bars?timeframe=1Min&limit=10000')).body;
  const clock = (await call('GET', '/papertape/clock')).body;
  expect(bars['bars'].at(-1)['t'] <= clock['time']).toBe(true);
  expect((await call('DELETE', '/v2/positions?cancel_orders=true')).body.map((row: JsonRow) => row['status'])).toEqual([
    200, 200,
  ]);
  await step(5);
  expect((await call('GET', '/v2/positions')).body).toEqual([]);

  const told = ['/v2/orders?status=all&limit=500', '/v2/account/activities', '/v2/account'];
  const before = await Promise.all(told.map(async (url) => (await call('GET', url)).body));
  await first.stop();
  const again = await start(folder, false);
  const after = await Promise.all(told.map(async (url) => (await again.call('GET', url)).body));
  expect(after).toEqual(before);
  await again.stop();
}, 120_000);
