import { decode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/support/ManualClock.js';
import { alpacaHarness } from '../../../../test/support/alpacaHarness.js';
import type { AlpacaHarness } from '../../../../test/support/alpacaHarness.js';
import { SocketProbe } from '../../../../test/support/SocketProbe.js';

let h: AlpacaHarness;
let base: string;
const probes: SocketProbe[] = [];
beforeEach(async () => {
  h = await alpacaHarness();
  base = (await h.server.listen('127.0.0.1', 0)).replace('http', 'ws');
});
afterEach(async () => {
  for (const probe of probes.splice(0)) probe.close();
  await h.close();
});

async function restart(options: Parameters<typeof alpacaHarness>[0]): Promise<void> {
  await h.close();
  h = await alpacaHarness(options);
  base = (await h.server.listen('127.0.0.1', 0)).replace('http', 'ws');
}
async function open(headers: Record<string, string> = {}, path = '/stream'): Promise<SocketProbe> {
  const probe = await SocketProbe.open(`${base}${path}`, headers);
  probes.push(probe);
  return probe;
}
async function listening(headers?: Record<string, string>): Promise<SocketProbe> {
  const probe = await open(headers);
  probe.send({ action: 'authenticate', data: { key_id: h.keyId, secret_key: h.secret } });
  probe.send({ action: 'listen', data: { streams: ['trade_updates'] } });
  await probe.take(2);
  return probe;
}
const market = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' };

describe('authentication', () => {
  test('silent until the client speaks; binary frames of JSON', async () => {
    const probe = await open();
    await probe.ping();
    expect(probe.received).toEqual([]);
    probe.send({ action: 'authenticate', data: { key_id: h.keyId, secret_key: h.secret } });
    const [frame] = await probe.take(1);
    expect(frame?.binary).toBe(true);
    expect(frame?.json()).toEqual({ stream: 'authorization', data: { action: 'authenticate', status: 'authorized' } });
  });

  test('the newer form of the message', async () => {
    const probe = await open();
    probe.send({ action: 'auth', key: h.keyId, secret: h.secret });
    expect((await probe.take(1))[0]?.json()).toMatchObject({ data: { status: 'authorized' } });
  });

  test('wrong keys, and a listen before them', async () => {
    const probe = await open();
    probe.send({ action: 'authenticate', data: { key_id: h.keyId, secret_key: 'x' } });
    probe.send({ action: 'listen', data: { streams: ['trade_updates'] } });
    expect((await probe.take(2)).map((frame) => frame.json())).toEqual([
      { stream: 'authorization', data: { action: 'authenticate', status: 'unauthorized' } },
      { stream: 'authorization', data: { action: 'listen', status: 'unauthorized' } },
    ]);
    await h.call('POST', '/v2/orders', market);
    await probe.ping();
    expect(probe.received).toEqual([]);
  });

  test('who names no key in ten seconds is closed', async () => {
    const clock = new ManualClock();
    await restart({ clock });
    const probe = await open();
    await probe.ping();
    probe.send({ action: 'listen', data: { streams: ['trade_updates'] } });
    await probe.take(1);
    clock.advance(10_000);
    expect((await probe.take(1))[0]?.json()).toMatchObject({ data: { status: 'unauthorized' } });
    await probe.closed;
  });

  test.each(['/stream', '/v2/iex'])('a revoked key hears no more: %s', async (path) => {
    const clock = new ManualClock();
    await restart({ clock });
    const headers = { 'apca-api-key-id': h.keyId, 'apca-api-secret-key': h.secret };
    const probe = await open(headers, path);
    probe.send({ action: 'auth', key: h.keyId, secret: h.secret });
    await probe.take(path === '/stream' ? 1 : 3);
    for (let check = 0; check < 3; check += 1) {
      clock.advance(10_000);
      await probe.ping();
    }
    expect(probe.socket.readyState).toBe(probe.socket.OPEN);
    await h.store.revokeApiKey(h.keyId, clock.now());
    clock.advance(10_000);
    expect(await probe.closed).toBe(1008);
    expect(clock.pending).toBe(0);
  });

  test.each(['/stream', '/v2/iex'])('what waits for its turn is bounded: %s', async (path) => {
    const probe = await open({}, path);
    let answer = (): void => undefined;
    const held = new Promise<undefined>((resolve) => {
      answer = () => resolve(undefined);
    });
    // The key is looked up for as long as the flood lasts.
    h.store.apiKey = () => held;
    probe.send({ action: 'auth', key: 'PK', secret: 'x' });
    for (let sent = 0; sent < 6; sent += 1) probe.send({ action: 'x', fill: 'x'.repeat(1_000_000) });
    expect(await probe.closed).toBe(1006);
    answer();
  });

  test('another path is refused', async () => {
    await expect(SocketProbe.open(`${base}/nothing`, {})).rejects.toThrow('404');
  });
});

describe('listen', () => {
  test('replaces, leaves out what is unknown, and saying it thrice does not treble anything', async () => {
    const probe = await open();
    probe.send({ action: 'authenticate', data: { key_id: h.keyId, secret_key: h.secret } });
    for (const streams of [['trade_updates', 'nothing'], ['trade_updates'], ['trade_updates']]) {
      probe.send({ action: 'listen', data: { streams } });
    }
    const answers = await probe.take(4);
    expect(answers.slice(1).map((frame) => frame.json())).toEqual(
      Array.from({ length: 3 }, () => ({ stream: 'listening', data: { streams: ['trade_updates'] } })),
    );
    await h.call('POST', '/v2/orders', market);
    await probe.ping();
    expect(probe.received.map((frame) => frame.json().data.event)).toEqual(['pending_new', 'new', 'fill']);
    probe.received.length = 0;
    probe.send({ action: 'listen', data: { streams: [] } });
    await probe.take(1);
    await h.call('POST', '/v2/orders', market);
    await probe.ping();
    expect(probe.received).toEqual([]);
  });

  test('two connections of an account hear the same; another account hears nothing', async () => {
    const [one, two] = [await listening(), await listening()];
    const other = await h.key('bot-2', 'trader');
    await h.call('POST', '/v2/orders', market, other);
    await h.call('POST', '/v2/orders', market);
    await one.ping();
    await two.ping();
    expect(one.received.map((frame) => frame.json())).toEqual(two.received.map((frame) => frame.json()));
    expect(one.received).toHaveLength(3);
  });

  test('MessagePack, if the handshake asks for it', async () => {
    const probe = await listening({ 'content-type': 'application/msgpack' });
    await h.call('POST', '/v2/orders', market);
    const frames = await probe.take(3);
    expect(decode(frames[2]?.data ?? new Uint8Array())).toMatchObject({
      stream: 'trade_updates',
      data: { event: 'fill', qty: '10' },
    });
  });
});

describe('sequences of events', () => {
  async function events(
    act: () => Promise<unknown>,
  ): Promise<{ data: Record<string, unknown> & { order: Record<string, unknown> } }[]> {
    const probe = await listening();
    await act();
    await probe.ping();
    return probe.received.map((frame) => frame.json());
  }
  const names = (list: readonly { data: Record<string, unknown> }[]): unknown[] =>
    list.map(({ data }) => data['event']);
  const limit = { ...market, type: 'limit', limit_price: '190' };

  test('market order: the payload of each event', async () => {
    const list = await events(() => h.call('POST', '/v2/orders', market));
    expect(names(list)).toEqual(['pending_new', 'new', 'fill']);
    expect(list.map(({ data }) => data.order['status'])).toEqual(['pending_new', 'new', 'filled']);
    expect(list[0]?.data['execution_id']).toBeNull();
    const fill = list[2]?.data;
    expect(fill).toMatchObject({ price: '200', qty: '10', position_qty: '10', settle_date: '2026-08-04' });
    expect(fill?.order).toMatchObject({ filled_avg_price: '200', cancel_requested_at: null });
    expect(fill?.order).not.toHaveProperty('subtag');
    const ids = list.map(({ data }) => String(data['event_id']));
    expect([...ids].sort()).toEqual(ids);
    expect(ids[0]).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  test('partial fills name this execution and the position after it', async () => {
    const list = await events(async () => {
      await h.call('POST', '/v2/orders', limit);
      h.venue.fillPart('v-1', 4, 190);
      h.venue.fillPart('v-1', 6, 189);
    });
    expect(names(list)).toEqual(['pending_new', 'new', 'partial_fill', 'fill']);
    expect(
      list.slice(2).map(({ data }) => [data['qty'], data['price'], data['position_qty'], data.order['filled_qty']]),
    ).toEqual([
      ['4', '190', '4', '4'],
      ['6', '189', '10', '10'],
    ]);
    // (4 × 190 + 6 × 189) ÷ 10
    expect(list[3]?.data.order['filled_avg_price']).toBe('189.4');
  });

  test('cancel and replace', async () => {
    const list = await events(async () => {
      const one = (await h.call('POST', '/v2/orders', limit)).body;
      const two = (await h.call('PATCH', `/v2/orders/${one['id']}`, { qty: 5 })).body;
      await h.call('DELETE', `/v2/orders/${two['id']}`);
    });
    expect(names(list)).toEqual([
      'pending_new',
      'new',
      'pending_replace',
      'replaced',
      'new',
      'pending_cancel',
      'canceled',
    ]);
    expect(list[3]?.data.order['replaced_by']).toBe(list[4]?.data.order['id']);
    expect(list[6]?.data.order['cancel_requested_at']).not.toBeNull();
  });

  test('what the venue tells beside: waiting, done for day, expiry, rejection, a busted fill', async () => {
    const list = await events(async () => {
      await h.call('POST', '/v2/orders', market);
      await h.call('POST', '/v2/orders', limit);
      const time = h.venue.now;
      h.venue.emit({ type: 'accepted', orderId: 'v-2', time, waiting: true });
      h.venue.emit({ type: 'activated', orderId: 'v-2', time });
      h.venue.emit({ type: 'doneForDay', orderId: 'v-2', time });
      h.venue.emit({ type: 'activated', orderId: 'v-2', time });
      h.venue.emit({ type: 'cancelRejected', orderId: 'v-2', time, reason: 'ORDER_UNKNOWN' });
      h.venue.emit({ type: 'expired', orderId: 'v-2', time, reason: '' });
      const fill = h.venue.events.find((event) => event.type === 'filled');
      const entries =
        fill?.type === 'filled'
          ? fill.fill.entries.map((entry) => ({ ...entry, amount: -entry.amount, quantity: -entry.quantity }))
          : [];
      h.venue.emit({
        type: 'busted',
        orderId: 'v-1',
        time,
        fillId: 'f-1',
        price: 200_000_000,
        quantity: 10_000_000,
        entries,
      });
    });
    expect(names(list).slice(5)).toEqual([
      'accepted',
      'new',
      'done_for_day',
      'new',
      'order_cancel_rejected',
      'expired',
      'trade_bust',
    ]);
    expect(list.at(-1)?.data).toMatchObject({ position_qty: '0', order: { filled_qty: '0', filled_avg_price: null } });
  });
});

test('a restart tells nothing anew and builds the same orders', async () => {
  await h.call('POST', '/v2/orders', market);
  await h.call('POST', '/v2/orders', {
    ...market,
    type: 'limit',
    limit_price: '190',
    order_class: 'bracket',
    take_profit: { limit_price: 210 },
    stop_loss: { stop_price: 180 },
  });
  const before = (await h.call('GET', '/v2/orders?status=all')).body;
  const activities = (await h.call('GET', '/v2/account/activities')).body;
  const again = await alpacaHarness();
  again.venue.events.push(...h.venue.events);
  // The same events, read by a server that starts now.
  again.venue.beginSession('elsewhere');
  again.venue.events.push(...h.venue.events);
  again.server.desk.close();
  const { AlpacaDesk } = await import('../AlpacaDesk.js');
  const { listOrders } = await import('../orderList.js');
  const { listActivities } = await import('../activityList.js');
  again.venue.session = h.venue.session;
  const desk = new AlpacaDesk(again.venue, h.server.desk.ids);
  expect(listOrders(desk, 'bot-1', { status: 'all' })).toEqual(before);
  expect(listActivities(desk, 'bot-1', {}, undefined)).toEqual(activities);
  const all = (): boolean => true;
  expect(desk.history('bot-1', all)).toEqual(h.server.desk.history('bot-1', all));
  expect(desk.history('bot-1', all).length).toBeGreaterThan(4);
  desk.close();
  await again.close();
});

test('another session: its orders, not the ones before', async () => {
  const { id } = (await h.call('POST', '/v2/orders', market)).body as unknown as { id: string };
  h.venue.beginSession('fake-0002');
  expect((await h.call('GET', '/v2/orders?status=all')).body).toEqual([]);
  const next = (await h.call('POST', '/v2/orders', market)).body['id'];
  expect(next).not.toBe(id);
});
