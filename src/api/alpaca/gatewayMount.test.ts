import { afterEach, beforeEach, expect, test } from 'vitest';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness } from '../../../test/support/alpacaHarness.js';
import { gatewayHarnessOn } from '../../../test/support/gatewayHarness.js';
import type { GatewayHarness } from '../../../test/support/gatewayHarness.js';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { SocketProbe } from '../../../test/support/SocketProbe.js';

let h: AlpacaHarness;
let gateway: GatewayHarness<ManualClock>;
let address: string;
beforeEach(async () => {
  h = await alpacaHarness();
  gateway = await gatewayHarnessOn(new ManualClock(), { alpaca: h.server });
  address = await gateway.gateway.listen();
});
afterEach(async () => {
  await h.close();
  await gateway.close();
});

test('the gateway serves it under /alpaca/ with keys, and everything else as before', async () => {
  const get = async (path: string, headers: Record<string, string> = {}): Promise<[number, string | null]> => {
    const answer = await fetch(`${address}${path}`, { headers });
    await answer.arrayBuffer();
    return [answer.status, answer.headers.get('content-type')];
  };
  expect(await get('/alpaca/v2/account', h.headers)).toEqual([200, 'application/json; charset=UTF-8']);
  expect(await get('/alpaca/v2/orders%3Aby_client_order_id?client_order_id=x', h.headers)).toEqual([
    404,
    'application/json; charset=UTF-8',
  ]);
  const events = '/alpaca/v2/events/trades?since=2026-08-01&until=2026-08-01';
  expect(await get(events, h.headers)).toEqual([200, 'text/event-stream']);
  expect((await get('/alpaca/v2/account'))[0]).toBe(401);
  // A key is no sign-in, and a sign-in is no key.
  expect((await get('/api/v1/account', h.headers))[0]).toBe(401);
  const { accessToken } = await gateway.signIn('admin');
  expect((await get('/alpaca/v2/account', { authorization: `Bearer ${accessToken}` }))[0]).toBe(401);
  expect((await get('/api/v1/account', { authorization: `Bearer ${accessToken}` }))[0]).toBe(200);
  expect((await get('/health/live'))[0]).toBe(200);
});

test('both streams under /alpaca/; other handshakes are the gateway’s', async () => {
  const sockets = address.replace('http', 'ws');
  const data = await SocketProbe.open(`${sockets}/alpaca/v2/iex`, h.headers);
  expect((await data.take(2))[1]?.json()).toEqual([{ T: 'success', msg: 'authenticated' }]);
  const trading = await SocketProbe.open(`${sockets}/alpaca/stream`, {});
  trading.send({ action: 'auth', key: h.keyId, secret: h.secret });
  expect((await trading.take(1))[0]?.json()).toMatchObject({ data: { status: 'authorized' } });
  await expect(SocketProbe.open(`${sockets}/alpaca/nothing`, {})).rejects.toThrow('404');
  await expect(SocketProbe.open(`${sockets}/stream`, {})).rejects.toThrow('404');
  data.close();
  trading.close();
});

test('the gateway closes while programs listen, as the process ends it first', async () => {
  const trading = await SocketProbe.open(`${address.replace('http', 'ws')}/alpaca/stream`, {});
  trading.send({ action: 'auth', key: h.keyId, secret: h.secret });
  await trading.take(1);
  const events = await fetch(`${address}/alpaca/v2/events/trades`, { headers: h.headers });
  await gateway.gateway.close();
  await trading.closed;
  await events.text();
});
