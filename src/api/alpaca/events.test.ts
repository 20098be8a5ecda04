/** Server-sent events over real sockets: the past, what happens then, ends, and what is refused. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness, Json } from '../../../test/support/alpacaHarness.js';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { timeText } from './alpacaFormat.js';

let h: AlpacaHarness;
let clock: ManualClock;
let base: string;
const aborts: AbortController[] = [];
beforeEach(async () => {
  clock = new ManualClock();
  h = await alpacaHarness({ clock });
  base = await h.server.listen('127.0.0.1', 0);
});
afterEach(async () => {
  for (const abort of aborts.splice(0)) abort.abort();
  await h.close();
});

const market = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' };

/** A client that reads line by line. */
interface EventClient {
  readonly status: number;
  readonly headers: Headers;
  /** The next event; undefined at the end. */
  next(): Promise<Json>;
  /** The next comment. */
  comment(): Promise<string>;
}

async function listen(path: string, headers: Record<string, string> = h.headers): Promise<EventClient> {
  const abort = new AbortController();
  aborts.push(abort);
  const response = await fetch(base + path, { headers, signal: abort.signal });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const line = async (): Promise<string | undefined> => {
    for (;;) {
      const end = text.indexOf('\n');
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 1);
        return found;
      }
      const read = await reader?.read();
      if (read === undefined || read.done) return undefined;
      text += decoder.decode(read.value, { stream: true });
    }
  };
  const find = async (prefix: string): Promise<string | undefined> => {
    for (let one = await line(); one !== undefined; one = await line()) {
      if (one.startsWith(prefix)) return one.slice(prefix.length);
    }
    return undefined;
  };
  return {
    status: response.status,
    headers: response.headers,
    next: async () => {
      const data = await find('data: ');
      return data === undefined ? undefined : JSON.parse(data);
    },
    comment: async () => (await find(': ')) ?? '',
  };
}

async function all(client: EventClient): Promise<Json[]> {
  const found: Json[] = [];
  for (let event = await client.next(); event !== undefined; event = await client.next()) found.push(event);
  return found;
}
const NOW = (): string => encodeURIComponent(timeText(h.venue.now));

