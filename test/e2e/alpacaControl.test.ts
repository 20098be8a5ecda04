/**
 * Control as the author of a program uses it, over a real session: every call of `/papertape/` and every injection, and
 * what each of them answers to nonsense. Nothing that is refused changes anything.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { SECOND } from '../../src/domain/timeframe.js';
import { required } from '../../src/utils/assert.js';
import type { Json } from '../support/alpacaHarness.js';
import { startLiveAlpaca } from '../support/liveAlpaca.js';
import type { LiveAlpaca } from '../support/liveAlpaca.js';

const DATE = '2026-11-23';
const { open, afterHoursClose } = required(sessionOf(parseDate(DATE)), DATE);
const market = { symbol: 'AURX', qty: 10, side: 'buy', type: 'market', time_in_force: 'day' };
const resting = { ...market, type: 'limit', limit_price: 100, time_in_force: 'gtc' };
const at = (micros: number): string => new Date(micros / 1000).toISOString();

let folder: string;
let live: LiveAlpaca;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'papertape-control-'));
  const simulated = { kind: 'simulated', seed: 3, date: DATE } as const;
  live = await startLiveAlpaca(folder, { market: simulated, startAt: open + 60 * SECOND, fresh: true });
  await live.call('GET', '/v2/account');
}, 120_000);
afterAll(async () => {
  await live.stop();
  rmSync(folder, { recursive: true, force: true });
});

const post = (path: string, body?: object) => live.call('POST', `/papertape/${path}`, body);
const step = (seconds: number) => post('step', { seconds });
const submit = async (order: object): Promise<string> => (await live.call('POST', '/v2/orders', order)).body['id'];
const order = async (id: string): Promise<Json> => (await live.call('GET', `/v2/orders/${id}`)).body;
const inject = async (body: object): Promise<void> => expect((await post('inject', body)).status).toBe(204);

describe('the clock', () => {
  test('tells where the market is, and goes on as it is told', async () => {
    const { body: before } = await live.call('GET', '/papertape/clock');
    expect(before).toMatchObject({ time: '2026-11-23T14:31:00Z', speed: 1, paused: true, ended: false });
    expect((await post('speed', { speed: 60 })).body).toMatchObject({ speed: 60, paused: true });
    expect((await post('speed', { speed: 'max' })).body['speed']).toBe('max');
    expect((await post('speed', { speed: 1 })).body['speed']).toBe(1);
    expect((await step(2)).body['time']).toBe('2026-11-23T14:31:02Z');
    expect((await post('step')).body['time']).toBe('2026-11-23T14:32:02Z');
    expect((await post('resume')).body['paused']).toBe(false);
    expect((await post('pause')).body['paused']).toBe(true);
    const to = at(open + 240 * SECOND);
    expect((await post('jump', { to })).body['time']).toBe('2026-11-23T14:34:00Z');
  });

  const faults: readonly [string, object | undefined, string][] = [
    ['speed', undefined, 'speed must be "max" or in (0, 100000]'],
    ['speed', { speed: 0 }, 'speed must be "max" or in (0, 100000], not 0'],
    ['speed', { speed: 'fast' }, 'speed must be "max" or in (0, 100000], not fast'],
    ['step', { seconds: -1 }, 'seconds must be in (0, 86400], not -1'],
    ['step', { seconds: 1e9 }, 'seconds must be in (0, 86400], not 1000000000'],
    ['jump', {}, 'to is required'],
    ['jump', { to: 'soon' }, 'invalid to: soon'],
    ['jump', { to: at(open) }, 'the market is at 2026-11-23T14:34:00Z and cannot go back; start another session'],
    ['jump', { to: at(afterHoursClose + SECOND) }, 'the session ends at 2026-11-24T01:00:00Z'],
    ['reset', { cash: -1 }, 'cash must be > 0'],
    ['reset', { cash: 'much' }, 'cash must be > 0'],
  ];
  test.each(faults)('%s %j is refused', async (path, body, message) => {
    const before = (await live.call('GET', '/papertape/clock')).body;
    const answer = await post(path, body);
    expect([answer.status, answer.body['message']]).toEqual([422, message]);
    expect((await live.call('GET', '/papertape/clock')).body).toEqual(before);
  });
});

describe('injections', () => {
  test('a halt stops fills of its symbol until it is lifted', async () => {
    await inject({ kind: 'halt', symbol: 'AURX' });
    const id = await submit(market);
    await step(3);
    expect((await order(id))['status']).toBe('new');
    await inject({ kind: 'resume', symbol: 'AURX' });
    await step(3);
    expect((await order(id))['status']).toBe('filled');
  });

  test('a reject meets the next orders, of its symbol alone if it names one', async () => {
    await inject({ kind: 'reject', count: 1, symbol: 'BYTQ', message: 'no' });
    const ids = [await submit(market), await submit({ ...market, symbol: 'BYTQ' }), await submit(market)];
    await step(3);
    expect(await Promise.all(ids.map(async (id) => (await order(id))['status']))).toEqual([
      'filled',
      'rejected',
      'filled',
    ]);
  });

  test('a delay holds the next order up', async () => {
    await inject({ kind: 'delay', count: 1, milliseconds: 5_000 });
    const id = await submit(market);
    await step(3);
    expect((await order(id))['status']).toBe('pending_new');
    await step(4);
    expect((await order(id))['status']).toBe('filled');
  });

  test('an order is filled in part and then ended, in each way', async () => {
    const ends = [
      ['cancel', 'canceled', 'canceled_at'],
      ['expire', 'expired', 'expired_at'],
      ['done_for_day', 'done_for_day', 'updated_at'],
    ] as const;
    for (const [kind, status, stamp] of ends) {
      const id = await submit(resting);
      await step(1);
      await inject({ kind: 'fill', order_id: id, qty: 4, price: '99.5' });
      expect(await order(id)).toMatchObject({ status: 'partially_filled', filled_qty: '4', filled_avg_price: '99.5' });
      await inject({ kind, order_id: id });
      expect(await order(id)).toMatchObject({ status, filled_qty: '4', [stamp]: expect.any(String) });
    }
    const id = await submit(resting);
    await inject({ kind: 'reject_order', order_id: id });
    expect(await order(id)).toMatchObject({ status: 'rejected', failed_at: expect.any(String) });
  });

  test('nonsense is refused by name', async () => {
    const filled = await submit(market);
    const id = await submit(resting);
    await step(3);
    const faults: readonly [object, number, string][] = [
      [{}, 422, 'kind must be one of halt, resume, reject, delay, late_trade, fill, bust, correct, cancel, expire, '],
      [{ kind: 'halt' }, 422, 'symbol is required'],
      [{ kind: 'halt', symbol: 'NOPE' }, 404, 'symbol not found: NOPE'],
      [{ kind: 'reject', count: 0 }, 422, 'count must be between 1 and 10000'],
      [{ kind: 'delay', milliseconds: -5 }, 422, 'milliseconds must be between 1 and 3600000'],
      [{ kind: 'cancel' }, 422, 'order_id is required'],
      [{ kind: 'cancel', order_id: 'x' }, 404, 'order not found for x'],
      [{ kind: 'expire', order_id: filled }, 422, 'order is already in "filled" state'],
      [{ kind: 'fill', order_id: id, qty: 11, price: 1 }, 422, 'qty must be <= 10, which is left of the order'],
      [{ kind: 'fill', order_id: id, qty: 1, price: 0 }, 422, 'price must be > 0'],
    ];
    for (const [body, status, message] of faults) {
      const answer = await post('inject', body);
      expect([answer.status, answer.body['message'].slice(0, message.length)]).toEqual([status, message]);
    }
    expect(await order(id)).toMatchObject({ status: 'new', filled_qty: '0' });
  });
});

test('a reset leaves cash alone; what was stays readable, and used client order ids stay used', async () => {
  await submit({ ...resting, client_order_id: 'once' });
  const before = (await live.call('GET', '/v2/orders?status=all&limit=500')).body.length;
  expect((await post('reset', { cash: 25_000 })).status).toBe(204);
  expect((await live.call('GET', '/v2/account')).body).toMatchObject({ cash: '25000', equity: '25000' });
  expect((await live.call('GET', '/v2/positions')).body).toEqual([]);
  expect((await live.call('GET', '/v2/orders')).body).toEqual([]);
  expect((await live.call('GET', '/v2/orders?status=all&limit=500')).body).toHaveLength(before);
  const again = await live.call('POST', '/v2/orders', { ...resting, client_order_id: 'once' });
  expect(again.body).toEqual({ code: 40010001, message: 'client_order_id must be unique' });
});
