/** The Alpaca server over a real session: what a program does in a day, and what it sees of it after the day. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { SECOND } from '../../src/domain/timeframe.js';
import { required } from '../../src/utils/assert.js';
import type { Json, JsonRow } from '../support/alpacaHarness.js';
import { startLiveAlpaca } from '../support/liveAlpaca.js';
import type { LiveAlpaca } from '../support/liveAlpaca.js';

const DATE = '2026-11-23';
const OPEN = required(sessionOf(parseDate(DATE)), DATE).open;

const plan = { market: { kind: 'simulated', seed: 3, date: DATE }, startAt: OPEN + 10 * SECOND } as const;

const at = (micros: number): string => new Date(micros / 1000).toISOString();

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('orders, groups, replacement, positions and market data; a restart tells the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-alpaca-'));
  folders.push(folder);
  const first = await startLiveAlpaca(folder, { ...plan, fresh: true });
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
  const again = await startLiveAlpaca(folder, { ...plan, fresh: false });
  const after = await Promise.all(told.map(async (url) => (await again.call('GET', url)).body));
  expect(after).toEqual(before);
  await again.stop();
}, 120_000);

const HALF_DAY = required(sessionOf(parseDate('2026-11-27')), 'the day after Thanksgiving');

test('the next day: orders, activities and values of the day before, also after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-alpaca-'));
  folders.push(folder);
  const market = { kind: 'simulated', seed: 3, date: '2026-11-27' } as const;
  const startAt = HALF_DAY.close - 10 * SECOND;
  const first = await startLiveAlpaca(folder, { market, startAt, fresh: true });
  const buy = { symbol: 'AURX', qty: 10, side: 'buy', type: 'market', time_in_force: 'day' };
  const { id: bought } = (await first.call('POST', '/v2/orders', buy)).body;
  const resting = { ...buy, qty: 5, type: 'limit', limit_price: 100, time_in_force: 'gtc' };
  const { id: kept } = (await first.call('POST', '/v2/orders', resting)).body;
  await first.call('POST', '/papertape/step', { seconds: 5 });
  const fills = (await first.call('GET', '/v2/account/activities')).body;
  expect(fills).toHaveLength(1);
  await first.call('POST', '/papertape/jump', { to: new Date(HALF_DAY.afterHoursClose / 1000).toISOString() });
  first.pass(100);
  expect((await first.call('GET', '/papertape/clock')).body['ended']).toBe(true);
  await first.stop();

  const next = { market, fresh: false };
  let running = await startLiveAlpaca(folder, next);
  expect((await running.call('GET', '/papertape/clock')).body['session_id']).toBe('sim-2026-11-30-0002');
  const ids = async (query: string): Promise<string[]> =>
    (await running.call('GET', `/v2/orders?${query}`)).body.map((row: JsonRow) => row['id']);
  expect(await ids('status=all&direction=asc')).toEqual([bought, kept]);
  expect(await ids('status=open')).toEqual([kept]);
  expect((await running.call('GET', '/v2/account/activities')).body).toEqual(fills);
  const history = (await running.call('GET', '/v2/account/portfolio/history?period=1W&timeframe=1D')).body;
  // The half day's point at its close, and that of the day under way.
  expect(history['timestamp'][0]).toBe(HALF_DAY.open / 1_000_000);
  expect(history['equity']).toHaveLength(history['timestamp'].length);
  // Valued at the prices of that close, as the account itself was, not at those of its end in the evening.
  expect(history['equity'][0]).toBe(Number((await running.call('GET', '/v2/account')).body['last_equity']));

  // The order of the day before can be canceled, and a sale is judged by the position of the day before.
  expect((await running.call('DELETE', `/v2/orders/${kept}`)).status).toBe(204);
  await running.call('POST', '/papertape/step', { seconds: 1 });
  const sold = (await running.call('POST', '/v2/orders', { ...buy, side: 'sell', time_in_force: 'opg' })).body;
  expect(sold['position_intent']).toBe('sell_to_close');
  await running.call('POST', '/papertape/step', { seconds: 1 });
  const told = ['/v2/orders?status=all&nested=true', '/v2/account/activities', '/v2/account'];
  const before = await Promise.all(told.map(async (url) => (await running.call('GET', url)).body));
  expect(before[0].map((row: JsonRow) => row['status'])).toEqual(['accepted', 'canceled', 'filled']);
  await running.stop();
  running = await startLiveAlpaca(folder, next);
  expect(await Promise.all(told.map(async (url) => (await running.call('GET', url)).body))).toEqual(before);
  await running.stop();
}, 240_000);

test('price bands from the open on; a late trade restates its minute, also after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-alpaca-'));
  folders.push(folder);
  const from = { market: plan.market, startAt: OPEN - 5 * SECOND };
  const first = await startLiveAlpaca(folder, { ...from, fresh: true });
  await first.call('GET', '/v2/account');
  await first.call('POST', '/papertape/step', { seconds: 90 });
  const bands = first.rows.flatMap((row) => (row.kind === 'bands' ? [row] : []));
  const opened = new Set<number>();
  for (const { symbolId, lower, upper, time, cause } of bands) {
    const isFirst = !opened.has(symbolId);
    opened.add(symbolId);
    expect([cause, lower > 0 && lower < upper, time >= OPEN]).toEqual([isFirst ? 'opening' : 'update', true, true]);
  }
  expect(opened.size).toBeGreaterThan(20);

  const bar = async ({ call }: LiveAlpaca): Promise<Json> =>
    (await call('GET', `/v2/stocks/AURX/bars?timeframe=1Min&start=${at(OPEN)}&limit=1`)).body['bars'][0];
  const before = await bar(first);
  const late = { kind: 'late_trade', symbol: 'AURX', time: at(OPEN + 20 * SECOND), price: before.l - 1, qty: 300 };
  const seen = first.rows.length;
  expect((await first.call('POST', '/papertape/inject', late)).status).toBe(204);
  const after = await bar(first);
  expect(after).toEqual({ ...before, l: before.l - 1, v: before.v + 300, n: before.n + 1, vw: after.vw });
  expect(after.vw).toBeLessThan(before.vw);
  const told = first.rows.slice(seen).filter((row) => row.kind === 'bar');
  expect(told).toMatchObject([{ restated: true, start: OPEN, volume: before.v + 300 }]);
  const latest = (await first.call('GET', '/v2/stocks/AURX/trades?sort=desc&limit=1')).body['trades'][0];
  expect(latest).toMatchObject({ p: before.l - 1, s: 300, c: ['Z'] });
  for (const [fault, message] of [
    [{ time: at(OPEN + 3600 * SECOND) }, 'time lies in the minute under way or after it: no trade is late'],
    [{ time: undefined }, 'time is required'],
    [{ time: '2026-11-20' }, 'time lies before the session'],
    [{ price: 0 }, 'price must be > 0'],
    [{ qty: 0.5 }, 'qty must be between 1 and 10000000'],
    [{ symbol: undefined }, 'symbol is required'],
  ] as const) {
    const answer = await first.call('POST', '/papertape/inject', { ...late, ...fault });
    expect([answer.status, answer.body['message']]).toEqual([422, message]);
  }
  await first.stop();
  const again = await startLiveAlpaca(folder, { ...from, fresh: false });
  expect(await bar(again)).toEqual(after);
  await again.stop();
}, 120_000);
