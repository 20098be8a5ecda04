import { afterEach, beforeEach, expect, test } from 'vitest';
import { gatewayHarnessOn } from '../../../test/support/gatewayHarness.js';
import type { GatewayHarness } from '../../../test/support/gatewayHarness.js';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { SocketProbe } from '../../../test/support/SocketProbe.js';
import { twelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../../test/support/twelvedataHarness.js';

let h: TwelvedataHarness;
let gateway: GatewayHarness<ManualClock>;
let address: string;
beforeEach(async () => {
  h = await twelvedataHarness();
  gateway = await gatewayHarnessOn(new ManualClock(), { twelvedata: h.server });
  address = await gateway.gateway.listen();
});
afterEach(async () => {
  await h.close();
  await gateway.close();
});

test('the gateway serves it under /twelvedata/ with keys, and everything else as before', async () => {
  const get = async (path: string, headers: Record<string, string> = {}): Promise<[number, string | null]> => {
    const answer = await fetch(`${address}${path}`, { headers });
    await answer.arrayBuffer();
    return [answer.status, answer.headers.get('content-type')];
  };
  expect(await get(`/twelvedata/price?symbol=AAPL&apikey=${h.apikey}`)).toEqual([200, 'application/json']);
  expect(await get('/twelvedata/price?symbol=AAPL')).toEqual([401, 'application/json']);
  expect(await get('/twelvedata/nothing')).toEqual([404, 'application/json']);
  // A key is no sign-in, and a sign-in is no key.
  expect((await get('/api/v1/account', { authorization: `apikey ${h.apikey}` }))[0]).toBe(401);
  const { accessToken } = await gateway.signIn('admin');
  expect((await get('/twelvedata/stocks', { authorization: `Bearer ${accessToken}` }))[0]).toBe(401);
  expect((await get('/api/v1/account', { authorization: `Bearer ${accessToken}` }))[0]).toBe(200);
  const batch = await fetch(`${address}/twelvedata/batch?apikey=${h.apikey}`, {
    method: 'POST',
    body: JSON.stringify({ a: { url: '/price?symbol=AAPL' } }),
  });
  expect(await batch.json()).toMatchObject({ code: 200, data: { a: { status: 'success' } } });
  expect(gateway.logLines.join('')).not.toContain(h.apikey);
});

test('the stream under /twelvedata/; other handshakes are the gateway’s; it closes while programs listen', async () => {
  const sockets = address.replace('http', 'ws');
  const probe = await SocketProbe.open(`${sockets}/twelvedata/v1/quotes/price?apikey=${h.apikey}`, {});
  probe.send({ action: 'heartbeat' });
  expect((await probe.take(1))[0]?.json()).toEqual({ event: 'heartbeat', status: 'ok' });
  await expect(SocketProbe.open(`${sockets}/twelvedata/nothing`, {})).rejects.toThrow('404');
  await expect(SocketProbe.open(`${sockets}/twelvedata/v1/quotes/price`, {})).rejects.toThrow('401');
  await expect(SocketProbe.open(`${sockets}/v1/quotes/price?apikey=${h.apikey}`, {})).rejects.toThrow('404');
  await gateway.gateway.close();
  await probe.closed;
});
