/** Lost, doubled and broken messages between the client and the broker's server: one order, and the truth in the end. */
import { afterEach, describe, expect, it } from 'vitest';
import { startsWith } from '../support/FaultProxy.js';
import type { HttpFault } from '../support/FaultProxy.js';
import { BrokerRig } from '../support/brokerRig.js';

let rig: BrokerRig;
afterEach(() => rig.close());

const POST = startsWith('POST /v2/orders');

describe('an order whose answer does not come', () => {
  it.each<[string, HttpFault]>([
    ['F26: the answer is lost and the connection closed', { kind: 'dropAnswer' }],
    ['F26: the answer is lost in silence', { kind: 'dropAnswer', silent: true }],
    ['F26: the answer is cut in its head', { kind: 'cut', bytes: 60 }],
    ['F26: the answer is cut in its body', { kind: 'cut', bytes: 700 }],
    ['F26: the answer is not JSON any more', { kind: 'corrupt', fromEnd: 1 }],
    ['F26: the answer never ends', { kind: 'endless' }],
    ['F27: the request is lost and the connection closed', { kind: 'dropRequest' }],
    ['F27: the request is lost in silence', { kind: 'dropRequest', silent: true }],
    ['F28: 500', { kind: 'answer', status: 500, body: '{"code":50010000,"message":"internal server error occurred"}' }],
    ['F28: 502 with a page', { kind: 'answer', status: 502, body: '<html>bad gateway</html>' }],
    ['F28: 503', { kind: 'answer', status: 503 }],
    ['F28: 504', { kind: 'answer', status: 504 }],
    ['F28: a redirect', { kind: 'answer', status: 307, headers: { location: 'https://api.alpaca.markets/v2/orders' } }],
    ['F29: 429 with Retry-After', { kind: 'answer', status: 429, headers: { 'retry-after': '2' } }],
    ['F29: 429 without Retry-After', { kind: 'answer', status: 429 }],
    ['F33: the request arrives twice', { kind: 'duplicate' }],
    ['F68: the answer comes slowly', { kind: 'rate', bytes: 11 }],
    ['F68: the answer comes late', { kind: 'delay', ms: 5 }],
  ])('%s: one order at the venue, filled once', async (_name, fault) => {
    rig = await BrokerRig.open();
    rig.proxy.stream('drop').fail(POST, fault);
    rig.submit('o-1');
    await rig.until(() => rig.filled('o-1') > 0);
    await rig.pass(40_000);
    expect(rig.types('o-1')).toEqual(['accepted', 'filled']);
    expect(rig.filled('o-1')).toBe(10);
    expect(rig.atVenue('c-o-1')).toBe(1);
    expect(rig.client.openOrderCount).toBe(0);
    expect(rig.client.account('paper').quantityOf(0)).toBe(10_000_000);
  });
});
