import { beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../../../src/contracts/index.js';
import { ApiClient, ApiError, urlOf } from './ApiClient.js';

const NOW_MS = 1_000_000;

function access(token: string, lastsMs = 900_000): Access {
  return {
    accessToken: token,
    expiresAt: (NOW_MS + lastsMs) * 1000,
    user: { userId: 'u', name: 'owner', role: 'admin', hasPassword: true },
  };
}

const KILL_SWITCH = { on: false, reason: '', user: '', since: null };

let requests: string[];
let answers: Map<string, (token: string | null) => Response>;
let signIns: (string | undefined)[];
let client: ApiClient;

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const problem = (status: number, extra: object = {}): Response =>
  json(
    {
      type: 'urn:papertape:error:ORDER_REFUSED',
      title: 'Refused',
      status,
      detail: 'The order was refused: 13,000 shares are above the limit of 10,000.',
      instance: '/api/v1/orders',
      code: 'ORDER_REFUSED',
      requestId: 'r1',
      retryable: false,
      ...extra,
    },
    status,
  );

beforeEach(() => {
  requests = [];
  answers = new Map();
  signIns = [];
  client = new ApiClient({
    fetch: async (input, init) => {
      const url = typeof input === 'string' ? input : '';
      const token = new Headers(init?.headers).get('authorization');
      requests.push(`${init?.method ?? ''} ${url} ${token ?? 'no token'}`);
      // An answer comes later than its request, so that simultaneous calls overlap.
      await Promise.resolve();
      const answer = answers.get(url);
      if (answer === undefined) throw new TypeError('no network');
      return answer(token);
    },
    now: () => NOW_MS,
    exclusively: (task) => task(),
    onAccess: (given) => signIns.push(given?.accessToken),
  });
});

const call = () => client.call('killSwitch', {});

describe('the access token', () => {
  it('is sent, and renewed before it ends', async () => {
    client.adopt(access('old', 10_000));
    answers.set('/api/v1/auth/refresh', () => json(access('new')));
    answers.set('/api/v1/kill-switch', () => json(KILL_SWITCH));
    expect(await call()).toEqual(KILL_SWITCH);
    expect(requests).toEqual(['POST /api/v1/auth/refresh Bearer old', 'GET /api/v1/kill-switch Bearer new']);
  });

  it('is renewed once for all calls that find it ended, and each is repeated once', async () => {
    client.adopt(access('old'));
    answers.set('/api/v1/auth/refresh', () => json(access('new')));
    answers.set('/api/v1/kill-switch', (token) => (token === 'Bearer new' ? json(KILL_SWITCH) : problem(401)));
    await Promise.all([call(), call(), call()]);
    expect(requests.filter((request) => request.includes('/refresh'))).toHaveLength(1);
    expect(requests.filter((request) => request.endsWith('Bearer new'))).toHaveLength(3);
  });

  it('is forgotten when the refresh cookie is refused', async () => {
    client.adopt(access('old'));
    answers.set('/api/v1/auth/refresh', () => problem(401));
    answers.set('/api/v1/kill-switch', () => problem(401));
    await expect(call()).rejects.toMatchObject({ status: 401, message: 'Your sign-in has ended. Sign in again.' });
    expect(signIns).toEqual(['old', undefined]);
  });

  it('survives a gateway that is down', async () => {
    client.adopt(access('old', 10_000));
    await expect(call()).rejects.toMatchObject({ status: 0 });
    expect(signIns).toEqual(['old']);
  });
});

describe('faults', () => {
  beforeEach(() => client.adopt(access('token')));

  it('carry the words of the problem document, its fields and its remedy', async () => {
    answers.set('/api/v1/kill-switch', () =>
      problem(400, {
        detail: 'The request is invalid.',
        remedy: 'Change it.',
        errors: [{ path: 'body.on', message: 'is required' }],
      }),
    );
    const error = await call().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      message: 'The request is invalid. on: is required',
      remedy: 'Change it.',
      status: 400,
    });
  });

  it('have words when the answer has none', async () => {
    answers.set('/api/v1/kill-switch', () => new Response('<html>', { status: 502 }));
    await expect(call()).rejects.toThrow('The server answered with status 502.');
  });

  it('include an answer of another shape', async () => {
    answers.set('/api/v1/kill-switch', () => json({ on: 'perhaps' }));
    await expect(call()).rejects.toThrow('unknown shape');
  });
});

it('addresses escape what they are given and leave out what is absent', () => {
  expect(urlOf('/orders/:id', { params: { id: 'a/b?c' } })).toBe('/api/v1/orders/a%2Fb%3Fc');
  expect(urlOf('/orders', { query: { symbol: undefined, status: 'open' } })).toBe('/api/v1/orders?status=open');
});