describe('trade events', () => {
  test('without a beginning: what happens from now on, to this account alone', async () => {
    await h.call('POST', '/v2/orders', market);
    const client = await listen('/v2/events/trades');
    expect([client.status, client.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(client.headers.get('x-ratelimit-limit')).toBe('200');
    expect(client.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    await h.call('POST', '/v2/orders', market, await h.key('bot-2', 'trader'));
    const { body } = await h.call('POST', '/v2/orders', { ...market, qty: 3 });
    const events = [await client.next(), await client.next(), await client.next()];
    expect(events.map(({ event, order }) => [event, order.id])).toEqual([
      ['pending_new', body['id']],
      ['new', body['id']],
      ['fill', body['id']],
    ]);
    // Amounts are texts, as on the stream.
    expect(events[2]).toMatchObject({ qty: '3', price: '200', position_qty: '13' });
  });

  test('since a time, or after an id: the past as it was, then the present', async () => {
    const first = (await h.call('POST', '/v2/orders', market)).body['id'];
    const client = await listen(`/v2/events/trades?since=2026-08-03`);
    const past = [await client.next(), await client.next(), await client.next()];
    expect(past.map(({ event, order }) => [event, order.id, order.status])).toEqual([
      ['pending_new', first, 'pending_new'],
      ['new', first, 'new'],
      ['fill', first, 'filled'],
    ]);
    await h.call('POST', '/v2/orders', market);
    expect((await client.next()).event).toBe('pending_new');
    const after = await listen(`/v2/events/trades?since_id=${past[1].event_id}`);
    expect(await after.next()).toEqual(past[2]);
  });

  test('until a time or an id that is reached, the answer ends', async () => {
    await h.call('POST', '/v2/orders', market);
    const until = NOW();
    const before = await all(await listen(`/v2/events/trades?since=2026-08-03&until=2026-08-02`));
    expect(before).toEqual([]);
    h.venue.now += 1;
    const past = await all(await listen(`/v2/events/trades?since=2026-08-03&until=${until}`));
    expect(past.map(({ event }) => event)).toEqual(['pending_new', 'new', 'fill']);
    const [one, two] = past.map(({ event_id: id }) => id);
    const between = await all(await listen(`/v2/events/trades?since_id=${one}&until_id=${two}`));
    expect(between.map(({ event_id: id }) => id)).toEqual([two]);
  });

  test('until a time that lies ahead: ends when the market is there, event or not', async () => {
    const until = encodeURIComponent(timeText(h.venue.now + 5_000_000));
    const client = await listen(`/v2/events/trades?since=${NOW()}&until=${until}`);
    await h.call('POST', '/v2/orders', market);
    expect((await client.next()).event).toBe('pending_new');
    h.venue.now += 6_000_000;
    clock.advance(300);
    expect((await all(client)).map(({ event }) => event)).toEqual(['new', 'fill']);
  });

  test('of the sessions before, too', async () => {
    const { body } = await h.call('POST', '/v2/orders', market);
    h.venue.beginSession('fake-0002', { carriesOn: false });
    const client = await listen('/v2/events/trades?since=2026-08-01');
    expect((await client.next()).order.id).toBe(body['id']);
  });

  test.each([
    ['until=2026-08-03', 'since is required if until is specified'],
    ['until_id=01K1ABCDEFGHJKMNPQRSTVWXYZ', 'since_id is required if until_id is specified'],
    ['since=2026-08-03&since_id=01K1ABCDEFGHJKMNPQRSTVWXYZ', 'since and since_id cannot be used together'],
    ['since_id=7', 'invalid since_id: 7'],
    ['since=yesterday', 'invalid since: yesterday'],
  ])('%s is refused', async (query, message) => {
    for (const path of ['/v2/events/trades', '/v2beta1/events/activities']) {
      const answer = await h.call('GET', `${path}?${query}`);
      expect([answer.status, answer.body]).toEqual([422, { code: 40010001, message }]);
    }
  });

  test('needs a key, and ends with it; until then it is seen to live', async () => {
    expect((await h.call('GET', '/v2/events/trades', undefined, {})).status).toBe(401);
    const client = await listen('/v2/events/trades');
    clock.advance(10_000);
    expect(await client.comment()).toBe('heartbeat');
    await h.store.revokeApiKey(h.keyId, clock.now());
    clock.advance(10_000);
    expect(await client.next()).toBeUndefined();
  });
});

test('activity events: fills, busts and bookings with their details, accruals not', async () => {
  const { body } = await h.call('POST', '/v2/orders', market);
  const client = await listen('/v2beta1/events/activities?since=2026-08-03');
  const fill = await client.next();
  expect(fill).toMatchObject({
    activity_type: 'FILL',
    status: 'executed',
    qty: '10',
    price: '200',
    currency: 'USD',
    settle_date: '2026-08-04',
    details: { execution_type: 'fill', order_id: body['id'], symbol: 'AAPL', side: 'buy', cum_qty: '10' },
  });
  const entry = { accountId: 'bot-1', symbolId: -1, quantity: 0 };
  const time = h.venue.now + 1000;
  const booked = { type: 'booked', accountId: 'bot-1', time, symbolId: 0 } as const;
  h.venue.emit({ ...booked, kind: 'dividendAccrued', entries: [], note: '' });
  const entries = [{ ...entry, account: 'cash', amount: 2_500_000 }] as const;
  h.venue.emit({ ...booked, kind: 'dividendPaid', entries, note: 'dividend paid' });
  expect(await client.next()).toMatchObject({
    activity_type: 'DIV',
    activity_subtype: 'CDIV',
    net_amount: '2.5',
    details: { system_date: '2026-08-03', symbol: 'AAPL', description: 'dividend paid' },
  });
  const lines = { price: 200_000_000, quantity: 10_000_000, entries: [] };
  h.venue.emit({ type: 'busted', orderId: 'v-1', fillId: 'f-1', time, ...lines });
  const bust = await client.next();
  expect(bust).toMatchObject({
    activity_type: 'FILL',
    status: 'canceled',
    previous_id: fill.ref_id,
    details: { execution_type: 'trade_bust', cum_qty: '0' },
  });
  expect(new Set([fill.ref_id, bust.ref_id]).size).toBe(2);
});
